"""From a message or a stored batch to what the gates are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_

from channels.deliveries import words
from channels.deliveries.compose import BUILT_IN
from channels.deliveries.gating import Ask, binding
from channels.deliveries.models import Batch, Content
from hub.kernel import facts, work
from hub.kernel.messages import Message, MessageClass


def of_message(message: Message) -> Ask:
    """What the gates are asked about a message that is not stored yet."""
    return Ask(
        klass=message.klass,
        channels=message.channels,
        gates=binding(message.klass),
        topic=message.topic,
        risk=message.risk,
        at=message.at,
        missing=missing_condition(message.content.texts, message.variables),
    )


def of_batch(batch: Batch) -> Ask:
    """What the gates pinned by a batch are asked.

    Raises: Invalid when one of them is not installed any more.
    """
    content = work.session().get_one(Content, batch.content_id)
    return Ask(
        klass=MessageClass(batch.klass),
        channels=tuple(batch.channels),
        gates=binding(MessageClass(batch.klass), batch.gates),
        topic=batch.topic,
        risk=batch.risk,
        at=batch.due_at,
        missing=missing_condition(content.texts, batch.variables),
    )


def missing_condition(
    texts: Mapping[str, Mapping[str, str]], fixed: Mapping[str, Any]
) -> ColumnElement[bool] | None:
    """True for a client of whom a variable is unknown that the words cannot do without."""
    known = facts.readable()
    sample = {name: fact.sample for name, fact in known.items()} | dict(fixed) | {BUILT_IN: "/u/x"}
    names = words.needed(texts, sample) & set(known) - set(fixed)
    asked = [column for name in sorted(names) if _may_lack(column := known[name].column())]
    return or_(*(column.is_(None) for column in asked)) if asked else None


def _may_lack(column: ColumnElement[Any]) -> bool:
    """Whether a fact can be unknown: what the database always has need not be looked at."""
    return getattr(column, "nullable", True) is not False
