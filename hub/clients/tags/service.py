"""Tags are listed by the firm, put on clients and taken off; the days stay."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, select

from hub.clients import queries as clients
from hub.clients.tags.models import Tag, Tagging
from hub.clients.tags.rules import NAME_MOST, folded, named
from hub.kernel import access, audit, clock, dated, work
from hub.kernel.base import table_of
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.inserts import insert_new
from hub.kernel.module import Merger
from hub.kernel.uniting import unite

RIGHT = "clients.tags"


def put(client_id: int, name: str) -> None:
    """Mark a client from today on; a word that nobody used before becomes a free tag.

    Raises: NotFound, Forbidden, Invalid; Conflict for a retired tag.
    """
    clients.operable(client_id, "clients.write")
    tag = _of_name(name)
    if tag.retired_at is not None:
        raise Conflict(_("The firm has retired this tag."), code="tag-retired")
    today = clock.firm_day()
    mine = select(Tagging).where(Tagging.client_id == client_id, Tagging.tag_id == tag.id)
    if work.session().scalar(mine.where(dated.holds(Tagging, today))) is not None:
        return
    # Taken off and put on again on one day: the days before go on.
    row = work.session().scalar(mine.where(Tagging.valid_to == today))
    if row is not None:
        row.valid_to = row.taken_by = None
    else:
        work.session().add(
            Tagging(
                client_id=client_id, tag_id=tag.id, valid_from=today, valid_to=None,
                put_by=access.current().user_id,
            )
        )  # fmt: skip
    work.session().flush()
    audit.append("tagged", "client", client_id, {"tag": tag.id})


def take_off(client_id: int, tag_id: int) -> None:
    """Take a tag off a client from today on; a tag of today alone leaves no days.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    today = clock.firm_day()
    mine = select(Tagging).where(Tagging.client_id == client_id, Tagging.tag_id == tag_id)
    row = access.found(work.session().scalar(mine.where(dated.holds(Tagging, today))))
    if row.valid_from == today:
        work.session().delete(row)
    else:
        row.valid_to, row.taken_by = today, access.current().user_id
    work.session().flush()
    audit.append("untagged", "client", client_id, {"tag": tag_id})


def enlist(name: str) -> int:
    """Put a tag on the firm's list, a retired one too → its id.

    Raises: Forbidden, Invalid.
    """
    access.demand(RIGHT)
    tag = _of_name(name)
    tag.is_listed, tag.retired_at = True, None
    work.session().flush()
    audit.append("listed", "tag", tag.id, {"name": tag.name})
    return tag.id


def retire(tag_id: int) -> None:
    """Have a tag put on nobody any more; whoever has it keeps it, and the days it was had.

    Raises: NotFound, Forbidden.
    """
    access.demand(RIGHT)
    tag = access.found(work.session().get(Tag, tag_id))
    tag.is_listed, tag.retired_at = False, clock.now()
    audit.append("retired", "tag", tag_id)


def erase(client_id: int) -> None:
    """Forget a person's tags; the words stay."""
    work.session().execute(delete(Tagging).where(Tagging.client_id == client_id))


def merge(merger: Merger) -> None:
    """Give the one who is kept the other's tags."""
    unite(Tagging, merger, keys=("tag_id",))


def _of_name(text: str) -> Tag:
    name = named(text)
    if not 1 <= len(name) <= NAME_MOST:
        raise Invalid({"name": _("a name of 1 to %(most)s characters", most=NAME_MOST)})
    new = insert_new(table_of(Tag), ["folded"])
    values = {"name": name, "folded": folded(name), "is_listed": False, "made_at": clock.now()}
    work.session().execute(new.values(**values))
    return work.session().scalars(select(Tag).where(Tag.folded == folded(name))).one()
