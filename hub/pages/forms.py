"""Untrusted input → a frozen dataclass, and the form shown again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from hub.kernel import work
from hub.kernel.errors import Invalid

T = TypeVar("T")


class Form(Schema):
    """A schema whose clean values become `into`, a frozen dataclass.

    Shape: a text is stripped; an empty one counts as not given; unknown names are left alone.
    """

    into: ClassVar[Callable[..., Any]] = dict

    class Meta:
        """What a browser sends along (the token, the button) is not an error."""

        unknown = EXCLUDE


@dataclass(frozen=True, slots=True)
class Filled:
    """A form on its way to the reader: what was typed and what is wrong with it.

    Shape: `place` tells it from other forms of one page that have fields of the same name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def id(self, name: str) -> str:
        """The field's name on the whole page."""
        return f"{self.place}-{name}" if self.place else name

    def value(self, name: str) -> Any:
        """What stands in the field."""
        value = self.values.get(name)
        return "" if value is None else value

    def has(self, name: str, choice: object) -> bool:
        """Whether `choice` is (one of) the field's."""
        value = self.values.get(name)
        chosen = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        return str(choice) in {str(each) for each in chosen if each is not None}

    def error(self, name: str) -> str:
        """What is wrong with the field."""
        return str(self.errors.get(name, ""))


def blank(values: Mapping[str, Any] | None = None, *, place: str = "") -> Filled:
    """A form nobody has touched, with its present values."""
    return Filled(values or {}, place=place)


def parse(form: type[Form], data: Mapping[str, Any]) -> Any:
    """The input as the form's dataclass.

    Raises: Invalid naming each field that cannot be used.
    """
    try:
        return form.into(**form().load(given(form, data)))
    except ValidationError as error:
        messages = error.messages_dict
        raise Invalid({name: first(text) for name, text in messages.items()}) from error


def given(form: type[Form], data: Mapping[str, Any]) -> dict[str, Any]:
    """The raw values by field; several for a list field."""
    found: dict[str, Any] = {}
    for name, declared in form._declared_fields.items():  # noqa: SLF001 - marshmallow's own registry
        if isinstance(declared, fields.List) and isinstance(data, MultiDict):
            found[name] = [text for text in map(_clean, data.getlist(name)) if text is not None]
        elif name in data:
            value = _clean(data[name])
            if value is not None:
                found[name] = value
            elif declared.allow_none:
                found[name] = None
    return found


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if "\0" in text:
        raise Invalid({"text": _("There is a character in it that cannot be stored.")})
    return text or None


def first(messages: Any) -> str:
    """The first of a field's messages, in the reader's language."""
    if isinstance(messages, Mapping):
        return first(next(iter(messages.values())))
    return first(messages[0]) if isinstance(messages, list) else _(str(messages))


def posted() -> Mapping[str, Any]:
    """What the request carries: a form's fields or a JSON object."""
    if request.is_json:
        body = request.get_json()
        if not isinstance(body, dict):
            raise Invalid({"body": _("Send a JSON object.")})
        return body
    return request.form


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """How a posted form is answered: `act` on clean values, else `show` it again."""

    show: Callable[[Filled], str]
    act: Callable[[T], ResponseReturnValue]


def answer(form: type[Form], how: Answer[Any]) -> ResponseReturnValue:
    """Parse what was posted and act on it; on Invalid show the form again with status 422.

    Shape: what `act` wrote before it raised is rolled back.
    """
    data = posted()
    try:
        return how.act(parse(form, data))
    except Invalid as error:
        if request.is_json:
            raise
        return refused(how.show(Filled(typed(form, data), error.fields)))


def refused(page: str) -> ResponseReturnValue:
    """A form shown again: status 422, and what was written before it was refused is rolled back."""
    work.fail()
    return make_response(page, 422)


def typed(form: type[Form], data: Mapping[str, Any]) -> dict[str, Any]:
    """What the visitor typed, as he typed it."""
    lists = {
        name
        for name, declared in form._declared_fields.items()  # noqa: SLF001 - as above
        if isinstance(declared, fields.List)
    }
    if not isinstance(data, MultiDict):
        return dict(data)
    return {name: data.getlist(name) if name in lists else data[name] for name in data}
