"""Classes of messages, ways to reach people, and what may stand between the two."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


class MessageClass(enum.StrEnum):
    """What a message is for the law: decides which gates bind it."""

    CODE = "code"
    NOTICE = "notice"
    SERVICE = "service"
    PROMOTION = "promotion"

    @property
    def lane(self) -> str:
        """The lane it travels on: codes first, promotions last."""
        return self.value


ALL_CLASSES = frozenset(MessageClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A way to reach people; `address_kind` is the kind of contact point it uses."""

    name: str
    title: Any
    address_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Why a person may not get a message now.

    Shape: either `flag` (a bit of client or address that stops when set, or when missing if
        `stops_when_unset`), or `select(recipients)` → select(person, channel, reason,
        held_until) over the recipients' selectable (person, address_id, channel, klass,
        topic, risk, at), or neither: a gate that channels itself computes.
        Lower `order` is asked first.
    """

    name: str
    title: Any
    order: int
    classes: frozenset[MessageClass] = ALL_CLASSES
    flag: str = ""
    stops_when_unset: bool = False
    cure: Any = ""  # what to do about it, shown in the dry run
    select: Callable[[Any], Select[Any]] | None = None
