"""Pages of templates: the list, the editor with its live preview."""

from __future__ import annotations

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaigns import forms, library, listings, pages, queries
from campaigns.models import Template
from campaigns.rules import Words
from hub.kernel import access
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("campaign_templates", __name__, url_prefix="/templates", template_folder="templates")


@door.get("/", needs="campaigns.read")
def index() -> str:
    """Templates of the house; `archived=1` shows those put away."""
    listing, base = listings.templates()
    archived = request.args.get("archived") == "1"
    column = Template.archived_at
    base = base.where(column.is_not(None) if archived else column.is_(None))
    page = listing.page(base, request.args)
    return render_template("campaigns/templates.html", page=page, archived=archived)


@door.get("/export", needs="campaigns.read")
def export() -> Response:
    """All of them as CSV, those put away too."""
    return exports.csv_file(*listings.templates(), request.args)


@door.get("/new", needs="campaigns.write")
def new() -> str:
    """An empty template."""
    return _editor(blank({"klass": "promotion"}), None)


@door.post("/new", needs="campaigns.write")
def create() -> ResponseReturnValue:
    """Keep a new template."""

    def act(words: Words) -> ResponseReturnValue:
        template_id = library.write(words)
        flash(_("The template is saved."), "success")
        return htmx.go(url_for("campaign_templates.edit", template_id=template_id))

    return answer(forms.TemplateForm, Answer(lambda form: _editor(form, None), act))


@door.get("/<int:template_id>", needs="campaigns.read")
def edit(template_id: int) -> str:
    """A template in the editor."""
    row = queries.template(template_id)
    values = {"name": row.name, "klass": row.klass, "version": row.version}
    return _editor(blank(values | forms.spread(row.texts)), row)


@door.post("/<int:template_id>", needs="campaigns.write")
def save(template_id: int) -> ResponseReturnValue:
    """Keep the changes of a template."""
    text = request.form.get("version", "")
    version = int(text) if text.isdecimal() else 0

    def act(words: Words) -> ResponseReturnValue:
        library.rewrite(template_id, words, version=version)
        flash(_("The template is saved."), "success")
        return htmx.go(url_for("campaign_templates.edit", template_id=template_id))

    def show(form: Filled) -> str:
        return _editor(form, queries.template(template_id))

    return answer(forms.TemplateForm, Answer(show, act))


@door.post("/<int:template_id>/archive", needs="campaigns.write")
def archive(template_id: int) -> ResponseReturnValue:
    """Put a template away, or take it out again."""
    library.archive(template_id, back="back" in request.form)
    return htmx.go(url_for("campaign_templates.index"))


def _editor(form: Filled, row: Template | None) -> str:
    may_change = access.current().holds("campaigns.write") if row is None else (
        queries.may_change_template(row)
    )  # fmt: skip
    return render_template(
        "campaigns/template.html", form=forms.at_fields(form), template=row,
        segments=queries.segments(), may_change=may_change, **pages.words(),
    )  # fmt: skip
