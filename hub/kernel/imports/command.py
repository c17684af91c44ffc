"""`hub import KIND FILE`: the same passes as in the browser, from the command line."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hub.kernel import access, work
from hub.kernel.errors import Invalid
from hub.kernel.imports import desk, intake, queries, rejects
from hub.kernel.imports.driving import drive
from hub.kernel.imports.kinds import Kind, kinds
from hub.kernel.imports.models import Import, State
from hub.kernel.imports.passes import context_of
from hub.kernel.imports.sniff import BOOK, ENCODINGS, Form


class Kinds(click.Group):
    """One command for each kind of the loaded modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the kinds."""
        del ctx
        return sorted(kinds())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one kind."""
        del ctx
        item = kinds().get(cmd_name)
        return None if item is None else _command(item)


import_commands = Kinds(name="import", help="Take a file in: checked, counted, rejects written.")


def _command(item: Kind) -> click.Command:
    asked = [*item.questions]
    asked += [one for columns in item.added for one in columns.questions]
    params: list[click.Parameter] = [
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.Option(["--map", "pairs"], multiple=True, metavar="COLUMN=FIELD",
                     help="a column's field, where the name of the column does not tell"),
        click.Option(["--encoding"], type=click.Choice(ENCODINGS), help="where it is not sure"),
        click.Option(["--sheet"], help="which sheet of a workbook that has several"),
        click.Option(["--rejects"], type=click.Path(path_type=Path), help="file of refused rows"),
        click.Option(["--dry-run"], is_flag=True, help="check only, take nothing over"),
    ]  # fmt: skip
    for one in asked:
        option = f"--{one.name.replace('_', '-')}"
        params.append(click.Option([option, f"answer_{one.name}"], help=str(one.title)))
    fields = ", ".join(item.all_fields)
    text = f"Import {item.name} from FILE. Fields: {fields}."
    run = _runner(item)
    return click.Command(item.name, params=params, callback=run, help=text)


def _runner(item: Kind) -> Any:
    def run(file: Path, pairs: tuple[str, ...], **options: Any) -> None:
        with access.acting(access.SYSTEM):
            import_id = _read(item, file, options["encoding"], options["sheet"])
            _prepare(import_id, pairs, options)
            _work(import_id, "checked")
            if not options["dry_run"] and _good(import_id):
                with work.unit():
                    desk.apply(import_id)
                _work(import_id, "taken over")
            refused = _report(import_id, options["rejects"] or Path(f"{file}.rejects.csv"))
        raise SystemExit(1 if refused else 0)

    return run


def _read(item: Kind, file: Path, encoding: str | None, sheet: str | None) -> int:
    with work.unit(writes=False), file.open("rb") as stream:
        import_id = intake.receive(item.name, file.name, stream)
    with work.unit():
        row = queries.one(import_id)
        _choose(row, encoding, sheet)
    _work(import_id, "read")
    with work.unit(writes=False):
        row = queries.one(import_id)
        if row.state == State.FAILED:
            raise Invalid({"file": queries.problem(row)})
        for notice in queries.notices(row):
            click.echo(notice, err=True)
    return import_id


def _choose(row: Import, encoding: str | None, sheet: str | None) -> None:
    """How the file is read, where it does not tell itself.

    Raises: Invalid when nobody said it.
    """
    form = Form(**row.form)
    if form.format == BOOK:
        if sheet:
            desk.choose_form(row.id, sheet=sheet)
        elif row.state == State.ASKING:
            names = ", ".join(form.sheets)
            raise Invalid({"--sheet": f"the workbook has several sheets, say which: {names}"})
    elif encoding and form.encoding != encoding:
        desk.choose_form(row.id, encoding, form.delimiter)
    elif row.state == State.ASKING:
        told = f"the file is no UTF-8; say what it is, maybe {form.encoding}"
        raise Invalid({"--encoding": told})


def _prepare(import_id: int, pairs: tuple[str, ...], options: Mapping[str, Any]) -> None:
    """Map, answer, start the check."""
    with work.unit():
        row = queries.one(import_id)
        mapping = dict(row.mapping)
        for pair in pairs:
            name, _, field = pair.rpartition("=")
            if name not in row.header:
                raise Invalid({"--map": f"there is no column {name!r}"})
            mapping[str(row.header.index(name))] = field
        desk.choose_mapping(import_id, mapping)
        answers: dict[str, str] = {}
        for question in desk.questions(row):
            given = options.get(f"answer_{question.name}")
            answers[question.name] = given or question.default(context_of(row))
        _answer(import_id, answers)
        desk.check(import_id)


def _answer(import_id: int, answers: Mapping[str, str]) -> None:
    try:
        desk.answer(import_id, answers)
    except Invalid as problem:
        named = {f"--{name.replace('_', '-')}": text for name, text in problem.fields.items()}
        raise Invalid(named) from problem


def _work(import_id: int, verb: str) -> None:
    for done in drive(import_id):
        click.echo(f"\r{verb}: {done} %", nl=False, err=True)
    click.echo("", err=True)


def _good(import_id: int) -> int:
    with work.unit(writes=False):
        return queries.one(import_id).good


def _report(import_id: int, target: Path) -> int:
    """Say what came of it and write the rejects → how many."""
    with work.unit(writes=False):
        row = queries.one(import_id)
        click.echo(
            f"{row.lines} rows: {row.created} created, {row.updated} updated, "
            f"{row.unchanged} unchanged, {row.bad} refused"
        )
        if row.bad:
            with rejects.write(row) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            click.echo(f"refused rows, with reasons: {target}", err=True)
        return row.bad
