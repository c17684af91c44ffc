"""Port: full-text search. What changed is noted in the unit; one consumer indexes it in batches."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Index as TableIndex
from sqlalchemy import Select, Table, delete, insert, literal, select, update
from sqlalchemy.orm import Mapped

from hub.kernel import modules, outbox, work
from hub.kernel.base import Base, Id, table_of
from hub.kernel.module import External, Later

JOB = "kernel.index"
COMPACT = "kernel.compact_index"
BATCH = 1_000  # documents written at a time
WAIT_S = 0.2  # while another process indexes
FIRST, MOST = 50, 5_000  # hits whose rights are asked at first, and at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a module lets people look for.

    Shape: `documents()` selects an id and the texts searched, of all there is; `visible()`
        selects (id, label, hint) of what the present actor may see; `link(id)` is its page.
    """

    name: str
    title: Any
    needs: str
    documents: Callable[[], Select[Any]]
    visible: Callable[[], Select[Any]]
    link: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found and may be seen."""

    label: str
    hint: str
    link: str
    id: int = 0


Documents = Iterable[tuple[int, str]]  # id, text


class Index(Protocol):
    """What an engine does; it knows no rights."""

    def write(self, kind: str, documents: Documents, gone: Iterable[int]) -> None:
        """Put documents in place of those with the same ids, take others out."""
        ...

    def replace(self, documents: Iterable[tuple[str, int, str]]) -> None:
        """Begin anew with these (kind, id, text); readers see the old ones until the end."""
        ...

    def compact(self) -> None:
        """Leave nothing of documents that were replaced or taken out."""
        ...

    def find(self, kind: str, words: str, limit: int) -> list[int]:
        """Ids, best first."""
        ...


class Null:
    """Nothing is indexed, nothing found."""

    def write(self, kind: str, documents: Documents, gone: Iterable[int]) -> None:
        """Nothing."""
        del kind, documents, gone

    def replace(self, documents: Iterable[tuple[str, int, str]]) -> None:
        """Nothing."""
        del documents

    def compact(self) -> None:
        """Nothing."""

    def find(self, kind: str, words: str, limit: int) -> list[int]:
        """Nothing."""
        del kind, words, limit
        return []


class Unindexed(Base):
    """A row whose document must be written again, or taken out."""

    __tablename__ = "kernel_unindexed"
    __table_args__ = (TableIndex("ix_kernel_unindexed_owner", "owner"),)

    id: Mapped[Id]
    kind: Mapped[str]
    subject_id: Mapped[int]
    owner: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one consumer writes next: documents and those gone, by kind."""

    owner: str
    parts: tuple[tuple[str, list[tuple[int, str]], list[int]], ...]


_index: list[Index] = [Null()]


def implement(index: Index) -> None:
    """Install the engine of this process."""
    _index[:] = [index]


def kinds() -> dict[str, Search]:
    """What the loaded modules let people look for, by name."""
    return {item.name: item for module in modules.loaded().items for item in module.searches}


def changed(kind: str, ids: Select[Any]) -> None:
    """Have the documents of these rows written anew once this unit commits; set-based."""
    rows = select(literal(kind), ids.subquery().c[0])
    work.session().execute(insert(_table()).from_select(["kind", "subject_id"], rows))
    outbox.defer(JOB, uuid.uuid4().hex, lane="index")


def forget() -> None:
    """Once the changes so far are written, leave nothing of what they replaced."""
    outbox.defer(COMPACT, uuid.uuid4().hex, lane="index", done=[])


def find(kind: str, words: str, *, limit: int = 20) -> list[Hit]:
    """What the present actor may see of what the words find, best first."""
    search, ask = kinds()[kind], FIRST
    visible = search.visible().subquery()
    while True:
        ids = _index[0].find(kind, words, ask)
        rows = work.session().execute(select(visible).where(visible.c[0].in_(ids)))
        seen = {row[0]: row for row in rows}
        if len(seen) >= limit or len(ids) < ask or ask >= MOST:
            best = [seen[number] for number in ids if number in seen][:limit]
            return [Hit(row[1], row[2] or "", search.link(row[0]), row[0]) for row in best]
        ask = min(MOST, ask * 10)


def probe() -> None:
    """Ask the engine anything: an index that cannot be opened says so."""
    _index[0].find("", "probe", 1)


def rebuild() -> int:
    """Write the whole index anew from the database → how many documents."""
    count = 0

    def every() -> Iterable[tuple[str, int, str]]:
        nonlocal count
        for name, search in kinds().items():
            for number, text in _texts(search.documents()):
                count += 1
                yield name, number, text

    _index[0].replace(every())
    return count


def _claim(owner: str) -> _Batch | Later | None:
    """Take the next rows, unless another consumer is at work: the index has one writer."""
    table, session = _table(), work.session()
    busy = select(table.c.id).where(table.c.owner.is_not(None), table.c.owner != owner).limit(1)
    if session.scalar(busy) is not None:
        return Later(seconds=WAIT_S)
    free = select(table.c.id).where(table.c.owner.is_(None)).order_by(table.c.id).limit(BATCH)
    take = update(table).where(table.c.id.in_(free), table.c.owner.is_(None)).values(owner=owner)
    session.execute(take)
    mine = session.execute(
        select(table.c.kind, table.c.subject_id).where(table.c.owner == owner).distinct()
    ).all()
    if not mine:
        return None
    wanted: dict[str, list[int]] = {}
    for kind, number in mine:
        wanted.setdefault(kind, []).append(number)
    return _Batch(owner, tuple(_part(kind, ids) for kind, ids in wanted.items()))


def _part(kind: str, ids: list[int]) -> tuple[str, list[tuple[int, str]], list[int]]:
    search = kinds().get(kind)
    if search is None:
        return kind, [], ids
    query = search.documents()
    texts = list(_texts(query.where(query.selected_columns[0].in_(ids))))
    there = {number for number, _text in texts}
    return kind, texts, [number for number in ids if number not in there]


def _texts(query: Select[Any]) -> Iterable[tuple[int, str]]:
    for row in work.session().execute(query.execution_options(yield_per=BATCH)):
        yield row[0], " ".join(str(text) for text in row[1:] if text)


def _act(batch: _Batch) -> None:
    for kind, documents, gone in batch.parts:
        _index[0].write(kind, documents, gone)


def _record(batch: _Batch, outcome: None) -> None:
    del outcome
    work.session().execute(delete(_table()).where(_table().c.owner == batch.owner))


def _recover(owner: str) -> None:
    mine = _table().c.owner == owner
    work.session().execute(update(_table()).where(mine).values(owner=None))


def _table() -> Table:
    return table_of(Unindexed)


def _compact_claim(owner: str, *, done: list[bool]) -> list[bool] | Later | None:
    """Wait until no change is left to be written, then compact once."""
    del owner
    if done:
        return None
    left = work.session().scalar(select(_table().c.id).limit(1))
    return Later(seconds=WAIT_S) if left is not None else done


def _compact(done: list[bool]) -> None:
    _index[0].compact()
    done.append(True)


compact_job = External(
    name=COMPACT, claim=_compact_claim, act=_compact, record=lambda *_: None,
    recover=lambda _: None,
)  # fmt: skip
index_job = External(name=JOB, claim=_claim, act=_act, record=_record, recover=_recover)
