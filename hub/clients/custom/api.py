"""Custom fields for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.custom import queries, service
from hub.clients.custom.forms import CustomFieldForm, FieldWish, ValuesForm
from hub.clients.custom.models import CustomField
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("custom_api", __name__, path="/clients", about="What a firm asks of clients.")


class CustomFieldOut(out.Out):
    """A custom field; `name` is what rules, files and values call it."""

    id = out.whole()
    name = out.text()
    kind = out.text()
    title_zh = out.text()
    title_en = out.text()
    values = out.texts()
    is_filter = out.yes()
    retired_at = out.moment(null=True)


class CustomFieldsOut(out.Out):
    """Every custom field, the retired ones last."""

    items = out.many(CustomFieldOut)


class CustomValuesOut(out.Out):
    """What is known of a client today, by the names of the fields."""

    values = out.table()


@door.get("/<int:client_id>/custom", needs="clients.read", gives=CustomValuesOut)
def shown(client_id: int) -> dict[str, Any]:
    """What is known of a client."""
    known = queries.values_of(clients.one(client_id).id)
    return {"values": {name: str(value) for name, value in known.items()}}


@door.put("/<int:client_id>/custom", needs="clients.write", takes=ValuesForm, gives=CustomValuesOut)
def write(wish: dict[str, Any], client_id: int) -> dict[str, Any]:
    """Write down values; a field that you leave out stays, an empty one is known no longer."""
    service.write(client_id, wish["values"], source="api")
    return shown(client_id)


@door.get("/fields", needs=service.RIGHT, gives=CustomFieldsOut)
def index() -> dict[str, list[CustomField]]:
    """Every custom field."""
    return {"items": queries.every()}


@door.post("/fields", needs=service.RIGHT, takes=CustomFieldForm, gives=out.Made, status=201)
def define(wish: FieldWish) -> dict[str, int]:
    """Define a field; `choices` one a line, “中文 / English”."""
    return {"id": service.define(wish)}


@door.get("/fields/<int:field_id>", needs=service.RIGHT, gives=CustomFieldOut)
def show(field_id: int) -> CustomField:
    """One field."""
    return queries.one(field_id)


@door.put(
    "/fields/<int:field_id>", needs=service.RIGHT, takes=CustomFieldForm, gives=CustomFieldOut
)
def change(wish: FieldWish, field_id: int) -> CustomField:
    """Change a field; its kind only while nothing is known of it."""
    service.change(field_id, wish)
    return queries.one(field_id)


@door.delete("/fields/<int:field_id>", needs=service.RIGHT)
def retire(field_id: int) -> None:
    """Ask for a field no more; what is known stays."""
    service.retire(field_id)


@door.post("/fields/<int:field_id>/restore", needs=service.RIGHT)
def restore(field_id: int) -> None:
    """Ask for a retired field again."""
    service.restore(field_id)
