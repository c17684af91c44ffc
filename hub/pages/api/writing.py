"""What an operation says, as JSON with a tag that changes when it does."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema

# A program may keep an answer and ask whether it still holds; nobody else may.
CACHE = "private, no-cache"


def answer(gives: type[Schema] | None, found: Any, *, status: int = 200) -> Response:
    """The answer as `gives` writes it; nothing when there is nothing to say."""
    if gives is None:
        return Response(status=204)
    return tagged(jsonify(gives().dump(found)), status=status)


def tagged(response: Response, *, status: int = 200) -> Response:
    """The response with its ETag; 304 to whoever has it already."""
    response.status_code = status
    response.add_etag()
    response.headers["Cache-Control"] = CACHE
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response
