"""The pages of one import: each state has its own."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _

from hub.kernel.errors import Forbidden
from hub.kernel.imports import desk
from hub.kernel.imports import queries as imports
from hub.kernel.imports.intake import BOOK_MOST_MB
from hub.kernel.imports.kinds import Kind, kind, offered
from hub.kernel.imports.models import WORKING, Import, State
from hub.kernel.imports.passes import context_of, share
from hub.kernel.imports.sniff import DELIMITERS, ENCODINGS
from hub.pages.forms import Filled, blank


def chosen(name: str | None) -> Kind:
    """The kind that is asked for, else the first that the visitor may bring.

    Raises: Forbidden.
    """
    found = offered()
    if not found:
        raise Forbidden(code="no-permission")
    return next((one for one in found if one.name == name), found[0])


def start(form: Filled, wanted: Kind) -> str:
    """The form that takes a file."""
    return render_template(
        "desk/import_start.html", form=form, wanted=wanted, kinds=offered(), row=None, notices=(),
        fields=wanted.all_fields.values(), most=current_app.config["HUB"].upload_limit_mb,
        book_most=BOOK_MOST_MB,
    )  # fmt: skip


def step(row: Import, form: Filled, *, asked: bool = False) -> str:
    """The page of the step that an import has reached; its questions if they are `asked`."""
    values: dict[str, Any] = {
        "row": row, "form": form, "notices": imports.notices(row), "kind": kind(row.kind),
        "encodings": [(name, name.upper()) for name in ENCODINGS],
        "delimiters": [(mark, {"\t": _("Tab")}.get(mark, mark)) for mark in DELIMITERS],
        "sheets": [(name, name) for name in row.form.get("sheets", ())],
        "problem": imports.problem(row),
    }  # fmt: skip
    state = State(row.state)
    if state == State.ASKING:
        readings = [] if values["sheets"] else imports.readings(row)
        return render_template("desk/import_encoding.html", readings=readings, **values)
    if state in WORKING or state == State.RECEIVING:
        return render_template("desk/import_work.html", share=share(row), **values)
    if state == State.STAGED:
        return _columns(row, values, asked=asked)
    if state in {State.FAILED, State.CANCELLED, State.HALTED}:
        return render_template("desk/import_problem.html", **values)
    refused, following = imports.rejects(row, request.args.get("after", -1, int))
    return render_template(
        "desk/import_result.html", refused=refused, following=following, **values
    )


def _columns(row: Import, values: dict[str, Any], *, asked: bool) -> str:
    questions = desk.questions(row)
    if questions and (asked or request.args.get("step") == "questions"):
        context = context_of(row)
        if not values["form"].values:
            given = {
                one.name: row.answers.get(one.name) or one.default(context) for one in questions
            }
            values["form"] = blank(given)
        return render_template("desk/import_questions.html", questions=questions, **values)
    return render_template(
        "desk/import_mapping.html", fields=kind(row.kind).all_fields.values(),
        samples=imports.samples(row), preview=imports.preview(row), **values,
    )  # fmt: skip
