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
        accounts.index accounts.show accounts.sign_ins
    """,
    "accounts.write": """
        accounts.end_sessions accounts.force_factor accounts.invite accounts.lock accounts.new
        accounts.reset_factor accounts.send_link accounts.set_address accounts.set_roles
        accounts.set_scope accounts.unlock
    """,
    "brokers.read": """
        brokers.index
    """,
    "brokers.write": """
        brokers.change brokers.create brokers.edit brokers.new
    """,
    "campaigns.export": """
        campaigns.export campaigns.recipients campaigns.stopped_file
    """,
    "campaigns.read": """
        campaign_templates.edit campaign_templates.index campaigns.check campaigns.index
        campaigns.progress campaigns.show campaigns.stopped
    """,
    "campaigns.send": """
        campaigns.cancel campaigns.pause campaigns.resend campaigns.resume campaigns.send
    """,
    "campaigns.write": """
        campaign_templates.archive campaign_templates.create campaign_templates.new
        campaign_templates.save campaigns.count campaigns.create campaigns.discard
        campaigns.duplicate campaigns.mail campaigns.new campaigns.preview campaigns.save
        campaigns.test
    """,
    "clients.create": """
        clients.create clients.new
    """,
    "clients.export": """
        clients.export
    """,
    "clients.import": """
        client_imports.answer client_imports.apply client_imports.cancel
        client_imports.choose_form client_imports.choose_mapping client_imports.index
        client_imports.progress client_imports.rejected client_imports.show client_imports.upload
    """,
    "clients.read": """
        clients.index clients.show
    """,
    "clients.reveal": """
        clients.reveal
    """,
    "clients.write": """
        clients.add_contact clients.change clients.choose_contact clients.edit
        clients.remove_contact
    """,
    "consent.export": """
        consent.ledger_file
    """,
    "consent.read": """
        client_consents.show consent.ledger
    """,
    "consent.write": """
        client_consents.lift client_consents.record client_consents.stop
    """,
    "half": """
        factors.choose factors.set_app factors.show_app passkeys.enter passkeys.keep passkeys.new
        signin.enter_by_code signin.enter_second signin.second
    """,
    "own": """
        factors.done factors.drop_app factors.drop_passkey factors.new_codes live.ticket
        me.ask_address me.change_address me.confirm_address me.end_others me.end_session
        me.set_password me.show me.want_address portal.home web.home web.search
    """,
    "portal.help": """
        portal_desk.change_address
    """,
    "public": """
        activation.activate activation.prove activation.send activation.start healthz
        passkeys.question sandbox.clear_faults sandbox.empty sandbox.faults sandbox.home
        sandbox.html sandbox.mail sandbox.mailbox sandbox.order_fault sandbox.phone
        sandbox.set_pipelining signin.ask_code signin.choose_password signin.enter
        signin.enter_by_password signin.forgot signin.send_code signin.send_link
        signin.set_password signin.type_code signout.leave static_files.file web.preferences
    """,
    "relationship.assign": """
        relationship.ask relationship.assign
    """,
    "segments.read": """
        segments.count segments.edit segments.index segments.redraw
    """,
    "segments.write": """
        segments.change segments.create segments.new segments.remove
    """,
    "signed": """
        consent.unsubscribe consent.unsubscribe_page consent.unsubscribed deliveries.twilio_status
    """,
}

# Live room → the right that its members hold at least.
ROOMS = {"campaign": "campaigns.read"}

# Commands run as the system, by whoever may start them on the server.
COMMANDS = {"audit", "clients", "import", "jobs", "search", "users"}


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
