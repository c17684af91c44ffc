"""What opens which door: the one list that a new route, room or command must be added to.

Which roles hold a right is read from docs/security.md.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests import api_doors

ROOT = Path(__file__).parents[1]

# Right → endpoints. "half" is open like "public", but asks for the first step of a sign-in.
DOORS = {
    "accounts.read": """
        accounts.index accounts.show accounts.sign_ins tokens.of_user tokens_api.of_user
        users_api.index users_api.show users_api.sign_ins
    """,
    "accounts.tokens": """
        tokens.create tokens.index tokens.new tokens.revoke tokens.show tokens_api.create
        tokens_api.index tokens_api.revoke tokens_api.rights tokens_api.show
    """,
    "accounts.write": """
        accounts.end_sessions accounts.force_factor accounts.invite accounts.lock accounts.new
        accounts.reset_factor accounts.send_link accounts.set_address accounts.set_roles
        accounts.set_scope accounts.unlock tokens.set_quota tokens_api.set_quota
        users_api.end_sessions users_api.force_factor users_api.invite users_api.lock
        users_api.reset_factor users_api.send_link users_api.set_address users_api.set_roles
        users_api.set_scope users_api.unlock
    """,
    "audit.read": """
        audit_log.export audit_log.index audit_log.show system.task system.verify
    """,
    "brokers.read": """
        brokers.index brokers_api.index brokers_api.show
    """,
    "brokers.write": """
        brokers.change brokers.create brokers.edit brokers.new brokers_api.change
        brokers_api.create
    """,
    "calendars.write": """
        calendars.index calendars.propose calendars.show
    """,
    "campaigns.export": """
        campaigns.export campaigns.recipients campaigns.stopped_file campaigns_api.export
        campaigns_api.export_recipients campaigns_api.export_stopped
    """,
    "campaigns.read": """
        campaign_templates.edit campaign_templates.index campaigns.check campaigns.index
        campaigns.progress campaigns.show campaigns.stopped campaigns_api.check
        campaigns_api.index campaigns_api.progress campaigns_api.recipients campaigns_api.show
        campaigns_api.stopped templates_api.index templates_api.show
    """,
    "campaigns.send": """
        campaigns.cancel campaigns.pause campaigns.resend campaigns.resume campaigns.send
        campaigns_api.cancel campaigns_api.pause campaigns_api.resend campaigns_api.resume
        campaigns_api.send
    """,
    "campaigns.write": """
        campaign_templates.archive campaign_templates.create campaign_templates.new
        campaign_templates.save campaigns.count campaigns.create campaigns.discard
        campaigns.duplicate campaigns.mail campaigns.new campaigns.preview campaigns.save
        campaigns.test campaigns_api.change campaigns_api.count campaigns_api.create
        campaigns_api.discard campaigns_api.duplicate campaigns_api.preview campaigns_api.test
        templates_api.archive templates_api.change templates_api.create
    """,
    "clients.classify": """
        suitability.classify
    """,
    "clients.create": """
        clients.create clients.new clients_api.create
    """,
    "clients.disclose": """
        erasure.everything
    """,
    "clients.erase": """
        erasure.erase
    """,
    "clients.export": """
        clients.export clients_api.export
    """,
    "clients.fields": """
        custom.change custom.define custom.edit custom.index custom.restore custom.retire
    """,
    "clients.import": """
        client_imports.answer client_imports.apply client_imports.cancel
        client_imports.choose_form client_imports.choose_mapping client_imports.index
        client_imports.progress client_imports.rejected client_imports.show client_imports.upload
        imports_api.answer imports_api.apply imports_api.cancel imports_api.check
        imports_api.choose_form imports_api.choose_mapping imports_api.fields imports_api.index
        imports_api.preview imports_api.rejected imports_api.show imports_api.upload
    """,
    "clients.read": """
        care.show clients.index clients.owners clients.show clients_api.index
        clients_api.known clients_api.reached clients_api.show custom.show kin.show
        serving_api.history suitability.show
    """,
    "clients.reveal": """
        clients.reveal clients_api.reveal notes.show papers.reveal
    """,
    "clients.tags": """
        tags.enlist tags.index tags.retire
    """,
    "clients.write": """
        care.end care.put clients.add_contact clients.change clients.choose_contact
        clients.edit clients.remove_contact clients_api.add_contact clients_api.change
        clients_api.choose_contact clients_api.remove_contact custom.write kin.found
        kin.join kin.leave kin.part kin.relate notes.agree notes.meet notes.record
        notes.remove papers.put tags.put tags.take_off
    """,
    "consent.export": """
        consent.ledger_file consents_api.export
    """,
    "consent.read": """
        client_consents.show client_consents_api.show consent.ledger consents_api.index
    """,
    "consent.write": """
        client_consents.lift client_consents.record client_consents.stop client_consents_api.lift
        client_consents_api.record client_consents_api.stop
    """,
    "half": """
        factors.choose factors.set_app factors.show_app passkeys.enter passkeys.keep passkeys.new
        signin.enter_by_code signin.enter_second signin.second
    """,
    "jobs.read": """
        jobs.export jobs.index jobs.show jobs.timetable
    """,
    "jobs.write": """
        jobs.drop jobs.retry jobs.retry_all jobs.run
    """,
    "own": """
        approvals.approve approvals.export approvals.index approvals.reject approvals.show
        calendars.proposal desk.bell desk.end desk.export desk.index desk.show desk.take
        factors.done factors.drop_app factors.drop_passkey factors.new_codes files.give
        live.ticket me.ask_address me.change_address me.confirm_address me.end_others
        me.end_session me.set_password me.show me.want_address me_api.me notes.agree_own
        notes.refuse_own operations.cancel operations.export operations.index
        operations.show portal.home search_api.find web.home web.search
    """,
    "portal.help": """
        portal_desk.change_address
    """,
    "public": """
        activation.activate activation.prove activation.send activation.start api.openapi healthz
        passkeys.question probes.figures probes.readyz sandbox.clear_faults sandbox.empty
        sandbox.faults sandbox.home sandbox.html sandbox.mail sandbox.mailbox sandbox.order_fault
        sandbox.phone sandbox.set_pipelining signin.ask_code signin.choose_password signin.enter
        signin.enter_by_password signin.forgot signin.send_code signin.send_link
        signin.set_password signin.type_code signout.leave static_files.file web.preferences
    """,
    "relationship.assign": """
        relationship.ask relationship.assign serving_api.assign
    """,
    "segments.read": """
        segments.count segments.edit segments.index segments.redraw segments_api.count
        segments_api.fields segments_api.index segments_api.show
    """,
    "segments.write": """
        segments.change segments.create segments.new segments.remove segments_api.change
        segments_api.create segments_api.remove
    """,
    "signed": """
        consent.unsubscribe consent.unsubscribe_page consent.unsubscribed deliveries.twilio_status
    """,
    "system.read": """
        system.backups system.backups_file system.index system.retention
    """,
    "system.run": """
        system.backup system.check
    """,
}

# Live room → the right that its members hold at least.
ROOMS = {"campaign": "campaigns.read", "desk": "own", "operation": "own"}

# Commands run as the system, by whoever may start them on the server.
COMMANDS = {
    "audit",
    "backup",
    "clients",
    "doctor",
    "import",
    "jobs",
    "keys",
    "search",
    "users",
}


def doors() -> dict[str, str]:
    """Endpoint → the right that opens it."""
    given = [*DOORS.items(), *api_doors.DOORS.items()]
    return {endpoint: right for right, names in given for endpoint in names.split()}


def table(head: str) -> list[list[str]]:
    """The cells of the table in docs/security.md whose first column is called `head`."""
    text = (ROOT / "docs/security.md").read_text("utf-8")
    found = re.search(rf"^\| {head} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, head
    first = text[: found.start()].count("\n")
    lines = [text.splitlines()[first], *found[1].splitlines()]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rights() -> dict[str, frozenset[str]]:
    """Right → the roles that hold it, as docs/security.md says."""
    head, *lines = table("right")
    return {
        line[0].strip("`"): frozenset(
            role for role, mark in zip(head[1:], line[1:], strict=True) if mark
        )
        for line in lines
    }


def reach() -> dict[str, tuple[str, str]]:
    """Role → (whom it sees, whom it writes to), as docs/security.md says."""
    return {role: (sees, writes) for role, sees, writes in table("role")[1:]}
