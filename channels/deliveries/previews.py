"""A message as one person would get it: filled, counted, priced, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from channels.deliveries import asking, dry_run, words
from channels.deliveries.gating import CHANNEL_KIND
from channels.providers.segments import Price, cost, segments
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, facts, parameters, work
from hub.kernel.errors import Invalid
from hub.kernel.messages import Message
from hub.kernel.reports import Filled

CHINA = "+86"


def check(message: Message) -> None:
    """Refuse words that cannot be sent.

    Raises: Invalid; a field is "<language>.<part>", or the part when it is missing.
    """
    texts = message.content.texts
    known = set(facts.readable()) | set(message.variables)
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
    return f"there is no variable {unknown[0]}" if unknown else ""


def preview(message: Message, person_id: int) -> tuple[Filled, ...]:
    """The message as this person would get it, channel by channel.

    Raises: NotFound.
    """
    texts, session = message.content.texts, work.session()
    language = access.found(
        session.scalar(select(Client.language).where(Client.id == person_id))
    )
    stops = dry_run.why(asking.of_message(message), person_id)
    found = []
    for channel in message.channels:
        parts, problems, used = {}, {}, language
        for part in words.PARTS[channel]:
            used_here, source = words.for_language(texts, language, part)
            if not source:
                continue
            used = used_here
            try:
                values = values_of(message, person_id, source, part)
                parts[part] = words.fill(part, source, values)
            except Invalid as error:
                problems[part] = error.fields.get(part, str(error))
        filled = Filled(
            channel=channel, language=used, parts=parts, problems=problems,
            reason=stops.get(channel, ""),
        )  # fmt: skip
        found.append(_counted(filled, person_id) if parts.get("sms") else filled)
    return tuple(found)


def values_of(message: Message, person_id: int, source: str, part: str) -> Mapping[str, Any]:
    """The values of the variables that `source` uses, for one person."""
    known = facts.readable()
    names = sorted(words.variables_in({"": {part: source}}) & set(known))
    values = dict(message.variables)
    if names:
        columns = [known[name].column().label(name) for name in names]
        row = work.session().execute(select(*columns).where(Client.id == person_id)).one()
        values = {name: words.shown(value) for name, value in row._mapping.items()} | values  # noqa: SLF001
    return values


def _counted(filled: Filled, person_id: int) -> Filled:
    number = _number(person_id)
    counted = segments(filled.parts["sms"], china=number.startswith(CHINA))
    price = cost(number, counted, {"+": Price(parameters.get("channels.sms_price"), "CNY")})
    return Filled(
        channel=filled.channel, language=filled.language, parts=filled.parts,
        problems=filled.problems, reason=filled.reason, segments=counted.count,
        encoding=counted.encoding.value, units=counted.units,
        cost=price and price[0], currency=price[1] if price else "",
    )  # fmt: skip


def _number(person_id: int) -> str:
    """The person's number; the firm's own country where none is known."""
    value = work.session().scalar(
        select(Address.value)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.client_id == person_id, Contact.kind == CHANNEL_KIND["sms"])
        .where(Contact.is_primary)
    )
    return value or CHINA
