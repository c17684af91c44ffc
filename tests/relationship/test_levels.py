"""No level is skipped: every door to a broker or client, by role and by distance."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from hub.accounts import service as accounts
from hub.accounts.rules import ScopeKind
from hub.accounts.token_models import Token
from hub.brokers import licensing, moving, posts
from hub.brokers.forms import Appointment, Licence, Move
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind, PostKind, QualificationKind
from hub.clients import papers
from hub.clients.models import Client, Contact
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, clock, doors, runner, work
from hub.kernel.audit import AuditRow
from hub.kernel.imports import desk, intake
from hub.kernel.imports import queries as imports
from hub.relationship import deputies, queries
from hub.relationship import service as serving
from hub.relationship.forms import DeputyWish
from tests import make, programs, staff

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S03")]

NOWHERE = 999_999
TOKEN = re.compile(r'(content|value)="[\w-]+\.[\w-]+\.[\w-]+"')  # the form's, of its second
ALL = frozenset({"self", "direct", "deep", "above", "aside"})
# Role → whom it sees, on whom it operates: of brokers, and of the clients they serve.
BROKERS = {
    "broker": ({"self"}, set()),
    "manager": ({"self", "direct", "deep"}, {"direct"}),
    "agent": ({"direct"}, set()),
    "compliance": (ALL, set()),
    "finance": (ALL, set()),
    "marketing": (ALL, set()),
    "principal": (ALL, set()),
    "operator": (ALL, ALL),
}
CLIENTS = {
    "broker": ({"self"}, {"self"}),
    "manager": ({"self", "direct", "deep"}, {"self"}),
    "agent": ({"direct"}, {"direct"}),
    "compliance": (ALL, set()),
    "finance": (set(), set()),
    "marketing": (ALL, set()),
    "principal": (ALL, set()),
    "operator": (set(), set()),
}
HANDS_ON = {"manager": {"self", "direct"}}  # whose clients a role gives to somebody else

READ = {"brokers.read", "clients.read", "clients.reveal", "consent.read"}
OFFICE = {"clients.disclose", "clients.erase"}  # done to whomever one sees
EARLY = "1999-01-01"  # nobody worked here: refused after the gate, and nothing changes
# Door → what is sent; a new door to a broker or client must be added here.
SENT: dict[str, dict[str, Any]] = {
    "brokers.show": {}, "brokers.edit": {}, "tree.step": {}, "clients.show": {},
    "clients.edit": {}, "client_consents.show": {}, "erasure.everything": {},
    "relationship.ask": {}, "brokers_api.show": {}, "brokers_api.card": {},
    "brokers_api.reports": {}, "clients_api.show": {}, "client_consents_api.show": {},
    "clients_api.reached": {}, "client_files_api.everything": {}, "clients_api.known": {},
    "client_files_api.shown": {}, "serving_api.history": {},
    "change_broker": {"no": "X-{id}", "name": "N", "branch": "Pudong", "title": "T"},
    "freeze": {}, "thaw": {},
    "place": {"superior": "{me}", "valid_from": EARLY},
    "leave": {"left_on": EARLY, "heir": "{me}"},
    "succeed": {"valid_to": EARLY},
    "link": {"email": "nobody@post.example"},
    "deputies.show": {}, "deputies_api.show": {}, "calloff": {},
    "deputies": {"deputy_no": "none", "valid_from": EARLY, "valid_to": EARLY},
    "posts": {"kind": "house-desk", "valid_from": EARLY},
    "licences": {"kind": "broker", "number": "1", "valid_from": EARLY, "valid_to": EARLY},
    "end": {"valid_to": EARLY},
    "target": {"measure": "none", "month": EARLY, "amount": "1"},
    "change_client": {"no": "C-{id}", "name": "N", "language": "zh", "branch": "{branch}"},
    "contacts": {"kind": "email", "value": "c{id}@post.example"},
    "contact": {}, "papers": {"number": "no number"}, "erase": {},
    "serving": {"broker": "{me}", "valid_from": EARLY},
    "consents": {
        "contact": "{contact}", "klass": "both", "said": "yes", "note": "by phone",
        "said_on": "2026-01-05",
    },
    "stop": {"stop_contact": "{contact}", "stop_reason": "asked"},
    "lift": {"lift_contact": "{contact}", "lift_reason": "asked"},
    "address": {"contact": "{contact}"},
}  # fmt: skip
KEYS = {
    "deputies.end": "calloff", "deputies_api.end": "calloff",
    "deputies.create": "deputies",
    "brokers.change": "change_broker", "brokers_api.change": "change_broker",
    "clients.change": "change_client", "clients_api.change": "change_client",
    "clients.add_contact": "contacts", "clients_api.add_contact": "contacts",
    "relationship.assign": "serving", "serving_api.assign": "serving",
}  # fmt: skip
# Doors whose gate is another row: a team's, tested with teams.
ELSEWHERE = {"teams.leave", "teams_api.leave"}


def key_of(rule: Rule) -> str:
    """The name in `SENT` of what a door takes."""
    endpoint = rule.endpoint
    if endpoint in SENT:
        return endpoint
    if endpoint in KEYS:
        return KEYS[endpoint]
    steps = [step for step in str(rule).split("/") if step and "<" not in step]
    if "contacts" in steps and "contact_id" in rule.arguments:
        return "contact"
    if steps[-1] == "end":
        return "end"
    return {"reveal": "papers", "user": "link", "id_no": "papers"}.get(steps[-1], steps[-1])


@dataclass
class Line:
    """head → aside, head → above → self → direct → deep; each serves one client."""

    role: str
    user: int = 0
    brokers: dict[str, int] = field(default_factory=dict)
    clients: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    spare: dict[str, int] = field(default_factory=dict)  # contacts to be removed by the page
    posts: dict[str, int] = field(default_factory=dict)
    licences: dict[str, int] = field(default_factory=dict)
    deputies: dict[str, int] = field(default_factory=dict)

    def build(self) -> None:
        staff.user("manager")  # he leads the firm, so that nobody else here does
        made = self.brokers
        made["aside"], made["above"] = staff.broker(), staff.broker()
        self.user = staff.user(self.role)
        made["self"] = staff.broker(self.user)
        made["direct"] = staff.broker(under=made["self"], branch="Direct")
        made["deep"] = staff.broker(under=made["direct"])
        with access.acting(access.SYSTEM):
            moving.place(made["self"], Move(
                line=LineKind.MANAGEMENT, superior=made["above"], valid_from=staff.SINCE,
            ))  # fmt: skip
            accounts.set_scope(self.user, ScopeKind.BRANCH, ["Direct"])
            for name in made:
                self._fill(name)

    def _fill(self, name: str) -> None:
        today, broker = clock.firm_day(), self.brokers[name]
        branch = "Direct" if name == "direct" else "Pudong"
        client = make.client(
            name=f"Client of {name}",
            branch=branch,
            sms=f"1390000{broker:04}",
            email=f"{name}@post.example",
        )
        self.clients[name] = client
        query = select(Contact.id).where(Contact.client_id == client).order_by(Contact.kind)
        self.spare[name], self.contacts[name] = work.session().scalars(query).all()
        papers.put(client, PaperKind.ID_NO, "11010519491231002X")
        serving.assign(client, broker, valid_from=today)
        later = today + timedelta(days=9)  # a post that gives nothing yet
        post = Appointment(kind=PostKind.DESK, valid_from=later)
        self.posts[name] = posts.appoint(broker, post)
        licence = Licence(kind=QualificationKind.ADVISER, number="A1", valid_from=today)
        self.licences[name] = licensing.note(broker, licence)
        if name != "aside":
            no = work.session().get_one(Broker, self.brokers["aside"]).no
            leave = DeputyWish(deputy_no=no, valid_from=later, valid_to=later + timedelta(days=1))
            self.deputies[name] = deputies.name(broker, leave)

    def values(self, rule: Rule, distance: str) -> dict[str, Any]:
        """What the door's address names for somebody at this distance."""
        known = {
            "broker_id": self.brokers, "client_id": self.clients, "contact_id": self.contacts,
            "post_id": self.posts, "licence_id": self.licences, "deputy_id": self.deputies,
        }  # fmt: skip
        if rule.endpoint == "clients.remove_contact":
            known["contact_id"] = self.spare
        return {
            name: known[name].get(distance, NOWHERE) if name in known else "id_no"
            for name in rule.arguments
        }


