"""A message's words: sandboxed templates, compiled once, filled per person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import has_app_context
from flask_babel import gettext
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hub.kernel.errors import Invalid

PARTS = {"email": ("subject", "text", "html"), "sms": ("sms",)}
LONGEST = 200_000  # characters of one template
LONGEST_SUBJECT = 200  # characters after filling


def _environment(*, escape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=escape, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.globals.clear()  # no range, no cycler: a message has no need of loops over numbers
    return environment


_PLAIN = _environment(escape=False)
_MARKUP = _environment(escape=True)


def _(text: str, **values: Any) -> str:
    """In the reader's language; in English where nobody reads, such as in a worker."""
    return str(gettext(text, **values)) if has_app_context() else text % values


def hash_of(texts: Mapping[str, Mapping[str, str]]) -> str:
    """The hash under which words are stored."""
    sorted_text = json.dumps(texts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(sorted_text.encode()).hexdigest()


@lru_cache(maxsize=512)
def compiled(part: str, source: str) -> Template:
    """A part's template, compiled once.

    Raises: Invalid naming the line that is wrong.
    """
    environment = _MARKUP if part == "html" else _PLAIN
    if len(source) > LONGEST:
        raise Invalid({part: _("At most %(most)s characters.", most=LONGEST)})
    try:
        tree = environment.parse(source)
        if next(
            tree.find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)), None
        ):
            raise Invalid({part: _("A message cannot load other templates.")})
        return environment.from_string(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        text = _("Line %(line)s: %(why)s", line=line, why=error.message or error)
        raise Invalid({part: text}) from error


def variables_in(texts: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """Names of every variable the words use, in any language and part."""
    names: set[str] = set()
    for parts in texts.values():
        for part, source in parts.items():
            compiled(part, source)
            environment = _MARKUP if part == "html" else _PLAIN
            names |= meta.find_undeclared_variables(environment.parse(source))
    return frozenset(names)


def fill(part: str, source: str, values: Mapping[str, Any]) -> str:
    """The part with a person's values.

    Raises: Invalid when a variable is unknown for this person or the template fails.
    """
    known = {name: value for name, value in values.items() if value is not None}
    try:
        text = compiled(part, source).render(known)
    except UndefinedError as error:
        text = _("A variable has no value: %(why)s", why=error.message)
        raise Invalid({part: text}) from error
    except (SecurityError, TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise Invalid({part: str(error)}) from error
    if part == "subject":
        return " ".join(text.split())[:LONGEST_SUBJECT]
    return text


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
