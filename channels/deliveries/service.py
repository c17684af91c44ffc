"""Every write to batches: post, pause, resume, cancel. The implementation of the messages port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import Select, func, literal, select, update

from channels.deliveries import (
    asking,
    direct,
    dry_run,
    prepare,
    previews,
    progress,
    queries,
    secrets,
    slicing,
    watching,
    words,
)
from channels.deliveries.models import Batch, Content, Delivery
from channels.deliveries.rules import BatchState, State, may_move
from hub.kernel import access, audit, clock, tracing, work
from hub.kernel.base import table_of
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.messages import Message, MessageClass
from hub.kernel.reports import Filled, Progress, Reason, Report

_deliveries = table_of(Delivery)

NAMES = ("email", "sms")


class Poster:
    """Delivers messages: what `hub.kernel.messages` calls."""

    def post(self, message: Message, person_id: int) -> int:
        """One person, in the caller's transaction: gates are asked at once."""
        batch = _new_batch(message)
        audience = select(literal(person_id).label("person_id"))
        slicing.freeze(batch, audience)
        slicing.write_slice(batch, 0, person_id)
        prepare.finish(batch)
        return batch.id

    def post_to(self, message: Message, audience: Select[Any]) -> int:
        """An audience: ids are frozen now, gates are asked in slices after commit."""
        batch = _new_batch(message)
        slicing.freeze(batch, audience)
        slicing.ask_from(batch, 0)
        return batch.id

    def post_to_address(self, message: Message, to: str, person_id: int | None) -> int:
        """A code to an address, whoever uses it."""
        if message.klass is not MessageClass.CODE:
            raise Invalid({"klass": "only a code goes to an address that is no client's"})
        batch = _new_batch(message)
        direct.queue(batch, message.channels, to, person_id)
        return batch.id

    def post_test(self, message: Message, to: str, person_id: int) -> int:
        """To any address, past the gates but those that bind a code: the tester asked for it."""
        batch = _new_batch(replace(message, at=None))
        address = direct.queue(batch, message.channels, to, person_id)
        audit.append("messages.tested", "batch", batch.id, {"address": address})
        return batch.id

    def check(self, message: Message) -> None:
        """Refuse words that cannot be sent."""
        previews.check(message)

    def preview(self, message: Message, person_id: int) -> tuple[Filled, ...]:
        """The message as this person would get it."""
        return previews.preview(message, person_id)

    def dry_run(self, message: Message, audience: Select[Any]) -> Report:
        """Who would not get it, and why."""
        return dry_run.run(asking.of_message(message), audience)

    def stopped(
        self, message: Message, audience: Select[Any], *, channel: str, reason: str
    ) -> Select[Any]:
        """Whom this reason stops."""
        return dry_run.people(asking.of_message(message), audience, channel=channel, reason=reason)

    def move(self, batch_id: int, to: Literal["pause", "resume", "cancel"]) -> None:
        """Pause, resume or cancel."""
        {"pause": pause, "resume": resume, "cancel": cancel}[to](batch_id)

    def resend_failed(self, batch_id: int) -> int:
        """Queue what failed once more."""
        return resend_failed(batch_id)

    def progress(self, batch_id: int) -> Progress:
        """How far it is."""
        return Progress(**progress.counts(batch_id))

    def batches(self) -> Select[Any]:
        """Every batch as its sender sees it."""
        return watching.batches()

    def recipients(self, batch_id: int) -> Select[Any]:
        """The recipients of a batch whom the present actor may see."""
        return queries.of_batch(access.current(), batch_id)

    def reasons(self) -> Mapping[str, Reason]:
        """Reasons that are no gate's."""
        return watching.REASONS


