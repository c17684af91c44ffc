"""The console script: a process with an interpreter of its own, else the `hub` command."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import entry_points

from hub.kernel.config import Config
from hub.kernel.errors import HubError

GROUP = "hub.processes"


def main() -> None:
    """Start the process that the first word names, without importing the rest of the house."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    for point in entry_points(group=GROUP, name=word):
        try:
            point.load()(Config.from_env())
        except HubError as error:
            sys.stderr.write(f"hub: {error}\n")
            raise SystemExit(2) from error
        return
    importlib.import_module("hub.cli").main()


if __name__ == "__main__":
    main()
