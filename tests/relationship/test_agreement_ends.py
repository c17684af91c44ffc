"""Agreements at their end: who is told before, and how long they are kept after."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.kernel import access, clock, files, filestore, people, work
from hub.kernel.files import StoredFile
from hub.kernel.workitems import WorkItem
from hub.relationship.agreements import keeping, reminding
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.rules import Side
from tests.relationship.contracts import DAY, PDF, House, concluded, known, signed


@pytest.fixture
def house(app: Flask, tmp_path: Path) -> House:
    del app
    filestore.bind(tmp_path / "files")
    return House().build()


def test_whoever_serves_is_told_once_before_an_agreement_ends(house: House) -> None:
    today = clock.firm_day()
    number = concluded(house, today, last_day=today + 19 * DAY)
    with work.unit(), access.acting(access.SYSTEM):
        agreements.conclude(Side.BROKER, house.brokers["zhao"], AgreementWish(
            no="B-2", title="Agency", valid_from=today, plan="net", last_day=today + 9 * DAY
        ))  # fmt: skip

    def items() -> dict[str, tuple[int | None, str]]:
        for _ in range(2):
            with work.unit():
                reminding.remind()
        with work.unit(writes=False):
            rows = work.session().execute(select(WorkItem.label, WorkItem.owner_id, WorkItem.state))
            return {row[0]: (row[1], row[2]) for row in rows}

    told = {"C-1": (house.users["wang"], "open"), "B-2": (house.users["manager"], "open")}
    assert items() == told
    signed(number, today + 20 * DAY, "p2")
    assert items() == told | {"C-1": (house.users["wang"], "dropped")}


def test_a_wipe_ends_a_clients_agreements_and_keeps_them_as_long_as_the_law_asks(
    house: House,
) -> None:
    number = concluded(house, clock.firm_day() - 3 * DAY, reason="on paper")
    with work.unit(), access.acting(access.SYSTEM):
        brought = files.bring(agreements.OWNER, number, "a.pdf", io.BytesIO(PDF))
        agreements.keep_file(number, 1, brought)
        assert "C-1" in str(people.file_of(house.client))
        people.erase(house.client)
    assert [line[3] for line in known(number)] == [clock.firm_day()]

    def rows() -> list[int | None]:
        with work.unit():
            keeping.forget_old()
        with work.unit(writes=False):
            return [
                work.session().scalar(select(func.count()).select_from(model))
                for model in (Agreement, AgreementVersion, StoredFile)
            ]

    assert rows() == [1, 3, 1]
    with clock.set_to(clock.now() + 7_304 * DAY):
        assert rows() == [1, 3, 1]
    with clock.set_to(clock.now() + 7_307 * DAY):
        assert rows() == [0, 0, 0]
