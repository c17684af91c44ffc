"""A `Listing` as JSON: the same columns, filters, sorts, cursors and masks as on its page."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request, send_file
from sqlalchemy import Select, String

from hub.kernel import sentences
from hub.pages import exports, formats
from hub.pages.api import writing
from hub.pages.fields import Whole
from hub.pages.forms import Form, parse
from hub.pages.lists import Column, Listing

USUAL, MOST = 50, 200  # rows of a page
MASKS = {
    "phone": formats.masked_phone,
    "email": formats.masked_email,
    "address": formats.masked_address,
}


class LimitForm(Form):
    """How many rows of a list are wanted."""

    limit = Whole(low=1, high=MOST, load_default=USUAL)


def page(listing: Listing, base: Select[Any]) -> Response:
    """One page of a list, with links to its neighbours.

    Raises: Invalid for what the list cannot be asked.
    """
    limit = parse(LimitForm, request.args)["limit"]
    found = listing.page(base, request.args, limit=limit)
    items = [item(listing, row) for row in found.rows]
    response = jsonify({"items": items, "next": found.next, "previous": found.prev})
    links = [
        f'<{request.base_url}{found.query(cursor=cursor, limit=str(limit))}>; rel="{rel}"'
        for rel, cursor in (("next", found.next), ("prev", found.prev))
        if cursor
    ]
    if links:
        response.headers["Link"] = ", ".join(links)
    return writing.tagged(response)


def export(
    listing: Listing, base: Select[Any], subject_id: int | None = None, *, path: Any = None
) -> Response:
    """Every row of a list, written before the unit ends, and logged; people with a watermark."""
    del path
    count = 0
    with exports.spooled() as file:
        mark = {"watermark": exports.watermark()} if listing.of_people else {}
        head = json.dumps(mark | {"items": []}, ensure_ascii=False).encode()
        file.write(head.removesuffix(b"]}"))
        for row in listing.export(base, request.args):
            file.write(b",\n" if count else b"\n")
            file.write(json.dumps(item(listing, row), ensure_ascii=False).encode())
            count += 1
        file.write(b"\n]}\n")
    exports.note(listing, count, subject_id)
    return send_file(file, mimetype="application/json")


def item(listing: Listing, row: Any) -> dict[str, Any]:
    """A row by the keys of its columns; codes stay codes."""
    found = {"id": row.id}
    found |= {column.key: _value(column, getattr(row, column.key)) for column in listing.columns}
    return found | {name: getattr(row, name) for name in extra(listing)}


def extra(listing: Listing) -> list[str]:
    """Names of the columns that nobody sees but links need."""
    return [str(column.key) for column in listing.extra]


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "yes":
        return bool(value)
    if column.kind == "sentence":
        return sentences.shown(str(value))
    if column.kind in MASKS and not column.open:
        return MASKS[column.kind](str(value))
    return plain(value)


def plain(value: Any) -> Any:
    """A value as JSON: amounts as exact text, moments in UTC."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return value


KINDS: dict[type, dict[str, Any]] = {
    bool: {"type": ["boolean", "null"]},
    int: {"type": ["integer", "null"]},
    datetime: {"type": ["string", "null"], "format": "date-time"},
    date: {"type": ["string", "null"], "format": "date"},
}
TEXT = {"type": ["string", "null"]}


def item_schema(listing: Listing) -> dict[str, Any]:
    """The JSON Schema of a row."""
    is_text = isinstance(getattr(listing.key, "type", None), String)
    properties: dict[str, Any] = {"id": {"type": "string" if is_text else "integer"}}
    for column in listing.columns:
        properties.setdefault(column.key, dict(_kind(column)) | _title(column))
    for name in extra(listing):
        properties.setdefault(name, {"type": ["integer", "null"]})
    return {"type": "object", "properties": properties, "required": list(properties)}


def _title(column: Column) -> dict[str, str]:
    # The English text of the label: a description of the API has one language.
    label = column.label
    told = getattr(label, "_args", (label,))[0]
    return {"description": str(told)}


def _kind(column: Column) -> dict[str, Any]:
    if column.kind == "yes":
        return KINDS[bool]
    if column.kind in MASKS or column.kind == "sentence":
        return TEXT
    if column.kind == "number":
        return KINDS[int]
    try:
        return KINDS.get(column.expr.type.python_type, TEXT)
    except NotImplementedError:
        return TEXT


def query_parameters(listing: Listing) -> list[dict[str, Any]]:
    """What the list may be asked, as OpenAPI parameters."""
    sorts = [column.key for column in listing.columns if column.sortable]
    usual = listing.default_sort.lstrip("-")
    names = dict.fromkeys([*sorts, usual])
    found = [
        _parameter("cursor", {"type": "string", "maxLength": 800}),
        _parameter("sort", {"enum": [mark + name for name in names for mark in ("", "-")]}),
    ]
    for each in listing.filters:
        schemas: dict[str, dict[str, Any]] = {
            "date": {"type": "string", "format": "date"},
            "number": {"type": "number", "minimum": -(10**14), "maximum": 10**14},
            "day": {"type": "string", "format": "date"},
            "moment": {"type": "string", "format": "date-time"},
        }
        schema = schemas.get(each.kind, {"type": "string", "maxLength": 200})
        if each.kind == "choice" and not callable(each.choices):
            schema = {"enum": [str(value) for value, _label in each.choices]}
        found += [_parameter(name, schema) for name in each.names]
    return found


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema}


LIMIT = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL})
