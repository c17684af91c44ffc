"""Brokers who leave by a file: those whom they lead go first, or lead on elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from hub.brokers import service
from hub.brokers.forms import Farewell
from hub.brokers.models import Broker, Line
from hub.brokers.rules import LineKind
from hub.kernel import work
from hub.kernel.dated import known, meets
from hub.kernel.errors import HubError, brief
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

BACKWARDS = N_("he cannot leave before he comes")
HAS_LEFT = N_("he has left on an earlier day")
ROOT_STAYS = N_("the tree needs its root: name a successor first")
ORPHANS = N_("he leads others then: move them first, with a file of moves")
REFUSED = N_("he cannot leave: %(why)s")


def _leaves(part: Slice) -> ColumnElement[bool]:
    """Condition: the row gives a broker who is there a last day that he has not."""
    day = part.value("left_on")
    other = Broker.left_on.is_distinct_from(day)
    return day.is_not(None) & exists().where(Broker.id == part.rows.c.target_id, other)


def changes(part: Slice) -> list[ColumnElement[bool]]:
    """Conditions for rows by which somebody leaves who is there."""
    return [_leaves(part)] if part.has("left_on") else []


def check(part: Slice) -> None:
    """Refuse who cannot leave; who leads others waits until they leave by the same file."""
    if not part.has("left_on"):
        return
    row, day = part.rows.c, part.value("left_on")
    part.refuse(day < part.value("joined_on"), BACKWARDS, field="left_on")
    his = select(Broker.id).where(Broker.id == row.target_id).correlate(part.rows)
    part.refuse(his.where(Broker.joined_on > day).exists(), BACKWARDS, field="left_on")
    part.refuse(his.where(Broker.left_on < day).exists(), HAS_LEFT, field="left_on")
    mine = (Line.line == LineKind.MANAGEMENT, known(Line))
    root = exists().where(
        Line.broker_id == row.target_id, Line.superior_id.is_(None), *mine,
        or_(Line.valid_to.is_(None), Line.valid_to > day),
    )  # fmt: skip
    part.refuse(_leaves(part) & root, ROOT_STAYS, field="left_on")
    part.wait(_leaves(part) & _leads(part), ORPHANS, field="left_on")


def _leads(part: Slice) -> ColumnElement[bool]:
    """Condition: on his last day somebody stands below him who does not leave by this file."""
    row, day, twin, led = part.rows.c, part.value("left_on"), part.rows.alias(), aliased(Broker)
    goes = (
        select(twin.c.seq)
        .where(
            twin.c.import_id == part.import_id, twin.c.key == led.no, twin.c.reasons.is_(None),
            part.value("left_on", twin.c) <= day,
        )
        .correlate(part.rows, led)
    )  # fmt: skip
    return (
        select(Line.id)
        .join(led, led.id == Line.broker_id)
        .where(
            Line.superior_id == row.target_id, Line.line == LineKind.MANAGEMENT, known(Line),
            or_(Line.valid_to.is_(None), Line.valid_to > day), ~goes.exists(),
        )
        .correlate(part.rows)
        .exists()
    )  # fmt: skip


def apply(part: Slice) -> None:
    """Let them go, each as if by hand; whoever still leads somebody waits for him to go."""
    if not part.has("left_on"):
        return
    left = _leavers(part)
    while left:
        stuck = [one for one in left if not _let_go(part, one)]
        if len(stuck) == len(left):
            break
        left = stuck
    if left:
        part.wait(part.rows.c.seq.in_([one.seq for one in left]), ORPHANS, field="left_on")


def _leavers(part: Slice) -> list[Any]:
    staged = part.select("left_on")
    rows = (
        select(staged.c.seq, staged.c.target_id, staged.c.left_on)
        .join(Broker, Broker.id == staged.c.target_id)
        .where(staged.c.left_on.is_not(None), Broker.left_on.is_distinct_from(staged.c.left_on))
    )
    return list(work.session().execute(rows.order_by(staged.c.seq)).all())


def _let_go(part: Slice, one: Any) -> bool:
    """Whether it is settled: he has left, or is refused; not while he leads somebody."""
    rows = meets(Line, one.left_on, None)
    led = select(Line.id).where(
        Line.superior_id == one.target_id, Line.line == LineKind.MANAGEMENT, known(Line), rows
    )
    if work.session().scalar(led.limit(1)) is not None:
        return False
    try:
        with work.session().begin_nested():
            service.leave(one.target_id, Farewell(left_on=one.left_on))
    except HubError as error:
        why = error.detail or brief(error)
        part.refuse(part.rows.c.seq == one.seq, REFUSED, field="left_on", why=why)
    return True
