"""Commands of `hub` in forks of one interpreter that has read the house.

Shape: a line of JSON on stdin (words, settings, out) → a line with the exit code; what the command
    said stands in the file `out`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any

from hub.__main__ import main as start


def serve() -> None:
    importlib.import_module("hub.app")
    importlib.import_module("hub.cli").modules.manifests(())  # every room is read once, here
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _command(json.loads(line))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _command(wish: dict[str, Any]) -> None:
    code = 1
    with open(wish["out"], "wb", buffering=0) as out:  # noqa: PTH123 - its number is what counts
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - nobody types
        for name in [name for name in os.environ if name[:4] == "HUB_"]:
            del os.environ[name]
        os.environ.update(wish["settings"])
        sys.argv = ["hub", *wish["words"]]
        try:
            start()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001 - as an interpreter would
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    serve()
