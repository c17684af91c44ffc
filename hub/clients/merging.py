"""Two rows of one client become one: what each part of the client book does with its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, literal, select, update

from hub.clients import contacts, facts, names, papers, past_profile
from hub.clients.care import service as care
from hub.clients.duplicates import service as duplicates
from hub.clients.flags import set_flags
from hub.clients.kin import service as kin
from hub.clients.models import Client, Fact
from hub.clients.notes import service as notes
from hub.clients.tags import service as tags
from hub.kernel import clock, dated, modules, search, work
from hub.kernel.module import Merger
from hub.kernel.uniting import without

# What is written of a client and may be right in either row; the numbers stay each its own.
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
MOVED = {
    "clients_client": ("id", "merged_into"), "clients_contact": ("client_id",),
    "clients_past_profile": ("client_id",),
    "clients_past_contact": ("client_id",), "clients_paper": ("client_id",),
    "clients_fact": ("client_id",), "clients_tagging": ("client_id",),
    "clients_care": ("client_id",), "clients_note": ("client_id",),
    "clients_relation": ("client_id", "other_id"), "clients_member": ("client_id",),
    "clients_duplicate": ("low_id", "high_id"),
}  # fmt: skip


def merge(merger: Merger) -> None:
    """Give the rows of the one who goes to the one who is kept."""
    _merge_profile(merger)
    contacts.merge(merger)
    papers.merge(merger)
    _merge_facts(merger)
    tags.merge(merger)
    care.merge(merger)
    notes.merge(merger)
    kin.merge(merger)
    duplicates.merge(merger)


def settle(ids: tuple[int, ...]) -> None:
    """What follows from the rows of these clients is right again: flags, assets, the index."""
    here = select(Client.id).where(Client.id.in_(ids))
    contacts.settle(here)
    facts.settle(select(Client.id.label("client_id")).where(Client.id.in_(ids)))
    for flag in modules.loaded().flags.values():
        if flag.subject == "client" and flag.truth is not None:
            truth = flag.truth()
            set_flags(flag.name, here.where(Client.id.in_(truth)), True)
            set_flags(flag.name, here.where(Client.id.not_in(truth)), False)
    search.changed("clients", here)


def _merge_profile(merger: Merger) -> None:
    session = work.session()
    kept = session.get_one(Client, merger.kept)
    gone = session.get_one(Client, merger.gone)
    for name in PROFILE:
        wanted = getattr(gone, name)
        if wanted != getattr(kept, name) and (name in merger.take or getattr(kept, name) is None):
            past_profile.keep(name, select(Client.id).where(Client.id == kept.id))
            setattr(kept, name, wanted)
    kept.name_key = names.key(literal(kept.name))
    session.flush()
    # Who was merged before leads straight to who is kept now: nobody walks a chain.
    session.execute(
        update(Client).where(Client.merged_into == gone.id).values(merged_into=kept.id),
        execution_options={"synchronize_session": False},
    )
    gone.merged_into = kept.id
    session.flush()


def _merge_facts(merger: Merger) -> None:
    """The one who is kept is known by the other's facts too, from now on.

    Shape: of a day of which something is known of both, his own stands, unless the other is
        right in it; what was known of the other stays written of him.
    """
    session, today = work.session(), clock.firm_day()
    theirs = list(session.scalars(_known(merger.gone)))
    for row in theirs:
        if row.name in merger.take and dated.is_on(row, today):
            value: Any = row.text if row.number is None else row.number
            facts.record(merger.kept, row.name, value, valid_from=today, source=row.source)
    moment = clock.now()
    for row in theirs:
        mine = session.scalars(_known(merger.kept).where(Fact.name == row.name)).all()
        taken = [(one.valid_from, one.valid_to) for one in mine]
        for first, end in without((row.valid_from, row.valid_to), taken):
            session.add(Fact(
                client_id=merger.kept, name=row.name, number=row.number, text=row.text,
                valid_from=first, valid_to=end, known_from=moment, source=row.source,
            ))  # fmt: skip
        session.flush()


def _known(client_id: int) -> Select[Fact]:
    return select(Fact).where(Fact.client_id == client_id, Fact.known_to.is_(None))
