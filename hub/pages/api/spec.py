"""The OpenAPI description of all operations, made from what they are served by."""

from __future__ import annotations

import json
from typing import Any

from apispec import APISpec
from flask import Flask, current_app
from flask_smorest import Api

from hub.pages import fields
from hub.pages.api import lists
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Operation

CACHED = "hub_openapi"
PROBLEM = "#/components/responses/Problem"
ABOUT = """\
Everything that the pages do, for programs. A token (Tokens, in the menu) goes into the header
`Authorization: Bearer …`. Errors are `application/problem+json` (RFC 9457) in the language of
`Accept-Language`. A POST with an `Idempotency-Key` may be sent again: it is done once."""

RESPONSES: dict[str, Any] = {
    "Problem": {
        "description": "What is wrong, and with which fields.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "status", "title", "detail"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string", "description": "A stable word for programs."},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        "instance": {"type": "string", "description": "The number to ask the operator about."},
    },
}
BYTES = "application/octet-stream"
BINARY = {"type": "string", "format": "binary"}
KEY = {
    "in": "header", "name": "Idempotency-Key", "description": "A POST sent again is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "description": "The ETag of what you read: 412 if it is "
    "not what stands there now.", "schema": {"type": "string", "pattern": "^[ -~]+$"},
}  # fmt: skip
IF_NONE_MATCH = {
    "in": "header", "name": "If-None-Match", "description": "The ETag you have: 304 if it holds.",
    "schema": {"type": "string", "pattern": "^[ -~]+$"},
}  # fmt: skip


class Description(Api):  # type: ignore[misc]
    """Flask-Smorest's spec; errors stay the house's own, and pages of it there are none."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_doc_blueprint(self) -> None:
        pass

    def _register_responses(self) -> None:
        pass

    def _register_etag_headers(self) -> None:
        pass

    def _register_pagination_header(self) -> None:
        pass


def text() -> bytes:
    """The description as JSON, made once."""
    cached = current_app.extensions.get(CACHED)
    if cached is None:
        made = json.dumps(build(current_app), ensure_ascii=False, indent=1)
        cached = current_app.extensions[CACHED] = made.encode()
    assert isinstance(cached, bytes)
    return cached


def build(app: Flask) -> dict[str, Any]:
    """The description of every API door of `app`; inside a unit, for lists ask the database."""
    api = Description()
    api.init_app(
        app,
        spec_kwargs={
            "title": "Brokerage Hub", "version": "1", "openapi_version": "3.1.0",
            "info": {"description": ABOUT}, "security": [{"token": []}, {"session": []}],
        },
    )  # fmt: skip
    _begin(api.spec, app.config["SESSION_COOKIE_NAME"])
    api.ma_plugin.converter.add_attribute_function(_amounts)
    for name, door in sorted(app.blueprints.items()):
        if isinstance(door, ApiDoor):
            for endpoint, operation in door.operations.items():
                (method,) = set(door._docs[endpoint]) - {"parameters"}  # noqa: SLF001 - our own class
                doc = describe(api.spec, f"{door.room}_{endpoint}", operation, method)
                door._docs[endpoint][method]["manual_doc"] = doc  # noqa: SLF001 - our own class
            door.register_views_in_doc(api, app, api.spec, name=name, parameters=None)
            api.spec.tag({"name": door.room, "description": door.description})
    made: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict(), default=str))
    _close(made)
    return made


def _begin(spec: APISpec, cookie: str) -> None:
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    spec.components.response("Problem", RESPONSES["Problem"])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": cookie})


def _amounts(_converter: Any, field: Any, ret: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """An amount is read exactly from a text; a number is taken too."""
    if not isinstance(field, fields.Amount):
        return {}
    for limit in ("minimum", "maximum"):
        ret.pop(limit, None)
    return {"type": ["string", "number", *(["null"] if field.allow_none else [])]}


def _close(made: dict[str, Any]) -> None:
    """A name that a form does not know is refused: say so."""
    for name, schema in made["components"]["schemas"].items():
        if name.endswith("Form"):
            schema["additionalProperties"] = False


def describe(spec: APISpec, name: str, operation: Operation, method: str) -> dict[str, Any]:
    """What flask-smorest cannot know of an operation."""
    lock = operation.lock
    doc: dict[str, Any] = {
        "operationId": name,
        "description": f"Needs `{lock.needs}`." if lock.needs != "own" else "For oneself.",
        "parameters": _parameters(operation, method),
        "responses": {str(status): {"$ref": PROBLEM} for status in _refusals(operation, method)},
    }
    doc["responses"][str(operation.status if _has_body(operation) else 204)] = _success(
        spec, operation, method
    )
    if operation.downloads:
        doc["responses"]["206"] = {"description": "The part you asked for."}
    if method == "get" and not operation.exports:
        doc["responses"]["304"] = {"description": "What you have still holds."}
    if operation.takes is not None:
        content = {"application/json": {"schema": operation.takes}}
        doc["requestBody"] = {"required": True, "content": content}
    elif operation.upload:
        doc["requestBody"] = {"required": True, "content": {operation.upload: {"schema": BINARY}}}
    return doc


def _has_body(operation: Operation) -> bool:
    return operation.gives is not None or operation.listing is not None or operation.downloads


def _parameters(operation: Operation, method: str) -> list[Any]:
    found: list[Any] = []
    if method == "post":
        found.append(KEY)
    if operation.guard is not None:
        found.append(IF_MATCH)
    if method == "get" and not operation.exports:
        found.append(IF_NONE_MATCH)
    if operation.asks is not None:
        found.append({"in": "query", "schema": operation.asks})
    if operation.listing is not None:
        listing = operation.listing()
        asked = set(operation.asks._declared_fields) if operation.asks else set()  # noqa: SLF001
        found += [one for one in lists.query_parameters(listing) if one["name"] not in asked]
        found += [] if operation.exports else [lists.LIMIT]
    return found


def _refusals(operation: Operation, method: str) -> set[int]:
    found = {400, 401, 403, 404, 422, 429, 503}
    if operation.downloads:
        found |= {409, 416, 423}
    if method != "get":
        found |= {409, 413, 415}
    return found | ({412} if operation.guard is not None else set())


def _success(spec: APISpec, operation: Operation, method: str) -> dict[str, Any]:
    if not _has_body(operation):
        return {"description": "Done."}
    if operation.downloads:
        return {"description": "The file.", "content": {BYTES: {"schema": BINARY}}}
    schema: Any = operation.gives
    if operation.listing is not None:
        schema = _list_schema(spec, operation.listing().name, operation)
    answer = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    if method == "get" and not operation.exports:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return answer


def _list_schema(spec: APISpec, name: str, operation: Operation) -> dict[str, Any]:
    assert operation.listing is not None
    item = f"{name.title().replace('-', '').replace('_', '')}Item"
    if item not in spec.components.schemas:
        spec.components.schema(item, lists.item_schema(operation.listing()))
    properties: dict[str, Any] = {
        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}
    }
    if not operation.exports:
        properties |= {end: {"type": ["string", "null"]} for end in ("next", "previous")}
    elif operation.listing().of_people:
        properties = {"watermark": {"type": "string"}} | properties
    return {"type": "object", "required": list(properties), "properties": properties}
