"""Take a file in: its bytes go into the staging tables as they arrive, never all in memory."""

from __future__ import annotations

import codecs
import dataclasses
import hashlib
from collections.abc import Iterator
from typing import IO, Any

from flask_babel import gettext
from sqlalchemy import insert, select

from hub.kernel import access, clock, outbox, progress, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.imports import sniff
from hub.kernel.imports.kinds import Refused, kind
from hub.kernel.imports.models import Import, Part, State
from hub.kernel.imports.settings import config
from hub.kernel.imports.sniff import Form
from hub.kernel.imports.staging import PART_BYTES
from hub.kernel.operations import OperationState
from hub.kernel.sentences import N_, kept, shown

PARTS_AT_ONCE = 16  # of one unit: 4 MB, some ten milliseconds


def receive(kind_name: str, filename: str, stream: IO[bytes]) -> int:
    """Take in a file → id of its import, whose lines are being staged.

    Shape: call it in a reading unit or in none; it writes in short units of its own.
    Raises: Forbidden, Invalid when the file is no table of text, is empty or too large.
    """
    actor = access.demand(kind(kind_name).needs)
    most = config().upload_limit_mb * 1024 * 1024
    bites = _bites(stream)
    head = next(bites, b"")
    try:
        sniff.refuse_foreign(head)
    except Refused as refused:
        raise Invalid({"file": shown([refused.text, refused.args_])}) from refused
    import_id = work.apart(lambda: _begin(kind_name, filename, actor))
    check = _Utf8()
    digest = hashlib.sha256()
    size = seq = 0
    bite = head
    while bite:
        size += len(bite)
        if size > most:
            work.apart(lambda: _give_up(import_id))
            text = gettext("The file is larger than %(most)s MB.", most=config().upload_limit_mb)
            raise Invalid({"file": text})
        digest.update(bite)
        check.feed(bite)
        work.apart(lambda data=bite, first=seq: _keep(import_id, first, data))  # type: ignore[misc]
        seq += PARTS_AT_ONCE
        bite = next(bites, b"")
    form = sniff.form(head, is_utf8=check.holds(), whole=size == len(head))
    work.apart(lambda: _complete(import_id, size, digest.hexdigest(), form))
    return import_id


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
        actor=actor_values(actor),
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


def _give_up(import_id: int) -> None:
    row = work.session().get_one(Import, import_id)
    row.state = State.FAILED
    row.problem = kept(N_("The file is too large."), {})


def _complete(import_id: int, size: int, sha256: str, form: Form) -> None:
    row = work.session().get_one(Import, import_id)
    row.size_bytes, row.sha256, row.form = size, sha256, form.plain()
    row.notices = _known(row)
    if form.sure:
        begin_pass(row, State.STAGING, "imports.stage")
    else:
        row.state = State.ASKING


def _known(row: Import) -> list[Any]:
    """The notice that this very file was taken over before."""
    query = (
        select(Import.done_at)
        .where(Import.kind == row.kind, Import.sha256 == row.sha256, Import.id != row.id)
        .where(Import.state == State.DONE, Import.owner_id.is_not_distinct_from(row.owner_id))
        .order_by(Import.id.desc())
        .limit(1)
    )
    day = work.session().scalar(query)
    if day is None:
        return []
    text = N_("This very file was imported on %(day)s; what has not changed since stays as it is.")
    return [[text, {"day": f"{day:%Y-%m-%d}"}]]


def begin_pass(row: Import, state: State, job: str) -> None:
    """Have `job` go over the import from the start, as `state`."""
    if row.operation_id is not None:
        progress.end(row.operation_id, OperationState.CANCELLED)  # a pass that is begun anew
    row.state, row.run, row.cursor = state, row.run + 1, {}
    row.changed_at = clock.now()
    link = kind(row.kind).link(row.id)
    key = f"{row.id}-{row.run}"
    row.operation_id = progress.note(job, key, _title(row), link=link)
    outbox.defer(job, key, import_id=row.id, run=row.run)


def _title(row: Import) -> str:
    """The present pass among the long tasks."""
    titles: dict[State, str] = {
        State.STAGING: N_("Import %(number)s: reading"),
        State.CHECKING: N_("Import %(number)s: checking"),
        State.APPLYING: N_("Import %(number)s: taking over"),
    }
    return kept(titles[State(row.state)], {"number": row.id})


def actor_values(actor: access.Actor) -> dict[str, Any]:
    """An actor as JSON."""
    values = dataclasses.asdict(actor)
    scopes = {kind: sorted(names) for kind, names in actor.scopes.items()}
    return values | {name: sorted(values[name]) for name in _SETS} | {"scopes": scopes}


def actor_of(row: Import) -> access.Actor:
    """The actor an import works for."""
    values: dict[str, Any] = dict(row.actor)
    for name in _SETS:
        values[name] = frozenset(values[name])
    scopes = {kind: frozenset(names) for kind, names in values["scopes"].items()}
    return access.Actor(**(values | {"scopes": scopes}))


_SETS = ("roles", "permissions")
