"""The kernel's own manifest: the sealer, the housekeeping, the verify command."""

from __future__ import annotations

from datetime import timedelta

import click
from sqlalchemy import delete

from hub.kernel import audit, clock, idempotency, outbox, runner, search, work
from hub.kernel.module import Cron, Job, Module, Permission

KEEP_DONE_DAYS = 7
PURGE_ROWS = 5_000


def seal_audit() -> None:
    """Seal what was logged since the last time."""
    audit.seal()


def purge_outbox() -> None:
    """Take away rows done long ago, a slice at a time."""
    rows = outbox.table()
    old = clock.now() - timedelta(days=KEEP_DONE_DAYS)
    done = rows.select().with_only_columns(rows.c.id)
    done = done.where(rows.c.state == outbox.RowState.DONE, rows.c.done_at < old).limit(PURGE_ROWS)
    work.session().execute(delete(rows).where(rows.c.id.in_(done)))


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
        Job(name="kernel.purge", run=purge_outbox),
        Job(name="kernel.purge_answers", run=idempotency.purge),
        search.index_job,
    ),
    cron=(
        Cron(job="kernel.purge", every_s=3600),
        Cron(job="kernel.purge_answers", every_s=3600),
    ),
    permissions=(Permission(name="audit.read", title="Audit", roles=("compliance", "operator")),),
    commands=(audit_commands, jobs_commands, search_commands),
)
