"""The pages' server: granian, its processes forked from the application that is already made."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from multiprocessing.util import Finalize
from typing import Any

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from hub.kernel import processes, store, vitals, work
from hub.kernel.config import Config

THREADS = 2  # a slow upload must not hold a whole process; more would fight for the interpreter
GRACE_S = 8


def web(config: Config, app: Flask) -> None:
    """Serve the pages until SIGTERM; open requests are finished first."""
    master = os.getpid()

    def load(target: str) -> Callable[..., Any]:
        """Give a forked worker the application and connections of its own."""
        del target
        processes.die_with(master)
        work.after_fork()
        store.after_fork()
        life = vitals.Vitals("web")
        Finalize(None, life.end, exitpriority=0)  # multiprocessing's own atexit
        return app

    gc.freeze()  # forks share what stands: no one's search for garbage writes to it
    server = MPServer(
        "hub",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.web_processes,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=GRACE_S,
    )
    server.serve(target_loader=load)
