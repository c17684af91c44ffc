"""The page about operations names every setting and every command there is, and no other."""

from __future__ import annotations

import re

from hub.cli import hub
from hub.kernel.config import Config
from tests import roles
from tests.house import ROOT

NOT_FOR_PEOPLE = {"HUB_TESTING"}
OWN_INTERPRETER = {"live"}  # found by its entry point


def test_every_setting_stands_in_the_table_of_operations() -> None:
    rows = (ROOT / "docs/operations.md").read_text("utf-8").splitlines()
    named = {
        name
        for row in rows
        if row.startswith("| `HUB_")
        for name in re.findall(r"`(HUB_[A-Z_]+)`", row.split("|")[1])
    }
    known = {f"HUB_{name.upper()}" for name in Config.__dataclass_fields__}
    assert named == known - NOT_FOR_PEOPLE


def test_every_command_stands_in_the_table_of_operations() -> None:
    rows = (ROOT / "docs/operations.md").read_text("utf-8").splitlines()
    named = {
        name
        for row in rows
        if row.startswith("| `hub ")
        for name in re.findall(r"`hub ([a-z-]+)", row.split("|")[1])
    }
    own = {name for name, command in hub.commands.items() if not command.hidden}
    hidden = {name for name, command in hub.commands.items() if command.hidden}
    assert named == (own | {name.split()[0] for name in roles.COMMANDS} | OWN_INTERPRETER) - hidden
