"""A kept file as an answer: in parts where a player asks for them, and never run by a browser."""

from __future__ import annotations

from flask import Response, send_file

from hub.kernel import files, filestore
from hub.kernel.filetypes import INLINE, MEDIA, Kind

CACHE = "private, no-cache"
UNKNOWN = "application/octet-stream"


def given(file_id: int) -> Response:
    """The bytes of a file the present actor may read; ranges and If-None-Match are honoured.

    Raises: NotFound, NotScanned, Conflict.
    """
    row = files.readable(file_id)
    kind = Kind(row.kind)
    response = send_file(
        filestore.place(row.sha256), mimetype=MEDIA.get(kind, UNKNOWN), conditional=True,
        etag=row.sha256, download_name=row.name, as_attachment=kind not in INLINE,
    )  # fmt: skip
    response.headers["Cache-Control"] = CACHE
    return response
