"""The import of clients: set-based, repeatable, within the rights of whoever imports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Update,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from hub.clients import facts, names, papers, past_profile
from hub.clients.import_contacts import flags_of_new, mark_new_contacts, reach
from hub.clients.import_fields import FIELDS, QUESTIONS
from hub.clients.models import Address, Client, Contact, Fact
from hub.clients.rules import STATED_ASSETS
from hub.kernel import access, clock, gate, outbox, search, work
from hub.kernel.base import MONEY_SCALE, Scaled, table_of
from hub.kernel.imports.kinds import Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

PROFILE = (
    "name",
    "language",
    "city",
    "gender",
    "birthday",
    "branch",
    "opened_on",
    "preferred_channel",
)
SERVED_BY_ANOTHER = N_("the client is served by somebody else")
NOT_YOURS = N_("you may not change this client, and you may take none in")


def check(part: Slice) -> None:
    """Find the clients that exist, say what would become of each row, refuse foreign ones.

    Shape: a row that would change nothing is never refused to somebody who sees the client.
        The reason is the same for a client of a colleague and for a new client whom the file
        gives to a colleague, so that it tells nothing about either.
    """
    client, row = table_of(Client).c, part.rows.c
    known = select(func.coalesce(client.merged_into, client.id)).where(client.no == row.key)
    part.tell(true(), target_id=known.scalar_subquery(), outcome="created")
    if not part.actor.holds("clients.create"):
        part.refuse(row.target_id.is_(None), NOT_YOURS, field="no")
    if part.tell(row.target_id.is_not(None), outcome="unchanged"):
        _find_news(part)
        refuse_foreign(part)


def _find_news(part: Slice) -> None:
    """Tell which of the clients who exist would be changed."""
    part.tell(part.rows.c.target_id.is_not(None) & _profile_differs(part), outcome="updated")
    mark_new_contacts(part)
    papers.mark_news(part)
    if part.has(STATED_ASSETS):
        for day, values in _given_assets(part, "unchanged"):
            _mark_news(part, values.subquery(), day)


def refuse_foreign(part: Slice) -> None:
    """Refuse changes to clients whom the importer may not change, and all he may not see."""
    row = part.rows.c
    reason = SERVED_BY_ANOTHER if part.actor.holds("clients.create") else NOT_YOURS
    may_change = exists().where(
        Client.id == row.target_id, access.scope(part.actor, "client.operate", Client.id)
    )
    may_see = exists().where(
        Client.id == row.target_id, access.scope(part.actor, "client", Client.id)
    )
    foreign = ~may_change & (~may_see | (row.outcome == "updated"))
    beyond = row.target_id.is_not(None) & foreign
    ids = select(row.target_id).where(part.good(), beyond)
    gate.note_refusals(ids, kind="client", verb="clients.import")
    part.refuse(beyond, reason, field="no")


def apply(part: Slice) -> None:
    """Create, change, make reachable, record facts; `check` has just told the outcomes."""
    if part.some(part.rows.c.outcome == "updated"):
        _change(part)
    _create(part)
    reach(part)
    papers.take(part)
    if part.has(STATED_ASSETS):
        source = f"import {part.import_id}: {part.filename}"[:255]
        for day, values in _given_assets(part, "created", "updated"):
            facts.put_all(STATED_ASSETS, values, valid_from=day, source=source)
    # Who of the new ones is in the book already takes longer than this unit may.
    outbox.defer(
        "clients.look_at_new", f"{part.import_id}:{part.first}", lane="index",
        import_id=part.import_id, first=part.first, last=part.last,
    )  # fmt: skip
    done = part.select()
    written = done.c.outcome.in_(("created", "updated"))
    search.changed("clients", select(done.c.target_id).where(written))


def _profile_differs(part: Slice) -> ColumnElement[bool]:
    client, row = table_of(Client).c, part.rows.c
    mapped = [name for name in PROFILE if part.has(name)]
    differs = or_(
        *(part.value(n).is_not(None) & client[n].is_distinct_from(part.value(n)) for n in mapped)
    )
    return exists().where(client.id == row.target_id, differs)


def _change(part: Slice) -> None:
    """Existing clients: only mapped columns, only filled cells, only what differs."""
    client = table_of(Client)
    mapped = [name for name in PROFILE if part.has(name)]
    staged = part.select(*mapped)
    for name in mapped:
        differs = exists().where(
            client.c.id == staged.c.target_id, client.c[name].is_distinct_from(staged.c[name])
        )
        gets = staged.c[name].is_not(None) & (staged.c.outcome == "updated") & differs
        past_profile.keep(name, select(staged.c.target_id).where(gets))
    new: dict[str, Any] = {name: func.coalesce(staged.c[name], client.c[name]) for name in mapped}
    if "name" in new:
        new["name_key"] = names.key(new["name"])
    _run(
        update(client)
        .where(client.c.id == staged.c.target_id, staged.c.outcome == "updated")
        .values(new)
    )


def _create(part: Slice) -> None:
    client, row = table_of(Client).c, part.rows.c
    staged = part.select("no", *PROFILE, flags=flags_of_new(part))
    language = func.coalesce(staged.c.language, literal(part.context.locale))
    values = [language if name == "language" else staged.c[name] for name in PROFILE]
    now = literal(clock.now(), client.created_at.type)
    key = names.key(staged.c.name)
    rows = select(staged.c.key, *values, key, staged.c.flags, now)
    rows = rows.where(staged.c.target_id.is_(None))
    columns = ["no", *PROFILE, "name_key", "flags", "created_at"]
    work.session().execute(insert(table_of(Client)).from_select(columns, rows))
    new = select(client.id).where(client.no == row.key).scalar_subquery()
    part.tell(row.target_id.is_(None), target_id=new, outcome="created")


def _given_assets(part: Slice, *outcomes: str) -> Iterator[tuple[date, Select[Any]]]:
    """Stated assets by the day they held: from a column, else as it was asked once.

    Shape: (day, select of client_id and value).
    """
    staged = part.select(STATED_ASSETS, "stated_on")
    asked = part.answers.get("assets_as_of") or part.context.today.isoformat()
    day = func.coalesce(staged.c.stated_on, literal(date.fromisoformat(asked)))
    here = select(staged.c.target_id, staged.c.stated_assets, day.label("day"))
    known = (
        staged.c.stated_assets.is_not(None),
        staged.c.target_id.is_not(None),
        staged.c.outcome.in_(outcomes),
    )
    given = here.where(*known).subquery()
    for valid_from in work.session().scalars(select(given.c.day).distinct()).all():
        value = type_coerce(given.c.stated_assets, Scaled(MONEY_SCALE)).label("value")
        client = given.c.target_id.label("client_id")
        yield valid_from, select(client, value).where(given.c.day == valid_from)


def _mark_news(part: Slice, values: Subquery, day: date) -> None:
    """Clients whose stated assets of that day were not known, or known otherwise."""
    known = exists().where(
        Fact.client_id == values.c.client_id,
        Fact.name == STATED_ASSETS,
        Fact.number == values.c.value,
        Fact.known_to.is_(None),
        Fact.valid_from <= day,
        or_(Fact.valid_to.is_(None), Fact.valid_to > day),
    )
    row = part.rows.c
    news = row.target_id.in_(select(values.c.client_id).where(~known))
    part.tell((row.outcome == "unchanged") & news, outcome="updated")


def _run(statement: Update) -> None:
    work.session().execute(statement, execution_options={"synchronize_session": False})


clients = Kind(
    name="clients",
    title=l_("Clients"),
    needs="clients.import",
    fields=FIELDS,
    questions=QUESTIONS,
    key="no",
    onward=((l_("Next: make a segment"), "/segments/"), (l_("See the clients"), "/clients/")),
    rows_at_once=1_500,
    fills=(Client, Address, Contact),
    check=check,
    apply=apply,
)
