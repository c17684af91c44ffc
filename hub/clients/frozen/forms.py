"""Untrusted input about readings of a past day and about freezing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from hub.clients import segments
from hub.kernel.dated import AsOf
from hub.pages.fields import Day, Table, Text, Yes
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeWish:
    """What a frozen segment shall be called, and of which day it is."""

    name: str
    as_of: AsOf | None = None
    shared: bool = False


def _reading(*, on: date | None = None, as_then: bool = False) -> AsOf | None:
    return segments.reading(on, as_then=as_then)


class ReadingForm(Form):
    """A day, and whether what was known then counts; of no day it is now."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_reading)

    on = Day(allow_none=True)
    as_then = Yes()


def _counting(*, rule: Any, **reading: Any) -> tuple[Any, AsOf | None]:
    return rule, _reading(**reading)


class CountingForm(ReadingForm):
    """A rule to be counted, now or as of a day."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_counting)

    rule = Table(required=True)


def _freezing(*, name: str, shared: bool = False, **reading: Any) -> FreezeWish:
    return FreezeWish(name=name, as_of=_reading(**reading), shared=shared)


class FreezeForm(ReadingForm):
    """What is frozen: its name, the day, who may use it."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_freezing)

    name = Text(most=120, required=True)
    shared = Yes()
