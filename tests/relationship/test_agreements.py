"""Agreements: versions by days and by what was known, the signed file, who may do what."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.kernel import access, audit, clock, files, filestore, runner, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Invalid
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements import versions
from hub.relationship.agreements.forms import VersionWish
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.rules import Side
from tests import programs, staff
from tests.relationship.contracts import DAY, PDF, House, concluded, ended, known, signed

pytestmark = pytest.mark.feature("S08")


@pytest.fixture
def house(app: Flask, tmp_path: Path) -> House:
    del app
    filestore.bind(tmp_path / "files")
    return House().build()


def test_a_new_version_ends_the_one_before_and_the_past_is_a_correction(house: House) -> None:
    today = clock.firm_day()
    number = concluded(house, today)
    assert signed(number, today + 30 * DAY, "p2", last_day=today + 89 * DAY) == 2
    line = [(1, "p1", today, today + 30 * DAY), (2, "p2", today + 30 * DAY, today + 90 * DAY)]
    assert known(number) == line
    with pytest.raises(Invalid, match="past"):
        signed(number, today - DAY, "p0")
    with pytest.raises(Conflict):
        signed(number, today + 30 * DAY, "p3")
    assert signed(number, today - 9 * DAY, "p0", reason="signed on paper") == 3
    line = [(3, "p0", today - 9 * DAY, today), *line]
    assert known(number) == line
    with work.unit(), access.acting(access.SYSTEM):
        # What the second loses, the first has.
        agreements.correct(number, 2, VersionWish(
            valid_from=today + 40 * DAY, plan="p2b", last_day=today + 99 * DAY, reason="typed wrong"
        ))  # fmt: skip
    line = [
        line[0], (1, "p1", today, today + 40 * DAY),
        (2, "p2b", today + 40 * DAY, today + 100 * DAY),
    ]  # fmt: skip
    assert known(number) == line
    ended(number, today + 9 * DAY)
    assert known(number) == [line[0], (1, "p1", today, today + 10 * DAY)]
    for act in (
        lambda: signed(number, today + 20 * DAY, "p9"),
        lambda: ended(number, today + 20 * DAY),
    ):
        with pytest.raises((Conflict, Invalid)):
            act()


def test_one_agreement_a_day_by_the_service_and_by_the_database(house: House) -> None:
    today = clock.firm_day()
    number = concluded(house, today, last_day=today + 9 * DAY)
    with pytest.raises(Invalid, match="C-1 is in force"):
        concluded(house, today + 5 * DAY, no="C-2")
    with pytest.raises(Invalid, match="number"):
        concluded(house, today + 10 * DAY)
    concluded(house, today + 10 * DAY, no="C-2")
    with pytest.raises(IntegrityError), work.unit():
        work.session().add(AgreementVersion(
            agreement_id=number, client_id=house.client, number=9, plan="p",
            valid_from=today + 9 * DAY, known_from=clock.now(),
        ))  # fmt: skip
    with work.unit(writes=False):
        for day, no in ((0, "C-1"), (9, "C-1"), (10, "C-2")):
            line = versions.in_force(Side.CLIENT, house.client, AsOf(today + day * DAY))
            assert line is not None
            found = (
                select(Agreement.no).join(AgreementVersion).where(AgreementVersion.id == line.id)
            )
            assert work.session().scalar(found) == no


def test_a_manager_writes_it_down_and_keeps_the_signed_file(app: Flask, house: House) -> None:
    today = clock.firm_day()
    chief = staff.signed_in(app, house.users["manager"])
    page = f"/agreements/clients/{house.client}/new"
    form = {"no": "C-7", "title": "Advice", "valid_from": today.isoformat(), "plan": "standard"}
    refused = chief.post(page, form | {"plan": "", "terms": "as typed"})
    assert (refused.status_code, "as typed" in refused.text) == (422, True)
    made = chief.post(page, form)
    assert made.status_code == 303, made.text
    place = made.headers["Location"]
    for name, content, status in (
        ("tool.pdf", b"MZ\x90\0", 422), ("signed.pdf", PDF, 303),
        ("other.pdf", PDF + b"\n", 422),  # another one without a reason
    ):  # fmt: skip
        sent = {"file": (io.BytesIO(content), name)}
        assert chief.post(f"{place}/versions/1/file", sent).status_code == status, name
    runner.drain()
    assert hashlib.sha256(PDF).hexdigest() in chief.get(place).text
    assert "C-7" in chief.get(f"/clients/{house.client}?panels=all").text
    for day, there in ((today, True), (today - DAY, False)):
        told = chief.get("/agreements/", query_string={"day": day.isoformat()}).text
        assert ("C-7" in told) == there


def test_who_serves_reads_it_and_changes_nothing_and_nobody_else_knows(
    app: Flask, house: House
) -> None:
    number = concluded(house, clock.firm_day())
    with work.unit(), access.acting(access.SYSTEM):
        brought = files.bring(agreements.OWNER, number, "a.pdf", io.BytesIO(PDF))
        file_id = agreements.keep_file(number, 1, brought)
    runner.drain()
    place, file = f"/agreements/{number}", f"/files/{file_id}"
    broker, other = (staff.signed_in(app, house.users[name]) for name in ("wang", "zhao"))
    assert "C-1" in broker.get("/agreements/").text
    assert "C-1" in broker.get(place).text
    with broker.get(file) as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
    last = {"last_day": clock.firm_day().isoformat(), "reason": "x"}
    assert broker.post(f"{place}/end", last).status_code == 403
    sent = {"file": (io.BytesIO(PDF), "b.pdf"), "reason": "x"}
    assert broker.post(f"{place}/versions/1/file", sent).status_code == 403
    for path in (place, file):
        assert other.get(path).status_code == 404, path
    assert "C-1" not in other.get("/agreements/").text
    with work.unit(writes=False):
        verbs = set(work.session().scalars(select(audit.AuditRow.verb)))
    assert verbs >= {"concluded", "signed-file-kept", "read", "refused"}


def test_a_program_does_the_same_with_a_brokers_contract(app: Flask, house: House) -> None:
    today = clock.firm_day()
    with work.unit():
        chief = programs.Program(app, programs.token(house.users["manager"]).text)
        broker = programs.Program(app, programs.token(house.users["wang"]).text)
    contract = {
        "no": "B-1", "title": "Agency", "valid_from": today.isoformat(), "plan": "net",
        "parameters": "A", "terms": "25 %",
    }  # fmt: skip
    mine = f"/brokers/{house.brokers['wang']}/agreements"
    assert broker.post(mine, contract).status_code == 403
    made = chief.post(mine, contract)
    assert made.status_code == 201, made.text
    path = f"/agreements/{made.json['id']}"  # type: ignore[index]
    sent = {"data": PDF, "content_type": "application/octet-stream"}
    kept = chief.post(f"{path}/versions/1/file?filename=a.pdf", **sent)
    assert kept.status_code == 201, kept.text
    later = (today + 9 * DAY).isoformat()
    told: Any = chief.post(f"{path}/versions", {"valid_from": later, "plan": "tiers"}).json
    assert [one["plan"] for one in told["versions"]] == ["net", "tiers"]
    before = told["versions"][0]["known_from"]
    slip = {"valid_from": today.isoformat(), "plan": "net2", "reason": "typed wrong"}
    assert chief.put(f"{path}/versions/1", slip).status_code == 200
    seen: Any = broker.get(path, query_string={"day": today.isoformat()}).json
    then: Any = broker.get(path, query_string={"known_at": before}).json
    assert (seen["in_force"]["plan"], then["in_force"]["plan"]) == ("net2", "net")
    assert seen["in_force"]["sha256"] == hashlib.sha256(PDF).hexdigest()
    counts: Any = broker.get(mine, query_string={"day": later}).json
    assert counts["in_force"]["plan"] == "tiers"
    assert chief.post(f"{path}/end", {"last_day": later, "reason": "x"}).status_code == 200
