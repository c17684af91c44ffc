"""The console script: a process with an interpreter of its own, else the `hub` command."""

from __future__ import annotations

import gc
import importlib
import sys
from importlib.metadata import entry_points

from hub.kernel.config import Config
from hub.kernel.errors import HubError

GROUP = "hub.processes"


def main() -> None:
    """Start the process that the first word names, without importing the rest of the house."""
    gc.disable()  # a third of a start went into looking for garbage among what is read
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    for point in entry_points(group=GROUP, name=word):
        try:
            process = point.load()
            read()
            process(Config.from_env())
        except HubError as error:
            sys.stderr.write(f"hub: {error}\n")
            raise SystemExit(2) from error
        return
    importlib.import_module("hub.cli").main(read)


def read() -> None:
    """The house is read: what stands now stays, and garbage is looked for among the rest."""
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main()
