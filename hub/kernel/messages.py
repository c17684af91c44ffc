"""Port: the wish that a message reaches people. Implemented by channels/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import Select

from hub.kernel import modules
from hub.kernel.errors import Unavailable
from hub.kernel.gates import ALL_CLASSES as ALL_CLASSES
from hub.kernel.gates import ChannelSpec as ChannelSpec
from hub.kernel.gates import Gate as Gate
from hub.kernel.gates import MessageClass as MessageClass
from hub.kernel.reports import Filled, Progress, Reason, Report


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
        `variables` maps a name in the templates to a client fact or fixed text; `secret` the same
        for what nobody may read afterwards (a code, a link): sealed, and gone once it is sent;
        `room` is the live room that watches progress.
    Units: `valid_s` seconds after which it is never sent, nor tried again.
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
    secret: Mapping[str, str] = field(default_factory=dict)
    valid_s: int | None = None


class Post(Protocol):
    """What channels/ implements. Rights are the caller's business."""

    def post(self, message: Message, person_id: int) -> int:
        """Queue for one person in the caller's transaction → batch id."""
        ...

    def post_to(self, message: Message, audience: Select[Any]) -> int:
        """Queue for everybody in `audience` (a select of client ids) → batch id."""
        ...

    def post_to_address(self, message: Message, to: str, person_id: int | None) -> int:
        """Queue a code to the address `to`, whoever uses it → batch id."""
        ...

    def post_test(self, message: Message, to: str, person_id: int) -> int:
        """Queue to the address `to` in the words `person_id` would get → batch id."""
        ...

    def check(self, message: Message) -> None:
        """Refuse words that cannot be sent.

        Raises: Invalid; a field is "<language>.<part>", or the part when it is missing.
        """
        ...

    def preview(self, message: Message, person_id: int) -> tuple[Filled, ...]:
        """The message as this person would get it, channel by channel."""
        ...

    def dry_run(self, message: Message, audience: Select[Any]) -> Report:
        """Who would not get it, and why."""
        ...

    def stopped(
        self, message: Message, audience: Select[Any], *, channel: str, reason: str
    ) -> Select[Any]:
        """Select of person_id, address_id: whom this reason stops; "" gives those who get it."""
        ...

    def move(self, batch_id: int, to: Literal["pause", "resume", "cancel"]) -> None:
        """Pause, resume or cancel.

        Raises: NotFound, Conflict when its state does not allow it.
        """
        ...

    def resend_failed(self, batch_id: int) -> int:
        """Queue what failed once more → how many."""
        ...

    def progress(self, batch_id: int) -> Progress:
        """How far it is."""
        ...

    def batches(self) -> Select[Any]:
        """Select of batch_id, state, why, snapshot, due_at, started_at, done_at."""
        ...

    def recipients(self, batch_id: int) -> Select[Any]:
        """Recipients whom the present actor may see.

        Shape: as `recipients` below.
        """
        ...

    def reasons(self) -> Mapping[str, Reason]:
        """Reasons that are no gate's: a provider's refusals, lost replies."""
        ...


_post: list[Post] = []


def implement(post: Post) -> None:
    """Install who delivers."""
    _post[:] = [post]


def is_installed() -> bool:
    """Whether a module delivers messages."""
    return bool(_post)


def _installed() -> Post:
    if not _post:
        # A wish that nobody can fulfil must not look fulfilled.
        raise Unavailable("no module that delivers messages is installed")
    return _post[0]


def post(message: Message, person_id: int) -> int:
    """Send `message` to one client; nothing leaves if the caller's unit rolls back."""
    return _installed().post(message, person_id)


def post_to(message: Message, audience: Select[Any]) -> int:
    """Send `message` to a select of client ids, set-based."""
    return _installed().post_to(message, audience)


def post_to_address(message: Message, to: str, *, person_id: int | None = None) -> int:
    """Send `message`, a code of one channel, to an address; `person_id` when a client is meant."""
    return _installed().post_to_address(message, to, person_id)


def post_test(message: Message, to: str, person_id: int) -> int:
    """Send `message`, of one channel, to any address in the words a client would get."""
    return _installed().post_test(message, to, person_id)


def check(message: Message) -> None:
    """Refuse words that cannot be sent.

    Raises: Invalid; a field is "<language>.<part>", or the part when it is missing.
    """
    _installed().check(message)


def preview(message: Message, person_id: int) -> tuple[Filled, ...]:
    """The message as a client would get it, channel by channel."""
    return _installed().preview(message, person_id)


def dry_run(message: Message, audience: Select[Any]) -> Report:
    """Who of `audience` would not get `message`, and why."""
    return _installed().dry_run(message, audience)


def stopped(message: Message, audience: Select[Any], *, channel: str, reason: str) -> Select[Any]:
    """Select of person_id, address_id: whom `reason` stops on `channel`."""
    return _installed().stopped(message, audience, channel=channel, reason=reason)


def move(batch_id: int, to: Literal["pause", "resume", "cancel"]) -> None:
    """Pause, resume or cancel a batch.

    Raises: NotFound, Conflict when its state does not allow it.
    """
    _installed().move(batch_id, to)


def resend_failed(batch_id: int) -> int:
    """Queue what failed once more, and nothing else → how many."""
    return _installed().resend_failed(batch_id)


def progress(batch_id: int) -> Progress:
    """How far a batch is.

    Raises: NotFound.
    """
    return _installed().progress(batch_id)


def batches() -> Select[Any]:
    """Select of batch_id, state, why, snapshot, due_at, started_at, done_at."""
    return _installed().batches()


def recipients(batch_id: int) -> Select[Any]:
    """The batch's recipients whom the present actor may see.

    Shape: id, person_id, name, channel, address, state, reason, code, tries, segments, cost, at.
    """
    return _installed().recipients(batch_id)


def reasons() -> dict[str, Reason]:
    """Every reason why a message may not arrive: the gates' and the deliverer's own."""
    gates = {
        gate.name: Reason(title=gate.title, cure=gate.cure)
        for module in modules.loaded().items
        for gate in module.gates
    }
    return gates | dict(_installed().reasons())


def channels() -> dict[str, ChannelSpec]:
    """Every way to reach people, by name."""
    return {spec.name: spec for module in modules.loaded().items for spec in module.channels}
