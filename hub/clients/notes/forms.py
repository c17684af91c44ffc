"""Notes as they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.notes.rules import TEXT_MOST, Consent, NoteKind, Source
from hub.kernel import clock
from hub.pages.fields import Choice, Day, Text
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWish:
    """What was learned, of which day, from where, and how the client agreed that it is kept."""

    kind: NoteKind
    text: str
    on_day: date
    source: Source
    source_detail: str = ""
    consent: Consent = Consent.NOT_ASKED


def _wish(*, kind: str, source: str, consent: str | None = None, **values: Any) -> NoteWish:
    return NoteWish(
        kind=NoteKind(kind), source=Source(source),
        consent=Consent(consent or Consent.NOT_ASKED), **values,
    )  # fmt: skip


def _not_ahead(value: date) -> None:
    if value > clock.firm_day():
        raise ValidationError(_("This day has not come."))


BY_HAND = tuple(source for source in Source if source is not Source.FILE)
SAID = (Consent.NOT_ASKED, Consent.SPOKEN, Consent.WRITTEN)


class LearnedForm(Form):
    """A note by hand."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_wish)

    kind = Choice(NoteKind, required=True)
    text = Text(most=TEXT_MOST, required=True)
    on_day = Day(required=True, validate=_not_ahead)
    source = Choice(BY_HAND, required=True)
    source_detail = Text(most=200)
    consent = Choice(SAID)


class AgreedForm(Form):
    """How a client agreed afterwards."""

    consent = Choice(SAID[1:], required=True)
