"""Whether this installation can do its work now: each part asked, none trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub.kernel import foreign_locks, modules, schema, store, work
from hub.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

OK, DOWN, UNKNOWN = "ok", "down", "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One part and how it stands: "ok", "down", or "unknown" where what would tell is down."""

    name: str
    state: str

    @property
    def is_ok(self) -> bool:
        """Whether it does its work."""
        return self.state == OK


def parts() -> tuple[Part, ...]:
    """Database, migrations, Redis, workers, scheduler; in a unit that reads.

    A database that a foreign writer holds is down: nothing can be noted.
    """
    is_free = foreign_locks.is_writable(work.config())
    database = _state(lambda: bool(work.session().scalar(select(1)))) if is_free else DOWN
    migrations = _state(_is_current) if database == OK else UNKNOWN
    try:
        alive = {beat.kind for beat in store.heard() if beat.is_alive}
        redis = OK
    except Unavailable:
        alive, redis = set(), DOWN
    return (
        Part("database", database),
        Part("migrations", migrations),
        Part("redis", redis),
        Part("workers", _kind("worker", alive, redis)),
        Part("scheduler", _kind("cron", alive, redis)),
    )


def _kind(kind: str, alive: set[str], redis: str) -> str:
    if redis != OK:
        return UNKNOWN
    return OK if kind in alive else DOWN


def _is_current() -> bool:
    return schema.is_current(work.session().connection(), modules.loaded())


def _state(ask: Callable[[], bool]) -> str:
    try:
        return OK if ask() else DOWN
    except SQLAlchemyError as error:
        log.warning("part_is_down", error=type(error).__name__)
        work.session().rollback()
        return DOWN
