"""A worker process of its own, to be killed: drains what is due in the data folder it is given."""

from __future__ import annotations

import sys
from pathlib import Path

from hub.app import create_app
from hub.kernel import modules, runner
from hub.kernel.config import Config
from tests.kernel.imports.trial import guest, trial


def main(data: str, redis_url: str) -> None:
    create_app(Config(data=Path(data), redis_url=redis_url, testing=True, locale="en").settled())
    modules.install((*modules.loaded().items, trial, guest))
    runner.drain()


if __name__ == "__main__":
    main(*sys.argv[1:3])
