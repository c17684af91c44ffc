"""Who may be one person: joins over indexed keys, large groups left aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import aliased

from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import (
    ALIKE,
    LARGEST,
    LEAST,
    MOST,
    NAMESAKES,
    WEIGHTS,
    Clue,
    PairState,
)
from hub.clients.models import Address, Client, Contact, Paper
from hub.clients.paper_rules import PaperKind
from hub.clients.rules import ERASED, AddressKind
from hub.kernel import clock, work
from hub.kernel.base import table_of
from hub.kernel.inserts import insert_new

Which = Callable[[Any], ColumnElement[bool]]


def find(which: Which, *, onward: bool = False) -> int:
    """Write down new pairs of the clients that `which(client)` holds for → how many.

    Shape: `onward` looks only at clients with larger ids, so that a walk over the whole book
        meets each pair once.
    """
    pairs = _candidates(which, onward=onward).subquery("pairs")
    one, other = aliased(Client), aliased(Client)
    # The fence keeps the clues from being worked out once for every use of them.
    weighed = (
        select(pairs.c.low, pairs.c.high, clues(one, other).label("clues"))
        .join(one, one.id == pairs.c.low)
        .join(other, other.id == pairs.c.high)
        .offset(0)
        .subquery("weighed")
    )
    points = score_of(weighed.c.clues)
    now = literal(clock.now(), Duplicate.found_at.type)
    rows = select(
        weighed.c.low, weighed.c.high, weighed.c.clues, points, literal(PairState.OPEN.value),
        literal(""), now,
    ).where(points >= LEAST)  # fmt: skip
    columns = ["low_id", "high_id", "clues", "score", "state", "why", "found_at"]
    new = insert_new(table_of(Duplicate), ["low_id", "high_id"], columns=columns, rows=rows)
    result: Any = work.session().execute(new, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def refresh(first: int, end: int) -> None:
    """Weigh the open pairs anew whose smaller id is in [first, end); those too light go."""
    pair = table_of(Duplicate)
    here = (pair.c.state == PairState.OPEN) & (pair.c.low_id >= first) & (pair.c.low_id < end)
    one, other = aliased(Client), aliased(Client)
    present = (
        select(clues(one, other))
        .where(one.id == pair.c.low_id, other.id == pair.c.high_id)
        .scalar_subquery()
    )
    by_hand = pair.c.clues.bitwise_and(Clue.BY_HAND.value)
    session = work.session()
    session.execute(update(pair).where(here).values(clues=present.bitwise_or(by_hand)))
    session.execute(update(pair).where(here).values(score=score_of(pair.c.clues)))
    session.execute(delete(pair).where(here, pair.c.score < LEAST))


def clues(one: Any, other: Any) -> ColumnElement[int]:
    """What two clients have in common and what tells them apart, as bits."""
    same_name = one.name_key == other.name_key
    held = {
        Clue.ID_NO: _papers(one, other, PaperKind.ID_NO, same=True),
        Clue.OTHER_ID_NO: _papers(one, other, PaperKind.ID_NO, same=False),
        Clue.BANK_CARD: _papers(one, other, PaperKind.BANK_CARD, same=True),
        Clue.PHONE: _reached(one, other, AddressKind.SMS),
        Clue.MAILBOX: _reached(one, other, AddressKind.EMAIL),
        Clue.NAME: same_name,
        Clue.SIMILAR: and_(same_name, _nearly(one, other)),
        Clue.BIRTHDAY: one.birthday == other.birthday,
        Clue.OTHER_BIRTHDAY: one.birthday != other.birthday,
        Clue.OTHER_GENDER: one.gender != other.gender,
    }
    return bits(held)


def bits(held: dict[Clue, ColumnElement[bool]]) -> ColumnElement[int]:
    """The clues that hold, as one number."""
    found: Any = literal(0)
    for clue, condition in held.items():
        found = found + case((condition, clue.value), else_=0)
    return found  # type: ignore[no-any-return]


def score_of(column: Any) -> ColumnElement[int]:
    """The points of bits: `rules.score` in SQL."""
    points: Any = literal(0)
    for clue, weight in WEIGHTS.items():
        points = points + case((column.bitwise_and(clue.value) != 0, weight), else_=0)
    return case((points > MOST, MOST), (points < 0, 0), else_=points)


def local_part(value: Any) -> ColumnElement[str]:
    """What stands before the @ of a mailbox; all of what is none."""
    place = func.instr if work.dialect() == "sqlite" else func.strpos
    return func.substr(value, 1, place(value.concat("@"), "@") - 1)


def last_digits(value: Any) -> ColumnElement[str]:
    """The digits by which two spellings of a phone number are alike."""
    return func.substr(value, func.length(value) - ALIKE + 1)


def living(client: Any) -> ColumnElement[bool]:
    """Condition: nobody merged or erased."""
    return and_(client.merged_into.is_(None), client.name != ERASED)


def _candidates(which: Which, *, onward: bool) -> Select[Any]:
    one, other = aliased(Client), aliased(Client)
    apart = other.id > one.id if onward else other.id != one.id
    low = case((one.id < other.id, one.id), else_=other.id).label("low")
    high = case((one.id < other.id, other.id), else_=one.id).label("high")
    base = select(low, high).select_from(one)
    both = (which(one), living(one), living(other), apart)
    found = union(*(part.where(*both) for part in _sources(base, one, other))).subquery()
    return select(found.c.low, found.c.high)


def _sources(base: Select[Any], one: Any, other: Any) -> list[Select[Any]]:
    """By what two clients meet: a number, an address, a name with or without the birthday."""
    mine, theirs = aliased(Paper), aliased(Paper)
    here, there = aliased(Contact), aliased(Contact)
    number = (theirs.kind == mine.kind) & (theirs.fingerprint == mine.fingerprint)
    named = other.name_key == one.name_key
    more, crowd = aliased(Paper), aliased(Contact)
    twin, namesake = aliased(Client), aliased(Client)
    born = twin.birthday == one.birthday
    return [
        base.join(mine, mine.client_id == one.id)
        .join(theirs, number)
        .join(other, other.id == theirs.client_id)
        .where(_few(more.id, more.fingerprint == mine.fingerprint, LARGEST)),
        base.join(here, here.client_id == one.id)
        .join(there, there.address_id == here.address_id)
        .join(other, other.id == there.client_id)
        .where(_few(crowd.id, crowd.address_id == here.address_id, LARGEST)),
        base.join(other, named & (other.birthday == one.birthday)).where(
            _few(twin.id, (twin.name_key == one.name_key) & born, NAMESAKES)
        ),
        base.join(other, named).where(
            _few(namesake.id, namesake.name_key == one.name_key, NAMESAKES)
        ),
    ]


def _few(key: Any, same: ColumnElement[bool], most: int) -> ColumnElement[bool]:
    """Condition: no more than `most` rows are the same; read no further than one beyond."""
    return ~select(key).where(same).limit(1).offset(most).exists()


def _papers(one: Any, other: Any, kind: PaperKind, *, same: bool) -> ColumnElement[bool]:
    mine, theirs = aliased(Paper), aliased(Paper)
    equal = mine.fingerprint == theirs.fingerprint
    return exists().where(
        mine.client_id == one.id, theirs.client_id == other.id, mine.kind == kind,
        theirs.kind == kind, equal if same else ~equal,
    )  # fmt: skip


def _reached(one: Any, other: Any, kind: AddressKind) -> ColumnElement[bool]:
    mine, theirs = aliased(Contact), aliased(Contact)
    return exists().where(
        mine.client_id == one.id, theirs.client_id == other.id, mine.kind == kind,
        theirs.address_id == mine.address_id,
    )  # fmt: skip


def _nearly(one: Any, other: Any) -> ColumnElement[bool]:
    mine, theirs = aliased(Contact), aliased(Contact)
    here, there = aliased(Address), aliased(Address)
    # Asked of the contact alone, so that nobody looks for addresses by their kind.
    phone, mailbox = mine.kind == AddressKind.SMS, mine.kind == AddressKind.EMAIL
    alike = or_(
        and_(phone, last_digits(here.value) == last_digits(there.value)),
        and_(mailbox, local_part(here.value) == local_part(there.value)),
    )
    return exists().where(
        mine.client_id == one.id, theirs.client_id == other.id, theirs.kind == mine.kind,
        theirs.address_id != mine.address_id, here.id == mine.address_id,
        there.id == theirs.address_id, alike,
    )  # fmt: skip
