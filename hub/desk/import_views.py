"""Files on their way in: the list, and the wizard: read, map, answer, check, take over."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.desk import import_steps, listings, queries
from hub.kernel import work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.kernel.imports import desk, intake, rejects
from hub.kernel.imports import queries as imports
from hub.kernel.imports.models import WORKING
from hub.kernel.imports.passes import share
from hub.pages import exports, htmx
from hub.pages.forms import Filled, blank

SEES, BRINGS = "imports.read", "imports.write"

door = Door("imports", __name__, url_prefix="/imports", template_folder="templates")


@door.get("/", needs=SEES)
def index() -> str:
    """Imports that the visitor may see: his own, and those of an office that he holds."""
    page = listings.imported().page(queries.imported(), request.args)
    return render_template("desk/imports.html", page=page)


@door.get("/export", needs=SEES)
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listings.imported(), queries.imported(), request.args)


@door.get("/new", needs=BRINGS)
def new() -> str:
    """Choose what is brought, and the file."""
    return import_steps.start(blank(), import_steps.chosen(request.args.get("kind")))


@door.post("/new", needs=BRINGS, reads=True)
def upload() -> ResponseReturnValue:
    """Take the bytes in; they are written in short units while they arrive."""
    file, wanted = request.files.get("file"), import_steps.chosen(request.form.get("kind"))
    try:
        if file is None or not file.filename:
            raise Invalid({"file": _("Choose a file.")})
        import_id = intake.receive(wanted.name, file.filename, file.stream)
    except Invalid as error:
        return make_response(import_steps.start(Filled({}, error.fields), wanted), 422)
    return _to(import_id)


@door.get("/<int:import_id>", needs=SEES)
def show(import_id: int) -> str:
    """The page of the step that the import has reached."""
    return import_steps.step(imports.one(import_id), blank())


@door.get("/<int:import_id>/progress", needs=SEES)
def progress(import_id: int) -> ResponseReturnValue:
    """How far the present pass is; leads on to the next step when it is over."""
    row = imports.one(import_id)
    if row.state not in WORKING:
        return htmx.go(url_for("imports.show", import_id=import_id))
    return render_template("desk/import_progress.html", row=row, share=share(row))


@door.post("/<int:import_id>/form", needs=BRINGS)
def choose_form(import_id: int) -> ResponseReturnValue:
    """Read the file with another encoding or delimiter, or another sheet of it."""
    given = request.form

    def act() -> None:
        desk.choose_form(
            import_id,
            given.get("encoding", ""),
            given.get("delimiter", ","),
            header=given.get("header", "1") == "1",
            sheet=given.get("sheet", ""),
        )

    return _try(import_id, act)


@door.post("/<int:import_id>/mapping", needs=BRINGS)
def choose_mapping(import_id: int) -> ResponseReturnValue:
    """Say which column is what; go on to the questions, or to the check when there are none."""
    prefix = "column-"
    pairs = {
        name.removeprefix(prefix): value
        for name, value in request.form.items()
        if name.startswith(prefix)
    }

    def act() -> None:
        desk.choose_mapping(import_id, pairs)
        if "again" not in request.form and not desk.questions(imports.one(import_id)):
            desk.check(import_id)

    return _try(import_id, act, step="" if "again" in request.form else "questions")


@door.post("/<int:import_id>/answers", needs=BRINGS)
def answer(import_id: int) -> ResponseReturnValue:
    """Answer what is asked once; start the check."""

    def act() -> None:
        desk.answer(import_id, request.form)
        desk.check(import_id)

    return _try(import_id, act, asked=True)


@door.post("/<int:import_id>/apply", needs=BRINGS)
def apply(import_id: int) -> ResponseReturnValue:
    """Take the good rows over."""
    return _try(import_id, lambda: desk.apply(import_id))


@door.post("/<int:import_id>/resume", needs=BRINGS)
def resume(import_id: int) -> ResponseReturnValue:
    """Go on with what was halted."""
    return _try(import_id, lambda: desk.resume(import_id))


@door.post("/<int:import_id>/cancel", needs=BRINGS)
def cancel(import_id: int) -> ResponseReturnValue:
    """Stop."""
    return _try(import_id, lambda: desk.cancel(import_id))


@door.get("/<int:import_id>/rejects.csv", needs=SEES)
def rejected(import_id: int) -> Response:
    """The refused rows with their reasons."""
    row = imports.one(import_id)
    name = f"{row.filename.rsplit('.', 1)[0]}-{_('refused')}.csv"
    return send_file(
        rejects.write(row), mimetype="text/csv", as_attachment=True, download_name=name
    )


def _try(
    import_id: int, act: Callable[[], None], *, asked: bool = False, step: str = ""
) -> ResponseReturnValue:
    """Act and go to the import's page; show the form again with what is wrong with it."""
    try:
        act()
    except Invalid as error:
        work.fail()
        filled = Filled(request.form.to_dict(), error.fields)
        return make_response(import_steps.step(imports.one(import_id), filled, asked=asked), 422)
    return _to(import_id, step)


def _to(import_id: int, step: str = "") -> ResponseReturnValue:
    address = url_for("imports.show", import_id=import_id, step=step or None)
    return redirect(address, 303)
