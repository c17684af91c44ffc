"""Files that people brought, given to whom the room of their owner row allows."""

from __future__ import annotations

from flask import Response

from hub.kernel.doors import Door
from hub.pages.files import given

door = Door("files", __name__, url_prefix="/files")


@door.get("/<int:file_id>", needs="own")
def give(file_id: int) -> Response:
    """One file, whole or a range of it."""
    return given(file_id)


# A picture or a PDF in the browser's own viewer, which is an object of the page; nothing runs.
give.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy_nonce_in": [],
    "content_security_policy": {
        "default-src": "'none'", "img-src": "'self'", "media-src": "'self'",
        "object-src": "'self'", "style-src": "'unsafe-inline'", "frame-ancestors": "'self'",
    },
}  # fmt: skip
