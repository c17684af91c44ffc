"""Reads of suitability: a class counts only while its assessment is good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, select

from hub.clients import facts
from hub.clients.models import Fact
from hub.clients.suitability.rules import ENDING_DAYS, SuitabilityClass, years_after
from hub.kernel import clock, dated, parameters, work
from hub.kernel.dated import AsOf

CLASS, ASSESSED = "suitability", "suitability_on"
YEARS = "clients.suitability_years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The class of a client, when he was assessed, and the day from which it is good no longer."""

    klass: SuitabilityClass
    assessed_on: date
    expires_on: date
    source: str

    @property
    def is_good(self) -> bool:
        """Whether it counts today."""
        return clock.firm_day() < self.expires_on


def standing(client_id: int) -> Standing | None:
    """What is known of a client today; None when he was never assessed."""
    return standing_in(known(client_id))


def standing_in(lines: list[Fact]) -> Standing | None:
    """What holds today of the lines that are known of a client."""
    today = clock.firm_day()
    found = {line.name: line for line in lines if dated.is_on(line, today)}
    if len(found) < len((CLASS, ASSESSED)):
        return None
    assessed_on = date.fromisoformat(str(found[ASSESSED].text))
    return Standing(
        klass=SuitabilityClass(str(found[CLASS].text)), assessed_on=assessed_on,
        expires_on=years_after(assessed_on, _years(today)), source=found[ASSESSED].source,
    )  # fmt: skip


def class_on(as_of: AsOf) -> ColumnElement[Any]:
    """The class that counts for `Client` on a day, as a correlated value; else unknown."""
    good = _assessed_on(as_of) > _edge(as_of.day).isoformat()
    return case((good, facts.text_on(CLASS, as_of)), else_=None)


def is_ending_on(as_of: AsOf) -> ColumnElement[bool]:
    """Condition: the class of `Client` counts on a day, and will not for long."""
    assessed, edge = _assessed_on(as_of), _edge(as_of.day)
    soon = edge + timedelta(days=ENDING_DAYS)
    return and_(assessed.is_not(None), assessed > edge.isoformat(), assessed <= soon.isoformat())


def known(client_id: int) -> list[Fact]:
    """Every class that is known of a client, with its days, the latest first."""
    mine = select(Fact).where(Fact.client_id == client_id, Fact.name.in_((CLASS, ASSESSED)))
    rows = mine.where(Fact.known_to.is_(None)).order_by(Fact.valid_from.desc(), Fact.name)
    return list(work.session().scalars(rows))


def _assessed_on(as_of: AsOf) -> ScalarSelect[Any]:
    return facts.text_on(ASSESSED, as_of)


def _edge(day: date) -> date:
    """An assessment of this day or before is good no longer."""
    return years_after(day, -_years(day))


def _years(day: date) -> int:
    return int(parameters.get(YEARS, on=day))
