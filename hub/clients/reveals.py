"""Why somebody had a whole contact or number shown: asked before, logged after, read by some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.accounts.models import User
from hub.clients.forms import RevealWish
from hub.kernel import access, audit, keys, work
from hub.kernel.audit import AuditRow

SHOWN = 50  # the latest ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """That somebody looked: at what, and what he gave as his reason."""

    at: datetime
    who: str | None
    what: str
    why: str
    said: str


def note(client_id: int, what: Mapping[str, Any], wish: RevealWish) -> None:
    """Log after this unit that a value was read, and why; the words are sealed for the client."""
    actor = access.current()

    def write() -> None:
        said = keys.sealer(client_id).seal(wish.said) if wish.said else ""
        with access.acting(actor):
            detail = {**what, "why": wish.why.value, "said": said}
            audit.append("revealed", "client", client_id, detail)

    work.aside(write)


def of_client(client_id: int) -> list[Reveal]:
    """Who had what of a client shown, and why, the latest first."""
    rows = work.session().execute(
        select(AuditRow.at, User.name, AuditRow.detail)
        .outerjoin(User, User.id == AuditRow.actor_id)
        .where(
            AuditRow.subject == "client", AuditRow.subject_id == client_id,
            AuditRow.verb == "revealed",
        )
        .order_by(AuditRow.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return [
        Reveal(
            at=at, who=who, what=str(detail.get("paper") or "contact"),
            why=str(detail.get("why", "")), said=_open(client_id, detail.get("said", "")),
        )
        for at, who, detail in rows
    ]  # fmt: skip


def _open(client_id: int, sealed: str) -> str:
    if not sealed or not keys.exists(client_id):
        return ""
    return keys.opener(client_id).open(sealed)
