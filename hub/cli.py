"""The `hub` command: wiring only; modules contribute their own commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import inspect

from hub.app import create_app
from hub.kernel import cron, modules, schema, serve, supervise, work, workers
from hub.kernel import demo as kernel_demo
from hub.kernel.backups import restoring
from hub.kernel.backups.command import progress_line
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, HubError
from hub.kernel.manifest import module as kernel_module

ANYWHERE = frozenset({"doctor"})  # says itself what is missing


@click.group()
def hub() -> None:
    """The brokerage hub."""


@hub.command("run")
def run() -> None:
    """Start everything under one supervisor; Ctrl-C stops it."""
    supervise.run(Config.from_env(), create_app)


@hub.command("web")
def web() -> None:
    """Serve the pages."""
    config = Config.from_env()
    app = create_app(config)
    _demand_tables()
    serve.web(config, app)


@hub.command("worker")
def worker() -> None:
    """Work the queues."""
    config = Config.from_env()
    create_app(config)
    _demand_tables()
    workers.run(config)


@hub.command("cron")
def scheduler() -> None:
    """Keep the timetable."""
    config = Config.from_env()
    create_app(config)
    _demand_tables()
    cron.run(config)


@hub.command("migrate")
def migrate() -> None:
    """Bring the database to the code's version."""
    create_app(Config.from_env())
    with work.unit():
        for step in schema.upgrade(work.session().connection(), modules.loaded()):
            click.echo(step)


@hub.command("modules")
def list_modules() -> None:
    """Show the modules and what each gives."""
    create_app(Config.from_env())
    for module in modules.loaded().items:
        needs = f" (needs {', '.join(module.needs)})" if module.needs else ""
        click.echo(f"{module.name}{needs}: {len(module.jobs)} jobs, {len(module.gates)} gates")


@hub.command("demo")
@click.option("--clients", default=2000, show_default=True, help="how many clients to make")
@click.option("--seed", default=1, show_default=True, help="the same seed makes the same data")
def demo(clients: int, seed: int) -> None:
    """Fill an empty installation with demo data: a sandbox, in which nobody did anything yet."""
    config = Config.from_env()
    create_app(config)
    _demand_tables()
    kernel_demo.refuse_used(config)
    for module in modules.loaded().items:
        if module.demo is not None:
            click.echo(f"demo: {module.name}")
            module.demo.fill(clients, seed)


@hub.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Bring a backup back into an empty data folder."""
    config = Config.from_env()
    with supervise.held(config.data):
        done = restoring.restore(config, create_app, file.absolute(), progress_line)
        click.echo(f"{done.rows} rows as the manifest says; the audit chain holds: {done.head}")
        click.echo(f"{restoring.rebuild(config, create_app)} documents indexed")


@hub.command("rewrite-migrations", hidden=True)
def rewrite_migrations() -> None:
    """Write each module's one migration anew from its models (until version 1.0)."""
    create_app(Config.from_env())
    with work.unit(writes=False):
        if inspect(work.session().connection()).get_table_names():
            raise Conflict("it compares with an empty database: set HUB_DATA to an empty folder")
    for module in modules.loaded().items:
        if not schema.tables_of(module):
            continue
        with work.unit():
            text = schema.render(work.session().connection(), module)
        folder = Path(sys.modules[module.package or module.name].__path__[0]) / "migrations"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
        (folder / "0001.py").write_text(text, "utf-8")
        click.echo(f"wrote {folder / '0001.py'}")


def _demand_tables() -> None:
    """Go on only with tables that are the code's; whoever forks next inherits no connection."""
    with work.unit(writes=False):
        schema.demand_current(work.session().connection(), modules.loaded())
    work.let_go()


def main(read: Callable[[], None]) -> None:
    """Run a command; an error the user can mend is one line, not a traceback.

    `read` is told once everything is imported.
    """
    try:
        config = Config.from_env()
        found = (kernel_module, *modules.manifests(config.modules))
        read()
        for command in (command for module in found for command in module.commands):
            hub.add_command(command)
            if sys.argv[1:2] == [command.name]:
                create_app(config)  # a module's command finds the application made
                if command.name not in ANYWHERE and "--help" not in sys.argv:
                    _demand_tables()
        hub(standalone_mode=True)
    except HubError as error:
        click.echo(f"hub: {error}", err=True)
        raise SystemExit(2) from error
