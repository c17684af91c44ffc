"""Errors as answers: problem+json for programs (RFC 9457), a readable page for people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from hub.kernel import audit, tracing, work
from hub.kernel.access import acting, current
from hub.kernel.errors import (
    Conflict,
    HubError,
    Invalid,
    SignInNeeded,
    Unavailable,
    brief,
)

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(HubError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unknown)


def _known(error: HubError) -> Response:
    work.fail()
    if isinstance(error, SignInNeeded) and not wants_json() and request.method == "GET":
        response = Response(status=302)
        response.headers["Location"] = f"/login?next={quote(request.full_path.rstrip('?'))}"
        return response
    if error.status == 403 and current().user_id is not None:  # noqa: PLR2004 - Forbidden
        _note_refusal(error)
    _note_reason(error.status, error.code, error)
    fields = error.fields if isinstance(error, Invalid) else {}
    response = answer(error.status, error.code, error.detail, fields=fields)
    response.headers.update(error.headers)
    return response


def _note_reason(status: int, code: str, error: Exception) -> None:
    """Have the request's line and count tell why; what the caller is not told is logged."""
    tracing.refused(code)
    if status >= 500:  # noqa: PLR2004 - whoever mends it needs the error's own words
        log.error("unavailable", status=status, code=code, error=brief(error))


def _note_refusal(error: HubError) -> None:
    """Refusals are logged in a unit of their own: the refused one rolls back."""
    actor, detail = current(), {"endpoint": request.endpoint, "code": error.code}

    def note() -> None:
        with acting(actor):
            audit.append("refused", "route", None, detail)

    work.aside(note)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        response = error.get_response()
        assert isinstance(response, Response)
        return response
    work.fail()
    code = error.name.lower().replace(" ", "-")
    _note_reason(error.code or 500, code, error)
    response = answer(error.code or 500, code, str(error.description or ""))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _clash(error: IntegrityError) -> Response:
    log.warning("integrity_error", error=brief(error.orig or error))
    return _known(Conflict("somebody else changed this meanwhile: load it again"))


def _database(error: OperationalError) -> Response:
    log.error("database_error", error=brief(error.orig or error))
    text = str(error.orig)
    if "locked" in text:
        return _known(Unavailable("the database is busy: try again in a moment"))
    if "full" in text or "No space" in text:
        return _known(Unavailable("the disk is full: nothing was saved; free space and try again"))
    return _unknown(error)


def _unknown(error: Exception) -> Response:
    work.fail()
    number = secrets.token_hex(4)
    log.error("unknown_error", problem=number, path=request.path, exc_info=error)
    return answer(500, "error", "", number=number)


def wants_json() -> bool:
    """Whether the caller is a program."""
    if request.path.startswith("/api/"):
        return True
    kinds = request.accept_mimetypes
    found = kinds.best_match(["text/html", "application/json", "application/problem+json"])
    return found is not None and found != "text/html"


def answer(
    status: int,
    code: str,
    detail: str,
    *,
    fields: Mapping[str, Any] | None = None,
    number: str = "",
) -> Response:
    """The problem as JSON or as a page."""
    if wants_json():
        body = {"type": "about:blank", "status": status, "title": code, "detail": detail}
        if fields:
            body["errors"] = {name: str(text) for name, text in fields.items()}
        if number:
            body["instance"] = number
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        values = {"status": status, "code": code, "detail": detail, "number": number}
        response = Response(render_template("error.html", **values, fields=fields or {}))
    response.status_code = status
    return response
