"""Devices that are signed in: opened, found again at each request, listed, ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, update

from hub.accounts.models import Session, User
from hub.accounts.rules import IDLE_S, SEEN_EVERY_S, STAY_S
from hub.kernel import access, audit, clock, live, tracing, work

KNOWN_DAYS = 90  # how long a network is known as one's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a session is told of the browser: how it names itself and whence it came."""

    name: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How somebody proved who he is.

    Shape: `via` names the ways, joined by +; `factors` counts them.
    """

    via: str
    factors: int


def open_for(user_id: int, proof: Proof, device: Device, *, stays: bool) -> str:
    """Begin a session → the key that its cookie holds."""
    key, now = secrets.token_urlsafe(32), clock.now()
    work.session().add(
        Session(
            user_id=user_id, mark=_mark(key), via=proof.via, factors=proof.factors, stays=stays,
            device=device.name[:200], network=device.network[:45], first_seen=now, last_seen=now,
        )
    )  # fmt: skip
    work.session().flush()
    return key


def find(key: str) -> Session | None:
    """The session of a key, unless it has ended."""
    row = work.session().scalar(_FOUND, {"mark": _mark(key)})
    return row if row is not None and _lasts(row) else None


# Every request asks this: the statement is built once.
_FOUND = select(Session).where(Session.mark == bindparam("mark"), Session.ended_at.is_(None))


def _lasts(row: Session) -> bool:
    """The same as `is_open` of a session in hand that nobody ended."""
    now = clock.now()
    kept = row.first_seen > now - timedelta(seconds=STAY_S)
    return kept and (row.stays or row.last_seen > now - timedelta(seconds=IDLE_S))


def see(session: Session) -> None:
    """Note, after this unit, that a request came; not more often than every few minutes."""
    now, session_id = clock.now(), session.id
    if (now - session.last_seen).total_seconds() < SEEN_EVERY_S:
        return
    change = update(Session).where(Session.id == session_id).values(last_seen=now)

    def note() -> None:
        work.session().execute(change)

    work.aside(note)


def is_open() -> ColumnElement[bool]:
    """Condition: `Session` has not ended."""
    now = clock.now()
    idle = Session.last_seen > now - timedelta(seconds=IDLE_S)
    kept = Session.first_seen > now - timedelta(seconds=STAY_S)
    return and_(Session.ended_at.is_(None), kept, or_(Session.stays, idle))


def of_user(user_id: int) -> Select[Any]:
    """A user's sessions, the present and the past."""
    return select(Session).where(Session.user_id == user_id)


def networks_of(user_id: int) -> frozenset[str]:
    """The networks from which a user has come in by two factors of late."""
    since = clock.now() - timedelta(days=KNOWN_DAYS)
    proved = of_user(user_id).where(Session.factors > 1, Session.first_seen > since)
    found = work.session().scalars(proved.with_only_columns(Session.network).distinct())
    return frozenset(tracing.network_of(network) for network in found)


def open_ones(user_id: int) -> list[Session]:
    """A user's sessions that have not ended, the latest first."""
    rows = of_user(user_id).where(is_open()).order_by(Session.last_seen.desc(), Session.id.desc())
    return list(work.session().scalars(rows))


def end(user_id: int, session_id: int) -> None:
    """End one session of a user, its live connections too.

    Raises: NotFound when it is not his or over.
    """
    mine = of_user(user_id).where(Session.id == session_id, Session.ended_at.is_(None))
    row: Session = access.found(work.session().scalar(mine))
    row.ended_at = clock.now()
    live.drop(f"session:{session_id}")
    audit.append("session-ended", "user", user_id, {"session": session_id})


def end_all(user_id: int, *, but: int | None = None) -> int:
    """End every session of a user, but perhaps one → how many."""
    query = select(Session.id).where(
        Session.user_id == user_id, is_open(), Session.id != (but or 0)
    )
    ids = list(work.session().scalars(query))
    work.session().execute(
        update(Session).where(Session.id.in_(ids)).values(ended_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    rooms = [f"user:{user_id}"] if but is None else [f"session:{one}" for one in ids]
    for room in rooms:
        live.drop(room)
    audit.append("sessions-ended", "user", user_id, {"count": len(ids)})
    return len(ids)


def last_seen() -> Any:
    """When `User` was last here, as a correlated value."""
    return (
        select(Session.last_seen)
        .where(Session.user_id == User.id)
        .order_by(Session.last_seen.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
