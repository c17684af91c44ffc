"""Port: the wish that a message reaches people. Implemented by channels/."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select

from hub.kernel.errors import Unavailable


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
class Content:
    """A message's words, by language.

    Shape: texts[language][part], parts: "subject", "text", "html" (e-mail), "sms".
        Each part is a sandboxed Jinja template.
    """

    texts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to say, why, and how it may travel.

    Shape: `cause` is "<room>.<kind>:<id>" and unique per batch; `risk` an R1–R5 grade;
        `variables` maps a name in the templates to a client fact or fixed text;
        `room` is the live room that watches progress.
    """

    cause: str
    klass: MessageClass
    content: Content
    channels: tuple[str, ...]
    topic: str = ""
    risk: str = ""
    at: datetime | None = None
    owner_id: int | None = None
    room: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


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


class Post(Protocol):
    """What channels/ implements."""

    def post(self, message: Message, person_id: int) -> int:
        """Queue for one person in the caller's transaction → batch id."""
        ...

    def post_to(self, message: Message, audience: Select[Any]) -> int:
        """Queue for everybody in `audience` (a select of client ids) → batch id."""
        ...


class NoPost:
    """No module delivers messages."""

    def post(self, message: Message, person_id: int) -> int:
        """Refuse: a wish that nobody can fulfil must not look fulfilled."""
        del message, person_id
        raise Unavailable("no module that delivers messages is installed")

    def post_to(self, message: Message, audience: Select[Any]) -> int:
        """Refuse."""
        del message, audience
        raise Unavailable("no module that delivers messages is installed")


_post: list[Post] = [NoPost()]


def implement(post: Post) -> None:
    """Install who delivers."""
    _post[:] = [post]


def post(message: Message, person_id: int) -> int:
    """Send `message` to one client; nothing leaves if the caller's unit rolls back."""
    return _post[0].post(message, person_id)


def post_to(message: Message, audience: Select[Any]) -> int:
    """Send `message` to a select of client ids, set-based."""
    return _post[0].post_to(message, audience)
