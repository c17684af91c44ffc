"""`hub doctor`: every part asked, one line each, a cure for each fault."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hub.kernel import modules, work
from hub.kernel.config import Config
from hub.kernel.errors import brief
from hub.kernel.module import Finding, HealthCheck

SIGNS = {"ok": "ok   ", "warning": "warn ", "fault": "FAULT"}


def examine(config: Config) -> Iterator[tuple[str, Finding]]:
    """What each check of each module found; the next is asked whatever the last one met."""
    for module in modules.loaded().items:
        for check in module.health:
            for finding in _asked(check, config):
                yield check.name, finding


def _asked(check: HealthCheck, config: Config) -> list[Finding]:
    """A check in a unit of its own.

    Shape: "ok" is left out where something is not.
    """
    try:
        with work.unit(writes=False):
            found = list(check.check(config))
    except Exception as error:  # noqa: BLE001 - whatever stops a check is what it found
        cure = "mend this first: the check could not go on"
        return [Finding(state="fault", text=brief(error), cure=cure)]
    wrong = [finding for finding in found if finding.state != "ok"]
    return wrong or found


@click.command("doctor")
def doctor() -> None:
    """Check every part; exit 1 when one is at fault, with what to do about it."""
    faults = 0
    for name, finding in examine(work.config()):
        faults += finding.state == "fault"
        cure = f" → {finding.cure}" if finding.cure else ""
        click.echo(f"{SIGNS[finding.state]} {name:14} {finding.text}{cure}")
    click.echo(f"{faults} faults" if faults else "no fault")
    raise SystemExit(1 if faults else 0)
