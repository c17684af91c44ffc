"""A kept file as an answer: in parts where a player asks for them, and never run by a browser."""

from __future__ import annotations

from flask import Response, send_file

from hub.kernel import files, filestore
from hub.kernel.filetypes import INLINE, MEDIA, Kind

CACHE = "private, no-cache"
UNKNOWN = "application/octet-stream"


def given(file_id: int, *, shown: bool = True) -> Response:
    """The bytes of a file the present actor may read; ranges and If-None-Match are honoured.

    Shape: `shown` as what they are, a picture in the page; else as bytes to be kept.
    Raises: NotFound, NotScanned, Conflict.
    """
    row = files.readable(file_id)
    kind = Kind(row.kind)
    media = MEDIA.get(kind, UNKNOWN) if shown else UNKNOWN
    response = send_file(
        filestore.place(row.sha256), mimetype=media, conditional=True, etag=row.sha256,
        download_name=row.name, as_attachment=not shown or kind not in INLINE,
    )  # fmt: skip
    response.headers["Cache-Control"] = CACHE
    return response
