"""Versions of agreements: what is known of one, and what runs settle each day by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from hub.accounts.models import User
from hub.kernel import work
from hub.kernel.base import Rows
from hub.kernel.dated import AsOf, holds, is_on, known, stands
from hub.kernel.files import StoredFile
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.rules import Side

SUBJECTS: dict[Side, Any] = {
    Side.CLIENT: AgreementVersion.client_id, Side.BROKER: AgreementVersion.broker_id,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as it was known in a reading; `file` and `file_state` are its signed file's."""

    id: int
    number: int
    valid_from: date
    valid_to: date | None
    plan: str
    parameters: str
    terms: str
    reason: str
    file_id: int | None
    sha256: str
    file: str | None
    file_state: str | None
    recorded_by: str | None
    known_from: datetime
    known_to: datetime | None

    def is_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return is_on(self, day)


def of_agreement(agreement_id: int, known_at: datetime | None = None) -> list[VersionLine]:
    """The versions of an agreement as they were known at a moment, the first day first."""
    rows = work.session().execute(
        _lines().where(
            AgreementVersion.agreement_id == agreement_id, known(AgreementVersion, known_at)
        )
    )
    return [VersionLine(*row) for row in rows]


def superseded(agreement_id: int) -> list[VersionLine]:
    """What was known of an agreement and is no more, the latest first."""
    rows = work.session().execute(
        _lines()
        .where(
            AgreementVersion.agreement_id == agreement_id, AgreementVersion.known_to.is_not(None)
        )
        .order_by(None)
        .order_by(AgreementVersion.known_to.desc(), AgreementVersion.valid_from)
    )
    return [VersionLine(*row) for row in rows]


def _lines() -> Rows:
    row = AgreementVersion
    return (
        select(
            row.id, row.number, row.valid_from, row.valid_to, row.plan, row.parameters, row.terms,
            row.reason, row.file_id, row.sha256, StoredFile.name, StoredFile.state, User.name,
            row.known_from, row.known_to,
        )
        .outerjoin(StoredFile, StoredFile.id == row.file_id)
        .outerjoin(User, User.id == row.recorded_by)
        .order_by(row.valid_from)
    )  # fmt: skip


def in_force(side: Side, subject_id: int, as_of: AsOf) -> VersionLine | None:
    """The version that counts for a client or broker in a reading; the caller asks the gate."""
    mine = _lines().where(SUBJECTS[side] == subject_id, stands(AgreementVersion, as_of))
    row = work.session().execute(mine).first()
    return None if row is None else VersionLine(*row)


def known_versions(side: Side, known_at: datetime | None = None) -> Rows:
    """Every version of a side, for runs that join them to days.

    Shape: subject_id, version_id, agreement_id, plan, parameters, terms, valid_from, valid_to;
        `kernel.dated.holds(rows, trade.day)` joins each day to one version at most.
    """
    row, subject = AgreementVersion, SUBJECTS[side]
    return select(
        subject.label("subject_id"), row.id.label("version_id"), row.agreement_id, row.plan,
        row.parameters, row.terms, row.valid_from, row.valid_to,
    ).where(subject.is_not(None), known(row, known_at))  # fmt: skip


def versions_on(side: Side, as_of: AsOf) -> Rows:
    """The versions of a side that count in a reading, one a subject: columns as above."""
    return known_versions(side, as_of.known_at).where(holds(AgreementVersion, as_of.day))


def personal(client_id: int) -> list[dict[str, Any]]:
    """Every version of a client's agreements that is known, for his own file."""
    row = AgreementVersion
    rows = work.session().execute(
        select(Agreement.no, Agreement.title, row.number, row.valid_from, row.valid_to, row.plan,
               row.parameters, row.terms, row.sha256)
        .join(Agreement, Agreement.id == row.agreement_id)
        .where(Agreement.client_id == client_id, known(row))
        .order_by(Agreement.id, row.valid_from)
    )  # fmt: skip
    return [
        line | {"valid_from": line["valid_from"].isoformat(),
                "valid_to": line["valid_to"] and line["valid_to"].isoformat()}
        for line in map(dict, rows.mappings())
    ]  # fmt: skip
