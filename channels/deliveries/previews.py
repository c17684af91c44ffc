"""A message as one person would get it: filled, counted, priced, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from channels.deliveries import asking, claims, compose, dry_run, wire, words
from channels.deliveries.gating import CHANNEL_KIND
from channels.providers.segments import segments
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, facts, parameters, work
from hub.kernel.errors import Invalid
from hub.kernel.messages import Message
from hub.kernel.reports import Filled

CHINA = "CN"


def check(message: Message) -> None:
    """Refuse words that cannot be sent.

    Raises: Invalid; a field is "<language>.<part>", or the part when it is missing.
    """
    texts = message.content.texts
    known = {*facts.readable(), *message.variables, compose.BUILT_IN}
    faults: dict[str, str] = {}
    for language, parts in texts.items():
        for part, source in parts.items():
            fault = _fault(part, source, known)
            if fault:
                faults[f"{language}.{part}"] = fault
    if faults:
        raise Invalid(faults)
    words.check({language: dict(parts) for language, parts in texts.items()}, message.channels)


def _fault(part: str, source: str, known: set[str]) -> str:
    try:
        unknown = sorted(words.variables_in({"": {part: source}}) - known)
    except Invalid as error:
        return error.fields[part]
    return _("There is no variable %(name)s.", name=unknown[0]) if unknown else ""


def preview(message: Message, person_id: int) -> tuple[Filled, ...]:
    """The message as this person would get it, channel by channel.

    Raises: NotFound.
    """
    language = access.found(
        work.session().scalar(select(Client.language).where(Client.id == person_id))
    )
    values = values_of(message, person_id)
    stops = dry_run.why(asking.of_message(message), person_id)
    looks = {"email": _mail, "sms": _sms}
    found = []
    for channel in message.channels:
        blank = Filled(channel=channel, language=language, parts={}, reason=stops.get(channel, ""))
        try:
            found.append(looks[channel](blank, message, values, person_id))
        except Invalid as error:
            found.append(replace(blank, problems=dict(error.fields)))
    return tuple(found)


def values_of(message: Message, person_id: int) -> Mapping[str, Any]:
    """The values of the variables that the words use, for one person."""
    known = facts.readable()
    names = sorted(words.variables_in(message.content.texts) & set(known))
    if not names:
        return message.variables
    columns = [known[name].column().label(name) for name in names]
    row = work.session().execute(select(*columns).where(Client.id == person_id)).one()
    facts_of = {name: words.shown(value) for name, value in row._mapping.items()}  # noqa: SLF001
    return facts_of | dict(message.variables)


def _mail(blank: Filled, message: Message, values: Mapping[str, Any], person_id: int) -> Filled:
    del person_id
    made = compose.mail(
        message.content.texts, blank.language, values,
        klass=message.klass, leave=wire.leave_url(0),
    )  # fmt: skip
    parts = {"subject": made.subject, "text": made.text, "html": made.html}
    return replace(blank, parts={name: text for name, text in parts.items() if text})


def _sms(blank: Filled, message: Message, values: Mapping[str, Any], person_id: int) -> Filled:
    body = compose.sms(
        message.content.texts, blank.language, values, klass=message.klass, house=claims.house()
    )
    counted = segments(body, china=_region(person_id) == CHINA)
    return replace(
        blank, parts={"sms": body}, segments=counted.count, encoding=counted.encoding.value,
        units=counted.units, cost=parameters.get("channels.sms_price") * counted.count,
        currency="CNY",
    )  # fmt: skip


def _region(person_id: int) -> str:
    """Where the person's number is; at home when none is known."""
    found = work.session().scalar(
        select(Address.region)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.client_id == person_id, Contact.kind == CHANNEL_KIND["sms"])
        .where(Contact.is_primary)
    )
    return found or CHINA
