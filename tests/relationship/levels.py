"""A line of brokers with a client each, and what each role may do at each distance of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

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
from hub.clients.care import service as care
from hub.clients.care.forms import CareWish
from hub.clients.care.models import Care
from hub.clients.care.rules import CareKind
from hub.clients.kin import service as kin
from hub.clients.kin.forms import RelationWish
from hub.clients.kin.models import Relation
from hub.clients.kin.rules import RelationKind
from hub.clients.models import Contact
from hub.clients.notes import service as notes
from hub.clients.notes.forms import NoteWish
from hub.clients.notes.models import Note
from hub.clients.notes.rules import NoteKind, Source
from hub.clients.paper_rules import PaperKind
from hub.clients.suitability import service as suitability
from hub.clients.suitability.forms import Assessment
from hub.clients.suitability.rules import SuitabilityClass
from hub.clients.tags import service as tags
from hub.clients.tags.models import Tagging
from hub.kernel import access, clock, work
from hub.relationship import deputies
from hub.relationship import service as serving
from hub.relationship.forms import DeputyWish
from tests import make, programs, staff
from tests.relationship.sent import ELSEWHERE, GONE, OFFICE, READ, SENT, key_of

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
DIRECT = {"relationship.assign", "agreements.write"}
HANDS_ON = {"manager": {"self", "direct"}}  # whose clients a role gives to somebody else


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
    kept: tuple[dict[str, dict[str, int]], ...] = field(default_factory=lambda: ({}, {}))

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
        for number, kept in enumerate(self.kept):
            for argument, row in rows_of(client, number).items():
                kept.setdefault(argument, {})[name] = row
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
        # The page's doors and the API's take other rows away.
        known |= self.kept[not rule.endpoint.partition(".")[0].endswith("_api")]
        return {
            name: known.get(name, {}).get(
                distance, NOWHERE if f"int:{name}" in str(rule) else "id_no"
            )
            for name in rule.arguments
        }


def rows_of(client: int, number: int) -> dict[str, int]:
    """One row of each kind that a client's page shows and takes away, by its argument."""
    today, session = clock.firm_day(), work.session()
    kind = (CareKind.VULNERABLE, CareKind.DO_NOT_CONTACT)[number]
    care.put(client, CareWish(kind=kind, reason="told", last_day=None))
    notes.record(client, NoteWish(
        kind=NoteKind.HOME, text=f"flat {number}", on_day=today, source=Source.TALK,
    ))  # fmt: skip
    tags.put(client, f"tag {number}")
    if not number:
        kin.found(client, "House")
    about = Assessment(klass=SuitabilityClass.C2, assessed_on=today, source="form")
    suitability.classify(client, about)
    kin.relate(client, RelationWish(kind=RelationKind.CHILD, name=f"Kid {number}", since=today))
    return {
        argument: session.scalars(
            select(column).where(model.client_id == client).order_by(model.id.desc()).limit(1)
        ).one()
        for argument, model, column in (
            ("care_id", Care, Care.id), ("note_id", Note, Note.id),
            ("tag_id", Tagging, Tagging.tag_id), ("relation_id", Relation, Relation.id),
        )
    }  # fmt: skip


def gated(app: Flask) -> list[tuple[Rule, str]]:
    """Every door to one broker or client, with its method; what takes away comes last."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if {"broker_id", "client_id"} & rule.arguments and rule.endpoint not in ELSEWHERE
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
    ]
    return sorted(found, key=lambda door: (door[0].endpoint in GONE, str(door)))


def verdicts(role: str, rule: Rule, right: str) -> dict[str, str]:
    """Distance → "open", "forbidden" or "unknown"."""
    table = BROKERS if "broker_id" in rule.arguments else CLIENTS
    sees, operates = table[role]
    done = operates
    if right in READ | OFFICE:
        done = sees
    elif right == "relationship.deputise":
        done = operates | {"self"}  # whoever is away says himself who stands in
    elif right in DIRECT and table is CLIENTS:
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
        said = {
            "me": self.line.brokers["self"], "id": distance,
            "contact": self.line.contacts.get(distance, NOWHERE),
            "branch": "Direct" if distance == "direct" else "Pudong",
        }  # fmt: skip
        sent = SENT[key_of(rule)].items()
        body = {name: v if isinstance(v, dict) else v.format(**said) for name, v in sent}
        target = values.get("client_id", values.get("broker_id"))
        return self.ask(rule, method, values, target, body)

    def ask(
        self, rule: Rule, method: str, values: dict[str, Any], target: Any, body: dict[str, Any]
    ) -> tuple[int, str]:
        """Status of a door, and what it said of the target without its number."""
        path = (rule.build(values) or ("", ""))[1].rpartition("|")[2]
        if path.startswith(programs.API):
            options = {} if method in {"GET", "DELETE"} else {"json": body}
            answer = self.program.ask(method, path.removeprefix(programs.API), **options)
        elif method == "GET":
            answer = self.browser.get(path)
        else:
            answer = self.browser.post(path, body)
        if method != "GET" and not path.startswith(programs.API) and answer.status_code < 400:
            self.browser.get("/")  # what was said of the success is read here, not by the next
        text = TOKEN.sub("", answer.get_data(as_text=True)).replace(path, "#")
        answer.close()  # a file is not read to its end by looking at it
        return answer.status_code, text.replace(f"/{target}", "/#")


def said(status: int) -> str:
    return {403: "forbidden", 404: "unknown"}.get(status, "open")
