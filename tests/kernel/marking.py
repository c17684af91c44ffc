"""A worker whose one job leaves a mark: `python -m tests.kernel.marking`."""

from __future__ import annotations

from hub.app import create_app
from hub.kernel import audit, modules, workers
from hub.kernel.config import Config
from hub.kernel.module import Job, Module


def mark(number: int) -> None:
    audit.append("marked", "trial", number)


def main() -> None:
    config = Config.from_env()
    create_app(config)
    trial = Module(name="trial", jobs=(Job(name="trial.mark", run=mark),))
    modules.install((*modules.loaded().items, trial))
    workers.run(config)


if __name__ == "__main__":
    main()
