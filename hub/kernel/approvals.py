"""Maker ≠ checker: what one person prepared and another releases, bound to a hash of it.

A room names a kind in its manifest and asks; whoever holds the kind's right and did not prepare
it decides. What was approved is what was seen: if the content has changed since, nothing is
decided. One list for all rooms.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, Index, Select, String, Text, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, audit, clock, live, modules, work
from hub.kernel.base import Base, Id, Utc
from hub.kernel.errors import Conflict, Forbidden, Invalid
from hub.kernel.events import plain


class Decision(enum.StrEnum):
    """Where a request for approval stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"  # changed or withdrawn before anybody decided, or after


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalKind:
    """Something that needs a second person.

    Shape: `needs` is the right to decide; `content(subject_id)` → what is decided on, as it
        stands now, or None when it is gone; `decided(subject_id, approved)` does what follows,
        in the same unit; `link(subject_id)` → the path of its page.
    """

    name: str
    title: Any
    needs: str
    content: Callable[[int], Mapping[str, Any] | None]
    decided: Callable[[int, bool], None]
    link: Callable[[int], str]


class Approval(Base):
    """One request: by whom, for what exactly, and what became of it."""

    __tablename__ = "kernel_approval"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name="four_eyes"),
        Index(
            "uq_kernel_approval_waiting", "kind", "subject_id", unique=True,
            sqlite_where=text("decision = 'waiting'"),
            postgresql_where=text("decision = 'waiting'"),
        ),
        Index("ix_kernel_approval_decision", "decision", "kind", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int]
    title: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int]
    made_at: Mapped[Utc]
    decision: Mapped[str] = mapped_column(String(16), default=Decision.WAITING)
    decided_by: Mapped[int | None]
    decided_at: Mapped[Utc | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class NotAsSeen(Conflict):
    """What is to be decided on has changed since it was asked for."""

    code = "not-as-seen"


def hash_of(content: Mapping[str, Any]) -> str:
    """The hash an approval is bound to."""
    said = json.dumps(plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def kinds() -> dict[str, ApprovalKind]:
    """Every kind of the loaded modules."""
    return {kind.name: kind for item in modules.loaded().items for kind in item.approvals}


def ask(kind: str, subject_id: int, title: str) -> int:
    """Ask for the approval of what a subject holds now → the request's id.

    An earlier request for it that still waits is void.
    Raises: Forbidden for the system and for strangers: a maker has a name.
    """
    actor = access.current()
    if actor.user_id is None:
        raise Forbidden(code="no-maker")
    content = access.found(kinds()[kind].content(subject_id))
    void(kind, subject_id)
    row = Approval(
        kind=kind, subject_id=subject_id, title=title[:255], hash=hash_of(content),
        made_by=actor.user_id, made_at=clock.now(), decision=Decision.WAITING,
    )  # fmt: skip
    session = work.session()
    session.add(row)
    session.flush()
    audit.append("asked", "approval", row.id, {"kind": kind, "subject": subject_id})
    live.push("desk:0", "bell", {"approval": row.id})
    return row.id


def decide(approval_id: int, *, approve: bool, reason: str = "", seen: str) -> None:
    """Approve or reject what the decider has seen.

    Shape: `seen` is the hash that his page showed.
    Raises: NotFound, Forbidden for the maker and without the right; Invalid for a rejection
        without a reason; Conflict when it is decided already; NotAsSeen.
    """
    row = access.found(work.session().get(Approval, approval_id, with_for_update=True))
    kind = access.found(kinds().get(row.kind))
    actor = access.demand(kind.needs)
    if actor.user_id is None or actor.user_id == row.made_by:
        raise Forbidden(_("Whoever prepared it cannot release it."), code="own-work")
    if row.decision != Decision.WAITING:
        raise Conflict(_("This was decided already."), code="decided")
    if not approve and not reason.strip():
        raise Invalid({"reason": _("Say why, so that it can be put right.")})
    content = kind.content(row.subject_id)
    if content is None or hash_of(content) != row.hash or seen != row.hash:
        raise NotAsSeen(_("It has changed since it was submitted: have it submitted again."))
    row.decision = Decision.APPROVED if approve else Decision.REJECTED
    row.decided_by, row.decided_at, row.reason = actor.user_id, clock.now(), reason.strip()
    work.session().flush()
    audit.append(row.decision, "approval", row.id, {"kind": row.kind, "subject": row.subject_id})
    kind.decided(row.subject_id, approve)
    live.push(f"user:{row.made_by}", "bell", {"approval": row.id})


def holds(kind: str, subject_id: int, content: Mapping[str, Any]) -> bool:
    """Whether exactly this content stands approved."""
    query = select(Approval.id).where(
        Approval.kind == kind, Approval.subject_id == subject_id,
        Approval.decision == Decision.APPROVED, Approval.hash == hash_of(content),
    )  # fmt: skip
    return work.session().scalar(query.limit(1)) is not None


def is_asked(kind: str, subject_id: int) -> bool:
    """Whether somebody asked for an approval that nobody has decided on."""
    query = select(Approval.id).where(
        Approval.kind == kind, Approval.subject_id == subject_id,
        Approval.decision == Decision.WAITING,
    )  # fmt: skip
    return work.session().scalar(query.limit(1)) is not None


def void(kind: str, subject_id: int) -> None:
    """Take back what waits or was approved: its subject has changed or is gone."""
    work.session().execute(
        update(Approval)
        .where(
            Approval.kind == kind, Approval.subject_id == subject_id,
            Approval.decision.in_((Decision.WAITING, Decision.APPROVED)),
        )
        .values(decision=Decision.VOID)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def waiting() -> Select[Any]:
    """Requests that the present actor may decide: other people's, of kinds he has the right for."""
    actor = access.current()
    mine = [kind.name for kind in kinds().values() if actor.holds(kind.needs)]
    return select(Approval).where(
        Approval.decision == Decision.WAITING, Approval.kind.in_(mine),
        Approval.made_by != (actor.user_id or 0),
    )  # fmt: skip


def visible() -> Select[Any]:
    """All requests the present actor may see: those of his kinds, and his own."""
    actor = access.current()
    mine = [kind.name for kind in kinds().values() if actor.holds(kind.needs)]
    return select(Approval).where(
        Approval.kind.in_(mine) | (Approval.made_by == (actor.user_id or 0))
    )
