"""Every write to the consent ledger and the suppression list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, literal, select

from channels.consent import truth
from channels.consent.models import Consent, Suppression, Wording
from channels.consent.rules import ASKED, Source, Stop, flag_of
from hub.clients.flags import set_flags
from hub.clients.models import Address
from hub.kernel import access, audit, clock, work
from hub.kernel.base import Rows
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was said about messages of some classes, and how we know.

    Shape: `proof` is the hash of a file, a delivery's id or a note; `wording` the words shown.
    """

    granted: bool
    classes: tuple[MessageClass, ...] = ASKED
    source: Source
    proof: str
    wording: str = ""
    note: str = ""
    said_at: datetime | None = None
    ip: str = ""


def state(statement: Statement, addresses: Select[Any]) -> None:
    """Record one statement for every address in `addresses` (a select of ids), set-based.

    Raises: Invalid for a grant without wording or proof: it would prove nothing.
    """
    if statement.granted and not (statement.wording.strip() and statement.proof.strip()):
        raise Invalid({"wording": "write the words the client agreed to, and where they are kept"})
    session = work.session()
    wording = _wording(statement.wording) if statement.wording.strip() else None
    for klass in statement.classes:
        if klass not in ASKED:
            raise Invalid({"class": f"{klass} messages are not a matter of consent"})
        last = session.scalar(select(func.max(Consent.id))) or 0
        session.execute(
            insert(Consent).from_select(
                COLUMNS, _rows(statement, klass, wording, addresses), include_defaults=False
            )
        )
        said = select(Consent.address_id).where(
            Consent.id > last, Consent.klass == klass.value,
            Consent.granted == statement.granted, Consent.proof == statement.proof,
        )  # fmt: skip
        # What was said long ago may be recorded late: the flags follow the newest statement.
        agrees, refuses = (
            truth.agrees(Consent.address_id, klass),
            truth.refuses(Consent.address_id, klass),
        )
        for flag, stands in (
            (flag_of(klass), agrees),
            (flag_of(klass, granted=False), refuses),
        ):
            set_flags(flag, said.where(stands), True)
            set_flags(flag, said.where(~stands), False)


COLUMNS = [
    "address_id", "channel", "klass", "granted", "wording_id", "source", "note", "proof", "ip",
    "actor_id", "said_at", "at",
]  # fmt: skip


def _rows(
    statement: Statement, klass: MessageClass, wording: int | None, addresses: Select[Any]
) -> Rows:
    now = clock.now()
    return select(
        Address.id, Address.kind, literal(klass.value), literal(statement.granted),
        literal(wording), literal(statement.source.value), literal(statement.note),
        literal(statement.proof), literal(statement.ip), literal(access.current().user_id),
        literal(statement.said_at or now, Consent.said_at.type),
        literal(now, Consent.at.type),
    ).where(Address.id.in_(addresses))  # fmt: skip


def _wording(text: str) -> int:
    session = work.session()
    digest = hashlib.sha256(text.strip().encode()).hexdigest()
    found = session.scalar(select(Wording.id).where(Wording.hash == digest))
    if found is not None:
        return found
    row = Wording(hash=digest, text=text.strip(), created_at=clock.now())
    session.add(row)
    session.flush()
    return row.id


def withdraw(
    address_id: int, classes: tuple[MessageClass, ...], *, source: Source, proof: str, ip: str = ""
) -> None:
    """Record that an address wants no more of these classes, unless that stands already."""
    session = work.session()
    session.execute(select(Address.id).where(Address.id == address_id).with_for_update())
    new = tuple(
        klass
        for klass in classes
        if not session.scalar(select(truth.refuses(literal(address_id), klass)))
    )
    if not new:
        return
    statement = Statement(granted=False, classes=new, source=source, proof=proof, ip=ip)
    state(statement, select(literal(address_id)))
    audit.append("consent.withdrawn", "address", address_id, {"source": source.value})


def suppress(address_id: int, reason: Stop | str, *, days: int | None = None) -> None:
    """Let nothing but codes go to an address, for some days or until it is lifted.

    Shape: a reason is one of ours, or in a person's words.
    """
    until = None if days is None else clock.now() + timedelta(days=days)
    _decide(address_id, active=True, reason=str(reason), until=until)


def lift(address_id: int, reason: str) -> None:
    """Let messages go to a suppressed address again."""
    _decide(address_id, active=False, reason=reason, until=None)


def _decide(address_id: int, *, active: bool, reason: str, until: datetime | None) -> None:
    session = work.session()
    address = session.get_one(Address, address_id)
    session.add(
        Suppression(
            address_id=address_id,
            channel=address.kind,
            active=active,
            reason=reason,
            until=until,
            actor_id=access.current().user_id,
            at=clock.now(),
        )
    )
    session.flush()
    set_flags("suppressed", select(literal(address_id)), active)
    verb = "suppression.set" if active else "suppression.lifted"
    audit.append(verb, "address", address_id, {"reason": reason})


def lift_expired() -> None:
    """Job: lift suppressions whose time is over."""
    session = work.session()
    newest = (
        select(Suppression.address_id, Suppression.active, Suppression.until)
        .where(
            Suppression.id
            == select(Suppression.id)
            .where(Suppression.address_id == Address.id)
            .order_by(Suppression.id.desc())
            .limit(1)
            .correlate(Address)
            .scalar_subquery(),
            Address.id == Suppression.address_id,
        )
        .where(Suppression.active, Suppression.until <= clock.now())
    )
    for row in session.execute(newest).all():
        lift(row.address_id, "time_over")
