"""No level is skipped: every door to a broker or client, by role and by distance."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from hub.brokers import moving
from hub.brokers.forms import Move
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind
from hub.clients import service as clients
from hub.clients.models import Client
from hub.kernel import access, clock, doors, runner, work
from hub.kernel.errors import Forbidden
from hub.kernel.imports import desk, intake
from hub.kernel.imports import queries as imports
from hub.relationship import queries
from tests import programs, staff
from tests.relationship.levels import BROKERS, Knocker, Line, gated, said, verdicts
from tests.relationship.rows import doors_to_rows, refusals
from tests.relationship.sent import SENT, SPENT, key_of

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S03")]


def bring(actor: access.Actor, file: str, numbers: list[str]) -> dict[str, str]:
    """Import a file → what is wrong, by the number of the client."""
    with access.acting(actor):
        with work.unit(writes=False):
            made = intake.receive("clients", "clients.csv", io.BytesIO(file.encode()))
        runner.drain()
        for step in (desk.check, desk.apply):
            with work.unit():
                step(made)
            runner.drain()
        with work.unit(writes=False):
            found, _more = imports.rejects(imports.one(made))
            return {numbers[row.line - 2]: "; ".join(row.problems) for row in found}


def test_every_door_to_a_broker_or_client_says_what_is_sent_to_it(app: Flask) -> None:
    missing = {rule.endpoint for rule, _method in gated(app) if key_of(rule) not in SENT}
    assert missing == set()
    assert len(gated(app)) > 60


@pytest.mark.feature("S04")
@pytest.mark.parametrize("role", sorted(BROKERS))
def test_a_role_does_to_each_distance_what_the_table_says(app: Flask, role: str) -> None:
    line = Line(role)
    with work.unit():
        line.build()
        rights = staff.actor(line.user).permissions
    knocker = Knocker(app, line)
    wrong: list[str] = []
    for rule, method in gated(app):
        lock = doors.lock_of(app, rule.endpoint)
        assert lock is not None
        if lock.needs not in rights:
            continue
        _status, missing = knocker.knock(rule, method, "nowhere")
        for distance, verdict in verdicts(role, rule, lock.needs).items():
            before = refusals(line.user)
            status, text = knocker.knock(rule, method, distance)
            noted = refusals(line.user) > before
            if verdict == "open" and rule.endpoint in SPENT:
                continue
            if said(status) != verdict or status in {400, 401} or status >= 500:
                wrong.append(f"{method} {rule} {distance}: {status}, not {verdict}")
            if status == 404 and distance != "nowhere" and text != missing:
                wrong.append(f"{method} {rule} {distance}: not the answer of a missing row")
            if distance != "nowhere" and noted != (verdict != "open"):
                wrong.append(f"{method} {rule} {distance}: {status}, logged as refused: {noted}")
            if method == "GET" and verdict == "open" and status != 200:
                wrong.append(f"{method} {rule} {distance}: {status}, though it is open")
    assert not wrong, "\n".join(wrong)


def test_a_client_comes_through_no_door_of_the_staff(app: Flask) -> None:
    """Not even to himself: his own pages are the portal's."""
    line = Line("client")
    with work.unit():
        line.build()
        clients.link_user(line.clients["self"], line.user)
    browser = staff.signed_in(app, line.user)
    with pytest.raises(Forbidden), work.unit():
        programs.token(line.user)  # so no program comes for him
    for rule, method in [*gated(app), *doors_to_rows(app)]:
        for distance in ("self", "aside"):
            values = line.values(rule, distance)
            path = (rule.build(values) or ("", ""))[1].rpartition("|")[2]
            if not path.startswith(programs.API):
                answer = browser.get(path) if method == "GET" else browser.post(path, {})
                assert answer.status_code in {403, 404}, f"{method} {rule} {distance}"


