"""What a request asks, as a hash: the same request sent again has the same one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Protocol

from flask import request

CHUNK = 65_536  # bytes


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Hashed:
    """A body that is hashed while somebody reads it."""

    def __init__(self, body: _Readable) -> None:
        self._body = body
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._body.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """The hash of all of it: what nobody has read is read now."""
        while self.read(CHUNK):
            pass
        return self._hash.hexdigest()


def of_request(*, streams: bool) -> Callable[[], str]:
    """How the hash of the present request is told: of a form its fields, else its bytes.

    Shape: where the view `streams`, the body is hashed on its way, for it may be larger than
        memory; then the hash is told last.
    """
    query = request.query_string
    if request.form or request.files:
        return _told(json.dumps([query.decode("latin-1"), _fields()]).encode())
    if streams and not request.is_json:
        body = Hashed(request.stream)
        request.stream = body  # type: ignore[assignment]
        return lambda: hashlib.sha256(f"{body.hexdigest()}|".encode() + query).hexdigest()
    return _told(request.get_data(cache=True) + b"|" + query)


def _told(data: bytes) -> Callable[[], str]:
    digest = hashlib.sha256(data).hexdigest()
    return lambda: digest


def _fields() -> list[list[str]]:
    """What a form says; its token is new at each try, and so is the mark between its parts."""
    pairs = request.form.items(multi=True)
    found = [[name, text] for name, text in pairs if name != "csrf_token"]
    for name, file in request.files.items(multi=True):
        found.append([name, file.filename or "", Hashed(file.stream).hexdigest()])
        file.stream.seek(0)
    return sorted(found)
