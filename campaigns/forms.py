"""Untrusted input → what is decided about a campaign, a template, a test or a send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from marshmallow import validate

from campaigns.rules import LANGUAGES, NAME_MOST, PARTS, Draft, Klass, Order, Texts, Words
from hub.kernel.errors import Invalid
from hub.pages.fields import Choice, Moment, Several, Text, Whole, Yes
from hub.pages.forms import Filled, Form, parse

CHANNELS = ("email", "sms")
LONGEST = 200_000  # characters of one part
FIELDS = tuple(f"{language}_{part}" for language in LANGUAGES for part in PARTS)


def texts_of(values: Mapping[str, Any]) -> Texts:
    """The parts that are written, by language."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for part in PARTS:
            source = values.get(f"{language}_{part}")
            if source:
                found.setdefault(language, {})[part] = source
    return found


def spread(texts: Texts) -> dict[str, str]:
    """The parts as form fields."""
    return {
        f"{language}_{part}": source
        for language, parts in texts.items()
        for part, source in parts.items()
    }


def at_fields(form: Filled) -> Filled:
    """The same form with refusals at its fields: zh.sms → zh_sms, a missing part → Chinese."""
    errors = {
        f"{LANGUAGES[0]}_{name}" if name in PARTS else name.replace(".", "_"): text
        for name, text in form.errors.items()
    }
    return Filled(form.values, errors)


def _draft(**values: Any) -> Draft:
    return Draft(
        name=values["name"], klass=Klass(values["klass"]), channels=tuple(values["channels"]),
        texts=texts_of(values), segment_id=values.get("segment_id"), firm=values["firm"],
    )  # fmt: skip


def _words(**values: Any) -> Words:
    return Words(name=values["name"], klass=Klass(values["klass"]), texts=texts_of(values))


class WordsForm(Form):
    """The words alone: for previews while somebody types."""

    into: ClassVar[Callable[..., Any]] = dict

    klass = Choice(Klass, load_default=Klass.PROMOTION)
    channels = Several(Choice(CHANNELS), load_default=list)
    segment_id = Whole(low=1, load_default=None)
    firm = Yes()
    person = Whole(low=1, load_default=None)
    find = Text(most=80, load_default=None)
    zh_subject = Text(most=1_000)
    zh_text = Text(most=LONGEST)
    zh_html = Text(most=LONGEST)
    zh_sms = Text(most=2_000)
    en_subject = Text(most=1_000)
    en_text = Text(most=LONGEST)
    en_html = Text(most=LONGEST)
    en_sms = Text(most=2_000)


class TemplateForm(WordsForm):
    """A template as its editor sends it."""

    into: ClassVar[Callable[..., Any]] = _words

    name = Text(most=NAME_MOST, required=True)
    klass = Choice(Klass, required=True)


class CampaignForm(WordsForm):
    """A draft as its editor sends it."""

    into: ClassVar[Callable[..., Any]] = _draft

    name = Text(most=NAME_MOST, required=True)
    klass = Choice(Klass, required=True)
    channels = Several(
        Choice(CHANNELS),
        required=True,
        validate=validate.Length(min=1, error=l_("Choose at least one way.")),
    )


def _order(*, version: int, people: int, when: str, at: datetime | None = None) -> Order:
    if when == "now":
        return Order(version=version, people=people)
    if at is None:
        raise Invalid({"at": _("Choose the day and the time.")})
    zone = at.tzinfo or ZoneInfo(current_app.config["HUB"].zone)
    return Order(version=version, people=people, at=at.replace(tzinfo=zone).astimezone(UTC))


class SendForm(Form):
    """What the sender confirmed; the time is the firm's."""

    into: ClassVar[Callable[..., Any]] = _order

    version = Whole(required=True)
    people = Whole(required=True)
    when = Choice(("now", "at"), load_default="now")
    at = Moment(load_default=None, allow_none=True)


class TestForm(Form):
    """Where a test goes: `test_email` or `test_sms`, as `test_channel` says."""

    __test__ = False  # no test case, whatever its name says

    test_channel = Choice(CHANNELS, required=True)
    test_email = Text(most=254, load_default="")
    test_sms = Text(most=40, load_default="")
    nonce = Text(most=200, required=True)


class AudienceForm(Form):
    """Whose number is asked for."""

    segment_id = Whole(low=1, required=True)
    firm = Yes()


class TrialForm(WordsForm):
    """A test as a program asks for it: words, one channel, one address."""

    channel = Choice(CHANNELS, required=True)
    to = Text(most=254, required=True)


class StoppedForm(Form):
    """Which people of a check are wanted."""

    channel = Choice(CHANNELS, required=True)
    reason = Text(most=64, load_default="")


class ArchiveForm(Form):
    """Whether a template goes away or comes back."""

    back = Yes()


def words_typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words somebody is typing, with class, channels and the person to look as.

    Raises: Invalid.
    """
    values: dict[str, Any] = parse(WordsForm, data)
    return values
