"""Agreements are concluded, their versions signed and corrected, ended; the signed file is kept.

The versions of an agreement, as known at any moment, lie one after the other: whatever is written
takes its days from those that were known for them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from hub.brokers import queries as brokers
from hub.brokers.rules import BrokerKind
from hub.clients import queries as clients
from hub.clients.rules import ERASED
from hub.kernel import access, audit, clock, files, locks, work
from hub.kernel.dated import known, meets, supersede
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.files import Brought, FileState
from hub.relationship.agreements import queries, reminding, versions
from hub.relationship.agreements.forms import AgreementWish, EndWish, VersionWish, day_after
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.queries import WRITE
from hub.relationship.agreements.rules import Side
from hub.relationship.agreements.versions import SUBJECTS, VersionLine

OWNER = "relationship.agreement"


def concludable(side: Side, subject_id: int) -> None:
    """Go on only if the present actor may write an agreement with a client or broker down.

    Raises: NotFound, Forbidden, Conflict for a house desk.
    """
    if side == Side.CLIENT:
        clients.operable(subject_id, WRITE)
    elif brokers.operable(subject_id, WRITE).kind == BrokerKind.DESK:
        raise Conflict(_("a house desk signs nothing"), code="desk")


def conclude(side: Side, subject_id: int, wish: AgreementWish) -> int:
    """Write down an agreement with a client or broker, and its first version → its id.

    Raises: NotFound, Forbidden, Conflict, Invalid.
    """
    concludable(side, subject_id)
    same = select(Agreement.id).where(Agreement.no == wish.no)
    if work.session().scalar(same) is not None:
        raise Invalid({"no": _("another agreement has this number")})
    _refuse_past(wish)
    row = Agreement(
        no=wish.no, title=wish.title, made_by=access.current().user_id, made_at=clock.now(),
        client_id=subject_id if side == Side.CLIENT else None,
        broker_id=subject_id if side == Side.BROKER else None,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    until = _end_of(wish, None)
    _refuse_days(row, wish.valid_from, until)
    _write(row, clock.now(), **_said(1, wish, until))
    told = {side.value: subject_id, "from": wish.valid_from}
    audit.append("concluded", "agreement", row.id, told)
    return row.id


def sign(agreement_id: int, wish: VersionWish) -> int:
    """A new version holds from a day on, until the next one begins → its number.

    Raises: NotFound, Forbidden, Conflict, Invalid for a past day without a reason.
    """
    row = queries.locked(agreement_id)
    _refuse_past(wish)
    lines = versions.of_agreement(agreement_id)
    if any(line.valid_from == wish.valid_from for line in lines):
        raise Conflict(_("a version begins on this day: correct it"), code="version-begins")
    later = next((line for line in lines if line.valid_from > wish.valid_from), None)
    bound = later.valid_from if later else None
    if later is None and row.ended_at is not None:
        bound = lines[-1].valid_to if lines else wish.valid_from
    until = _end_of(wish, bound)
    latest = select(func.max(AgreementVersion.number))
    mine = AgreementVersion.agreement_id == agreement_id
    number = int(work.session().scalar(latest.where(mine)) or 0) + 1
    _refuse_days(row, wish.valid_from, until)
    moment = _clear(row, wish.valid_from, until if later else None)
    _write(row, moment, **_said(number, wish, until))
    told = {"version": number, "from": wish.valid_from}
    audit.append("version-signed", "agreement", agreement_id, told)
    return number


def correct(agreement_id: int, number: int, wish: VersionWish) -> None:
    """A version was written down wrongly: what is right takes its place, what was known stays.

    Shape: the days that it loses are the previous version's, if the two follow each other.
    Raises: NotFound, Forbidden, Invalid.
    """
    row = queries.locked(agreement_id)
    if not wish.reason:
        raise Invalid({"reason": _("say why it is corrected")})
    lines = versions.of_agreement(agreement_id)
    place = _place_of(lines, number)
    line, before = lines[place], lines[place - 1] if place else None
    is_last = place + 1 == len(lines)
    until = _end_of(wish, None if is_last and row.ended_at is None else line.valid_to)
    if before is not None and wish.valid_from <= before.valid_from:
        told = {"number": before.number, "day": before.valid_from}
        raise Invalid({"valid_from": _("version %(number)s begins on %(day)s", **told)})
    _refuse_days(row, wish.valid_from, until)
    grows = before if before and before.valid_to == line.valid_from < wish.valid_from else None
    first = grows.valid_from if grows else min(wish.valid_from, line.valid_from)
    moment = _clear(row, first, None if is_last else until)
    if grows is not None:
        _write(row, moment, **_kept(grows) | {"valid_to": wish.valid_from})
    _write(row, moment, **_kept(line) | _said(number, wish, until))
    audit.append(
        "version-corrected", "agreement", agreement_id,
        {"version": number, "from": wish.valid_from},
    )  # fmt: skip


def end(agreement_id: int, wish: EndWish) -> None:
    """An agreement ends before its time, for a reason; before its first day: it never held.

    Raises: NotFound, Forbidden, Conflict when it is over by then.
    """
    row = queries.locked(agreement_id)
    day = day_after(wish.last_day)
    lines = versions.of_agreement(agreement_id)
    last = lines[-1] if lines else None
    if day is None or last is None or (last.valid_to is not None and last.valid_to <= day):
        raise Conflict(_("this agreement is over by then"), code="agreement-over")
    _stop(row, day, wish.reason)
    audit.append("agreement-ended", "agreement", agreement_id, {"last_day": wish.last_day})


def keep_file(agreement_id: int, number: int, brought: Brought, reason: str = "") -> int:
    """Keep the signed file of a version → the file's id; another in its place needs a reason.

    Raises: NotFound, Forbidden, Invalid.
    """
    row = queries.locked(agreement_id)
    lines = versions.of_agreement(agreement_id)
    line = lines[_place_of(lines, number)]
    if line.file_id is not None and line.file_state != FileState.REFUSED and not reason:
        raise Invalid({"reason": _("it has a signed file: say why another takes its place")})
    file_id = files.take(OWNER, agreement_id, brought)
    moment = _clear(row, line.valid_from, line.valid_to)
    signed = {"file_id": file_id, "sha256": brought.sha256, "reason": reason or line.reason}
    _write(row, moment, **_kept(line) | signed)
    told = {"version": number, "file": file_id, "sha256": brought.sha256}
    audit.append("signed-file-kept", "agreement", agreement_id, told)
    return file_id


def erase(client_id: int) -> None:
    """A person is wiped: his agreements end today, and are kept as long as the law asks."""
    today = clock.firm_day()
    mine = select(Agreement).where(Agreement.client_id == client_id, queries.is_not_over())
    for row in work.session().scalars(mine):  # those of one person
        _stop(row, today, ERASED)


def _stop(row: Agreement, day: date, reason: str) -> None:
    _clear(row, day, None)
    row.ended_by, row.ended_at = access.current().user_id, clock.now()
    row.end_reason = reason


def _clear(row: Agreement, first: date, until: date | None) -> datetime:
    """Know nothing more of an agreement for [first, until) → the moment of what is known then."""
    reminding.forget(row.id)
    return supersede(AgreementVersion, lambda one: one.agreement_id == row.id, first, until)


def _write(row: Agreement, moment: datetime, **values: Any) -> None:
    work.session().add(AgreementVersion(
        agreement_id=row.id, client_id=row.client_id, broker_id=row.broker_id,
        known_from=moment, recorded_by=access.current().user_id, **values,
    ))  # fmt: skip
    work.session().flush()


def _said(number: int, wish: VersionWish, until: date | None) -> dict[str, Any]:
    names = ("valid_from", "plan", "parameters", "terms", "reason")
    return {name: getattr(wish, name) for name in names} | {"number": number, "valid_to": until}


def _kept(line: VersionLine) -> dict[str, Any]:
    """A version as it is known, to be written again with other days or terms."""
    names = (
        "number", "valid_from", "valid_to", "plan", "parameters", "terms", "file_id", "sha256",
        "reason",
    )  # fmt: skip
    return {name: getattr(line, name) for name in names}


def _place_of(lines: list[VersionLine], number: int) -> int:
    """Where a version stands among those that are known.

    Raises: NotFound.
    """
    for place, line in enumerate(lines):
        if line.number == number:
            return place
    raise NotFound


def _end_of(wish: VersionWish, bound: date | None) -> date | None:
    """Where a version ends: where it must, else where it shall.

    Raises: Invalid.
    """
    if bound is not None and wish.end not in {None, bound}:
        told = _("what follows begins on %(day)s: leave it empty", day=bound)
        raise Invalid({"last_day": told})
    until = wish.end if bound is None else bound
    if until is not None and until <= wish.valid_from:
        name = "last_day" if bound is None else "valid_from"
        raise Invalid({name: _("it has to begin before it ends, on %(day)s", day=until)})
    return until


def _refuse_past(wish: VersionWish) -> None:
    if wish.valid_from < clock.firm_day() and not wish.reason:
        raise Invalid({"reason": _("this day is past: say why it is written down now")})


def _refuse_days(row: Agreement, first: date, until: date | None) -> None:
    """One agreement a day for each client and broker."""
    side, subject_id = queries.side_of(row)
    locks.alone(f"agreements.{side}.{subject_id}")
    other = (
        select(Agreement.no)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .where(SUBJECTS[side] == subject_id, Agreement.id != row.id, known(AgreementVersion))
        .where(meets(AgreementVersion, first, until))
    )
    if (no := work.session().scalar(other.limit(1))) is not None:
        told = _("agreement %(no)s is in force on some of these days", no=no)
        raise Invalid({"valid_from": told})
