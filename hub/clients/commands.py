"""`hub clients`: check and rebuild the flags."""

from __future__ import annotations

import click

from hub.clients import flags
from hub.kernel import access, audit, modules, work


@click.group("clients")
def clients() -> None:
    """The client book."""


@clients.command("flags")
@click.option("--rebuild", is_flag=True, help="make each flag what its owner says")
def check_flags(rebuild: bool) -> None:  # noqa: FBT001 - click's way
    """Compare every flag with its owner; exit 1 when one differs and is not rebuilt."""
    faults = 0
    for flag in modules.loaded().flags.values():
        if flag.truth is None:
            continue
        with work.unit(writes=rebuild), access.acting(access.SYSTEM):
            wrong = flags.rebuild(flag.name) if rebuild else flags.wrong(flag.name)
            if rebuild and wrong:
                audit.append("flags-rebuilt", flag.subject, None, {"flag": flag.name, "n": wrong})
        click.echo(f"{flag.subject} {flag.name}: {wrong} {'mended' if rebuild else 'wrong'}")
        faults += wrong
    raise SystemExit(1 if faults and not rebuild else 0)
