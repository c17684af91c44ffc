"""`hub doctor`: every part asked, one line each, a cure for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from hub.kernel import checks_stores, foreign_locks, modules, work
from hub.kernel.config import Config
from hub.kernel.errors import brief
from hub.kernel.module import Finding, HealthCheck

SIGNS = {"ok": "ok   ", "warning": "warn ", "fault": "FAULT"}
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words.

    Shape: `name`, `text` and `cure` hold one text per language.
    """

    state: str
    name: dict[str, str]
    text: dict[str, str]
    cure: dict[str, str]


def examine(config: Config) -> Iterator[Told]:
    """What each check of each module found; the next is asked whatever the last one met.

    Where not even reading is let in, that is all there is to say: each check would wait in vain.
    """
    if not foreign_locks.is_readable(config) and (config.data / "hub.db").exists():
        yield from _told(_("database"), [checks_stores.locked()])
        return
    for module in modules.loaded().items:
        for check in module.health:
            yield from _asked(check, config)


def _asked(check: HealthCheck, config: Config) -> list[Told]:
    """A check in a unit of its own.

    Shape: "ok" is left out where something is not.
    """
    try:
        with work.unit(writes=False):
            found = list(check.check(config))
    except Exception as error:  # noqa: BLE001 - whatever stops a check is what it found
        cure = _("mend this first: the check could not go on")
        found = [Finding(state="fault", text=brief(error), cure=cure)]
    return _told(check.name, found)


def _told(name: Any, found: list[Finding]) -> list[Told]:
    wrong = [finding for finding in found if finding.state != "ok"]
    with work.unit(writes=False):  # texts need the application
        return [
            Told(one.state, _said(name), _said(one.text), _said(one.cure)) for one in wrong or found
        ]


def _said(text: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = str(text)
    return found


@click.command("doctor")
def doctor() -> None:
    """Check every part; exit 1 when one is at fault, with what to do about it."""
    faults = 0
    for told in examine(work.config()):
        faults += told.state == "fault"
        cure = f" → {told.cure['en']}" if told.cure["en"] else ""
        click.echo(f"{SIGNS[told.state]} {told.name['en']:14} {told.text['en']}{cure}")
    click.echo(f"{faults} faults" if faults else "no fault")
    raise SystemExit(1 if faults else 0)
