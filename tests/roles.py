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
        accounts.end_sessions accounts.force_factor accounts.invite accounts.lock
        accounts.new accounts.reset_factor accounts.send_link accounts.set_address
        accounts.set_roles accounts.set_scope accounts.unlock tokens.set_quota
        tokens_api.set_quota users_api.end_sessions users_api.force_factor
        users_api.invite users_api.lock users_api.reset_factor users_api.send_link
        users_api.set_address users_api.set_roles users_api.set_scope users_api.unlock
    """,
    "audit.read": """
        audit_api.export audit_api.index audit_api.show audit_log.export audit_log.index
        audit_log.show system.task system.verify system_api.task system_api.verify
    """,
    "brokers.appoint": """
        brokers.appoint brokers.end_post brokers_api.appoint brokers_api.end_post
    """,
    "brokers.office": """
        brokers.link brokers.succeed brokers_api.link brokers_api.succeed
    """,
    "brokers.place": """
        brokers.leave brokers.place brokers_api.leave brokers_api.place
    """,
    "brokers.read": """
        brokers.index brokers.show brokers_api.card brokers_api.index brokers_api.reports
        brokers_api.show brokers_api.top deputies.show deputies_api.show teams.index
        teams.show teams_api.index teams_api.show tree.index tree.step
    """,
    "brokers.write": """
        brokers.change brokers.create brokers.edit brokers.end_licence brokers.freeze
        brokers.new brokers.qualify brokers.thaw brokers_api.change brokers_api.create
        brokers_api.end_licence brokers_api.freeze brokers_api.qualify brokers_api.thaw
    """,
    "calendars.write": """
        calendars.index calendars.propose calendars.show calendars_api.index
        calendars_api.propose calendars_api.show
    """,
    "campaigns.export": """
        campaigns.export campaigns.recipients campaigns.stopped_file campaigns_api.export
        campaigns_api.export_recipients campaigns_api.export_stopped
    """,
    "campaigns.read": """
        campaign_templates.edit campaign_templates.index campaigns.check campaigns.index
        campaigns.progress campaigns.show campaigns.stopped campaigns_api.check
        campaigns_api.index campaigns_api.progress campaigns_api.recipients
        campaigns_api.show campaigns_api.stopped templates_api.index templates_api.show
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
        campaigns_api.discard campaigns_api.duplicate campaigns_api.preview
        campaigns_api.test templates_api.archive templates_api.change templates_api.create
    """,
    "clients.create": """
        clients.create clients.new clients_api.create
    """,
    "clients.disclose": """
        client_files_api.everything erasure.everything
    """,
    "clients.erase": """
        client_files_api.erase erasure.erase
    """,
    "clients.export": """
        clients.export clients_api.export
    """,
    "clients.import": """
        client_imports.answer client_imports.apply client_imports.cancel
        client_imports.choose_form client_imports.choose_mapping client_imports.index
        client_imports.progress client_imports.rejected client_imports.show
        client_imports.upload imports_api.answer imports_api.apply imports_api.cancel
        imports_api.check imports_api.choose_form imports_api.choose_mapping
        imports_api.fields imports_api.index imports_api.preview imports_api.rejected
        imports_api.show imports_api.upload
    """,
    "clients.read": """
        client_files_api.shown clients.index clients.show clients_api.index
        clients_api.known clients_api.reached clients_api.show serving_api.history
    """,
    "clients.reveal": """
        client_files_api.reveal clients.reveal clients_api.reveal papers.reveal
    """,
    "clients.write": """
        client_files_api.put clients.add_contact clients.change clients.choose_contact
        clients.edit clients.remove_contact clients_api.add_contact clients_api.change
        clients_api.choose_contact clients_api.remove_contact papers.put
    """,
    "consent.export": """
        consent.ledger_file consents_api.export
    """,
    "consent.read": """
        client_consents.show client_consents_api.show consent.ledger consents_api.index
    """,
    "consent.write": """
        client_consents.lift client_consents.record client_consents.stop
        client_consents_api.lift client_consents_api.record client_consents_api.stop
    """,
    "half": """
        factors.choose factors.set_app factors.show_app passkeys.enter passkeys.keep
        passkeys.new signin.enter_by_code signin.enter_second signin.second
    """,
    "jobs.read": """
        jobs.export jobs.index jobs.show jobs.timetable jobs_api.export jobs_api.index
        jobs_api.show jobs_api.timetable
    """,
    "jobs.write": """
        jobs.drop jobs.retry jobs.retry_all jobs.run jobs_api.drop jobs_api.retry
        jobs_api.retry_all jobs_api.run
    """,
    "own": """
        approvals.approve approvals.export approvals.index approvals.reject approvals.show
        approvals_api.approve approvals_api.export_requests approvals_api.reject
        approvals_api.request_shown approvals_api.requests calendars.proposal
        calendars_api.proposal desk.bell desk.end desk.export desk.index desk.show
        desk.take desk_api.end desk_api.export desk_api.index desk_api.show desk_api.take
        desk_api.waiting factors.done factors.drop_app factors.drop_passkey
        factors.new_codes files.give files_api.give live.ticket me.ask_address
        me.change_address me.confirm_address me.end_others me.end_session me.set_password
        me.show me.want_address me_api.end_others me_api.end_session me_api.me
        me_api.my_sessions operations.cancel operations.export operations.index
        operations.show operations_api.cancel operations_api.export_operations
        operations_api.operation operations_api.operations portal.home search_api.find
        web.home web.search
    """,
    "portal.help": """
        access_api.change_address portal_desk.change_address
    """,
    "public": """
        activation.activate activation.prove activation.send activation.start api.openapi
        healthz passkeys.question probes.figures probes.readyz sandbox.clear_faults
        sandbox.empty sandbox.faults sandbox.home sandbox.html sandbox.mail
        sandbox.mailbox sandbox.order_fault sandbox.phone sandbox.set_pipelining
        signin.ask_code signin.choose_password signin.enter signin.enter_by_password
        signin.forgot signin.send_code signin.send_link signin.set_password
        signin.type_code signout.leave static_files.file web.preferences
    """,
    "relationship.assign": """
        relationship.ask relationship.assign serving_api.assign
    """,
    "relationship.deputise": """
        deputies.create deputies.end deputies_api.create deputies_api.end
    """,
    "relationship.transfer": """
        transfers.create transfers.new transfers.say transfers.withdraw
        transfers_api.create transfers_api.say transfers_api.withdraw
    """,
    "relationship.transfers": """
        transfers.index transfers.show transfers_api.index transfers_api.show
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
        consent.unsubscribe consent.unsubscribe_page consent.unsubscribed
        deliveries.twilio_status
    """,
    "system.read": """
        system.backups system.backups_file system.index system.retention
        system_api.backups system_api.export_backups system_api.index system_api.retention
    """,
    "system.run": """
        system.backup system.check system_api.backup system_api.check
    """,
    "teams.write": """
        brokers.aim brokers_api.aim teams.aim teams.create teams.end teams.join teams.lead
        teams.leave teams.new teams_api.aim teams_api.create teams_api.end teams_api.join
        teams_api.lead teams_api.leave
    """,
}

# Live room → the right that its members hold at least, and the one that opens somebody else's.
ROOMS = {
    "campaign": ("campaigns.read", "campaigns.oversee"),
    "desk": ("own", ""),
    "operation": ("own", "operations.read"),
}

# What a browser may say on a websocket → what it is asked for; "*" is all else and moves nothing.
EVENTS = {"connect": "a ticket", "*": "nothing"}

# Command → where it runs, and what it is called with. They run as the system: whoever may start
# them on the server needs no role. "tables": where the tables are the code's, beside a running
# hub; "process": the same, until it is stopped; "alone": where no hub runs; "bare": where no table
# is; "sandbox": where nobody did anything yet; "redis": where one is named.
COMMANDS = {
    "audit verify": ("tables", ""),
    "backup": ("tables", ""),
    "clients flags": ("tables", ""),
    "cron": ("process", ""),
    "demo": ("sandbox", "--clients 1"),
    "doctor": ("anywhere", ""),
    "import clients": ("tables", "FILE"),
    "jobs drain": ("tables", ""),
    "keys list": ("tables", ""),
    "keys prune": ("tables", ""),
    "keys rotate": ("tables", ""),
    "live": ("redis", ""),
    "migrate": ("anywhere", ""),
    "modules": ("anywhere", ""),
    "restore": ("alone", "FILE"),
    "rewrite-migrations": ("bare", ""),
    "run": ("alone", ""),
    "search rebuild": ("tables", ""),
    "users add": ("tables", "li@firm.example --name Li --password correct-horse-battery"),
    "users lock": ("tables", "li@firm.example"),
    "users reset-factor": ("tables", "li@firm.example"),
    "users unlock": ("tables", "li@firm.example"),
    "web": ("process", ""),
    "worker": ("process", ""),
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


def reach(head: str = "role") -> dict[str, tuple[str, str]]:
    """Role → (whom it sees, whom it writes to or operates on), as docs/security.md says."""
    return {role: (sees, writes) for role, sees, writes in table(head)[1:]}
