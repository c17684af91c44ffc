"""`hub run`: the embedded Valkey, the application made once, and every process forked from it."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

import click
from flask import Flask

from hub.kernel import (
    cron,
    demo,
    modules,
    rescue,
    schema,
    serve,
    store,
    valkey,
    work,
    workers,
)
from hub.kernel.backups import restoring
from hub.kernel.config import Config
from hub.kernel.errors import HubError, Unavailable
from hub.kernel.module import Process
from hub.kernel.processes import Again, Child
from hub.kernel.supervisor import Supervisor

BOOT_S = 60.0  # longest wait for one part at the start
LOCK_S = 3.0  # the last run's processes may still be ending
LOCK_LOOK_S = 0.05
FATAL_DEATHS = 3  # a part that ends so often before the hub is ready will not come up


class CannotStart(HubError):
    """The hub cannot start; the text says what to change."""

    status, code = 503, "cannot-start"


def run(config: Config, create_app: Callable[[Config], Flask]) -> None:
    """Start everything, say when it is ready, keep it alive until SIGTERM or Ctrl-C.

    Raises: CannotStart when another run holds the data folder, a port is taken, a part fails.
    """
    os.umask(0o077)  # what we write is people's data: nobody else reads it
    config.data.mkdir(parents=True, exist_ok=True)
    with held(config.data):
        _refuse_half_restored(config.data)
        _refuse_taken_ports(config)
        keeper = Supervisor(_recover)
        try:
            config = _start(config, create_app, keeper)
            if _ready(config, keeper):
                keeper.add(_fork("demo", partial(demo.finish, config), again=Again.NEVER))
                keeper.keep()
        finally:
            click.echo("stopping …")
            keeper.stop()
            click.echo("stopped")


def _start(config: Config, create_app: Callable[[Config], Flask], keeper: Supervisor) -> Config:
    """Valkey first, so that it loads its data while we import; then what is forked."""
    if valkey.is_ours(config.data, config.redis_url):
        server = valkey.prepare(config.data)
        config = replace(config, redis_url=server.url)
        keeper.add(server.child())
        keeper.look(0)
    app = create_app(config)
    gc.collect()
    gc.freeze()  # the forks share what is there now: the collector must not touch it
    _await(keeper, store.ping, "Redis")
    store.after_fork()
    prepare = _fork("preparation", partial(_prepare, config), again=Again.UNTIL_DONE)
    keeper.add(*_own_interpreters(config), prepare)
    _await(keeper, lambda: prepare not in keeper.children, "the database")
    keeper.add(*_forks(config, app))
    return config


def _ready(config: Config, keeper: Supervisor) -> bool:
    """Wait for the pages and say so; False when a stop was asked meanwhile."""
    _await(keeper, partial(_answers, config), f"http://{config.host}:{config.port}")
    if keeper.is_stopping:
        return False
    click.echo(f"ready: {config.public_url}")
    return True


def _await(keeper: Supervisor, reached: Callable[[], bool], what: str) -> None:
    """Look after the children until `reached` or a stop.

    Raises: CannotStart after a minute, or when a child keeps ending.
    """

    def settled() -> bool:
        for child in keeper.children:
            if child.deaths >= FATAL_DEATHS:
                raise CannotStart(f"{child.name} does not come up; its words stand above")
        return reached()

    if not keeper.until(settled, BOOT_S) and not keeper.is_stopping:
        raise CannotStart(f"{what} did not answer within {BOOT_S:.0f} s")


def _prepare(config: Config) -> None:
    """Bring the database up to date, put right what an earlier run left, make the sign-ins."""
    demo.plan(config)
    with work.unit():
        schema.upgrade(work.session().connection(), modules.loaded())
    rescue.recover_dead()
    demo.fill_accounts(config)


def _recover(owner: str) -> None:
    rescue.recover(owner)
    with contextlib.suppress(Unavailable):
        store.leave(owner)


def _forks(config: Config, app: Flask) -> Iterator[Child]:
    yield _fork("web", partial(serve.web, config, app))
    for number in range(1, config.workers + 1):
        yield _fork(f"worker-{number}", partial(workers.run, config), owns=True)
    yield _fork("cron", partial(cron.run, config))
    for process in _wanted(config):
        if process.run is not None:
            yield _fork(process.name, partial(process.run, config))


def _own_interpreters(config: Config) -> Iterator[Child]:
    for process in _wanted(config):
        if process.run is None:
            yield Child(name=process.name, command=(sys.executable, "-m", "hub", process.name))


def _wanted(config: Config) -> list[Process]:
    found = [process for module in modules.loaded().items for process in module.processes]
    return [process for process in found if process.when(config)]


def _fork(
    name: str, task: Callable[[], None], *, again: Again = Again.ALWAYS, owns: bool = False
) -> Child:
    def body() -> None:
        work.after_fork()
        store.after_fork()
        task()

    return Child(name=name, work=body, again=again, owns=owns)


def _answers(config: Config) -> bool:
    """Whether the pages are served."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104
    line = http.client.HTTPConnection(host, config.port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _refuse_taken_ports(config: Config) -> None:
    ports = {"HUB_PORT": config.port, "HUB_LIVE_PORT": config.live_port}
    if config.sandbox:
        ports |= {
            "HUB_SANDBOX_SMTP_PORT": config.sandbox_smtp_port,
            "HUB_SANDBOX_HTTP_PORT": config.sandbox_http_port,
        }
    for name, port in ports.items():
        if not valkey.is_free(port, config.host):
            raise CannotStart(f"port {port} is in use: stop what uses it or set {name}")


def _refuse_half_restored(data: Path) -> None:
    if (data / restoring.PART).exists():
        raise CannotStart(f"a restore into {data} was interrupted: run `hub restore` again")


def is_held(data: Path) -> bool:
    """Whether a run holds the data folder now."""
    lock = data / "hub.lock"
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder; children inherit the hold, so it ends with the last of them."""
    with (data / "hub.lock").open("a+") as lock:
        _lock(lock, data)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock(lock: IO[str], data: Path) -> None:
    ends = time.monotonic() + LOCK_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            if time.monotonic() > ends:
                who = lock.read().strip() or "unknown"
                text = f"a hub (process {who}) runs on {data}: stop it or set HUB_DATA"
                raise CannotStart(text) from None
            time.sleep(LOCK_LOOK_S)
        else:
            return
