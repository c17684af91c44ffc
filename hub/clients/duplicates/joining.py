"""Two clients are merged, and parted again as they were."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts.models import User
from hub.clients import erasure
from hub.clients.duplicates import comparing, queries, service
from hub.clients.duplicates.forms import MergeWish, UndoWish
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import PairState
from hub.clients.duplicates.words import TABLES
from hub.clients.models import Client
from hub.clients.rules import ERASED
from hub.kernel import access, approvals, audit, journal, locks, people, work
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.module import Merger

LOCK = "clients.merge"


class Touched(Conflict):
    """Rows that a merge changed were changed since."""

    code = "changed-since"


def merge(pair_id: int, wish: MergeWish) -> None:
    """Make one client of a pair: all rows of the other become his, those of every room.

    Raises: NotFound, Forbidden, Invalid; Conflict when one was merged, erased, or when the one
        who goes still signs in.
    """
    pair = _alone(pair_id)
    if pair.state == PairState.MERGED:
        raise Conflict(_("One of the two was merged already."), code="merged")
    service.refuse_unless_may(pair.low_id, pair.high_id)
    if wish.keep not in {pair.low_id, pair.high_id}:
        raise Invalid({"keep": _("Choose which of the two is kept.")})
    merger = Merger(
        kept=wish.keep, gone=pair.low_id + pair.high_id - wish.keep, take=wish.take
    )  # fmt: skip
    kept, gone = _row(merger.kept), _row(merger.gone)
    _refuse_unfit(kept, gone)
    unknown = wish.take - {line.name for line in comparing.lines(kept, gone) if line.may_take}
    if unknown:
        raise Invalid({"take": _("This cannot be taken over: %(names)s",
                                 names=", ".join(sorted(unknown)))})  # fmt: skip
    pair.kept_id = merger.kept
    people.merge(merger, cause=pair.cause)
    service.decide(pair, PairState.MERGED, wish.why)
    detail = {"pair": pair.id, "fields": sorted(wish.take)}
    audit.append("merged", "client", merger.kept, detail | {"gone": merger.gone})
    audit.append("merged-into", "client", merger.gone, detail | {"kept": merger.kept})


def undo(pair_id: int, wish: UndoWish) -> None:
    """Part two clients who were merged: each has again what he had.

    Raises: NotFound, Forbidden; Conflict when they are not merged, or when the kept one was
        merged on; Touched when rows were changed since, unless the wish leaves those.
    """
    pair = _alone(pair_id)
    if pair.state != PairState.MERGED or pair.kept_id is None:
        raise Conflict(_("These two are not merged."), code="not-merged")
    service.refuse_unless_may(pair.kept_id)
    kept, gone = pair.kept_id, pair.gone_id
    if _row(gone).merged_into != kept or not journal.knows(pair.cause):
        text = _("The client who was kept was merged on since: take that merge back first.")
        raise Conflict(text, code="merged-on")
    in_the_way = changed_since(pair)
    if in_the_way and not wish.rest:
        text = _("Changed since the merge: %(what)s. Leave that with the client who was kept, "
                 "or put it back by hand first.", what=", ".join(in_the_way))  # fmt: skip
        raise Touched(text)
    people.part(kept, gone, cause=pair.cause)
    pair.kept_id = None
    service.decide(pair, PairState.NOT_SAME, wish.why)
    for client_id, other in ((kept, gone), (gone, kept)):
        audit.append("parted-again", "client", client_id, {"pair": pair.id, "other": other})


def changed_since(pair: Duplicate) -> list[str]:
    """What was changed since the merge, so that it cannot go back: words for the reader."""
    names = [str(TABLES.get(one.table, _("further rows"))) for one in journal.touched(pair.cause)]
    return [f"{name} ({names.count(name)})" for name in sorted(set(names))]


def _alone(pair_id: int) -> Duplicate:
    """The pair, while nobody else merges: two at once would each see the other's old rows."""
    access.demand(queries.RIGHT)
    locks.alone(LOCK)
    pair = queries.one(pair_id)
    work.session().refresh(pair, with_for_update=True)
    return pair


def _row(client_id: int) -> Client:
    query = select(Client).where(Client.id == client_id).with_for_update()
    return work.session().scalars(query.execution_options(populate_existing=True)).one()


def _refuse_unfit(kept: Client, gone: Client) -> None:
    if kept.merged_into is not None or gone.merged_into is not None:
        raise Conflict(_("One of the two was merged already."), code="merged")
    if ERASED in {kept.name, gone.name}:
        raise Conflict(_("One of the two was erased."), code="erased")
    if any(approvals.is_asked(erasure.KIND, one.id) for one in (kept, gone)):
        text = _("Somebody asked for the wipe of one of the two: let that be decided first.")
        raise Conflict(text, code="wipe-asked")
    if gone.user_id is None:
        return
    user = work.session().get_one(User, gone.user_id)
    if not user.active:
        return
    if kept.user_id is None:
        text = _("%(name)s (%(no)s) signs in: keep him, and merge the other one into him.",
                 name=gone.name, no=gone.no)  # fmt: skip
        raise Conflict(text, code="signs-in")
    text = _("Both sign in: have an operator lock the user of the one who goes first.")
    raise Conflict(text, code="both-sign-in")
