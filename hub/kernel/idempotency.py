"""Idempotency-Key: a POST that comes again is answered again, not done again.

Source: draft-ietf-httpapi-idempotency-key-header; docs/adr/0011.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, current_app, g, request
from flask_babel import gettext as _
from sqlalchemy import Index, LargeBinary, String, Table, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, clock, fingerprints, owners, work
from hub.kernel.base import Base, Id, Utc, table_of
from hub.kernel.errors import Conflict, Invalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "HX-Redirect")
KEEP_H = 24
PURGE_ROWS = 5_000
NONCE = 12  # bytes

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyReused(Invalid):
    """The key came before with another request."""

    code = "idempotency-key-reused"


class InProgress(Conflict):
    """The first request with this key is still at work."""

    code = "idempotency-key-in-use"

    def __init__(self) -> None:
        super().__init__(_("The first request with this key is still at work: ask again."))
        self.headers = {"Retry-After": "1"}


class Kept(Base):
    """The answer to a key; `owner` is the process at work while there is none yet.

    Shape: `mark` is a hash of whose key it is and of the route, `asked` of what was sent; the
        answer is sealed by the key itself, which is kept nowhere.
    """

    __tablename__ = "kernel_idempotency"
    __table_args__ = (Index("ix_kernel_idempotency_created_at", "created_at"),)

    id: Mapped[Id]
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    asked: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Utc]


@dataclass(slots=True)
class Errand:
    """A request with a key, on its way."""

    mark: str
    seal: bytes
    asked: Callable[[], str]
    is_apart: bool

    @property
    def number(self) -> int:
        """What PostgreSQL locks it by."""
        return int.from_bytes(bytes.fromhex(self.mark[:16]), "big", signed=True)


def begin(*, reads: bool) -> Response | None:
    """The stored answer, or None when the work is to be done; `keep` must follow then.

    Shape: in a writing unit the claim lives and dies with the unit, so a crash frees it; a unit
        that reads (its view writes in units of its own) leaves a row that names its process.
    Raises: KeyReused, InProgress, Invalid.
    """
    key, user_id = request.headers.get(HEADER), access.current().user_id
    if request.method != "POST" or key is None or user_id is None:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid({HEADER: _("Write 1 to 255 visible ASCII characters.")})
    errand = _errand(key, user_id, reads=reads)
    kept = work.apart(lambda: _claim_apart(errand)) if reads else _claim(errand)
    if kept is not None:
        return _replay(errand, *kept)
    g.idempotent_errand = errand
    return None


def keep(response: Response) -> None:
    """Store the answer with the work it tells of; nothing that another try may change."""
    errand: Errand | None = g.pop("idempotent_errand", None)
    if errand is None:
        return
    mine = _table().c.mark == errand.mark
    if response.status_code >= 500 or response.status_code == 429:  # noqa: PLR2004 - HTTP's
        if errand.is_apart:
            work.aside(lambda: _run(delete(_table()).where(mine)))
        return
    values = {"asked": errand.asked(), "owner": None, "answer": _sealed(errand, response)}
    if errand.is_apart:
        work.aside(lambda: _run(update(_table()).where(mine).values(values)))
    elif work.is_failing():
        work.aside(lambda: _run(_insert(errand, values)))
    else:
        _run(_insert(errand, values))


def purge() -> None:
    """Forget old answers, a slice at a time."""
    table = _table()
    old = select(table.c.id).where(table.c.created_at < clock.now() - timedelta(hours=KEEP_H))
    _run(delete(table).where(table.c.id.in_(old.limit(PURGE_ROWS))))


def _errand(key: str, user_id: int, *, reads: bool) -> Errand:
    mark = hashlib.sha256(f"{user_id}|{request.path}|{key}".encode()).hexdigest()
    secret = current_app.config["HUB"].secret_key
    seal = hashlib.sha256(f"idempotency|{secret}|{mark}|{key}".encode()).digest()
    return Errand(mark, seal, fingerprints.of_request(streams=reads), reads)


def _claim(errand: Errand) -> tuple[str, bytes] | None:
    """On SQLite the unit holds the one writer's lock; on PostgreSQL a lock of the key's own."""
    session = work.session()
    if work.dialect() == "postgresql":
        locked = select(func.pg_try_advisory_xact_lock(errand.number))
        if not session.scalar(locked):
            raise InProgress
    row = _row(errand)
    return None if row is None else (row.asked, row.answer)


def _claim_apart(errand: Errand) -> tuple[str, bytes] | None:
    session, table = work.session(), _table()
    mine = {"asked": "", "owner": owners.me(), "answer": None}
    if session.scalar(_insert(errand, mine).returning(table.c.id)) is not None:
        return None
    row = _row(errand)
    if row is not None and row.answer is not None:
        return row.asked, row.answer
    if row is not None and owners.is_dead(row.owner):
        free = (table.c.mark == errand.mark) & (table.c.owner == row.owner)
        taken: Any = session.execute(update(table).where(free).values(owner=owners.me()))
        if taken.rowcount:
            return None
    raise InProgress


def _row(errand: Errand) -> Any:
    return work.session().execute(select(_table()).where(_table().c.mark == errand.mark)).first()


def _insert(errand: Errand, values: dict[str, Any]) -> Any:
    insert = sqlite_insert if current_app.config["HUB"].is_sqlite else pg_insert
    row = values | {"mark": errand.mark, "created_at": clock.now()}
    return insert(_table()).values(row).on_conflict_do_nothing(index_elements=["mark"])


def _run(statement: Any) -> None:
    work.session().execute(statement)


def _sealed(errand: Errand, response: Response) -> bytes:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    head = json.dumps([response.status_code, headers]).encode()
    nonce = secrets.token_bytes(NONCE)
    plain = head + b"\n" + response.get_data()
    return nonce + AESGCM(errand.seal).encrypt(nonce, plain, errand.mark.encode())


def _replay(errand: Errand, asked: str, answer: bytes) -> Response:
    if errand.asked() != asked:
        raise KeyReused({HEADER: _("This key came before with another request: use a new one.")})
    try:
        plain = AESGCM(errand.seal).decrypt(answer[:NONCE], answer[NONCE:], errand.mark.encode())
    except InvalidTag as error:
        # The installation's secret is another one now: what was answered cannot be told.
        raise Conflict(code="answer-lost") from error
    head, _mark, body = plain.partition(b"\n")
    status, headers = json.loads(head)
    response = Response(body, status=status, headers=headers)
    response.headers[REPLAYED] = "true"
    return response


def _table() -> Table:
    return table_of(Kept)
