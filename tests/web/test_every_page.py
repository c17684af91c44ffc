"""Every page there is, in a browser: on a desk in English and on a phone in Chinese.

The pages are read from the application: a new one is looked at as well, or this fails until it
is said where a row of it is to be found, or why there is nothing to look at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.routing import Rule

from channels.providers.seal import Seal
from hub.accounts.models import User
from hub.app import create_app
from hub.clients import papers
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, calendars, doors, runner, work, workitems
from hub.kernel.calendars import TO_SIGN
from hub.kernel.workitems import Wish
from hub.pages.api.doors import ApiDoor
from hub.relationship import service as serving_of
from tests import make, programs, staff
from tests.accounts.site import Visit, serving
from tests.browser import barriers
from tests.channels.mailing import Mailbox, mailbox
from tests.e2e.visitor import ENGLISH
from tests.house import ROOT
from tests.web.people import alike, line

__all__ = ["mailbox"]

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]

FILE, PART, MACHINE = "a file to keep", "a part of a page", "for machines"
NOTHING_TO_SEE = {
    "api.openapi": MACHINE, "healthz": MACHINE, "probes.figures": MACHINE,
    "probes.readyz": MACHINE, "live.ticket": MACHINE, "static_files.file": FILE,
    "segments.export": FILE,
    "frozen.export_lists": FILE,
    "tags.export": FILE,
    "duplicates.export": FILE,
    "accounts.export": FILE,
    "accounts.export_sign_ins": FILE,
    "tokens.export": FILE,
    "tokens.export_of_user": FILE,
    "campaign_templates.export": FILE,
    "agreements.export": FILE,
    "relationship.export_clients_of": FILE,
    "approvals.export": FILE, "audit_log.export": FILE, "campaigns.export": FILE,
    "campaigns.recipients": FILE, "campaigns.stopped_file": FILE, "clients.export": FILE,
    "frozen.export": FILE, "timeline.export": FILE, "frozen.export_members": FILE,
    "imports.rejected": FILE, "imports.export": FILE, "consent.ledger_file": FILE,
    "desk.export": FILE, "brokers.export": FILE, "teams.export": FILE, "transfers.export": FILE,
    "leads.export": FILE, "erasure.everything": FILE, "files.give": FILE,
    "jobs.export": FILE,
    "operations.export": FILE, "system.backups_file": FILE,
    "clients.known": PART, "clients.panel_of": PART, "campaigns.progress": PART,
    "brokers.panel_of": PART, "imports.progress": PART,
    "client_consents.show": PART, "tree.step": PART, "desk.bell": PART,
    "relationship.ask": PART, "sandbox.html": PART,
}  # fmt: skip
# Steps that only a way leads to: page → the file and the look that sees it there.
PAGES_OF_SIGN_IN, RECEIVING = "tests/accounts/test_pages.py", "tests/e2e/receiving.py"
ON_A_WAY = {
    "activation.prove": (PAGES_OF_SIGN_IN, "prove"),
    "factors.choose": (PAGES_OF_SIGN_IN, "factors"),
    "factors.show_app": (PAGES_OF_SIGN_IN, "app"),
    "factors.done": (PAGES_OF_SIGN_IN, "recovery"),
    "signin.second": (PAGES_OF_SIGN_IN, "second"),
    "signin.type_code": (PAGES_OF_SIGN_IN, "type-code"),
    "me.confirm_address": (PAGES_OF_SIGN_IN, "confirm-address"),
    "portal.home": (PAGES_OF_SIGN_IN, "my"),
    "details.show": (PAGES_OF_SIGN_IN, "my-details"),
    "details.prove": (PAGES_OF_SIGN_IN, "my-details-confirm"),
    "sandbox.mailbox": (RECEIVING, "sandbox-mailbox"),
    "sandbox.mail": (RECEIVING, "sandbox-mail"),
    "sandbox.phone": (RECEIVING, "sandbox-phone"),
    "sandbox.faults": ("tests/e2e/journey.py", "sandbox-faults"),
}
LEADS_ON = {"sandbox.home", "calendars.index"}  # to another page
STRANGERS = {
    "activation.start", "signin.enter", "signin.ask_code", "signin.forgot",
    "signin.choose_password", "consent.unsubscribe_page", "consent.unsubscribed",
}  # fmt: skip
STATUS = {"signin.choose_password": 410}  # a dead link, which anybody may have
# What an address needs behind its ?
ASKED = {"campaigns.stopped": {"channel": "email"}, "clients.show": {"panels": "all"}}
STAFF = ("manager", "broker", "marketing", "operator", "compliance", "principal", "agent")
SHAPES = pytest.mark.parametrize("phone", [False, True], ids=["desk-en", "phone-zh"])


def pages(app: Flask) -> Iterator[Rule]:
    """Every address that shows something to a person."""
    apis = {name for name, door in app.blueprints.items() if isinstance(door, ApiDoor)}
    for rule in app.url_map.iter_rules():
        name = rule.endpoint
        lock = doors.lock_of(app, name)
        is_page = "GET" in (rule.methods or ()) and name.partition(".")[0] not in apis
        if is_page and lock is not None and lock.needs != "nobody" and name not in NOTHING_TO_SEE:
            yield rule


def rows(app: Flask, language: str) -> dict[str, Any]:
    """A firm with a row of each kind → the parts of addresses by name, and who looks."""
    with work.unit():
        me = staff.user(*STAFF)
        broker = staff.broker(me)
        client = make.client(name="王芳", email="w@mail.example", consent_to=("service",))
        program = programs.Program(app, programs.token(me).text)
        program.headers["Accept-Language"] = language  # a title is kept as it was first said
        with access.acting(access.SYSTEM):
            serving_of.assign(client, broker, valid_from=date(2026, 1, 5))
            papers.put(client, PaperKind.ID_NO, "11010519491231002X")
        with access.acting(staff.actor(me)):
            calendars.propose("office", 2026, calendars.year_of("office", 2026))
        people = line(me, broker, client) | alike(me, client)
        item = workitems.begin(
            Wish(kind=TO_SIGN, cause="trial.page:1", subject_id=2027, pool="calendars.write")
        )
        email = work.session().get_one(User, me).email
    written(program)
    operation = program.post("/system/checks").get_json()["id"]
    runner.drain()
    return {
        "client_id": client, "user_id": me, "item_id": item,
        "operation_id": operation, "task_id": operation, "name": "office", "year": 2026,
        "token": Seal(app.config["SECRET_KEY"], "unsubscribe").token(1), "email": email,
    } | people  # fmt: skip


def written(program: programs.Program) -> None:
    """A segment, a template, an import, a campaign that was sent and one that was not."""
    words = {"klass": "service", "zh_subject": "您好", "zh_text": "市场周报"}
    program.post("/segments", {"name": "全部客户", "rule": {"all": []}})
    program.post("/segments/1/freeze", {"name": "三月的客户"})
    program.post("/templates", words | {"name": "周报"})
    for name in ("周报", "月报"):
        draft = {"name": name, "channels": ["email"], "segment_id": 1, "firm": True}
        assert program.post("/campaigns", words | draft).status_code == 201
    sent = program.post("/campaigns/1/send", {"version": 1, "people": 1})
    assert sent.status_code in {200, 202}, sent.text
    csv = {"data": "客户号,姓名\nT9,李\n".encode(), "content_type": "application/octet-stream"}
    assert program.post("/imports?kind=clients&filename=客户.csv", **csv).status_code in {201, 202}


def address_of(app: Flask, rule: Rule, known: dict[str, Any]) -> str:
    """Where a page of this kind is found."""
    drafts = {"campaigns.check", "campaigns.stopped"}
    first = dict.fromkeys(
        (
            "segment_id",
            "template_id",
            "token_id",
            "row_id",
            "approval_id",
            "import_id",
            "frozen_id",
        ),
        1,
    )
    values = first | {"campaign_id": 2 if rule.endpoint in drafts else 1} | known
    missing = rule.arguments - set(values)
    assert not missing, f"say where a page of {rule.endpoint} is found: {missing}"
    if rule.endpoint == "signin.choose_password":
        values["token"] = "x"
    given = {name: values[name] for name in rule.arguments} | ASKED.get(rule.endpoint, {})
    with app.test_request_context():
        return app.url_for(rule.endpoint, **given)


def faults_of(visit: Visit, path: str, status: int) -> Iterator[str]:
    """What is wrong with a page as the visitor sees it."""
    answer = visit.page.goto(path)
    assert answer is not None
    told = (answer.status, visit.page.url.partition("//")[2].partition("/")[2].partition("?")[0])
    if told != (status, path.lstrip("/").partition("?")[0]):
        yield f"{path}: {told}"
    yield from (f"{path}: {barrier}" for barrier in barriers(visit.page))
    if visit.page.evaluate("document.documentElement.scrollWidth") > visit.width:
        yield f"{path}: wider than the screen"
    text = visit.page.locator("main").inner_text()
    if visit.name == "phone-zh":
        yield from (f"{path}: {found.group()}" for found in ENGLISH.finditer(text))


@SHAPES
def test_every_page_is_whole_without_a_barrier_and_in_the_readers_language(
    app: Flask, browser: Browser, mailbox: Mailbox, *, phone: bool
) -> None:
    del mailbox  # it takes what the campaign sends
    known = rows(app, "zh" if phone else "en")
    email = known.pop("email")
    found = [rule for rule in pages(app) if rule.endpoint not in {*ON_A_WAY, *LEADS_ON}]
    faults: list[str] = []
    with serving(app) as address:
        for is_stranger in (True, False):
            visit = Visit(browser, address, phone=phone)
            if not is_stranger:
                visit.sign_in(email, staff.PASSWORD)
                expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            for rule in found:
                if (rule.endpoint in STRANGERS) is is_stranger:
                    path, status = address_of(app, rule, known), STATUS.get(rule.endpoint, 200)
                    faults += faults_of(visit, path, status)
            visit.leave()
    assert faults == []


def looks(path: str) -> set[str]:
    """The names of what a file of tests looks at, in a loop or one by one."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_what_only_a_way_leads_to_is_looked_at_there(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert (set(ON_A_WAY) | set(NOTHING_TO_SEE) | LEADS_ON | STRANGERS) - there == set()
    assert [name for name, (path, look) in ON_A_WAY.items() if look not in looks(path)] == []


def test_a_page_that_nobody_knows_is_asked_for(app: Flask) -> None:
    """The list is the application's own: what is added to it must be found."""
    grown = create_app(app.config["HUB"])
    grown.add_url_rule("/trial/<int:trial_id>", "trial.show", str)
    doors.name_lock(grown, "trial.show", doors.Lock("public"))
    (rule,) = [rule for rule in pages(grown) if rule.endpoint == "trial.show"]
    with pytest.raises(AssertionError, match=r"say where a page of trial\.show"):
        address_of(grown, rule, {})
