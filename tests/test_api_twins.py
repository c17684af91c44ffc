"""Every page has its twin in the API, or a reason why a program has no use for it."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.kernel import doors
from hub.pages.api.doors import ApiDoor
from tests import client_twins, people_twins

pytestmark = pytest.mark.database("sqlite")

FORM = "a form: what it shows and sends has a twin"
WAY = "a step on the way through pages"
BROWSER = "for browsers alone"
SIGN_IN = "how a person signs in; a program has a token"
CODES = "takes codes that a person reads off his phone"
FRESH = "asks for a sign-in of the last minutes, which no token is"

# Page → the operations that do the same.
TWINS: dict[str, tuple[str, ...]] = {
    "accounts.export": ("users_api.export",),
    "accounts.index": ("users_api.index",),
    "accounts.show": ("users_api.show",),
    "accounts.lock": ("users_api.lock",),
    "accounts.unlock": ("users_api.unlock",),
    "accounts.set_roles": ("users_api.set_roles",),
    "clients.index": ("clients_api.index",),
    "clients.export": ("clients_api.export",),
    "clients.create": ("clients_api.create",),
    "clients.show": (
        "client_files_api.shown", "clients_api.show", "clients_api.known", "clients_api.reached",
        "serving_api.history", "client_consents_api.show", "tags_api.shown",
        "care_api.shown", "notes_api.shown", "kin_api.shown", "clients_api.earlier",
        "suitability_api.shown", "client_files_api.revealed", "custom_api.shown",
    ),
    "clients.edit": ("clients_api.show",),
    "clients.change": ("clients_api.change",),
    "clients.add_contact": ("clients_api.add_contact",),
    "clients.remove_contact": ("clients_api.remove_contact",),
    "clients.choose_contact": ("clients_api.choose_contact",),
    "clients.reveal": ("clients_api.reveal",),
    "imports.index": ("imports_api.index",),
    "imports.export": ("imports_api.export",),
    "imports.new": ("imports_api.fields",),
    "imports.resume": ("imports_api.resume",),
    "imports.upload": ("imports_api.upload",),
    "imports.show": ("imports_api.show", "imports_api.preview"),
    "imports.progress": ("imports_api.show",),
    "imports.choose_form": ("imports_api.choose_form",),
    "imports.choose_mapping": ("imports_api.choose_mapping", "imports_api.check"),
    "imports.answer": ("imports_api.answer", "imports_api.check"),
    "imports.apply": ("imports_api.apply",),
    "imports.cancel": ("imports_api.cancel",),
    "imports.rejected": ("imports_api.rejected",),
    "relationship.ask": ("serving_api.history",),
    "relationship.assign": ("serving_api.assign",),
    "campaigns.index": ("campaigns_api.index",),
    "campaigns.export": ("campaigns_api.export",),
    "campaigns.show": ("campaigns_api.show", "campaigns_api.recipients"),
    "campaigns.progress": ("campaigns_api.progress",),
    "campaigns.recipients": ("campaigns_api.export_recipients",),
    "campaigns.pause": ("campaigns_api.pause",),
    "campaigns.resume": ("campaigns_api.resume",),
    "campaigns.cancel": ("campaigns_api.cancel",),
    "campaigns.resend": ("campaigns_api.resend",),
    "campaigns.duplicate": ("campaigns_api.duplicate",),
    "campaigns.create": ("campaigns_api.create",),
    "campaigns.save": ("campaigns_api.change",),
    "campaigns.discard": ("campaigns_api.discard",),
    "campaigns.count": ("campaigns_api.count",),
    "campaigns.preview": ("campaigns_api.preview",),
    "campaigns.mail": ("campaigns_api.preview",),
    "campaigns.test": ("campaigns_api.test",),
    "campaigns.check": ("campaigns_api.check",),
    "campaigns.stopped": ("campaigns_api.stopped",),
    "campaigns.stopped_file": ("campaigns_api.export_stopped",),
    "campaigns.send": ("campaigns_api.send",),
    "campaign_templates.export": ("templates_api.export",),
    "campaign_templates.index": ("templates_api.index",),
    "campaign_templates.create": ("templates_api.create",),
    "campaign_templates.edit": ("templates_api.show",),
    "campaign_templates.save": ("templates_api.change",),
    "campaign_templates.archive": ("templates_api.archive",),
    "consent.ledger": ("consents_api.index",),
    "consent.ledger_file": ("consents_api.export",),
    "client_consents.show": ("client_consents_api.show",),
    "client_consents.record": ("client_consents_api.record",),
    "client_consents.stop": ("client_consents_api.stop",),
    "client_consents.lift": ("client_consents_api.lift",),
    "accounts.invite": ("users_api.invite",),
    "accounts.export_sign_ins": ("users_api.export_sign_ins",),
    "accounts.sign_ins": ("users_api.sign_ins",),
    "accounts.set_scope": ("users_api.set_scope",),
    "accounts.force_factor": ("users_api.force_factor",),
    "accounts.reset_factor": ("users_api.reset_factor",),
    "accounts.end_sessions": ("users_api.end_sessions",),
    "accounts.set_address": ("users_api.set_address",),
    "accounts.send_link": ("users_api.send_link",),
    "me.show": ("me_api.me", "me_api.my_sessions"),
    "me.end_session": ("me_api.end_session",),
    "me.end_others": ("me_api.end_others",),
    "papers.put": ("client_files_api.put",),
    "papers.reveal": ("client_files_api.reveal",),
    "erasure.everything": ("client_files_api.everything",),
    "erasure.erase": ("client_files_api.erase",),
    "portal.home": ("me_api.me",),
    "portal_desk.change_address": ("access_api.change_address",),
    "desk.index": ("desk_api.index",),
    "desk.export": ("desk_api.export",),
    "desk.show": ("desk_api.show",),
    "desk.take": ("desk_api.take",),
    "desk.end": ("desk_api.end",),
    "desk.bell": ("desk_api.waiting",),
    "approvals.index": ("approvals_api.requests",),
    "approvals.export": ("approvals_api.export_requests",),
    "approvals.show": ("approvals_api.request_shown",),
    "approvals.approve": ("approvals_api.approve",),
    "approvals.reject": ("approvals_api.reject",),
    "operations.index": ("operations_api.operations",),
    "operations.export": ("operations_api.export_operations",),
    "operations.show": ("operations_api.operation",),
    "operations.cancel": ("operations_api.cancel",),
    "files.give": ("files_api.give",),
    "jobs.index": ("jobs_api.index",),
    "jobs.export": ("jobs_api.export",),
    "jobs.show": ("jobs_api.show",),
    "jobs.retry": ("jobs_api.retry",),
    "jobs.drop": ("jobs_api.drop",),
    "jobs.retry_all": ("jobs_api.retry_all",),
    "jobs.timetable": ("jobs_api.timetable",),
    "jobs.run": ("jobs_api.run",),
    "system.index": ("system_api.index",),
    "system.backups": ("system_api.backups",),
    "system.backups_file": ("system_api.export_backups",),
    "system.backup": ("system_api.backup",),
    "system.check": ("system_api.check",),
    "system.verify": ("system_api.verify",),
    "system.task": ("system_api.task",),
    "system.retention": ("system_api.retention",),
    "audit_log.index": ("audit_api.index",),
    "audit_log.export": ("audit_api.export",),
    "audit_log.show": ("audit_api.show",),
    "calendars.index": ("calendars_api.index",),
    "calendars.show": ("calendars_api.show",),
    "calendars.propose": ("calendars_api.propose",),
    "calendars.proposal": ("calendars_api.proposal",),
    "web.search": ("search_api.find",),
    "web.home": ("me_api.me",),
} | client_twins.TWINS | people_twins.TWINS  # fmt: skip

# Page → why it has none.
ALONE: dict[str, str] = {
    "agreements.new_with_broker": FORM,
    "agreements.new_with_client": FORM,
    "brokers.new": FORM,
    "teams.new": FORM,
    "transfers.new": FORM,
    "leads.new": FORM,
    "clients.new": FORM,
    "clients.known": "words that a field offers",
    "brokers.panel_of": "a part of a page, each with twins of its own",
    "clients.panel_of": "a part of a page, each with twins of its own",
    "segments.new": FORM,
    "segments.redraw": WAY,
    "campaigns.new": FORM,
    "campaign_templates.new": FORM,
    "web.preferences": "a cookie of the browser; a program says Accept-Language",
    "live.ticket": "JSON already, for the socket of a page",
    "static_files.file": BROWSER,
    "accounts.new": FORM,
    "signout.leave": SIGN_IN,
    "probes.figures": "for machines already",
    "probes.readyz": "for machines already",
    "details.ask": CODES,
    "details.prove": CODES,
    "details.confirm": CODES,
    "me.set_password": FRESH,
    "me.ask_address": FRESH,
    "me.want_address": FRESH,
    "me.confirm_address": FRESH,
    "me.change_address": FRESH,
    "consent.unsubscribe": "without a session: the address is the right",
    "consent.unsubscribe_page": "without a session: the address is the right",
    "consent.unsubscribed": "without a session: the address is the right",
    "deliveries.twilio_status": "an operation of a provider already",
    "healthz": "for machines already",
    "api.openapi": "the description itself",
}
# Blueprints that are only about how a person signs in.
SIGNING_IN = {"activation", "factors", "passkeys", "signin"}
CLOSED = "nobody"  # a library's page that this house does not use


def pages(app: Flask) -> set[str]:
    apis = {name for name, door in app.blueprints.items() if isinstance(door, ApiDoor)}
    found = {rule.endpoint for rule in app.url_map.iter_rules()}
    return {
        name for name in found
        if name.partition(".")[0] not in apis
        and name.partition(".")[0] not in SIGNING_IN
        and not name.startswith("sandbox.")  # the pretend phone is no part of the product
        and (lock := doors.lock_of(app, name)) is not None and lock.needs != CLOSED
    }  # fmt: skip


def operations(app: Flask) -> set[str]:
    return {
        f"{name}.{endpoint}"
        for name, door in app.blueprints.items()
        if isinstance(door, ApiDoor)
        for endpoint in door.operations
    }


def test_every_page_has_a_twin_or_a_reason(app: Flask) -> None:
    assert pages(app) - set(TWINS) - set(ALONE) == set()


def test_the_tables_name_only_what_there_is(app: Flask) -> None:
    assert (set(TWINS) | set(ALONE)) - pages(app) == set()
    assert {twin for twins in TWINS.values() for twin in twins} - operations(app) == set()
    assert set(TWINS) & set(ALONE) == set()


def test_every_operation_is_somebodys_twin(app: Flask) -> None:
    named = {twin for twins in TWINS.values() for twin in twins}
    assert operations(app) - named == set()


def test_a_twin_asks_for_the_same_right_as_its_page(app: Flask) -> None:
    # A page that joins several things, or shows a form to those who may write, asks for more.
    wider = {"brokers.edit", "clients.edit", "relationship.ask", "clients.show", "web.home"}
    wrong = {}
    for page, twins in TWINS.items():
        lock = doors.lock_of(app, page)
        assert lock is not None
        for twin in twins:
            own = doors.lock_of(app, twin)
            assert own is not None
            if own.needs != lock.needs and page not in wider:
                wrong[page] = (lock.needs, twin, own.needs)
    assert wrong == {}
