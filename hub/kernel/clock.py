"""What time it is: one source, so that tests can set it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The present, aware UTC."""
    return _fixed.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The firm's day: a day is a day in the firm's zone."""
    return now().astimezone(ZoneInfo(zone)).date()


_zone: list[str] = ["Asia/Shanghai"]


def firm_zone() -> str:
    """The name of the firm's zone."""
    return _zone[0]


def local_now() -> datetime:
    """The present in the firm's zone."""
    return now().astimezone(ZoneInfo(_zone[0]))


def live_in(zone: str) -> None:
    """Set the firm's zone of this process."""
    _zone[:] = [zone]


def firm_day() -> date:
    """Today where the firm is."""
    return today(_zone[0])


def start_of(day: date) -> datetime:
    """The moment a day begins where the firm is, aware UTC."""
    return datetime.combine(day, time.min, ZoneInfo(_zone[0])).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment a day is over where the firm is, aware UTC."""
    return start_of(day + timedelta(days=1))


def day_before(moment: datetime) -> date:
    """The firm's day that has begun before a moment: at midnight the one that ends."""
    return (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(_zone[0])).date()


@contextlib.contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) inside the block.

    Raises: ValueError for a naive time.
    """
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware times only")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
