"""What drafts and templates share: born of an actor, changed in one window at a time."""

from __future__ import annotations

from typing import Any

from campaigns.models import Campaign, Template
from hub.kernel import access, audit, clock, work
from hub.kernel.errors import Invalid


def stamps() -> dict[str, Any]:
    """Owner and times of a row that the present actor makes.

    Raises: Forbidden.
    """
    actor, now = access.demand("campaigns.write"), clock.now()
    assert actor.user_id is not None
    return {"owner_id": actor.user_id, "created_at": now, "changed_at": now}


def keep(row: Campaign | Template, subject: str, **detail: int) -> int:
    """Store a new row and log it → its id."""
    work.session().add(row)
    work.session().flush()
    audit.append("created", subject, row.id, detail)
    return row.id


def expect(row: Campaign | Template, version: int, told: str) -> None:
    """Refuse to change a row that somebody changed since `version`.

    Raises: Invalid with `told`.
    """
    if row.version != version:
        raise Invalid({"version": told})


def touch(row: Campaign | Template) -> None:
    """Note that the row was changed."""
    row.version, row.changed_at = row.version + 1, clock.now()
