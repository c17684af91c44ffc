"""Places in the tree: enter, move, succeed; on no day a loop or a second root."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import aliased

from hub.brokers import queries, tree
from hub.brokers.events import BrokerMoved
from hub.brokers.forms import Move
from hub.brokers.models import Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import access, audit, gate, locks, outbox, work
from hub.kernel.dated import FOREVER, AsOf, known, meets, supersede
from hub.kernel.errors import Conflict, Invalid

MANAGEMENT, MENTOR = LineKind.MANAGEMENT, LineKind.MENTOR


class Loop(Conflict):
    """Somebody would stand above himself."""

    code = "loop"


class SecondRoot(Conflict):
    """The tree has one root; another takes its place as a successor only."""

    code = "second-root"


def enter(row: Broker, superior_id: int | None, day: date) -> None:
    """Give a broker who was just taken in his place; the first of all is the root.

    Raises: NotFound, Forbidden, Invalid, SecondRoot.
    """
    locks.alone("brokers.tree")
    if superior_id is None:
        _refuse_second_root(row.id, day)
    else:
        _refuse_leader(superior_id, day)
    write(row.id, superior_id, MANAGEMENT, day)


def place(broker_id: int, move: Move) -> None:
    """Have a broker, with all below him, stand under somebody else from a day on.

    Raises: NotFound, Forbidden, Invalid, Loop, SecondRoot.
    """
    row = queries.operable(broker_id, "brokers.place")
    line, day = LineKind(move.line), move.valid_from
    locks.alone("brokers.tree")
    _refuse_absent(row, day)
    superior = queries.meant(move.superior, move.superior_no, "superior_no")
    if superior is None and line == MANAGEMENT:
        raise Invalid({"superior_no": _("say who leads him")})
    if line == MANAGEMENT and tree.root(AsOf(day)) == broker_id:
        raise SecondRoot(_("the tree needs its root: name a successor first"))
    if superior is not None:
        _refuse_leader(superior, day)
        refuse_loop(broker_id, superior, line=line, first=day)
    write(broker_id, superior, line, day)
    tell(broker_id, superior, line, day)


def succeed(broker_id: int, day: date) -> None:
    """A broker takes the root's place from a day on; the root stands under him.

    Raises: NotFound, Forbidden, Invalid, Conflict.
    """
    row = queries.operable(broker_id, "brokers.office")
    locks.alone("brokers.tree")
    _refuse_absent(row, day)
    old = tree.root(AsOf(day))
    if old is None or old == broker_id:
        raise Conflict(_("the tree has no other root on that day"), code="no-root")
    _refuse_later_root({old, broker_id}, day)
    supersede(Line, of_line(old, MANAGEMENT), day)
    write(broker_id, None, MANAGEMENT, day)
    write(old, broker_id, MANAGEMENT, day, work.session().get_one(Broker, old).left_on)
    tell(broker_id, None, MANAGEMENT, day)
    tell(old, broker_id, MANAGEMENT, day)


def of_line(broker_id: int, line: LineKind) -> Any:
    """A broker's places on a line, as `dated.supersede` asks for them."""
    return lambda row: (row.broker_id == broker_id) & (row.line == line)


def write(
    broker_id: int, superior_id: int | None, line: LineKind, first: date, end: date | None = None
) -> None:
    """One place for [first, end), instead of what was known for those days; nothing is asked."""
    moment = supersede(Line, of_line(broker_id, line), first, end)
    if superior_id is None and line == MENTOR:
        return
    work.session().add(Line(
        broker_id=broker_id, superior_id=superior_id, line=line, valid_from=first, valid_to=end,
        known_from=moment, placed_by=access.current().user_id,
    ))  # fmt: skip
    work.session().flush()


def tell(broker_id: int, superior_id: int | None, line: LineKind, day: date) -> None:
    """Log that a broker stands somewhere else from a day on, and tell the rooms."""
    audit.append(
        "placed", "broker", broker_id, {"superior": superior_id, "line": line, "from": day}
    )
    outbox.publish(
        BrokerMoved(broker_id=broker_id, superior_id=superior_id, line=line, valid_from=day)
    )


def _refuse_absent(row: Broker, day: date) -> None:
    if day < row.joined_on:
        told = _("%(name)s came on %(day)s", name=row.name, day=row.joined_on)
        raise Invalid({"valid_from": told})
    if row.left_on is not None:
        told = _("%(name)s leaves on %(day)s", name=row.name, day=row.left_on)
        raise Invalid({"valid_from": told})


def _refuse_leader(superior_id: int, day: date) -> None:
    """Whoever shall lead is the actor, or one to whom the actor may do it, and is there to stay."""
    row = queries.one(superior_id)
    if superior_id != access.current().broker_id:
        gate.refuse_unless_may(Broker, superior_id, kind=queries.KIND, verb="brokers.place")
    if row.kind == BrokerKind.DESK:
        raise Invalid({"superior_no": _("a house desk leads nobody")})
    try:
        _refuse_absent(row, day)
    except Invalid as error:
        raise Invalid({"superior_no": error.fields["valid_from"]}) from error
    if not tree.is_placed(superior_id, AsOf(day)):
        raise Invalid({"superior_no": _("%(name)s has no place in the tree then", name=row.name)})


def _refuse_second_root(broker_id: int, day: date) -> None:
    other = select(func.min(Line.broker_id)).where(
        Line.superior_id.is_(None), Line.broker_id != broker_id, known(Line), meets(Line, day, None)
    )
    if (found := work.session().scalar(other)) is not None:
        name = queries.name_of(found).name
        raise SecondRoot(_("%(name)s stands at the root: say who leads him", name=name))


def _refuse_later_root(but: set[int], day: date) -> None:
    """Nobody else may take the root's place later: first that is undone."""
    later = select(Line).where(
        Line.superior_id.is_(None), Line.broker_id.not_in(but), known(Line), meets(Line, day, None)
    )
    if (row := work.session().scalar(later.limit(1))) is not None:
        told = {"name": queries.name_of(row.broker_id).name, "day": row.valid_from}
        raise SecondRoot(_("%(name)s takes the root's place on %(day)s", **told))


def refuse_loop(
    broker_id: int, superior_id: int, *, line: LineKind, first: date, end: date | None = None
) -> None:
    """On no day of [first, end) may the broker stand above his new superior.

    Raises: Loop.
    """
    if broker_id == superior_id:
        raise Loop(_("nobody leads himself"))
    start = select(
        literal(superior_id, Broker.id.type).label("broker_id"),
        literal(first, Line.valid_from.type).label("first"),
        literal(end or FOREVER, Line.valid_from.type).label("end"),
    )
    way = start.cte(recursive=True)
    edge = aliased(Line)
    until = func.coalesce(edge.valid_to, literal(FOREVER, Line.valid_from.type))
    step = select(
        edge.superior_id,
        case((edge.valid_from > way.c.first, edge.valid_from), else_=way.c.first),
        case((until < way.c.end, until), else_=way.c.end),
    ).where(
        edge.broker_id == way.c.broker_id, edge.broker_id != broker_id, edge.line == line,
        edge.superior_id.is_not(None), known(edge), edge.valid_from < way.c.end,
        until > way.c.first,
    )  # fmt: skip
    way = way.union(step)
    found = select(func.min(way.c.first)).where(way.c.broker_id == broker_id)
    if (day := work.session().scalar(found)) is not None:
        names = queries.name_of(broker_id).name, queries.name_of(superior_id).name
        raise Loop(
            _("%(one)s stands above %(other)s on %(day)s: nobody leads whoever leads him",
              one=names[0], other=names[1], day=day)
        )  # fmt: skip
