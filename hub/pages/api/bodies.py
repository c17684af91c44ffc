"""The body of an API request: JSON, so large, so deep, and no name that nobody knows."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import request
from flask_babel import gettext as _

from hub.kernel.errors import HubError, Invalid
from hub.pages.forms import Form

MOST_BYTES = 4 * 1024 * 1024
DEEPEST = 32  # levels; a rule needs three


class NotJson(HubError):
    """The body is of another type than the operation takes."""

    status, code = 415, "not-json"


class Unreadable(HubError):
    """The body is no JSON, or none that anybody could mean."""

    status, code = 400, "unreadable"


def read(form: type[Form]) -> dict[str, Any]:
    """The JSON object of the present request.

    Raises: NotJson, Unreadable, Invalid naming what the form does not know.
    """
    if not request.is_json:
        raise NotJson(_("Send JSON, with the content type application/json."))
    try:
        body = json.loads(request.get_data(cache=True), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is not JSON.")) from error
    if not isinstance(body, dict):
        raise Invalid({"body": _("Send a JSON object.")})
    _refuse_odd(body)
    unknown = sorted(set(body) - set(form._declared_fields))  # noqa: SLF001 - marshmallow's registry
    if unknown:
        raise Invalid({name: _("There is no such field.") for name in unknown})
    return body


def refuse_foreign() -> None:
    """An operation that takes no body takes none of another type either.

    Raises: NotJson.
    """
    if request.content_length and not request.is_json:
        raise NotJson(_("Send JSON, with the content type application/json."))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse_odd(body: Any) -> None:
    """No body that is too deep to handle, no text that a database or a page cannot hold."""
    level = [body]
    for _depth in range(DEEPEST):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += [*value, *value.values()]
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, str) and not _is_sound(value):
                raise Invalid({"body": _("There is a character in it that cannot be stored.")})
        if not inner:
            return
        level = inner
    raise Unreadable(_("This is nested too deep."))


def _is_sound(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