def _new_batch(message: Message) -> Batch:
    if not message.channels or set(message.channels) - set(NAMES):
        raise Invalid({"channels": f"one or more of {', '.join(NAMES)}"})
    texts = {language: dict(parts) for language, parts in message.content.texts.items()}
    words.check(texts, message.channels)
    session = work.session()
    if session.scalar(select(Batch.id).where(Batch.cause == message.cause)) is not None:
        raise Conflict(_("This was sent already."), code="already-sent")
    now = clock.now()
    batch = Batch(
        cause=message.cause,
        klass=message.klass,
        channels=list(message.channels),
        content_id=store_content(texts),
        topic=message.topic,
        risk=message.risk,
        gates=[gate.name for gate in asking.of_message(message).gates],
        state=BatchState.PREPARING,
        due_at=message.at or now,
        owner_id=message.owner_id,
        room=message.room or f"batch:{message.cause}",
        variables=dict(message.variables),
        origin=tracing.origin(),
        sealed=secrets.closed(message.secret),
        expires_at=_end(message),
        created_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def _end(message: Message) -> datetime | None:
    if message.valid_s is None:
        return None
    return (message.at or clock.now()) + timedelta(seconds=message.valid_s)


def store_content(texts: dict[str, dict[str, str]]) -> int:
    """The id of these words, stored once by hash."""
    session, digest = work.session(), words.hash_of(texts)
    found = session.scalar(select(Content.id).where(Content.hash == digest))
    if found is not None:
        return found
    content = Content(hash=digest, texts=texts, created_at=clock.now())
    session.add(content)
    session.flush()
    return content.id


def pause(batch_id: int, why: str = "") -> None:
    """Stop handing out; what is on the wire arrives, the rest waits.

    Raises: NotFound, Conflict when it is not sending.
    """
    batch = _move(batch_id, BatchState.PAUSED)
    batch.why = why
    prepare.tell(batch)


def resume(batch_id: int) -> None:
    """Go on where it stopped: nothing is skipped, nothing doubled.

    Raises: NotFound, Conflict when it is not paused or held; Invalid when a gate is gone.
    """
    batch = _move(batch_id, BatchState.SENDING)
    asking.of_batch(batch)
    if slicing.go_on_asking(batch):
        return
    if batch.started_at is None and batch.due_at > clock.now():
        prepare.wait_for_its_time(batch)
    else:
        batch.started_at = batch.started_at or clock.now()
        prepare.send_open(batch)


def cancel(batch_id: int) -> None:
    """End it: everything that is still queued is cancelled for good.

    Raises: NotFound, Conflict when it is over already.
    """
    batch = _move(batch_id, BatchState.CANCELLED)
    prepare.cancel_open(batch)
    batch.done_at, batch.sealed = clock.now(), None
    prepare.tell(batch)


REFUSALS: dict[BatchState, Callable[[], str]] = {
    BatchState.PAUSED: lambda: _("It is not being sent now, so it cannot be paused."),
    BatchState.SENDING: lambda: _("It is not paused, so it cannot be resumed."),
    BatchState.CANCELLED: lambda: _("It is over already, so it cannot be cancelled."),
}


def _move(batch_id: int, to: BatchState) -> Batch:
    """Take the batch to another state; two people pressing at once do it once."""
    session = work.session()
    batch = session.get(Batch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound
    if not may_move(BatchState(batch.state), to):
        raise Conflict(REFUSALS[to](), code=f"batch-{batch.state}")
    batch.state = to
    return batch


def resend_failed(batch_id: int) -> int:
    """Queue what failed once more, and nothing else.

    Shape: how many are queued again.
    """
    batch = work.session().get(Batch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound
    if batch.state != BatchState.DONE:
        raise Conflict(_("Resend once it is done."), code=f"batch-{batch.state}")
    if batch.expires_at is not None:
        raise Conflict(_("A code is never sent a second time."), code="too-late")
    failed = (_deliveries.c.batch_id == batch_id) & (_deliveries.c.state == State.FAILED)
    count = work.session().scalar(select(func.count()).where(failed)) or 0
    if count:
        work.session().execute(
            update(_deliveries).where(failed).values(state=State.QUEUED, tries=0, due_at=None)
        )
        prepare.send_open(batch)
    return count
