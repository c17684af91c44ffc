"""Whoever leaves the tree names an heir: nobody whom he led is left without a leader."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from hub.brokers import moving, queries, tree
from hub.brokers.models import Line
from hub.brokers.moving import MANAGEMENT, MENTOR, of_line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import locks, work
from hub.kernel.dated import AsOf, earlier, known, meets, supersede
from hub.kernel.errors import Conflict, Invalid


class Orphans(Conflict):
    """Those whom he leads would have nobody above them."""

    code = "orphans"


def depart(broker_id: int, day: date, heir: int | None) -> None:
    """Take a broker out of both lines from a day on; the heir leads those whom he led.

    Shape: an heir whom he led takes over his place, with whatever was planned for it.
    Raises: NotFound, Forbidden, Invalid, Loop, Orphans.
    """
    locks.alone("brokers.tree")
    own, led = _own(broker_id, day), _led(broker_id, day)
    if led and heir is None:
        raise Orphans(_("he leads %(count)s: name who leads them then", count=len(led)))
    if not led and tree.root(AsOf(day)) == broker_id:
        raise Orphans(_("the tree needs its root: name a successor first"))
    if heir is not None:
        _refuse_heir(broker_id, heir, day)
    for line in LineKind:
        supersede(Line, of_line(broker_id, line), day)
    for row in led:
        first = max(day, row.valid_from)
        if row.broker_id != heir:
            _follow(row.broker_id, heir, first, row.valid_to)
            continue
        for place in own:
            begins, ends = max(first, place.valid_from), earlier(row.valid_to, place.valid_to)
            if ends is None or begins < ends:
                _follow(heir, place.superior_id, begins, ends)
    supersede(Line, lambda row: (row.superior_id == broker_id) & (row.line == MENTOR), day)


def _follow(broker_id: int, leader: int | None, first: date, end: date | None) -> None:
    """Have somebody stand under a leaver's heir, or the heir in the leaver's place."""
    if leader is not None:
        moving.refuse_loop(broker_id, leader, line=MANAGEMENT, first=first, end=end)
    moving.write(broker_id, leader, MANAGEMENT, first, end)
    moving.tell(broker_id, leader, MANAGEMENT, first)


def _own(broker_id: int, day: date) -> list[Line]:
    """A broker's places on the management line on a day or later."""
    his = of_line(broker_id, MANAGEMENT)(Line)
    rows = select(Line).where(his, known(Line), meets(Line, day, None))
    return list(work.session().scalars(rows.order_by(Line.valid_from)))


def _led(broker_id: int, day: date) -> list[Line]:
    """Places under a broker on a day or later, those who take over the root's place first."""
    rows = select(Line).where(
        Line.superior_id == broker_id, Line.line == MANAGEMENT, known(Line), meets(Line, day, None)
    )
    return list(work.session().scalars(rows.order_by(Line.valid_from, Line.id)))


def _refuse_heir(broker_id: int, heir: int, day: date) -> None:
    if heir == broker_id:
        raise Invalid({"heir_no": _("somebody else has to lead them")})
    row = queries.one(heir)
    if row.kind == BrokerKind.DESK:
        raise Invalid({"heir_no": _("a house desk leads nobody")})
    if row.left_on is not None or day < row.joined_on or not tree.is_placed(heir, AsOf(day)):
        raise Invalid({"heir_no": _("%(name)s is not there to lead them", name=row.name)})
