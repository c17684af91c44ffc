"""Identity numbers and bank cards: sealed for their person, found by a keyed hash."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, insert, select

from hub.clients import queries, reveals
from hub.clients.forms import RevealWish
from hub.clients.models import Client, Paper
from hub.clients.paper_rules import SHOWN, PaperKind, masked, read
from hub.kernel import audit, clock, keys, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.imports.slices import Slice
from hub.kernel.module import Merger

_papers = table_of(Paper)


def put(client_id: int, kind: PaperKind, text: str) -> None:
    """Keep a client's number in place of the one there was; an empty text takes it away.

    Raises: NotFound, Forbidden; Invalid for what cannot be such a number.
    """
    queries.operable(client_id, "clients.write")
    number = read(kind, text) if text.strip() else ""
    if number is None:
        raise Invalid({kind.value: _("This number cannot be right: check it for a slip.")})
    _write({client_id: number}, kind)
    audit.append("changed", "client", client_id, {"fields": [kind.value]})


def shown(client_id: int) -> dict[str, str]:
    """Kind → the number masked, of a client the caller has looked up by the gate."""
    return {kind: masked(number) for kind, number in _opened(client_id).items()}


def reveal(client_id: int, kind: PaperKind, wish: RevealWish) -> str:
    """The whole number; that it was read, and why, is logged after this unit.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.reveal")
    number = _opened(client_id).get(kind)
    if number is None:
        raise NotFound
    reveals.note(client_id, {"paper": kind.value}, wish)
    return number


def ends_with(client_id: int, four: str) -> bool:
    """Whether a client's identity number ends so; False when none is kept."""
    number = _opened(client_id).get(PaperKind.ID_NO, "")
    same = hmac.compare_digest(number[-SHOWN:].encode(), four.strip().upper().encode())
    return bool(number) and same


def who_has(text: str) -> Select[Any]:
    """Ids of the clients of whom exactly this number is kept."""
    marks = [keys.fingerprint(kind, number) for kind in PaperKind if (number := read(kind, text))]
    whose = select(func.coalesce(Client.merged_into, Client.id))
    return whose.join(Paper, Paper.client_id == Client.id).where(Paper.fingerprint.in_(marks))


def merge(merger: Merger) -> None:
    """Seal the other's numbers for the one who is kept, where he has none or a wrong one."""
    theirs, known = _opened(merger.gone), shown(merger.kept)
    for name, number in theirs.items():
        if name not in known or name in merger.take:
            _write({merger.kept: number}, PaperKind(name))


def erase(client_id: int) -> None:
    """Forget a client's numbers; the fingerprints go with them."""
    work.session().execute(delete(_papers).where(_papers.c.client_id == client_id))


def personal(client_id: int) -> dict[str, str]:
    """Every number kept of a client, whole, for his own file."""
    return _opened(client_id)


def differing(one: int, other: int) -> set[str]:
    """Kinds of paper of which two clients have other numbers."""
    rows = work.session().execute(
        select(Paper.kind)
        .where(Paper.client_id.in_((one, other)))
        .group_by(Paper.kind)
        .having(func.count(Paper.fingerprint.distinct()) > 1)
    )
    return {row.kind for row in rows}


def mark_news(part: Slice) -> None:
    """Tell which existing clients a file gives a number that was not known."""
    for kind in PaperKind:
        if part.has(kind):
            given = _given(part, kind, "unchanged")
            marks = {who: keys.fingerprint(kind, number) for who, number in given.items()}
            query = select(Paper.client_id, Paper.fingerprint).where(
                Paper.client_id.in_(marks), Paper.kind == kind
            )
            known = {row[0]: row[1] for row in work.session().execute(query)}
            news = [who for who, mark in marks.items() if known.get(who) != mark]
            part.tell(part.rows.c.target_id.in_(news), outcome="updated")


def take(part: Slice) -> None:
    """The numbers of an imported file, a few statements for a slice."""
    for kind in PaperKind:
        if part.has(kind):
            _write(_given(part, kind, "created", "updated"), kind)


def _given(part: Slice, kind: PaperKind, *outcomes: str) -> dict[int, str]:
    staged = part.select(kind)
    query = select(staged.c.target_id, staged.c[kind]).where(
        staged.c[kind].is_not(None), staged.c.target_id.is_not(None),
        staged.c.outcome.in_(outcomes),
    )  # fmt: skip
    return {row[0]: row[1] for row in work.session().execute(query)}


def _write(numbers: Mapping[int, str], kind: PaperKind) -> None:
    session, now = work.session(), clock.now()
    old = delete(_papers).where(_papers.c.client_id.in_(numbers), _papers.c.kind == kind)
    session.execute(old)
    sealers = keys.sealers([who for who, number in numbers.items() if number])
    rows = [
        {"client_id": who, "kind": kind.value, "sealed": sealers[who].seal(number),
         "fingerprint": keys.fingerprint(kind, number), "known_at": now}
        for who, number in numbers.items() if number
    ]  # fmt: skip
    if rows:
        session.execute(insert(_papers), rows)


def _opened(client_id: int) -> dict[str, str]:
    query = select(Paper.kind, Paper.sealed).where(Paper.client_id == client_id)
    rows = work.session().execute(query.join(Client, Client.id == Paper.client_id)).all()
    if not rows:
        return {}
    sealer = keys.opener(client_id)
    return {row.kind: sealer.open(row.sealed) for row in rows}
