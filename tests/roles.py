"""What opens which door: a new room or command goes here; rights: docs/security.md."""

from __future__ import annotations

import re
from pathlib import Path

from tests import api_doors, page_doors

ROOT = Path(__file__).parents[1]

# Live room → the right that its members hold at least, and the one that opens somebody else's.
ROOMS = {
    "campaign": ("campaigns.read", "campaigns.oversee"),
    "desk": ("own", ""),
    "operation": ("own", "operations.read"),
}

# What a browser may say on a websocket → what it is asked for; "*" is all else and moves nothing.
EVENTS = {"connect": "a ticket", "*": "nothing"}

# Command → where it runs, and what it is called with; as the system, whoever starts it there.
# "tables": where they are the code's; "process": the same, until it is stopped; "alone": where
# no hub runs; "bare": no table; "sandbox": nobody did anything yet; "redis": one is named.
COMMANDS = {
    "audit verify": ("tables", ""),
    "backup": ("tables", ""),
    "clients flags": ("tables", ""),
    "cron": ("process", ""),
    "demo": ("sandbox", "--clients 1"),
    "doctor": ("anywhere", ""),
    "import brokers": ("tables", "FILE"),
    "import clients": ("tables", "FILE"),
    "import leads": ("tables", "FILE"),
    "import notes": ("tables", "FILE"),
    "import relationships": ("tables", "FILE"),
    "import tree": ("tables", "FILE"),
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
    given = [*page_doors.DOORS.items(), *api_doors.DOORS.items()]
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
