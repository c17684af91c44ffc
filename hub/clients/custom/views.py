"""Custom fields on a client's page, and the firm's list of them."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import parts
from hub.clients import queries as clients
from hub.clients.custom import queries, service
from hub.clients.custom.forms import CustomFieldForm, FieldWish
from hub.clients.custom.models import CustomField
from hub.clients.custom.words import ANSWERS, KINDS
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank, refused

door = Door("custom", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page; nothing where no field is defined."""
    if client_id is None or not queries.present():
        return ""
    return _panel(actor, client_id, _known(client_id))


@door.get("/<int:client_id>/custom", needs="clients.read")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    clients.one(client_id)
    return _values_page(client_id, _known(client_id))


@door.post("/<int:client_id>/custom", needs="clients.write")
def write(client_id: int) -> ResponseReturnValue:
    """Write down values."""
    clients.operable(client_id, "clients.write")
    given = {name: value for name, value in request.form.items() if name.startswith("custom_")}
    try:
        service.write(client_id, given, source="form")
    except Invalid as error:
        return refused(_values_page(client_id, Filled(given, error.fields)))
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-custom")


@door.get("/fields", needs=service.RIGHT)
def index() -> str:
    """Every custom field, and the form of a new one."""
    return _page(blank())


@door.post("/fields", needs=service.RIGHT)
def define() -> ResponseReturnValue:
    """Define a field."""

    def act(wish: FieldWish) -> ResponseReturnValue:
        service.define(wish)
        return htmx.go(url_for("custom.index"))

    return answer(CustomFieldForm, Answer(show=_page, act=act))


@door.get("/fields/<int:field_id>", needs=service.RIGHT)
def edit(field_id: int) -> str:
    """The form of a field."""
    field = queries.one(field_id)
    lines = "\n".join(f"{one['zh']} / {one['en']}" for one in field.choices)
    values = {name: getattr(field, name) for name in ("kind", "title_zh", "title_en", "is_filter")}
    return _page(blank(values | {"choices": lines}), field)


@door.post("/fields/<int:field_id>", needs=service.RIGHT)
def change(field_id: int) -> ResponseReturnValue:
    """Change a field."""
    field = queries.one(field_id)

    def act(wish: FieldWish) -> ResponseReturnValue:
        service.change(field_id, wish)
        return htmx.go(url_for("custom.index"))

    return answer(CustomFieldForm, Answer(show=lambda filled: _page(filled, field), act=act))


@door.post("/fields/<int:field_id>/retire", needs=service.RIGHT)
def retire(field_id: int) -> ResponseReturnValue:
    """Ask for a field no more."""
    service.retire(field_id)
    return htmx.go(url_for("custom.index"))


@door.post("/fields/<int:field_id>/restore", needs=service.RIGHT)
def restore(field_id: int) -> ResponseReturnValue:
    """Ask for a retired field again."""
    service.restore(field_id)
    return htmx.go(url_for("custom.index"))


def _known(client_id: int) -> Filled:
    return blank({name: str(value) for name, value in queries.values_of(client_id).items()})


def _values_page(client_id: int, form: Filled) -> str:
    html = _panel(access.current(), client_id, form)
    return parts.page(client_id, _("Further data"), html, form)


def _panel(actor: Actor, client_id: int, form: Filled) -> str:
    return render_template(
        "clients/custom.html", client_id=client_id, fields=queries.present(), form=form,
        known=queries.values_of(client_id), title=queries.title, words=queries.words,
        answers=ANSWERS, may_write=access.may(actor, "clients.write", client_id),
    )  # fmt: skip


def _page(form: Filled, field: CustomField | None = None) -> str:
    return render_template(
        "clients/custom_fields.html", fields=queries.every(), form=form, field=field, kinds=KINDS,
        title=queries.title,
    )  # fmt: skip
