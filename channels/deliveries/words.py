"""A message's words: sandboxed templates, compiled once, filled per person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from jinja2 import Template, TemplateError, UndefinedError, meta
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from channels.deliveries import syntax
from hub.kernel.errors import Invalid

PARTS = {"email": ("subject", "text", "html"), "sms": ("sms",)}
LONGEST = 200_000  # characters of one template
LONGEST_FILLED = 500_000  # characters of one part after filling
LONGEST_SUBJECT = 200  # characters after filling
MISSING = "missing-variable"  # the code of a refusal that only this person's facts cause

_PLAIN = syntax.environment(escape=False)
_MARKUP = syntax.environment(escape=True)


def hash_of(texts: Mapping[str, Mapping[str, str]]) -> str:
    """The hash under which words are stored."""
    sorted_text = json.dumps(texts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(sorted_text.encode()).hexdigest()


@lru_cache(maxsize=512)
def compiled(part: str, source: str) -> Template:
    """A part's template, compiled once.

    Raises: Invalid naming the line that is wrong.
    """
    if len(source) > LONGEST:
        raise Invalid({part: _("At most %(most)s characters.", most=LONGEST)})
    return syntax.compiled(part, source, _environment(part))


Pieces = tuple[tuple[str, str], ...]  # text, and the variable that follows it ("" for none)


@lru_cache(maxsize=512)
def straight(part: str, source: str) -> Pieces | None:
    """A part that is text and plain variables only, in pieces; None when it asks or changes."""
    compiled(part, source)
    return syntax.pieces(_environment(part).parse(source))


def joined(part: str, pieces: Pieces, values: Mapping[str, Any]) -> str | None:
    """The pieces with a person's values, as the template would write them; None if one is missing.

    Raises: Invalid when it gets too long.
    """
    show = escape if part == "html" else str
    found = []
    for text, name in pieces:
        found.append(text)
        if name:
            if (value := values.get(name)) is None:
                return None
            found.append(show(value))
    return _written(part, found)


def _environment(part: str) -> ImmutableSandboxedEnvironment:
    return _MARKUP if part == "html" else _PLAIN


def variables_in(texts: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """Names of every variable the words use, in any language and part."""
    names: set[str] = set()
    for parts in texts.values():
        for part, source in parts.items():
            compiled(part, source)
            names |= meta.find_undeclared_variables(_environment(part).parse(source))
    return frozenset(names)


def fill(part: str, source: str, values: Mapping[str, Any]) -> str:
    """The part with a person's values.

    Raises: Invalid when a variable is unknown for this person (code MISSING) or the template fails.
    """
    pieces = straight(part, source)
    text = None if pieces is None else joined(part, pieces, values)
    if text is None:
        text = _asked(part, source, values)
    if part == "subject":
        return " ".join(text.split())[:LONGEST_SUBJECT]
    return text


def _asked(part: str, source: str, values: Mapping[str, Any]) -> str:
    """The part as its template writes it."""
    known = {name: value for name, value in values.items() if value is not None}
    try:
        return _written(part, compiled(part, source).generate(known))
    except UndefinedError as error:
        told = _("The variable %(name)s has no value for this person.", name=error.message)
        raise Invalid({part: told}, code=MISSING) from error
    except (SecurityError, TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise Invalid({part: str(error)}) from error


def _written(part: str, pieces: Iterable[str]) -> str:
    """The pieces as one text, given up as soon as it is too long."""
    found, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST_FILLED:
            raise Invalid({part: _("Filled in, this has more than %(most)s characters.",
                                   most=LONGEST_FILLED)})  # fmt: skip
        found.append(piece)
    return "".join(found)


def needed(texts: Mapping[str, Mapping[str, str]], sample: Mapping[str, Any]) -> frozenset[str]:
    """Variables without which the words cannot be filled (no default is given for them).

    Shape: `sample` has a value for every variable that exists.
    """
    return frozenset(name for name in variables_in(texts) if _fails_without(name, texts, sample))


def _fails_without(
    name: str, texts: Mapping[str, Mapping[str, str]], sample: Mapping[str, Any]
) -> bool:
    values = {key: value for key, value in sample.items() if key != name}
    for parts in texts.values():
        for part, source in parts.items():
            try:
                fill(part, source, values)
            except Invalid:
                return True
    return False


def for_language(
    texts: Mapping[str, Mapping[str, str]], language: str, part: str
) -> tuple[str, str]:
    """(language used, source): the person's own language, else the other one that has the part."""
    for choice in (language, *texts):
        source = texts.get(choice, {}).get(part, "")
        if source.strip():
            return choice, source
    return language, ""


def check(texts: Mapping[str, Mapping[str, str]], channels: tuple[str, ...]) -> None:
    """Refuse words that a channel cannot send.

    Raises: Invalid naming the part that is missing or wrong.
    """
    variables_in(texts)
    for channel in channels:
        wanted = ("sms",) if channel == "sms" else ("subject",)
        for part in wanted:
            if not for_language(texts, "zh", part)[1]:
                raise Invalid({part: _("Write this part in at least one language.")})
        bodies = [for_language(texts, "zh", part)[1] for part in ("text", "html")]
        if channel == "email" and not any(bodies):
            raise Invalid({"text": _("Write the text or the HTML of the e-mail.")})


def shown(value: Any) -> Any:
    """A fact as people write it: amounts with separators, days as ISO."""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return value if value is None or isinstance(value, str) else str(value)
