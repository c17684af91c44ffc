"""Agreements of two clients who turn out to be one: his, unless he had his own on those days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.relationship.agreements import queries, versions
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish
from hub.relationship.agreements.models import Agreement
from hub.relationship.agreements.rules import Side
from tests.clients import duplicate_world as world
from tests.relationship.contracts import DAY


def concluded(client_id: int, no: str, day: date, **more: Any) -> int:
    with work.unit(), access.acting(access.SYSTEM):
        wish = AgreementWish(no=no, title="Brokerage", valid_from=day, plan=no, **more)
        return agreements.conclude(Side.CLIENT, client_id, wish)


def plan_on(client_id: int, day: date) -> str | None:
    with work.unit(writes=False):
        version = versions.in_force(Side.CLIENT, client_id, AsOf(day))
        return None if version is None else version.plan


def owner(agreement: int) -> int | None:
    with work.unit(writes=False):
        return work.session().get_one(Agreement, agreement).client_id


@pytest.mark.feature("S08")
def test_an_agreement_goes_over_unless_he_has_one_on_the_same_days(app: Flask) -> None:
    del app
    (kept, gone), pair = world.made()
    today = clock.firm_day()
    concluded(kept, "K", today, last_day=today + 9 * DAY)
    same = concluded(gone, "G1", today + 5 * DAY, last_day=today + 20 * DAY)
    later = concluded(gone, "G2", today + 30 * DAY)
    world.merged(pair, kept)
    assert (owner(same), owner(later)) == (gone, kept)
    assert plan_on(kept, today + 7 * DAY) == "K"
    assert plan_on(kept, today + 40 * DAY) == "G2"
    with work.unit(writes=False), access.acting(access.SYSTEM):
        found = {line.no for line in queries.of_subject(Side.CLIENT, kept)}
        assert found == {"K", "G1", "G2"}  # what stays is read with him all the same
    world.undone(pair)
    assert (owner(same), owner(later)) == (gone, gone)
    assert plan_on(kept, today + 40 * DAY) is None
    assert plan_on(gone, today + 40 * DAY) == "G2"