@pytest.mark.feature("S04")
def test_lists_exports_and_searches_hold_whom_one_sees_and_nobody_else(app: Flask) -> None:
    line = Line("manager")
    with work.unit():
        line.build()
        names = {
            name: work.session().get_one(Broker, broker).name
            for name, broker in line.brokers.items()
        }
    knocker = Knocker(app, line)
    browser, program = knocker.browser, knocker.program
    for path in ("/clients/", "/clients/export", "/clients/?q=Client of"):
        answer = browser.get(path)
        text = answer.get_data(as_text=True)
        answer.close()
        told = {name for name in line.clients if f"Client of {name}" in text}
        assert told == {"self", "direct", "deep"}, path
    for name, broker in line.brokers.items():
        text = browser.get(f"/clients/?q=1390000{broker:04}").text
        assert (f"Client of {name}" in text) == (name in {"self", "direct", "deep"}), name
    for path in ("/brokers/", "/brokers/?q=Broker"):
        text = browser.get(path).text
        assert {name for name, called in names.items() if f">{called}<" in text} == {
            "self", "direct", "deep",
        }, path  # fmt: skip
    items = program.get("/clients").json["items"]  # type: ignore[index]
    assert {one["name"] for one in items} == {f"Client of {n}" for n in ("self", "direct", "deep")}
    found = program.get("/brokers").json["items"]  # type: ignore[index]
    assert {one["id"] for one in found} == {line.brokers[n] for n in ("self", "direct", "deep")}
    chart = browser.get("/tree/", query_string={"q": names["aside"]}).text
    assert names["aside"] not in chart.replace(f'value="{names["aside"]}"', "")


@pytest.mark.feature("S04")
def test_an_import_moves_no_client_past_a_direct_report(app: Flask) -> None:
    line = Line("manager")
    with work.unit():
        line.build()
        get = work.session().get_one
        nos = {name: get(Broker, broker).no for name, broker in line.brokers.items()}
        clients = {name: get(Client, client).no for name, client in line.clients.items()}
    rows = [
        (clients["direct"], nos["self"], ""), (clients["self"], nos["deep"], "direct reports"),
        (clients["deep"], nos["self"], "somebody else"),
        (clients["aside"], nos["direct"], "somebody else"), ("NEW-1", nos["direct"], ""),
        ("NEW-2", nos["above"], "no broker"), ("NEW-3", "B-none", "no broker"),
    ]  # fmt: skip
    called = {no: f"Client of {name}" for name, no in clients.items()}
    file = "no,name,broker\n" + "".join(
        f"{no},{called.get(no, no)},{broker}\n" for no, broker, _why in rows
    )
    with work.unit(writes=False):
        actor = staff.actor(line.user)
    before = refusals(line.user)
    rejected = bring(actor, file, [no for no, _broker, _why in rows])
    assert {no for no, _broker, why in rows if why} == set(rejected), rejected
    assert refusals(line.user) >= before + 4  # each number that is there: "deep", "above", clients
    for no, _broker, why in rows:
        assert why in rejected.get(no, ""), no
    with work.unit(writes=False):
        assert queries.broker_of(line.clients["direct"]) == line.brokers["self"]
        assert queries.broker_of(line.clients["self"]) == line.brokers["self"]
        new = work.session().scalars(select(Client.id).where(Client.no == "NEW-1")).one()
        assert queries.broker_of(new) == line.brokers["direct"]


@pytest.mark.feature("S04")
def test_a_frozen_broker_reads_on_and_changes_nothing(app: Flask) -> None:
    line = Line("broker")
    with work.unit():
        line.build()
        manager = staff.user("manager")
        boss = staff.broker(manager)
        with access.acting(access.SYSTEM):
            moving.place(line.brokers["self"], Move(
                line=LineKind.MANAGEMENT, superior=boss, valid_from=clock.firm_day(),
            ))  # fmt: skip
    me, browser = line.brokers["self"], staff.signed_in(app, line.user)
    page = f"/clients/{line.clients['self']}"
    assert browser.get(f"{page}/edit").status_code == 200
    chief = staff.signed_in(app, manager)
    assert chief.post(f"/brokers/{me}/freeze").status_code == 303
    assert browser.get(page).status_code == 200
    assert browser.get(f"{page}/edit").status_code == 403
    assert browser.get("/transfers/").status_code == 200
    assert browser.post("/transfers/new", {}).status_code == 403
    assert browser.post(f"/deputies/{me}", {}).status_code == 403
    form = {"broker": me, "valid_from": clock.firm_day().isoformat()}
    for name, status in (("deep", 403), ("self", 422)):  # not his to give; nobody gets new ones
        hand = f"/relationship/clients/{line.clients[name]}/assign"
        assert chief.post(hand, form).status_code == status, name
    assert chief.post(f"/brokers/{me}/thaw").status_code == 303
    assert browser.get(f"{page}/edit").status_code == 200
