"""`hub backup`: one archive of everything, while the hub runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hub.kernel import work
from hub.kernel.backups import making

MB = 1024 * 1024


def progress_line(done: int, total: int) -> None:
    """Show how far it is, on one line of a terminal; a log gets the end alone."""
    if sys.stderr.isatty() or done == total:
        end = "\n" if done == total else "\r"
        click.echo(f"{100 * done // max(1, total):3} % of {total / MB:.1f} MB", err=True, nl=False)
        click.echo(end, err=True, nl=False)


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup(file: Path | None) -> None:
    """Write a backup to FILE, or to the shelf in the data folder; the hub may run meanwhile."""
    made = making.make(work.config(), file.absolute() if file else None, progress_line)
    rows = sum(made.found.counts.values())
    click.echo(f"{made.path}: {made.size / MB:.1f} MB, {rows} rows, head {made.found.head or '-'}")
