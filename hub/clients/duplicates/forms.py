"""What is decided on a pair, as it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from hub.clients.duplicates.rules import WHY_MOST
from hub.pages.fields import Several, Text, Whole, Yes
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeWish:
    """Which of the two is kept, and the fields in which the other one is right."""

    keep: int
    take: frozenset[str]
    why: str


def _merge(*, keep: int, take: list[str] | None = None, why: str = "") -> MergeWish:
    return MergeWish(keep=keep, take=frozenset(take or ()), why=why)


class MergeForm(Form):
    """How two clients become one."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_merge)

    keep = Whole(required=True)
    take = Several(Text(most=64))
    why = Text(most=WHY_MOST)


class ApartForm(Form):
    """Why two clients are two people."""

    why = Text(most=WHY_MOST, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoWish:
    """Why a merge is taken back; `rest` leaves with the kept one what was changed since."""

    why: str
    rest: bool = False


class UndoForm(Form):
    """How a merge is taken back."""

    into: ClassVar[Callable[..., Any]] = UndoWish

    why = Text(most=WHY_MOST, required=True)
    rest = Yes()


class PairForm(Form):
    """Two client numbers that somebody holds for one person's."""

    first = Text(most=64, required=True)
    second = Text(most=64, required=True)
