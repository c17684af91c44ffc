"""The unit of work: one request, job, socket event or command. The only commit in the code."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from hub.kernel.config import Config
from hub.kernel.db import bind as bind_db
from hub.kernel.db import db

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Unit:
    """What one unit has done so far and must do when it ends."""

    writes: bool
    durable: bool = False
    failed: bool = False
    after: list[Callable[[], None]] = field(default_factory=list)
    asides: list[Callable[[], None]] = field(default_factory=list)
    known: dict[Any, Any] = field(default_factory=dict)


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)
_bound: list[Flask] = []


def bind(app: Flask, config: Config) -> None:
    """Make `app` the one whose database the units of this process use."""
    bind_db(app, config, _begins)
    _bound[:] = [app]


def bind_again(app: Flask) -> None:
    """Use an application that was bound before; a process may have made several."""
    _bound[:] = [app]


def _begins(dialect: str) -> list[str]:
    unit = _unit.get()
    writes = unit is None or unit.writes
    if dialect != "sqlite":
        return [] if writes else ["SET TRANSACTION READ ONLY"]
    sync = "FULL" if unit is not None and unit.durable else "NORMAL"
    return [
        f"PRAGMA query_only={'OFF' if writes else 'ON'}",
        f"PRAGMA synchronous={sync}",
        "BEGIN IMMEDIATE" if writes else "BEGIN",
    ]


def session() -> Session:
    """The session of the present unit.

    Raises: RuntimeError outside a unit: only the kernel opens one.
    """
    if _unit.get() is None:
        raise RuntimeError("no unit of work is open here")
    return db.session()


def is_open() -> bool:
    """Whether a unit is open here."""
    return _unit.get() is not None


def dialect() -> str:
    """The name of the present database: sqlite or postgresql."""
    return session().get_bind().dialect.name


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` once this unit is committed; never if it rolls back."""
    unit = _unit.get()
    if unit is None:
        action()
    else:
        unit.after.append(action)


def aside(action: Callable[[], None]) -> None:
    """Run `action` in a short writing unit of its own after this one, even if this one fails."""
    unit = _unit.get()
    if unit is None:
        _run_aside(action)
    else:
        unit.asides.append(action)


def is_failing() -> bool:
    """Whether the present unit will roll back when it ends."""
    unit = _unit.get()
    return unit is not None and unit.failed


def fail() -> None:
    """Have the present unit roll back when it ends, though nothing is raised."""
    unit = _unit.get()
    if unit is not None:
        unit.failed = True


@contextlib.contextmanager
def unit(*, writes: bool = True, durable: bool = False) -> Iterator[None]:
    """Open a unit: commit on return, roll back on raise.

    Shape: `durable` waits for the disk, for claims that must outlive a power cut.
    Raises: RuntimeError when one is open already.
    """
    if _unit.get() is not None:
        raise RuntimeError("a unit of work is open here already")
    with _bound[0].app_context(), within_context(Unit(writes=writes, durable=durable)):
        yield


@contextlib.contextmanager
def within_context(unit: Unit) -> Iterator[Unit]:
    """Run `unit` in the application context that is already pushed (a request's)."""
    token = _unit.set(unit)
    succeeded = False
    try:
        yield unit
        if unit.writes and not unit.failed:
            db.session.commit()
        else:
            db.session.rollback()
        succeeded = not unit.failed
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _unit.reset(token)
        if succeeded:
            _run_after(unit)
        for action in unit.asides:
            _run_aside(action)


def apart(action: Callable[[], T]) -> T:
    """Run `action` now in a short writing unit of its own, from inside a reading one.

    For input that arrives in pieces: each piece is safe at once, and no unit holds the lock for
    as long as the whole takes.
    Raises: RuntimeError inside a writing unit, which holds the lock already.
    """
    present = _unit.get()
    if present is not None and present.writes:
        raise RuntimeError("a writing unit is open here already")
    token = _unit.set(None)
    try:
        with unit():
            return action()
    finally:
        _unit.reset(token)


def once(key: Hashable, find: Callable[[], T]) -> T:
    """What `find` finds, asked once in a reading unit: nothing changes under it."""
    unit = _unit.get()
    if unit is None or unit.writes:
        return find()
    if key not in unit.known:
        unit.known[key] = find()
    found: T = unit.known[key]
    return found


def catch_up() -> None:
    """Have the present reading unit see what was written apart since it began.

    Raises: RuntimeError inside a writing unit, which would lose its writes.
    """
    unit = _unit.get()
    if unit is None or unit.writes:
        raise RuntimeError("only a reading unit begins to read anew")
    unit.known.clear()
    db.session.rollback()


def _run_after(unit: Unit) -> None:
    for action in unit.after:
        try:
            action()
        except Exception:
            # What runs here is a wish (a push, a wake-up): the row is safe, the sweep repeats it.
            log.exception("after_commit_failed")


def _run_aside(action: Callable[[], None]) -> None:
    token = _unit.set(None)
    try:
        with unit():
            action()
    except Exception:
        log.exception("aside_failed")
    finally:
        _unit.reset(token)


def config() -> Config:
    """The settings of the application whose units run here."""
    found: Config = _bound[0].config["HUB"]
    return found


def let_go() -> None:
    """Close every connection of this process: the database is about to be moved."""
    with _bound[0].app_context():
        db.engine.dispose()


def after_fork() -> None:
    """Forget the parent's connections: a forked child opens its own."""
    with _bound[0].app_context():
        db.engine.dispose(close=False)
