"""An office that brings files of brokers, and what came of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker, Line
from hub.kernel import access, work
from hub.kernel.access import Actor
from hub.kernel.audit import AuditRow
from hub.kernel.imports.models import Import
from tests import staff
from tests.clients.import_world import Firm


class Office(Firm):
    """An operator keeps the tree; nobody is a broker yet."""

    def __init__(self) -> None:
        with work.unit():
            self.operator = staff.actor(staff.user("operator"))

    def bring(self, text: str, kind: str = "brokers", actor: Actor | None = None) -> Import:
        return self.take(actor or self.operator, text, kind=kind)

    def lines(self, line: str = "management") -> dict[str, str]:
        """Number → number of who stands above, as it is known now, house desks apart."""
        boss = aliased(Broker)
        query = (
            select(Broker.no, boss.no)
            .join(Line, Line.broker_id == Broker.id)
            .outerjoin(boss, boss.id == Line.superior_id)
            .where(Line.known_to.is_(None), Line.valid_to.is_(None), Line.line == line)
            .where(Broker.kind == "person")
        )
        with work.unit(writes=False):
            return {no: above or "" for no, above in work.session().execute(query)}

    def refusals(self) -> list[tuple[Any, ...]]:
        """(subject, its id, verb) of what the log says was refused."""
        query = select(AuditRow.subject, AuditRow.subject_id, AuditRow.detail)
        with work.unit(writes=False), access.acting(access.SYSTEM):
            rows = work.session().execute(query.where(AuditRow.verb == "refused"))
            return [(subject, number, detail["verb"]) for subject, number, detail in rows]


def counts(row: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return row.created, row.updated, row.unchanged, row.bad
