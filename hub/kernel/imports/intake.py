"""Take a file in: its bytes go into the staging tables as they arrive, never all in memory."""

from __future__ import annotations

import codecs
import hashlib
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import IO, Any, Self

from sqlalchemy import insert

from hub.kernel import access, clock, outbox, progress, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.imports import sniff, workbook
from hub.kernel.imports.kinds import Refused, kind
from hub.kernel.imports.models import JOBS, Import, Part, State
from hub.kernel.imports.parts import PART_BYTES
from hub.kernel.imports.settings import config
from hub.kernel.imports.sniff import Form
from hub.kernel.imports.staging import known
from hub.kernel.operations import OperationState
from hub.kernel.sentences import N_, kept, shown

PAGE = "/imports/"  # where a person looks at one, before its number
EMPTY: Mapping[str, Any] = MappingProxyType({})
BOOK_MOST_MB = 100  # a workbook unpacks to many times its size
PARTS_AT_ONCE = 16  # of one unit: 4 MB, some ten milliseconds


def receive(kind_name: str, filename: str, stream: IO[bytes]) -> int:
    """Take in a file → id of its import, whose lines are being staged.

    Shape: call it in a reading unit or in none; it writes in short units of its own.
    Raises: Forbidden, Invalid when the file is no table, is empty or too large.
    """
    actor = access.demand(kind(kind_name).needs)
    bites = _bites(stream)
    head = next(bites, b"")
    try:
        sniff.refuse_foreign(head)
    except Refused as refused:
        raise Invalid({"file": _said(refused)}) from refused
    import_id = work.apart(lambda: _begin(kind_name, filename, actor))
    with _Arrival(import_id, head) as arrival:
        try:
            for bite in itertools.chain((head,), bites):
                arrival.take(bite)
            form = arrival.form()
        except Refused as refused:
            why = kept(refused.text, refused.args_)
            work.apart(lambda: _give_up(import_id, why))
            raise Invalid({"file": _said(refused)}) from refused
    work.apart(lambda: _complete(import_id, arrival.size, arrival.digest.hexdigest(), form))
    return import_id


def _said(refused: Refused) -> str:
    return shown([refused.text, refused.args_])


class _Arrival:
    """A file on its way into the tables, and what is found out about it meanwhile."""

    def __init__(self, import_id: int, head: bytes) -> None:
        self._import_id, self._head, self._seq = import_id, head, 0
        self._utf8, self.digest, self.size = _Utf8(), hashlib.sha256(), 0
        # A workbook is looked at once it is whole: its list of contents stands at its end.
        self._book = tempfile.TemporaryFile() if sniff.is_book(head) else None  # noqa: SIM115
        limit = config().upload_limit_mb
        self._most_mb = min(limit, BOOK_MOST_MB) if self._book else limit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._book is not None:
            self._book.close()

    def take(self, bite: bytes) -> None:
        """Keep the next bytes.

        Raises: Refused when it is too large.
        """
        self.size += len(bite)
        if self.size > self._most_mb * 1024 * 1024:
            raise Refused(N_("The file is larger than %(most)s MB."), most=self._most_mb)
        self.digest.update(bite)
        self._utf8.feed(bite)
        if self._book is not None:
            self._book.write(bite)
        first, self._seq = self._seq, self._seq + PARTS_AT_ONCE
        work.apart(lambda: _keep(self._import_id, first, bite))

    def form(self) -> Form:
        """How it is to be read.

        Raises: Refused for a workbook that cannot be.
        """
        if self._book is None:
            whole = self.size == len(self._head)
            return sniff.form(self._head, is_utf8=self._utf8.holds(), whole=whole)
        names = workbook.sheets(self._book)
        return Form(
            "utf-8", ",", sure=len(names) == 1, format=sniff.BOOK, sheet=names[0], sheets=names
        )


def _bites(stream: IO[bytes]) -> Iterator[bytes]:
    while bite := stream.read(PART_BYTES * PARTS_AT_ONCE):
        yield bite


class _Utf8:
    """Whether all bytes so far are UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._broken = False

    def feed(self, data: bytes, *, final: bool = False) -> None:
        if self._broken:
            return
        try:
            self._decoder.decode(data, final)
        except UnicodeDecodeError:
            self._broken = True

    def holds(self) -> bool:
        self.feed(b"", final=True)
        return not self._broken


def _begin(kind_name: str, filename: str, actor: access.Actor) -> int:
    now = clock.now()
    row = Import(
        kind=kind_name,
        filename=filename.replace("\\", "/").rsplit("/", 1)[-1][-200:] or "file.csv",
        owner_id=actor.user_id,
        actor_id=actor.user_id,
        token_id=actor.token_id,
        form={},
        header=[],
        notices=[],
        mapping={},
        answers={},
        cursor={},
        created_at=now,
        changed_at=now,
    )
    work.session().add(row)
    work.session().flush()
    return row.id


def _keep(import_id: int, first: int, data: bytes) -> None:
    parts = [
        {"import_id": import_id, "seq": first + at, "data": data[begin : begin + PART_BYTES]}
        for at, begin in enumerate(range(0, len(data), PART_BYTES))
    ]
    work.session().execute(insert(table_of(Part)), parts)


def _give_up(import_id: int, why: str) -> None:
    row = work.session().get_one(Import, import_id)
    row.state, row.problem = State.FAILED, why


def _complete(import_id: int, size: int, sha256: str, form: Form) -> None:
    row = work.session().get_one(Import, import_id)
    row.size_bytes, row.sha256, row.form = size, sha256, form.plain()
    row.notices = known(row)
    if form.sure:
        begin_pass(row, State.STAGING)
    else:
        row.state = State.ASKING


def begin_pass(row: Import, state: State, *, cursor: Mapping[str, Any] = EMPTY) -> None:
    """Have the job of a pass go over the import, as `state`: from the start, or from `cursor`."""
    if row.operation_id is not None:
        progress.end(row.operation_id, OperationState.CANCELLED)  # a pass that is begun anew
    row.state, row.run, row.cursor = state, row.run + 1, dict(cursor)
    row.changed_at = clock.now()
    job, key = JOBS[state], f"{row.id}-{row.run}"
    row.operation_id = progress.note(job, key, _title(row), link=f"{PAGE}{row.id}")
    outbox.defer(job, key, import_id=row.id, run=row.run)


def _title(row: Import) -> str:
    """The present pass among the long tasks."""
    titles: dict[State, str] = {
        State.STAGING: N_("Import %(number)s: reading"),
        State.CHECKING: N_("Import %(number)s: checking"),
        State.APPLYING: N_("Import %(number)s: taking over"),
    }
    return kept(titles[State(row.state)], {"number": row.id})
