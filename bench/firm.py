"""A made-up firm: brokers on five levels, each with his clients, most of it made by SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, text

from bench import million
from hub.accounts import service as accounts
from hub.accounts.rules import RoleName
from hub.brokers import stations
from hub.brokers.models import Branch, Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import access, clock, work
from tests import staff

BRANCHES, TEAMS, GROUPS = 50, 250, 1_000  # brokers on the second, third and fourth level
HEADS = (RoleName.MANAGER, RoleName.BROKER)
DAY = clock.firm_day().replace(month=1, day=1)

_SERVED = """
INSERT INTO relationship_serving (client_id, broker_id, valid_from, known_from)
SELECT id, 1 + (id - 1) % :brokers, :day, :now FROM clients_client"""

_TODAY = (
    "{0}.known_to IS NULL AND {0}.valid_from <= :day "
    "AND ({0}.valid_to IS NULL OR {0}.valid_to > :day)"
)
_BY = (
    "c.id IN (SELECT s.client_id FROM relationship_serving s WHERE s.broker_id {whose} AND "
    + _TODAY.format("s") + ")"
)  # fmt: skip
_BELOW = (
    "IN (WITH RECURSIVE below(id) AS (SELECT CAST(:me AS BIGINT) UNION "
    "SELECT l.broker_id FROM brokers_line l JOIN below ON l.superior_id = below.id "
    "WHERE l.line = 'management' AND " + _TODAY.format("l") + ") SELECT id FROM below)"
)
# What the gate says of a client `c`, by hand: for a broker `:me` on a day `:day`.
WHOSE = {
    "firm": "1 = 1",
    "broker": _BY.format(whose="= :me"),
    "branch": _BY.format(whose=_BELOW),
}


@dataclass(frozen=True)
class Firm:
    """Who looks at it: the head, one of fifty branch managers, a broker → ids of their users."""

    head: int
    manager: int
    broker: int
    brokers: int

    def seats(self) -> dict[str, int]:
        """The three by what they reach."""
        return {"firm": self.head, "branch": self.manager, "broker": self.broker}


def superior(number: int, brokers: int) -> int | None:
    """Whom the broker of a number stands under: five levels, evenly spread."""
    first_team, first_group = 2 + BRANCHES, 2 + BRANCHES + TEAMS
    first_leaf = first_group + GROUPS
    assert number <= brokers
    if number == 1:
        return None
    if number < first_team:
        return 1
    if number < first_group:
        return 2 + (number - first_team) % BRANCHES
    if number < first_leaf:
        return first_team + (number - first_group) % TEAMS
    return first_group + (number - first_leaf) % GROUPS


def found(clients: int, *, brokers: int = 5_000) -> Firm:
    """Make the firm: `clients` people, each served by one of `brokers`."""
    million.fill(clients)
    with work.unit(), access.acting(access.SYSTEM):
        _staff(brokers)
        now = clock.now().replace(tzinfo=None)
        values = {"brokers": brokers, "day": DAY.isoformat(), "now": now}
        work.session().execute(text(_SERVED), values)
    with work.unit(), access.acting(access.SYSTEM):
        seats = {
            number: _user(f"seat{number}@firm.example", *roles)
            for number, roles in (
                (1, HEADS), (2, HEADS), (brokers, (RoleName.BROKER,)),
            )
        }  # fmt: skip
        for number, user_id in seats.items():
            work.session().get_one(Broker, number).user_id = user_id
        work.session().execute(text("ANALYZE"))
    return Firm(seats[1], seats[2], seats[brokers], brokers)


def _staff(brokers: int) -> None:
    session, now = work.session(), clock.now()
    session.execute(
        insert(Branch),
        [{"name": f"营业部{number}", "created_at": now} for number in range(BRANCHES)],
    )
    above = {number: superior(number, brokers) for number in range(1, brokers + 1)}
    session.execute(
        insert(Broker),
        [
            {"no": f"J{number:05}", "name": f"经纪人{number}", "kind": BrokerKind.PERSON,
             "branch_id": _branch(number, above), "title": "", "joined_on": DAY, "created_at": now}
            for number in above
        ],
    )  # fmt: skip
    stations.begin(Broker.kind == BrokerKind.PERSON)
    session.execute(
        insert(Line),
        [
            {"broker_id": number, "superior_id": over, "line": LineKind.MANAGEMENT,
             "valid_from": DAY, "known_from": now}
            for number, over in above.items()
        ],
    )  # fmt: skip


def _branch(number: int, above: dict[int, int | None]) -> int:
    """The branch of whoever stands on the second level above."""
    while number > 1 + BRANCHES:
        over = above[number]
        assert over is not None
        number = over
    return max(1, number - 1)


def _user(mailbox: str, *roles: RoleName) -> int:
    """Somebody who signs in by `staff.PASSWORD`."""
    user_id = accounts.create(mailbox, mailbox, password=staff.PASSWORD, roles=roles)
    accounts.mark_demo(user_id)
    return user_id


def native(sql: str) -> str:
    """The statement as the driver takes its values."""
    if work.dialect() == "sqlite":
        return sql
    return sql.replace(":me", "%(me)s").replace(":day", "%(day)s")
