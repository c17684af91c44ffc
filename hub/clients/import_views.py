"""The wizard that takes a file of clients in: read, map, answer, check, take over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients.import_forms import KINDS
from hub.kernel import work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.kernel.imports import desk, intake, queries, rejects
from hub.kernel.imports.kinds import kind
from hub.kernel.imports.models import WORKING, Import, State
from hub.kernel.imports.passes import context_of, share
from hub.kernel.imports.sniff import DELIMITERS, ENCODINGS
from hub.pages import htmx
from hub.pages.forms import Filled, blank

NEEDS = "clients.import"

door = Door("client_imports", __name__, url_prefix="/clients/imports", template_folder="templates")


@door.get("/", needs=NEEDS)
def index() -> str:
    """Choose a file; earlier imports below."""
    return _start(blank(), _kind(request.args.get("kind")))


@door.post("/", needs=NEEDS, reads=True)
def upload() -> ResponseReturnValue:
    """Take the bytes in; they are written in short units while they arrive."""
    file, wanted = request.files.get("file"), _kind(request.form.get("kind"))
    try:
        if file is None or not file.filename:
            raise Invalid({"file": _("Choose a file.")})
        import_id = intake.receive(wanted, file.filename, file.stream)
    except Invalid as error:
        return make_response(_start(Filled({}, error.fields), wanted), 422)
    return _to(import_id)


@door.get("/<int:import_id>", needs=NEEDS)
def show(import_id: int) -> str:
    """The page of the step that the import has reached."""
    return _page(queries.own(import_id), blank())


@door.get("/<int:import_id>/progress", needs=NEEDS)
def progress(import_id: int) -> ResponseReturnValue:
    """How far the present pass is; leads on to the next step when it is over."""
    row = queries.own(import_id)
    if row.state not in WORKING:
        return htmx.go(url_for("client_imports.show", import_id=import_id))
    return render_template("clients/import_progress.html", row=row, share=share(row))


@door.post("/<int:import_id>/form", needs=NEEDS)
def choose_form(import_id: int) -> ResponseReturnValue:
    """Read the file with another encoding or delimiter."""
    given = request.form

    def act() -> None:
        desk.choose_form(
            import_id,
            given.get("encoding", ""),
            given.get("delimiter", ","),
            header=given.get("header", "1") == "1",
        )

    return _try(import_id, act)


@door.post("/<int:import_id>/mapping", needs=NEEDS)
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
        if "again" not in request.form and not desk.questions(queries.own(import_id)):
            desk.check(import_id)

    return _try(import_id, act, step="" if "again" in request.form else "questions")


@door.post("/<int:import_id>/answers", needs=NEEDS)
def answer(import_id: int) -> ResponseReturnValue:
    """Answer what is asked once; start the check."""

    def act() -> None:
        desk.answer(import_id, request.form)
        desk.check(import_id)

    return _try(import_id, act, asked=True)


@door.post("/<int:import_id>/apply", needs=NEEDS)
def apply(import_id: int) -> ResponseReturnValue:
    """Take the good rows over."""
    return _try(import_id, lambda: desk.apply(import_id))


@door.post("/<int:import_id>/cancel", needs=NEEDS)
def cancel(import_id: int) -> ResponseReturnValue:
    """Stop."""
    return _try(import_id, lambda: desk.cancel(import_id))


@door.get("/<int:import_id>/rejects.csv", needs=NEEDS)
def rejected(import_id: int) -> Response:
    """The refused rows with their reasons."""
    row = queries.own(import_id)
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
        return make_response(_page(queries.own(import_id), filled, asked=asked), 422)
    return _to(import_id, step)


def _to(import_id: int, step: str = "") -> ResponseReturnValue:
    address = url_for("client_imports.show", import_id=import_id, step=step or None)
    return redirect(address, 303)


def _kind(name: str | None) -> str:
    return name if name in KINDS else KINDS[0]


def _start(form: Filled, wanted: str) -> str:
    return render_template(
        "clients/import_start.html",
        form=form,
        wanted=wanted,
        kinds=[kind(name) for name in KINDS],
        row=None,
        notices=(),
        state_of=_state_of,
        imports=queries.recent(wanted),
        fields=kind(wanted).all_fields.values(),
        most=current_app.config["HUB"].upload_limit_mb,
    )


def _page(row: Import, form: Filled, *, asked: bool = False) -> str:
    values: dict[str, Any] = {
        "row": row,
        "form": form,
        "notices": queries.notices(row),
        "encodings": [(name, name.upper()) for name in ENCODINGS],
        "delimiters": [(mark, {"\t": _("Tab")}.get(mark, mark)) for mark in DELIMITERS],
    }
    if row.state == State.ASKING:
        return render_template(
            "clients/import_encoding.html", readings=queries.readings(row), **values
        )
    if row.state in WORKING or row.state == State.RECEIVING:
        return render_template("clients/import_work.html", share=share(row), **values)
    if row.state == State.STAGED:
        return _mapping_page(row, values, asked=asked)
    if row.state in {State.FAILED, State.CANCELLED}:
        text = queries.problem(row)
        return render_template("clients/import_problem.html", problem=text, **values)
    after = request.args.get("after", -1, int)
    refused, following = queries.rejects(row, after)
    return render_template(
        "clients/import_result.html", refused=refused, following=following, **values
    )


def _mapping_page(row: Import, values: dict[str, Any], *, asked: bool) -> str:
    questions = desk.questions(row)
    if questions and (asked or request.args.get("step") == "questions"):
        context = context_of(row)
        if not values["form"].values:
            given = {
                one.name: row.answers.get(one.name) or one.default(context) for one in questions
            }
            values["form"] = blank(given)
        return render_template("clients/import_questions.html", questions=questions, **values)
    return render_template(
        "clients/import_mapping.html",
        fields=kind(row.kind).all_fields.values(),
        samples=queries.samples(row),
        preview=queries.preview(row),
        **values,
    )


def _state_of(row: Import) -> str:
    names = {
        State.RECEIVING: _("not arrived"), State.ASKING: _("waits for you"),
        State.STAGED: _("waits for you"), State.CHECKED: _("waits for you"),
        State.DONE: _("done"), State.FAILED: _("cannot be read"),
        State.CANCELLED: _("cancelled"),
    }  # fmt: skip
    return str(names.get(State(row.state), _("at work")))
