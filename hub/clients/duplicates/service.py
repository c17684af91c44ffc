"""Pairs are named, told apart for good, follow a merged client, and go with an erased one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from hub.clients import queries as clients
from hub.clients.duplicates import finding, queries
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import MOST, Clue, PairState, score
from hub.clients.models import Client
from hub.kernel import access, audit, clock, gate, journal, progress, work
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.module import Merger
from hub.kernel.sentences import N_, kept

FIND = "clients.find_duplicates"
TITLE = N_("Search the client book for duplicates")


def search() -> int:
    """Look through the whole book in the background → the operation's id.

    Raises: Forbidden.
    """
    access.demand(queries.RIGHT)
    return progress.begin(FIND, kept(TITLE))


def name(first: str, second: str) -> int:
    """Two numbers that somebody holds for one person's → the pair's id.

    Raises: Forbidden, Invalid for a number that he does not see, or the same one twice.
    """
    access.demand(queries.RIGHT)
    ids = sorted((_seen(first, "first"), _seen(second, "second")))
    if ids[0] == ids[1]:
        raise Invalid({"second": _("This is the client himself.")})
    row = queries.pair_of(*ids)
    if row is None:
        row = Duplicate(
            low_id=ids[0], high_id=ids[1], clues=Clue.BY_HAND.value, score=MOST,
            state=PairState.OPEN, found_at=clock.now(),
        )  # fmt: skip
        work.session().add(row)
        work.session().flush()
        finding.refresh(row.low_id, row.low_id + 1)
    return row.id


def keep_apart(pair_id: int, why: str) -> None:
    """The two are two people: nobody is asked again.

    Raises: NotFound, Forbidden, Conflict when they are merged.
    """
    pair = queries.one(pair_id)
    refuse_unless_may(pair.low_id, pair.high_id)
    if pair.state == PairState.MERGED:
        raise Conflict(_("The two were merged: take the merge back first."), code="merged")
    decide(pair, PairState.NOT_SAME, why)
    for client_id in (pair.low_id, pair.high_id):
        audit.append("told-apart", "client", client_id, {"pair": pair.id})


def note_apart(client_id: int, others: Mapping[int, int], why: str) -> None:
    """Whoever took a client in knew of these others, and says why he is none of them.

    Shape: `others` maps ids to clues.
    """
    for other, clues in others.items():
        ids = sorted((client_id, other))
        row = Duplicate(
            low_id=ids[0], high_id=ids[1], clues=clues, score=score(clues), found_at=clock.now(),
        )  # fmt: skip
        work.session().add(row)
        decide(row, PairState.NOT_SAME, why)


def decide(pair: Duplicate, state: PairState, why: str) -> None:
    """Write down what was decided, by whom and why."""
    pair.state, pair.why = state.value, why
    pair.decided_by, pair.decided_at = access.current().user_id, clock.now()
    work.session().flush()


def refuse_unless_may(*client_ids: int) -> None:
    """Go on only if the present actor sees these clients and may merge them.

    Raises: NotFound, Forbidden.
    """
    for client_id in client_ids:
        clients.one(client_id)
        gate.refuse_unless_may(Client, client_id, kind="client", verb=queries.RIGHT)


def merge(merger: Merger) -> None:
    """What was found of the one who goes is asked of the one who is kept."""
    mine, known = Duplicate, aliased(Duplicate)
    other = case((mine.low_id == merger.gone, mine.high_id), else_=mine.low_id)
    low = case((other < merger.kept, other), else_=merger.kept)
    high = case((other < merger.kept, merger.kept), else_=other)
    taken = exists().where(known.low_id == low, known.high_id == high)
    his = or_(mine.low_id == merger.gone, mine.high_id == merger.gone)
    moves: Any = update(mine).where(
        his, mine.state != PairState.MERGED, other != merger.kept, ~taken
    )
    work.session().execute(
        moves.values(low_id=low, high_id=high), execution_options={"synchronize_session": False}
    )


def erase(client_id: int) -> None:
    """Forget who a person was taken for; a merge with him can be taken back no more."""
    session = work.session()
    mine = or_(Duplicate.low_id == client_id, Duplicate.high_id == client_id)
    for pair in session.scalars(select(Duplicate).where(mine)):  # the few of one person
        journal.forget(pair.cause)
    session.execute(delete(Duplicate).where(mine))


def _seen(no: str, field: str) -> int:
    query = clients.visible(Client.id).where(Client.id.in_(clients.numbered(no)))
    found = work.session().scalar(query)
    if found is None:
        raise Invalid({field: _("You see no client of this number.")})
    return int(found)
