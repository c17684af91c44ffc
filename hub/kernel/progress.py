"""Operations that take longer than a second: how far, what came of it, and a way to stop it.

A room names the work by `job(…)`, an external job, so that no unit is open while it takes its
time; each step is told in a short unit of its own, so that whoever watches sees it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Select, select

from hub.kernel import access, audit, clock, operations, outbox, pulse, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, HubError, brief
from hub.kernel.module import External
from hub.kernel.operations import OPEN, Operation, OperationState
from hub.kernel.sentences import N_, kept

log = structlog.get_logger(__name__)

TELL_S = 0.5  # how often a running operation is told of


class Cancelled(HubError):
    """Somebody asked the operation to stop; what it had finished stays."""

    status, code = 409, "cancelled"


def begin(kind: str, title: str, *, total: int | None = None, **args: Any) -> int:
    """Note an operation of the present actor and hand it to the job of its kind → its id.

    Shape: `title` is a sentence as `sentences.kept` writes it: one msgid for all of a kind.
    """
    row = _noted(kind, title, OperationState.WAITING, total=total)
    row.job_key = outbox.key_of(kind, str(row.id))
    outbox.defer(kind, str(row.id), operation_id=row.id, args=args)
    return row.id


def note(kind: str, key: str, title: str, *, link: str = "", total: int = 100) -> int:
    """Note an operation that the caller's own job `kind` carries on, deferred by `key` → its id.

    Shape: told of by `tell`, over by `end`; `title` as for `begin`; `link` is the path of what
        comes of it.
    """
    job_key = outbox.key_of(kind, key)
    running = OperationState.RUNNING
    return _noted(kind, title, running, job_key=job_key, link=link, total=total).id


def _noted(kind: str, title: str, state: OperationState, **values: Any) -> Operation:
    now = clock.now()
    row = Operation(
        kind=kind, title=title, owner_id=access.current().user_id, result={}, state=state,
        begun_at=now, told_at=now, **({"job_key": ""} | values),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    return row


def tell(operation_id: int, done: int) -> None:
    """Say how far a noted operation is, in the caller's unit; what is over stays as it ended."""
    if operations.is_open(operation_id):
        operations.change(operation_id, done=done)


def end(operation_id: int, state: OperationState, problem: str = "") -> None:
    """Say how a noted operation ended, in the caller's unit; what is over stays as it ended.

    Shape: `problem` is a sentence as `sentences.kept` writes it.
    """
    row = work.session().get(Operation, operation_id)
    if row is not None and row.state in OPEN:
        done = row.total or row.done if state is OperationState.DONE else row.done
        operations.close(operation_id, state, done=done, problem=problem)


class Teller:
    """What a running operation tells of itself with."""

    def __init__(self, operation_id: int) -> None:
        self.id = operation_id
        self._told = 0.0

    def step(self, done: int, total: int | None = None) -> None:
        """Say how far it is, at most twice a second.

        Shape: from inside a reading unit too; never from a writing one.
        Raises: Cancelled when somebody asked it to stop.
        """
        pulse.beat()
        if time.monotonic() - self._told < TELL_S:
            return
        self._told = time.monotonic()
        values: dict[str, Any] = {"done": done} | ({} if total is None else {"total": total})
        row: tuple[bool] = work.apart(lambda: (operations.change(self.id, **values).cancel_asked,))
        if row[0]:
            raise Cancelled


@dataclass(frozen=True, slots=True)
class Claimed:
    """An operation in a worker's hands."""

    id: int
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation ended."""

    state: OperationState
    result: Mapping[str, Any]
    problem: str = ""


Act = Callable[[Teller, Mapping[str, Any]], Mapping[str, Any]]


def job(kind: str, act: Act, *, link: Callable[[int], str] | None = None) -> External:
    """The job of a kind of operation.

    Shape: `act(teller, args)` → its result, no unit open; `link(operation_id)` → the path of what
        came of it. It is done once: what fails is said, and not tried again by itself.
    """
    return External(
        name=kind, claim=_claim, act=partial(_act, act),
        record=partial(_record, link or (lambda _: "")), recover=_recover,
    )  # fmt: skip


def _claim(owner: str, *, operation_id: int, args: Mapping[str, Any]) -> Claimed | None:
    row = work.session().get(Operation, operation_id, with_for_update=True)
    if row is None or row.state != OperationState.WAITING:
        return None
    operations.change(operation_id, state=OperationState.RUNNING, worker=owner)
    return Claimed(operation_id, args)


def _act(act: Act, claimed: Claimed) -> Outcome:
    try:
        return Outcome(OperationState.DONE, act(Teller(claimed.id), claimed.args))
    except Cancelled:
        return Outcome(OperationState.CANCELLED, {})
    except HubError as error:
        return Outcome(OperationState.FAILED, {}, kept((error.detail or brief(error))[:500]))
    except Exception as error:
        log.exception("operation_failed", operation=claimed.id)
        return Outcome(OperationState.FAILED, {}, kept(brief(error)[:500]))


def _record(link: Callable[[int], str], claimed: Claimed, outcome: Outcome) -> None:
    row = work.session().get_one(Operation, claimed.id)
    values: dict[str, Any] = {"result": dict(outcome.result), "problem": outcome.problem}
    if outcome.state is OperationState.DONE:
        total = row.total or row.done or 1
        values |= {"done": total, "total": total, "link": link(claimed.id)}
    operations.close(claimed.id, outcome.state, **values)
    short = {name: value for name, value in outcome.result.items() if not isinstance(value, list)}
    audit.append(outcome.state, "operation", claimed.id, {"kind": row.kind} | short)


def _recover(owner: str) -> None:
    """A worker died over it: it is not begun again by itself."""
    query = select(Operation.id).where(
        Operation.state == OperationState.RUNNING, Operation.worker == owner
    )
    for number in work.session().scalars(query).all():  # one a process
        operations.close(number, OperationState.FAILED, problem=kept(N_("its worker ended")))


def cancel(operation_id: int) -> None:
    """Ask an operation to stop at its next step.

    Raises: NotFound, Conflict when it is over.
    """
    row = one(operation_id)
    if row.state not in OPEN:
        raise Conflict("it is over already", code="over")
    row.cancel_asked = True
    if row.worker is None:  # not begun, or noted: whoever carries it on sees that it is over
        operations.close(operation_id, OperationState.CANCELLED)
    audit.append("cancelled", "operation", operation_id, {"kind": row.kind})


def visible() -> Select[Any]:
    """The present actor's own operations; all of them for whoever runs the system."""
    actor = access.current()
    if actor.holds("operations.read"):
        return select(Operation)
    return select(Operation).where(Operation.owner_id == (actor.user_id or 0))


def one(operation_id: int) -> Operation:
    """An operation the present actor may see.

    Raises: NotFound.
    """
    found: Operation | None = work.session().scalar(visible().where(Operation.id == operation_id))
    return access.found(found)


def may_watch(actor: Actor, operation_id: int) -> bool:
    """Whether somebody may join an operation's live room."""
    row = work.session().get(Operation, operation_id)
    if row is None:
        return False
    return actor.holds("operations.read") or row.owner_id == actor.user_id
