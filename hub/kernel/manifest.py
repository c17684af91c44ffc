"""The kernel's own manifest: the sealer, the housekeeping, the verify command."""

from __future__ import annotations

import click
from flask_babel import lazy_gettext as _

from hub.kernel import (
    audit,
    audit_keeping,
    calendars,
    checks,
    files,
    idempotency,
    keeping,
    keys,
    logged,
    operations,
    probes,
    progress,
    ring,
    runner,
    search,
    work,
)
from hub.kernel.approvals import ApprovalKind
from hub.kernel.backups import command
from hub.kernel.doctor import doctor
from hub.kernel.module import Cron, External, Job, Keep, Module, Permission, PersonalData
from hub.kernel.workitems import WorkKind


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


@click.group("keys")
def keys_commands() -> None:
    """The key ring, and the keys of people that it wraps."""


@keys_commands.command("list")
def list_keys() -> None:
    """Every key by name, and how many people's keys it wraps; exit 1 when one is missing."""
    with work.unit(writes=False):
        used, held = keys.in_use(), ring.ring()
    for name in sorted({*held.keys, *used}):
        state = "missing" if name not in held.keys else "newest" if name == held.newest else "old"
        click.echo(f"{name}  {state:8} {used.get(name, 0)} people")
    raise SystemExit(1 if set(used) - set(held.keys) else 0)


@keys_commands.command("rotate")
def rotate_keys() -> None:
    """Add a key and wrap everybody's with it, in the background."""
    with work.unit():
        name = keys.rotate()
    click.echo(f"{name} wraps from now on; back up {ring.path().name}")


@keys_commands.command("prune")
def prune_keys() -> None:
    """Take away keys that wrap nothing any more."""
    with work.unit():
        gone = keys.prune()
    click.echo(f"{len(gone)} keys taken away")


module = Module(
    name="kernel",
    package="hub.kernel",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    jobs=(
        Job(name="kernel.seal", run=seal_audit),
        Job(name="kernel.purge", run=keeping.purge_outbox),
        Job(name=audit_keeping.JOB, run=audit_keeping.keep),
        Job(name="kernel.purge_answers", run=idempotency.purge),
        search.index_job,
        search.compact_job,
        Job(name="kernel.rewrap_keys", run=keys.rewrap),
        Job(name="kernel.sweep_files", run=files.sweep),
        Job(name=operations.PURGE, run=operations.purge),
        Job(name="kernel.remind_calendars", run=calendars.remind),
        External(
            name="kernel.scan_file",
            claim=files.scan_claim,
            act=files.scan_act,
            record=files.scan_record,
            recover=files.scan_recover,
        ),
    ),
    cron=(
        Cron(job="kernel.purge", every_s=3600),
        Cron(job="kernel.purge_answers", every_s=3600),
        Cron(job="kernel.sweep_files", every_s=86_400),
        Cron(job=operations.PURGE, every_s=86_400),
        Cron(job="kernel.remind_calendars", every_s=86_400),
        Cron(job=audit_keeping.JOB, every_s=86_400),
    ),
    blueprints=(probes.door,),
    parameters=(keeping.DONE_DAYS, audit_keeping.DAYS, operations.KEEP_DAYS),
    retention=(
        Keep(table="kernel_outbox", title=_("Finished jobs"), job="kernel.purge",
             days=keeping.DONE_DAYS.name),
        Keep(table="kernel_audit", title=_("Audit log"), job=audit_keeping.JOB,
             days=audit_keeping.DAYS.name),
        Keep(table="kernel_operation", title=_("Long tasks"), job=operations.PURGE,
             days=operations.KEEP_DAYS.name),
    ),
    health=checks.CHECKS,
    permissions=(
        Permission(name="audit.read", title="Audit", roles=("compliance", "operator")),
        Permission(
            name="calendars.write", title="Calendars", roles=("operator", "compliance", "manager")
        ),
        Permission(name="calendars.release", title="Calendars", roles=("principal", "compliance")),
        Permission(name="operations.read", title="Operations", roles=("operator",)),
    ),
    calendars=(calendars.OFFICE,),
    work_kinds=(
        WorkKind(
            name=calendars.TO_SIGN, title=_("Sign off next year's calendar"),
            outcomes=(("later", _("not announced yet")),),
            link=lambda year: f"/calendars/{calendars.OFFICE.name}/{year}",
        ),
    ),
    approvals=(
        ApprovalKind(
            name=calendars.KIND, title=_("Calendar"), needs="calendars.release",
            content=calendars.content, decided=calendars.decided, link=calendars.link,
        ),
    ),
    rooms={"operation": progress.may_watch},
    personal_data=PersonalData(
        stays=("kernel_person_key",), export=lambda _: {}, erase=keys.destroy
    ),
    commands=(
        audit_commands, jobs_commands, search_commands, keys_commands, doctor, command.backup,
    ),
)  # fmt: skip
