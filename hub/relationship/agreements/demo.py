"""Made-up contracts of all brokers, and agreements of some clients, a few of them ending soon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, insert, literal, null, select

from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients.models import Client
from hub.kernel import clock, work
from hub.kernel.base import Rows
from hub.relationship.agreements.models import Agreement, AgreementVersion

EACH, ENDING = 20, 200  # of so many clients one has an agreement, one that ends soon
SOON = timedelta(days=20)


def fill(since: date) -> None:
    """Two versions for each broker, one for some clients; a statement each."""
    year = clock.firm_day().replace(month=1, day=1)
    _conclude(select(
        literal("AB-") + Broker.no, null(), Broker.id, literal("经纪人委托合同"),
    ).where(Broker.kind == BrokerKind.PERSON))  # fmt: skip
    _conclude(select(
        literal("AC-") + Client.no, Client.id, null(), literal("证券经纪服务协议"),
    ).where(Client.id % EACH == 1))  # fmt: skip
    brokers = Agreement.broker_id.is_not(None)
    _sign(brokers, 1, "net-commission-2020", since, year)
    _sign(brokers, 2, "net-commission-tiers", year, None)
    first = func.coalesce(Client.opened_on, _day(since))
    end = case((Client.id % ENDING == 1, _day(clock.firm_day() + SOON)), else_=_day(None))
    _sign(Agreement.client_id == Client.id, 1, "standard", first, end)


def _conclude(rows: Rows) -> None:
    columns = ["no", "client_id", "broker_id", "title", "made_at", "end_reason"]
    at = literal(clock.now(), Agreement.made_at.type)
    work.session().execute(
        insert(Agreement).from_select(columns, rows.add_columns(at, literal("")))
    )


def _sign(whose: Any, number: int, plan: str, first: Any, end: Any) -> None:
    columns = [
        "agreement_id", "client_id", "broker_id", "number", "plan", "valid_from", "valid_to",
        "known_from", "parameters", "terms", "sha256", "reason",
    ]  # fmt: skip
    empty = [literal("")] * 4
    rows = select(
        Agreement.id, Agreement.client_id, Agreement.broker_id, literal(number), literal(plan),
        _day(first), _day(end), literal(clock.now(), AgreementVersion.known_from.type), *empty,
    ).where(whose)  # fmt: skip
    work.session().execute(insert(AgreementVersion).from_select(columns, rows))


def _day(value: Any) -> Any:
    """A day, or none, or an expression of one."""
    is_plain = value is None or isinstance(value, date)
    return literal(value, AgreementVersion.valid_from.type) if is_plain else value
