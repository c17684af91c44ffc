"""The kernel's own manifest: the sealer, the housekeeping, the verify command."""

from __future__ import annotations

import click
from flask_babel import lazy_gettext as _

from hub.kernel import (
    audit,
    audit_keeping,
    checks,
    keeping,
    probes,
    runner,
    search,
    work,
)
from hub.kernel.backups import command
from hub.kernel.doctor import doctor
from hub.kernel.module import Cron, Job, Keep, Module, Permission


def seal_audit() -> None:
    """Seal what was logged since the last time."""
    audit.seal()


@click.group("audit")
def audit_commands() -> None:
    """The hash-chained log."""


@audit_commands.command("verify")
def verify() -> None:
    """Walk the chain; exit 1 when a row or a link is not as it was."""
    with work.unit():
        audit.seal()
    with work.unit(writes=False):
        verdict = audit.verify()
    for fault in verdict.faults:
        click.echo(fault, err=True)
    click.echo(f"{verdict.rows} rows sealed, {verdict.tail} not yet, head {verdict.head or '-'}")
    raise SystemExit(0 if verdict.holds else 1)


@click.group("jobs")
def jobs_commands() -> None:
    """Work after commit."""


@jobs_commands.command("drain")
def drain() -> None:
    """Run everything that is due, here and now."""
    runner.drain()
    click.echo("drained")


@click.group("search")
def search_commands() -> None:
    """The index behind the search page."""


@search_commands.command("rebuild")
def rebuild_search() -> None:
    """Write the whole index anew from the database."""
    with work.unit(writes=False):
        count = search.rebuild()
    click.echo(f"{count} documents indexed")


module = Module(
    name="kernel",
    package="hub.kernel",
    jobs=(
        Job(name="kernel.seal", run=seal_audit),
        Job(name="kernel.purge", run=keeping.purge_outbox),
        Job(name=audit_keeping.JOB, run=audit_keeping.keep),
        search.index_job,
    ),
    cron=(
        Cron(job="kernel.purge", every_s=3600),
        Cron(job=audit_keeping.JOB, every_s=86_400),
    ),
    blueprints=(probes.door,),
    parameters=(keeping.DONE_DAYS, audit_keeping.DAYS),
    retention=(
        Keep(table="kernel_outbox", title=_("Finished jobs"), job="kernel.purge",
             days=keeping.DONE_DAYS.name),
        Keep(table="kernel_audit", title=_("Audit log"), job=audit_keeping.JOB,
             days=audit_keeping.DAYS.name),
    ),
    health=checks.CHECKS,
    permissions=(Permission(name="audit.read", title="Audit", roles=("compliance", "operator")),),
    commands=(audit_commands, jobs_commands, search_commands, doctor, command.backup),
)  # fmt: skip
