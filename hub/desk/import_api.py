"""Imports for programs: send the file, say what its columns are, check, take over."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.desk import listings
from hub.desk import queries as desk_queries
from hub.desk.import_forms import (
    AnswersForm,
    KindForm,
    MappingForm,
    ReadingForm,
    RejectsForm,
    UploadForm,
)
from hub.kernel.imports import desk, intake, queries
from hub.kernel.imports.kinds import kind
from hub.kernel.imports.models import Import
from hub.kernel.imports.passes import context_of
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

SEES, BRINGS = "imports.read", "imports.write"
SHOWN = (
    "id", "kind", "filename", "state", "header", "mapping", "answers", "lines", "good", "bad",
    "created", "updated", "unchanged", "created_at", "done_at",
)  # fmt: skip

door = ApiDoor("imports_api", __name__, path="/imports", about="Files on their way in.")


class QuestionOut(out.Out):
    """What is asked once for the whole file."""

    name = out.text()
    title = out.text()
    usual = out.text()
    choices = out.texts()


class ImportOut(out.Out):
    """A file on its way in; `mapping` is what was guessed until you say otherwise."""

    id = out.whole()
    kind = out.text()
    filename = out.text()
    state = out.text()
    problem = out.text()
    notices = out.texts()
    header = out.texts()
    sheets = out.texts()
    mapping = out.table()
    questions = out.many(QuestionOut)
    answers = out.table()
    lines = out.whole()
    good = out.whole()
    bad = out.whole()
    created = out.whole()
    updated = out.whole()
    unchanged = out.whole()
    created_at = out.moment()
    done_at = out.moment(null=True)


class ImportFieldOut(out.Out):
    """What a column may feed."""

    name = out.text()
    title = out.text()
    hint = out.text()
    required = out.yes()
    many = out.yes()


class ImportFieldsOut(out.Out):
    """All that columns may feed."""

    items = out.many(ImportFieldOut)


class CellOut(out.Out):
    """A cell and what is wrong with it."""

    text = out.text()
    problem = out.text()


class LineOut(out.Out):
    """A line of the file and what is wrong with it."""

    line = out.whole()
    cells = out.many(CellOut)
    problems = out.texts()


class LinesOut(out.Out):
    """Lines of the file; `next` is the `after` of those that follow."""

    items = out.many(LineOut)
    next = out.whole(null=True)


@door.get("", needs=SEES, listing=listings.imported)
def index() -> Any:
    """Your imports, and those of an office that you hold."""
    return listings.imported(), desk_queries.imported()


@door.get("/export", needs=SEES, listing=listings.imported, exports=True)
def export() -> Any:
    """All of the list at once."""
    return listings.imported(), desk_queries.imported()


@door.get("/fields", needs=BRINGS, asks=KindForm, gives=ImportFieldsOut)
def fields(wish: dict[str, str]) -> dict[str, Any]:
    """What the columns of a file of a kind may feed."""
    return {"items": kind(wish["kind"]).all_fields.values()}


@door.post(
    "",
    needs=BRINGS,
    reads=True,
    upload="application/octet-stream",
    asks=UploadForm,
    gives=out.Made,
    status=201,
)
def upload(wish: dict[str, str]) -> dict[str, int]:
    """Send a file: the body is the file itself."""
    return {"id": intake.receive(wish["kind"], wish["filename"], request.stream)}


@door.get("/<int:import_id>", needs=SEES, gives=ImportOut)
def show(import_id: int) -> dict[str, Any]:
    """How far an import is, and what it waits for."""
    return _of(import_id)


@door.get("/<int:import_id>/preview", needs=SEES, gives=LinesOut)
def preview(import_id: int) -> dict[str, Any]:
    """The first lines, judged by the present mapping."""
    return {"items": queries.preview(queries.one(import_id)), "next": None}


@door.put("/<int:import_id>/form", needs=BRINGS, takes=ReadingForm, gives=ImportOut)
def choose_form(wish: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Read the file with another encoding or delimiter, or another sheet of it."""
    desk.choose_form(
        import_id, wish["encoding"], wish["delimiter"], header=wish["header"], sheet=wish["sheet"]
    )
    return _of(import_id)


@door.put("/<int:import_id>/mapping", needs=BRINGS, takes=MappingForm, gives=ImportOut)
def choose_mapping(wish: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Say which column is what."""
    desk.choose_mapping(import_id, wish["columns"])
    return _of(import_id)


@door.put("/<int:import_id>/answers", needs=BRINGS, takes=AnswersForm, gives=ImportOut)
def answer(wish: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Answer what is asked once."""
    desk.answer(import_id, wish["answers"])
    return _of(import_id)


@door.post("/<int:import_id>/check", needs=BRINGS, gives=ImportOut, status=202)
def check(import_id: int) -> dict[str, Any]:
    """Start the dry check."""
    desk.check(import_id)
    return _of(import_id)


@door.post("/<int:import_id>/apply", needs=BRINGS, gives=ImportOut, status=202)
def apply(import_id: int) -> dict[str, Any]:
    """Take the good rows over."""
    desk.apply(import_id)
    return _of(import_id)


@door.post("/<int:import_id>/resume", needs=BRINGS, gives=ImportOut, status=202)
def resume(import_id: int) -> dict[str, Any]:
    """Go on with what was halted; from now on it obeys your rights."""
    desk.resume(import_id)
    return _of(import_id)


@door.post("/<int:import_id>/cancel", needs=BRINGS, gives=ImportOut)
def cancel(import_id: int) -> dict[str, Any]:
    """Stop; what was taken over so far stays."""
    desk.cancel(import_id)
    return _of(import_id)


@door.get("/<int:import_id>/rejects", needs=SEES, asks=RejectsForm, gives=LinesOut)
def rejected(wish: dict[str, int], import_id: int) -> dict[str, Any]:
    """The refused rows with their reasons."""
    rows, following = queries.rejects(queries.one(import_id), wish["after"], wish["limit"])
    return {"items": rows, "next": following}


def _of(import_id: int) -> dict[str, Any]:
    return _told(queries.one(import_id))


def _told(row: Import) -> dict[str, Any]:
    context = context_of(row)
    questions = [
        {
            "name": one.name, "title": str(one.title), "usual": one.default(context),
            "choices": [str(value) for value, _title in one.choices],
        }
        for one in desk.questions(row)
    ]  # fmt: skip
    told = {name: getattr(row, name) for name in SHOWN}
    told |= {"problem": queries.problem(row), "notices": queries.notices(row)}
    told["sheets"] = row.form.get("sheets", [])
    return told | {"questions": questions}
