"""Demo data of an empty installation: what the modules fill in, once, and may be gone on with."""

from __future__ import annotations

import click
from sqlalchemy import inspect, select

from hub.kernel import modules, work
from hub.kernel.audit import AuditRow
from hub.kernel.config import Config
from hub.kernel.errors import Conflict
from hub.kernel.module import Demo

CLIENTS = 2_000
SEED = 1
MARK = "demo.todo"  # names of modules still to be filled, one a line


def plan(config: Config) -> None:
    """Note what is to be filled, if this installation is empty and a sandbox; before migrating."""
    if not config.sandbox or (config.data / MARK).exists():
        return
    with work.unit(writes=False):
        is_empty = not inspect(work.session().connection()).get_table_names()
    if is_empty:
        _write(config, [name for name, _ in _demos()])


def fill_accounts(config: Config) -> None:
    """Fill what people sign in with: it must be there when the address is printed."""
    _fill(config, {name for name, demo in _demos() if demo.accounts is not None})


def finish(config: Config) -> None:
    """Print the sign-ins, then fill the rest, saying each part."""
    if sign_ins := accounts(config):
        click.echo(sign_ins)
    todo = _todo(config)
    if todo:
        _fill(config, set(todo))
        click.echo("demo: all data is there")


def refuse_used(config: Config) -> None:
    """Let made-up people into a sandbox in which nobody did anything yet, and nowhere else.

    Raises: Conflict.
    """
    if not config.sandbox:
        raise Conflict("made-up people belong in a sandbox only: set HUB_SANDBOX=1")
    with work.unit(writes=False):
        if work.session().scalar(select(AuditRow.id).limit(1)) is not None:
            raise Conflict("this installation is in use: set HUB_DATA to an empty folder")


def accounts(config: Config) -> str:
    """Say who can sign in; nothing where the data is people's own."""
    if not (config.data / MARK).exists():
        return ""
    with work.unit(writes=False):
        texts = [demo.accounts() for _, demo in _demos() if demo.accounts is not None]
    return "\n".join(text for text in texts if text)


def _fill(config: Config, wanted: set[str]) -> None:
    for name, demo in _demos():
        todo = _todo(config)
        if name in wanted and name in todo:
            click.echo(f"demo: {name} …")
            demo.fill(CLIENTS, SEED)
            _write(config, [other for other in todo if other != name])


def _demos() -> list[tuple[str, Demo]]:
    return [(item.name, item.demo) for item in modules.loaded().items if item.demo is not None]


def _todo(config: Config) -> list[str]:
    mark = config.data / MARK
    return mark.read_text("utf-8").split() if mark.exists() else []


def _write(config: Config, names: list[str]) -> None:
    mark = config.data / MARK
    part = mark.with_name(f"{MARK}.part")
    part.write_text("\n".join(names), "utf-8")
    part.replace(mark)
