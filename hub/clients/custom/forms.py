"""A custom field as it is defined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _

from hub.clients.custom.rules import CHOICE_MOST, CHOICES_MOST, TITLE_MOST, CustomKind, listed
from hub.kernel.errors import Invalid
from hub.pages.fields import Choice, Table, Text, Yes
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWish:
    """A field as it shall be."""

    kind: CustomKind
    title_zh: str
    title_en: str
    choices: list[dict[str, str]]
    is_filter: bool


def _wish(
    *, kind: str, title_zh: str, title_en: str, choices: str = "", is_filter: bool = False
) -> FieldWish:
    words = listed(choices)
    if (kind == CustomKind.CHOICE) != bool(words):
        text = _("A choice needs its values, one a line; no other kind has any.")
        raise Invalid({"choices": text})
    too_long = any(len(word) > CHOICE_MOST for one in words for word in one.values())
    if len(words) > CHOICES_MOST or too_long:
        text = _("At most %(most)s values of %(long)s characters.", most=CHOICES_MOST,
                 long=CHOICE_MOST)  # fmt: skip
        raise Invalid({"choices": text})
    return FieldWish(
        kind=CustomKind(kind), title_zh=title_zh, title_en=title_en, choices=words,
        is_filter=is_filter,
    )  # fmt: skip


class CustomFieldForm(Form):
    """The definition of a field."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_wish)

    kind = Choice(CustomKind, required=True)
    title_zh = Text(most=TITLE_MOST, required=True)
    title_en = Text(most=TITLE_MOST, required=True)
    choices = Text(most=CHOICES_MOST * (2 * CHOICE_MOST + 4))
    is_filter = Yes()


class ValuesForm(Form):
    """Values by the names of their fields; an empty one is known no longer."""

    values = Table(required=True)
