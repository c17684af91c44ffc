"""Rows that belong to a broker or client of a line: who may see them, and do what to them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, update
from werkzeug.routing import Rule

from hub.brokers import teams
from hub.brokers.models import Broker
from hub.brokers.team_forms import Joining, TeamCard
from hub.brokers.team_models import Member
from hub.clients.duplicates.models import Duplicate
from hub.kernel import access, clock, work
from hub.kernel.audit import AuditRow
from hub.relationship import service as serving
from hub.relationship import transfers
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish
from hub.relationship.agreements.rules import Side
from hub.relationship.forms import TransferWish
from hub.relationship.leads import service as leads
from hub.relationship.leads.forms import SourceWish
from hub.relationship.leads.models import Lead
from tests import make, staff
from tests.programs import Program
from tests.relationship.levels import BROKERS, CLIENTS, HANDS_ON, Knocker, Line
from tests.relationship.sent import EARLY

AT_SEAT = {"self", "direct"}  # transfers at which the actor has a seat: as giver, as his manager
DISTANCES = ("aside", "above", "deep", "direct", "self")


@dataclass(frozen=True)
class Kind:
    """A kind of row: the argument that names it, whom it shows itself to, who acts on it."""

    argument: str
    sees: Callable[[str], AbstractSet[str]]
    acts: Callable[[str, str], AbstractSet[str]]  # role, endpoint


def of_pair(role: str, _door: str) -> AbstractSet[str]:
    """Two clients are merged by who serves both or leads who does; compliance, any two."""
    return set(DISTANCES) if role == "compliance" else HANDS_ON.get(role, set())


def on_transfer(_role: str, door: str) -> AbstractSet[str]:
    """Whoever has a seat speaks; nobody here asked for it."""
    return AT_SEAT if door.endswith(".say") else set()


KINDS = {
    "client-agreement": Kind(
        "agreement_id", lambda role: CLIENTS[role][0], lambda role, _door: HANDS_ON.get(role, set())
    ),
    "broker-agreement": Kind(
        "agreement_id", lambda role: BROKERS[role][0], lambda role, _door: BROKERS[role][1]
    ),
    "lead": Kind(
        "lead_id", lambda role: BROKERS[role][0] | {"self"},
        lambda role, door: BROKERS[role][1] | {"self"} if door.endswith(".assign") else {"self"},
    ),
    "team": Kind(
        "team_id", lambda role: BROKERS[role][0], lambda role, _door: BROKERS[role][1]
    ),
    "pair": Kind("pair_id", lambda role: CLIENTS[role][0], of_pair),
    "transfer": Kind("transfer_id", lambda role: BROKERS[role][0] | AT_SEAT, on_transfer),
}  # fmt: skip
SEES: dict[str, Callable[[str], AbstractSet[str]]] = {
    "client": lambda role: CLIENTS[role][0], "broker": lambda role: BROKERS[role][0],
} | {name: kind.sees for name, kind in KINDS.items()}  # fmt: skip
# Kind of row → where it is listed, on pages and over the API, and by which right.
LISTED = {
    "client": ("/clients", "clients.read"), "broker": ("/brokers", "brokers.read"),
    "client-agreement": ("/agreements", "agreements.read"),
    "broker-agreement": ("/agreements", "agreements.read"),
    "lead": ("/leads", "leads.read"), "team": ("/teams", "brokers.read"),
    "pair": ("/clients/duplicates", "clients.read"), "transfer": ("/transfers", "transfers.read"),
}  # fmt: skip
READING = {"agreements.read", "brokers.read", "clients.read", "leads.read", "transfers.read"}
# Door → what is sent: refused after the gate where that can be, so that nothing changes.
BODY: dict[str, dict[str, str]] = {
    "sign": {"valid_from": EARLY, "plan": "p"}, "correct": {"valid_from": EARLY, "plan": "p"},
    "keep_file": {}, "talk": {"said": "x"}, "lose": {"lost_reason": "other"},
    "convert": {"no": "none", "is_known": "1"},
    "lead": {"broker": "{report}", "valid_from": EARLY},
    "join": {"broker": "{report}", "valid_from": EARLY},
    "leave": {"valid_to": "2099-01-01"}, "aim": {"measure": "none", "month": EARLY, "amount": "1"},
    "merge": {"keep": "0"}, "keep_apart": {"why": "two people"},
    "withdraw": {},
    "say": {"agreed": "no", "why": "not now"}, "show": {},
}  # fmt: skip
END = {"agreement_id": {"last_day": EARLY, "reason": "x"}, "team_id": {"valid_to": EARLY}}


def wanted(kind: Kind, role: str, right: str, door: str) -> dict[str, str]:
    """Distance → "open", "forbidden" or "unknown"."""
    sees = kind.sees(role)
    done = sees if right in READING else sees & kind.acts(role, door)
    return {
        name: "open" if name in done else "forbidden" if name in sees else "unknown"
        for name in DISTANCES
    }


@dataclass
class Rows:
    """One row of each kind at each distance of a line."""

    line: Line
    ids: dict[str, dict[str, int]] = field(default_factory=dict)

    def build(self) -> None:
        """Inside an open unit."""
        today = clock.firm_day()
        self.ids |= {"client": self.line.clients, "broker": dict(self.line.brokers)}
        outsider = staff.broker(under=self.line.brokers["aside"])
        no = work.session().get_one(Broker, outsider).no
        with access.acting(access.SYSTEM):
            source = leads.define(SourceWish(code="fair", title_zh="展会", title_en="F", weight=1))
            for name in DISTANCES:
                for kind, made in self._of(name, source, no, today).items():
                    self.ids.setdefault(kind, {})[name] = made

    def _of(self, name: str, source: int, no: str, today: date) -> dict[str, int]:
        broker, client = self.line.brokers[name], self.line.clients[name]
        branch = "Direct" if name == "direct" else "Pudong"
        twin = make.client(name=f"Client of {name}", branch=branch)
        serving.assign(twin, broker, valid_from=today)
        team = teams.make(TeamCard(name=f"Team {name}", branch="Pudong", starts_on=today))
        if name != "self":  # it would make a manager of him
            teams.lead(team, broker, today)
        teams.join(team, Joining(broker=broker, valid_from=today))
        wish = AgreementWish(no=f"C-{name}", title="T", valid_from=today, plan="p")
        other = AgreementWish(no=f"B-{name}", title="T", valid_from=today, plan="p")
        move = TransferWish(
            giver=broker, receiver_no=no, valid_from=today, reason="x", clients=[client]
        )
        return {
            "client-agreement": agreements.conclude(Side.CLIENT, client, wish),
            "broker-agreement": agreements.conclude(Side.BROKER, broker, other),
            "lead": _lead(broker, source), "team": team, "pair": _pair(client, twin),
            "transfer": transfers.ask(move),
        }  # fmt: skip

    def restore(self) -> None:
        """Leads whom a door gave away or ended are as they were."""
        for name, lead in self.ids["lead"].items():
            mine = update(Lead).where(Lead.id == lead)
            work.session().execute(mine.values(broker_id=self.line.brokers[name], state="new"))
        back = update(Member).where(Member.team_id.in_(self.ids["team"].values()))
        work.session().execute(back.values(valid_to=None))


def pooled_lead() -> int:
    """A lead that nobody works on → its id; inside an open unit."""
    with access.acting(access.SYSTEM):
        source = leads.define(SourceWish(code="web", title_zh="网", title_en="Web", weight=1))
    return _lead(None, source)


def _lead(broker: int | None, source: int) -> int:
    now, today = clock.now(), clock.firm_day()
    row = Lead(
        name="Zhao", phone="+8613900000077", source_id=source, consent="written",
        consent_on=today, consent_proof="form", broker_id=broker, entered_at=now, changed_at=now,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    return row.id


def _pair(one: int, other: int) -> int:
    low, high = sorted((one, other))
    values = {"low_id": low, "high_id": high, "clues": 1, "score": 9, "found_at": clock.now()}
    done: Any = work.session().execute(insert(Duplicate).values(values))
    return int(done.inserted_primary_key[0])


def doors_to_rows(app: Flask) -> list[tuple[Rule, str]]:
    """Every door to such a row, with its method; those that end a row come last.

    Shape: without those that take a merge back: only what is merged has them, tested there.
    """
    arguments = {kind.argument for kind in KINDS.values()}
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if arguments & rule.arguments and not rule.endpoint.endswith(".undo")
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
    ]  # fmt: skip
    return sorted(found, key=lambda door: (door[0].endpoint.endswith(".say"), str(door[0])))


def sent_to(rule: Rule, line: Line) -> dict[str, str]:
    """What a door is sent."""
    name = rule.endpoint.partition(".")[2]
    if name == "end":
        return END[next(argument for argument in END if argument in rule.arguments)]
    if name == "assign":
        with work.unit(writes=False):
            return {"broker_no": work.session().get_one(Broker, line.brokers["self"]).no}
    return {key: text.format(report=line.brokers["direct"]) for key, text in BODY[name].items()}


def refusals(user_id: int) -> int:
    """How often the log says that a user was refused."""
    mine = select(func.count()).where(AuditRow.verb == "refused", AuditRow.actor_id == user_id)
    with work.unit(writes=False):
        return work.session().scalar(mine) or 0


def knock(
    knocker: Knocker, rule: Rule, method: str, row_id: int, distance: str = "self"
) -> tuple[int, str]:
    """Status and text of a door, the row's number taken out."""
    values = {"number": 1, "broker_id": knocker.line.brokers[distance]} | {
        kind.argument: row_id for kind in KINDS.values()
    }
    if rule.endpoint == "agreements_api.keep_file":
        return _sent_file(knocker.program, row_id)
    return knocker.ask(
        rule, method, {name: values[name] for name in rule.arguments}, row_id,
        sent_to(rule, knocker.line),
    )  # fmt: skip


def _sent_file(program: Program, agreement_id: int) -> tuple[int, str]:
    """A file is sent as it is, not as a form."""
    answer = program.ask(
        "POST", f"/agreements/{agreement_id}/versions/1/file", data=b"no file at all",
        query_string={"filename": "a.pdf"}, content_type="application/octet-stream",
    )  # fmt: skip
    return answer.status_code, answer.get_data(as_text=True).replace(f"/{agreement_id}/", "/#/")
