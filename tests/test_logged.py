"""Every word the code writes into the audit log is named by a module, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from hub.kernel import modules
from hub.kernel.approvals import Decision
from hub.kernel.imports import kinds
from hub.kernel.operations import OperationState
from hub.kernel.workitems import ItemState
from tests.house import SIBLINGS, modules_of

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S16")]

KINDS = "the kinds of imports"
# What an expression may stand for where the code names no word itself.
MEANT: dict[tuple[str, str], tuple[str, ...] | str] = {
    ("hub/kernel/approvals.py", "row.decision"): tuple(Decision),
    ("hub/kernel/progress.py", "outcome.state"): tuple(OperationState),
    ("hub/kernel/workitems.py", "state"): tuple(ItemState),
    ("hub/kernel/imports/applying.py", "row.kind"): KINDS,
    ("hub/kernel/imports/desk.py", "row.kind"): KINDS,
    ("hub/kernel/imports/forgetting.py", "row.kind"): KINDS,
    ("hub/clients/commands.py", "flag.subject"): ("client", "address"),
    ("hub/pages/exports.py", "listing.name"): (),  # the names of all lists, below
    ("channels/consent/service.py", "verb"): ("suppression.set", "suppression.lifted"),
    ("campaigns/sending.py", "to"): ("pause", "resume", "cancel"),
    ("campaigns/versions.py", "subject"): ("campaign", "template"),
    ("hub/relationship/transfers.py", "f'transfer-{state}'"): (
        "transfer-done",
        "transfer-refused",
        "transfer-withdrawn",
    ),
    ("hub/relationship/leads/service.py", "f'lead-{kind.value}'"): (
        "lead-assigned",
        "lead-contacted",
        "lead-lost",
        "lead-pooled",
        "lead-won",
    ),
    ("hub/brokers/teams.py", "subject"): ("team", "broker"),
    ("hub/kernel/gate.py", "kind"): (
        "client",
        "broker",
        "team",
        "transfer",
        "lead",
        "duplicate",
    ),
}
# States in which nothing is logged.
NEVER = {Decision.WAITING, ItemState.OPEN, OperationState.WAITING, OperationState.RUNNING}


def said(path: str, node: ast.expr) -> Iterator[str]:
    """Every word an argument may be."""
    match node:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp(body=one, orelse=other):
            yield from said(path, one)
            yield from said(path, other)
        case _:
            meant = MEANT[path, ast.unparse(node)]
            if meant == KINDS:
                meant = tuple(kinds.kinds())
            yield from (word for word in meant if word not in NEVER)


def logged() -> Iterator[tuple[str, str, str]]:
    """(place, "act" or "subject", word) of everything the code may log."""
    for path, tree in modules_of("hub", *SIBLINGS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append":
                for kind, argument in zip(("act", "subject"), node.args, strict=False):
                    yield from (
                        (f"{path}:{node.lineno}", kind, word) for word in said(path, argument)
                    )


def lists() -> Iterator[tuple[str, str]]:
    """(place, name) of every list that may be exported."""
    for path, tree in modules_of("hub", *SIBLINGS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Listing":
                (name,) = (word.value for word in node.keywords if word.arg == "name")
                if isinstance(name, ast.Constant):
                    yield f"{path}:{node.lineno}", str(name.value)


def test_every_word_of_the_log_has_a_name(app: Flask) -> None:
    del app
    known = {"act": modules.loaded().acts, "subject": modules.loaded().subjects}
    words = list(logged())
    assert len(words) > 100  # the code is read at all
    assert [(place, word) for place, kind, word in words if word not in known[kind]] == []
    assert [(place, name) for place, name in lists() if name not in known["subject"]] == []


def test_no_name_is_kept_for_a_word_that_nobody_logs(app: Flask) -> None:
    del app
    words = {(kind, word) for _place, kind, word in logged()}
    words |= {("subject", name) for _place, name in lists()}
    named = {("act", verb) for verb in modules.loaded().acts}
    named |= {("subject", word) for word in modules.loaded().subjects}
    assert named - words == {("subject", "backups")}  # named by the kind of its tasks


def test_each_word_is_named_in_both_languages(app: Flask) -> None:
    told = {}
    for language in ("en", "zh"):
        with app.test_request_context(headers={"Accept-Language": language}):
            words = modules.loaded().acts | modules.loaded().subjects
            told[language] = {word: str(name) for word, name in words.items()}
    assert [word for word, name in told["zh"].items() if name.isascii()] == []
    assert [word for word, name in told["en"].items() if not name.isascii()] == []
