"""Random moves, leaves, transfers, deputies and freezes: the firm and a plain table agree."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.brokers import tree
from hub.brokers.models import Broker
from hub.clients.models import Client
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.relationship import queries, transfer_queries
from hub.relationship.rules import TransferState
from hub.relationship.transfer_models import Transfer
from tests.relationship.plain import DAYS
from tests.relationship.trial import Real, Trial, at, noon

pytestmark = pytest.mark.feature("S02", "S03", "S07")


class Judge(Trial):
    """Compares the two after the last step."""

    def check(self) -> None:
        """The tree and who serves whom on each day; whom each may see and change today."""
        for day in (self.firm.today, DAYS - 1):
            self.check_tree(day)
        for client, row in self.firm.serves.items():
            lines = queries.history(client)
            for day in range(DAYS):
                (line,) = [line for line in lines if line.is_on(at(day))]  # one, and no gap
                assert line.broker_no == self.real.nos[row[day]], (client, day)
        for transfer, handing in zip(self.numbers, self.firm.handings, strict=True):
            found = work.session().get_one(Transfer, transfer)
            assert (found.state == TransferState.OPEN) == handing.is_open, transfer
            sat = {line.seat: line.broker_id for line in transfer_queries.votes(transfer)}
            said = {seat: holder for seat, (holder, _by) in handing.said.items()}
            assert not handing.is_open or sat == self.firm.open_seats(handing) | said
        for broker in self.real.people:
            self.check_gate(broker)

    def check_tree(self, day: int) -> None:
        as_of = AsOf(at(day))
        assert tree.root(as_of) == self.firm.root(day)
        for broker in self.firm.above:
            found = set(work.session().scalars(tree.subtree(broker, as_of)))
            assert found == self.firm.below(broker, day), (broker, day)
            way = [*self.firm.way_up(broker, day)[::-1], broker]
            assert tree.path(broker, as_of) == way, (broker, day)

    def check_gate(self, broker: int) -> None:
        actor = self.actor(broker)

        def ids(kind: str, column: Any) -> set[int]:
            return set(
                work.session().scalars(select(column).where(access.scope(actor, kind, column)))
            )

        def held(verb: str, kind: str, column: Any) -> set[int]:
            return ids(kind, column) if actor.holds(verb) else set()

        seen = ids("broker", Broker.id), ids("client", Client.id)
        assert seen == self.firm.sees(broker), f"{broker} sees"
        done = (
            held("brokers.write", "broker.operate", Broker.id),
            {one for one in self.firm.serves if access.may(actor, "clients.write", one)},
            held("relationship.assign", "client.assign", Client.id),
        )
        assert done == self.firm.changes(broker), f"{broker} changes"


someone, client, some_day = st.integers(0, 6), st.integers(0, 3), st.integers(1, DAYS - 2)
STEPS = st.one_of(
    st.tuples(st.just("place"), someone, someone, some_day),
    st.tuples(st.just("place"), someone, someone, some_day),
    st.tuples(st.just("succeed"), someone, some_day),
    st.tuples(st.just("leave"), someone, some_day, someone),
    st.tuples(st.just("leave"), someone, some_day, st.none() | someone),
    st.tuples(st.just("assign"), client, someone, some_day),
    st.tuples(st.just("ask"), client, someone, st.integers(0, 6), st.just(set())),
    st.tuples(st.just("ask"), client, someone, st.just(0), st.sets(client, max_size=1)),
    st.tuples(st.just("say"), st.integers(0, 1), someone, st.sampled_from(("yes", "yes", "no"))),
    st.tuples(st.just("all_say"), st.integers(0, 1)),
    st.tuples(st.just("stand_in"), someone, someone, some_day, st.integers(1, 8)),
    st.tuples(st.just("call_off"), st.integers(0, 1)),
    st.tuples(st.sampled_from(("freeze", "thaw")), someone),
    st.tuples(st.just("wait"), st.integers(1, 2)),
)  # fmt: skip


def test_the_firm_and_a_plain_table_of_days_agree(app: Flask) -> None:
    real = Real()
    with clock.set_to(noon(-1)), work.unit():
        real.build()
    is_sqlite = app.config["HUB"].database_url.startswith("sqlite")

    @settings(
        max_examples=25 if is_sqlite else 6, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(steps=st.lists(STEPS, min_size=6, max_size=14))
    def each(steps: list[Any]) -> None:
        Judge(real).run(steps)

    each()
