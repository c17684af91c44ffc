"""What is sent to each door to a broker or client: a new one must be added here."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule

READ = {
    "agreements.read", "brokers.read", "clients.export", "clients.read", "clients.reveal",
    "consent.read",
}  # fmt: skip
OFFICE = {"clients.disclose", "clients.erase", "clients.classify"}  # done to whomever one sees
EARLY = "1999-01-01"  # nobody worked here: refused after the gate, and nothing changes
# Door → what is sent; a new door to a broker or client must be added here.
SENT: dict[str, dict[str, Any]] = {
    "brokers.show": {}, "brokers.panel_of": {}, "brokers.edit": {}, "tree.step": {},
    "clients.show": {},
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
    "address": {"contact": "{contact}"}, "reveal": {"why": "complaint"},
    "care.show": {}, "care_api.shown": {}, "care": {"kind": "bereaved", "reason": "told"},
    "notes.show": {}, "notes_api.shown": {}, "agreed": {"consent": "spoken"}, "met": {},
    "notes": {"kind": "cash", "text": "needs {id}", "on_day": "2026-01-05", "source": "talk"},
    "kin.show": {}, "kin_api.shown": {}, "relations": {"kind": "child", "name": "Kin {id}"},
    "household": {"household": "House"}, "members": {"member": "none"},
    "suitability.show": {}, "suitability_api.shown": {},
    "suitability": {"klass": "c3", "assessed_on": "2026-01-05", "source": "form"},
    "tags_api.shown": {}, "tags": {"name": "vip"}, "custom.show": {}, "custom_api.shown": {},
    "custom": {"values": {}}, "clients_api.earlier": {}, "client_files_api.revealed": {},
    "clients.earlier": {}, "clients.panel_of": {}, "timeline.show": {}, "timeline.export": {},
    "timeline_api.shown": {}, "timeline_api.export": {},
    "gone": {}, "brokers_api.link": {}, "relationship.served": {},
    "relationship.clients_of": {}, "relationship.export_clients_of": {},
    "served_api.export_served": {}, "served_api.served": {}, "served_api.count": {},
    "agreements.new_with_client": {}, "agreements.new_with_broker": {},
    "client_agreements_api.of_client": {}, "broker_agreements_api.of_broker": {},
    "agreement": {"no": "none", "title": "T", "plan": "p", "valid_from": EARLY},
}  # fmt: skip
KEYS = {
    "agreements.conclude_with_client": "agreement",
    "agreements.conclude_with_broker": "agreement",
    "client_agreements_api.conclude_with_client": "agreement",
    "broker_agreements_api.conclude_with_broker": "agreement",
    "deputies.end": "calloff", "deputies_api.end": "calloff",
    "deputies.create": "deputies",
    "brokers.change": "change_broker", "brokers_api.change": "change_broker",
    "clients.change": "change_client", "clients_api.change": "change_client",
    "clients.add_contact": "contacts", "clients_api.add_contact": "contacts",
    "relationship.assign": "serving", "serving_api.assign": "serving",
}  # fmt: skip
# Doors that take a row of the client's away.
GONE = {
    "care.end", "care_api.end", "notes.remove", "notes_api.remove", "kin_api.part", "kin.part",
    "tags.take_off", "tags_api.take_off", "kin_api.leave", "kin.leave", "clients.remove_contact",
    "clients_api.remove_contact",
}  # fmt: skip
# What the one door took away the other finds no more.
SPENT = {"kin_api.leave", "kin.leave"}
# Doors whose gate is another row: a team's, tested with teams.
ELSEWHERE = {"teams.leave", "teams_api.leave"}


def key_of(rule: Rule) -> str:
    """The name in `SENT` of what a door takes."""
    endpoint = rule.endpoint
    if endpoint in SENT:
        return str(endpoint)
    if endpoint in KEYS:
        return KEYS[endpoint]
    if endpoint in GONE:
        return "gone"
    steps = [step for step in str(rule).split("/") if step and "<" not in step]
    if steps[-1] in {"reveal", "end"}:
        return steps[-1]
    if "contacts" in steps and "contact_id" in rule.arguments:
        return "contact"
    return {"user": "link"}.get(steps[-1], steps[-1])
