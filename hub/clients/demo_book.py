"""What brokers would have written about the made-up clients, set-based."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, literal, null, select

from hub.clients.models import Client
from hub.clients.tags.models import Tag, Tagging
from hub.clients.tags.rules import folded
from hub.kernel import clock, work
from hub.kernel.base import table_of

# Name → every so many clients have it.
TAGS = {"高净值": 23, "新客户": 17, "偏好电话": 41}
TAGGED_DAYS = 200  # days ago


def tags() -> None:
    """The firm's list, and who has what of it."""
    session, now = work.session(), clock.now()
    day = literal(clock.firm_day() - timedelta(days=TAGGED_DAYS), Tagging.valid_from.type)
    columns = ["client_id", "tag_id", "valid_from", "valid_to", "put_by", "taken_by"]
    for name, every in TAGS.items():
        tag = Tag(name=name, folded=folded(name), is_listed=True, made_at=now)
        session.add(tag)
        session.flush()
        wearers = select(Client.id, literal(tag.id), day, null(), null(), null())
        rows = wearers.where(Client.id % every == 0)
        session.execute(insert(table_of(Tagging)).from_select(columns, rows))