def gated(app: Flask) -> list[tuple[Rule, str]]:
    """Every door to one broker or client, with its method; what takes away comes last."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if {"broker_id", "client_id"} & rule.arguments and rule.endpoint not in ELSEWHERE
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
    ]
    return sorted(found, key=lambda door: (door[0].endpoint.endswith("remove_contact"), str(door)))


def verdicts(role: str, rule: Rule, right: str) -> dict[str, str]:
    """Distance → "open", "forbidden" or "unknown"."""
    table = BROKERS if "broker_id" in rule.arguments else CLIENTS
    sees, operates = table[role]
    done = operates
    if right in READ | OFFICE:
        done = sees
    elif right == "relationship.deputise":
        done = operates | {"self"}  # whoever is away says himself who stands in
    elif right == "relationship.assign":
        done = HANDS_ON.get(role, set())
    return {
        name: "open" if name in done else "forbidden" if name in sees else "unknown"
        for name in ("aside", "above", "deep", "direct", "self", "nowhere")
    }


class Knocker:
    """Asks by a browser at the pages, by a token at the API."""

    def __init__(self, app: Flask, line: Line) -> None:
        self.line = line
        self.browser = staff.signed_in(app, line.user)
        with work.unit():
            token = programs.token(line.user)
            work.session().get_one(Token, token.id).per_minute = 1_000_000
        self.program = programs.Program(app, token.text)

    def knock(self, rule: Rule, method: str, distance: str) -> tuple[int, str]:
        """Status, and what was said, the number of whom it was about taken out."""
        values = self.line.values(rule, distance)
        path = (rule.build(values) or ("", ""))[1].rpartition("|")[2]
        body = {
            name: str(text).format(
                me=self.line.brokers["self"], id=distance,
                contact=self.line.contacts.get(distance, NOWHERE),
                branch="Direct" if distance == "direct" else "Pudong",
            )
            for name, text in SENT[key_of(rule)].items()
        }  # fmt: skip
        if path.startswith(programs.API):
            options = {} if method in {"GET", "DELETE"} else {"json": body}
            answer = self.program.ask(method, path.removeprefix(programs.API), **options)
        elif method == "GET":
            answer = self.browser.get(path)
        else:
            answer = self.browser.post(path, body)
        target = values.get("client_id", values.get("broker_id"))
        text = TOKEN.sub("", answer.get_data(as_text=True))
        return answer.status_code, text.replace(f"/{target}", "/#")


def said(status: int) -> str:
    return {403: "forbidden", 404: "unknown"}.get(status, "open")


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
            found, _more = imports.rejects(imports.own(made))
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
    refused: set[tuple[str, int]] = set()
    for rule, method in gated(app):
        lock = doors.lock_of(app, rule.endpoint)
        assert lock is not None
        if lock.needs not in rights:
            continue
        whose = "broker" if "broker_id" in rule.arguments else "client"
        _status, missing = knocker.knock(rule, method, "nowhere")
        for distance, verdict in verdicts(role, rule, lock.needs).items():
            status, text = knocker.knock(rule, method, distance)
            if said(status) != verdict or status >= 500:
                wrong.append(f"{method} {rule} {distance}: {status}, not {verdict}")
            if status == 404 and distance != "nowhere" and text != missing:
                wrong.append(f"{method} {rule} {distance}: not the answer of a missing row")
            if verdict != "open" and distance != "nowhere":
                ids = line.brokers if whose == "broker" else line.clients
                refused.add((whose, ids[distance]))
    assert not wrong, "\n".join(wrong)
    with work.unit(writes=False):
        rows = select(AuditRow.subject, AuditRow.subject_id).where(
            AuditRow.verb == "refused", AuditRow.actor_id == line.user
        )
        logged = {(subject, number) for subject, number in work.session().execute(rows)}
    assert refused <= logged


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
        nos = {
            name: work.session().get_one(Broker, broker).no for name, broker in line.brokers.items()
        }
        clients = {
            name: work.session().get_one(Client, client).no for name, client in line.clients.items()
        }
    rows = [
        (clients["direct"], nos["self"], ""), (clients["self"], nos["deep"], "direct reports"),
        (clients["deep"], nos["self"], "somebody else"),
        (clients["aside"], nos["direct"], "somebody else"), ("NEW-1", nos["direct"], ""),
        ("NEW-2", nos["above"], "direct reports"),
    ]  # fmt: skip
    called = {no: f"Client of {name}" for name, no in clients.items()}
    file = "no,name,broker\n" + "".join(
        f"{no},{called.get(no, no)},{broker}\n" for no, broker, _why in rows
    )
    with work.unit(writes=False):
        actor = staff.actor(line.user)
    rejected = bring(actor, file, [no for no, _broker, _why in rows])
    assert {no for no, _broker, why in rows if why} == set(rejected), rejected
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
    form = {"broker": me, "valid_from": clock.firm_day().isoformat()}
    hand = f"/relationship/clients/{line.clients['deep']}/assign"
    assert chief.post(hand, form).status_code in {403, 404, 422}
    assert chief.post(f"/brokers/{me}/thaw").status_code == 303
    assert browser.get(f"{page}/edit").status_code == 200
