"""Keys of people: what is sealed for somebody is gone when his key is.

Shape of a seal: "1." and base64 of nonce and AES-GCM text, bound to the person it is for.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Index, LargeBinary, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import audit, clock, outbox, work
from hub.kernel.base import Base, Utc, table_of
from hub.kernel.errors import HubError
from hub.kernel.inserts import insert_new
from hub.kernel.ring import Ring, ring, save

NONCE_BYTES = 12
FORM = "1."
BATCH = 1_000  # keys wrapped anew in one unit


class PersonKey(Base):
    """One person's key, wrapped by a key of the ring; emptied when he is erased."""

    __tablename__ = "kernel_person_key"
    __table_args__ = (Index("ix_kernel_person_key_ring_key", "ring_key", "person_id"),)

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ring_key: Mapped[str] = mapped_column(String(12))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Utc]
    destroyed_at: Mapped[Utc | None]


_keys = table_of(PersonKey)


class Erased(HubError):
    """The person's key was destroyed: what was sealed for him is gone."""

    status, code = 410, "erased"


class BrokenSeal(HubError):
    """A seal that was changed, or made for somebody else."""

    code = "broken-seal"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens for one person. Does not print its key."""

    person_id: int
    _key: bytes

    def __repr__(self) -> str:
        return f"Sealer({self.person_id})"

    def seal(self, text: str) -> str:
        """A seal of `text`; two seals of the same text differ."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(nonce, text.encode(), _whom(self.person_id))
        return FORM + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str) -> str:
        """The text of a seal.

        Raises: BrokenSeal.
        """
        try:
            if not sealed.startswith(FORM):
                raise ValueError(sealed[:2])
            raw = base64.b64decode(sealed[len(FORM) :], validate=True)
            nonce, body = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return AESGCM(self._key).decrypt(nonce, body, _whom(self.person_id)).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise BrokenSeal("a seal was changed or belongs to somebody else") from error


def _whom(person_id: int) -> bytes:
    return f"person:{person_id}".encode()


def sealer(person_id: int) -> Sealer:
    """The sealer of one person; his key is made at the first use.

    Raises: Erased, KeyMissing.
    """
    return sealers([person_id])[person_id]


def sealers(person_ids: Collection[int]) -> Mapping[int, Sealer]:
    """The sealers of many people, with a few statements for all of them.

    Raises: Erased when one of them was erased; KeyMissing.
    """
    held = ring()
    found = _stored(person_ids)
    missing = sorted(set(person_ids) - {row.person_id for row in found})
    if missing:
        _make(missing, held)
        found = _stored(person_ids)
    return {row.person_id: Sealer(row.person_id, _unwrapped(row, held)) for row in found}


def opener(person_id: int) -> Sealer:
    """The sealer of a person who has a key already, for units that only read.

    Raises: Erased, also for one who never had a key; KeyMissing.
    """
    rows = _stored([person_id])
    if not rows:
        raise Erased("nothing was ever sealed for this person")
    return Sealer(person_id, _unwrapped(rows[0], ring()))


def exists(person_id: int) -> bool:
    """Whether a person has a key that was not destroyed."""
    query = select(_keys.c.person_id).where(
        _keys.c.person_id == person_id, _keys.c.destroyed_at.is_(None)
    )
    return work.session().scalar(query) is not None


def fingerprint(kind: str, text: str) -> str:
    """A keyed hash for exact-match search: 64 hex digits."""
    return ring().fingerprint(kind, text)


def destroy(person_id: int) -> None:
    """Take a person's key away for good: everything sealed for him can be read no more."""
    work.session().execute(
        update(_keys)
        .where(_keys.c.person_id == person_id, _keys.c.destroyed_at.is_(None))
        .values(wrapped=b"", destroyed_at=clock.now())
    )
    audit.append("destroyed", "person-key", person_id)


def rotate() -> str:
    """Add a key to the ring and have all people's keys wrapped with it → its name."""
    changed = ring().with_new_key()
    save(changed)
    audit.append("rotated", "key-ring", None, {"newest": changed.newest})
    outbox.defer("kernel.rewrap_keys", f"{changed.newest}:0", step=0)
    return changed.newest


def rewrap(step: int) -> None:
    """Job: wrap the next keys with the newest one; queues its successor until none is left."""
    held = ring()
    query = (
        select(_keys.c.person_id, _keys.c.ring_key, _keys.c.wrapped, _keys.c.destroyed_at)
        .where(_keys.c.ring_key != held.newest, _keys.c.destroyed_at.is_(None))
        .order_by(_keys.c.ring_key, _keys.c.person_id)
        .limit(BATCH)
    )
    rows = work.session().execute(query).all()
    if not rows:
        return
    values = [
        {"who": row.person_id, "by": held.newest,
         "anew": _wrapped(_unwrapped(row, held), row.person_id, held)}
        for row in rows
    ]  # fmt: skip
    anew = update(_keys).where(_keys.c.person_id == bindparam("who"))
    anew = anew.values(ring_key=bindparam("by"), wrapped=bindparam("anew"))
    work.session().connection().execute(anew, values)
    outbox.defer("kernel.rewrap_keys", f"{held.newest}:{step + 1}", step=step + 1)


def in_use() -> dict[str, int]:
    """Ring key → how many people's keys are wrapped with it."""
    query = select(_keys.c.ring_key, func.count().label("people"))
    query = query.where(_keys.c.destroyed_at.is_(None)).group_by(_keys.c.ring_key)
    return {row.ring_key: row.people for row in work.session().execute(query)}


def prune() -> list[str]:
    """Take keys off the ring that wrap nothing any more → their names."""
    held, used = ring(), in_use()
    gone = [name for name in held.keys if name != held.newest and name not in used]
    for name in gone:
        held = held.without(name)
    if gone:
        work.after_commit(partial(save, held))
        audit.append("pruned", "key-ring", None, {"keys": gone})
    return gone


def missing() -> dict[str, int]:
    """Keys the ring lacks, and how many people's seals cannot be opened for it."""
    held = ring()
    return {name: people for name, people in in_use().items() if name not in held.keys}


def _stored(person_ids: Collection[int]) -> list[Any]:
    query = select(
        _keys.c.person_id, _keys.c.ring_key, _keys.c.wrapped, _keys.c.destroyed_at
    ).where(_keys.c.person_id.in_(sorted(person_ids)))
    return list(work.session().execute(query))


def _make(person_ids: list[int], held: Ring) -> None:
    now = clock.now()
    rows = [
        {"person_id": number, "ring_key": held.newest, "made_at": now,
         "wrapped": _wrapped(AESGCM.generate_key(256), number, held)}
        for number in person_ids
    ]  # fmt: skip
    # Another unit may have made one meanwhile: his first key stands.
    work.session().execute(insert_new(_keys, ["person_id"]), rows)


def _wrapped(key: bytes, person_id: int, held: Ring) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(held.key(held.newest)).encrypt(nonce, key, _whom(person_id))


def _unwrapped(row: Any, held: Ring) -> bytes:
    if row.destroyed_at is not None:
        raise Erased("this person was erased: what was sealed for him is gone")
    nonce, body = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
    try:
        return AESGCM(held.key(row.ring_key)).decrypt(nonce, body, _whom(row.person_id))
    except InvalidTag as error:
        raise BrokenSeal("a person's key was changed") from error
