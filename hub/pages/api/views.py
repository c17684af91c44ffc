"""Where the API's description is found."""

from __future__ import annotations

from flask import Response

from hub.kernel.doors import Door
from hub.pages.api import spec, writing
from hub.pages.api.doors import PREFIX

door = Door("api", __name__, url_prefix=PREFIX)


@door.get("/openapi.json", needs="public")
def openapi() -> Response:
    """The OpenAPI description: it holds no data, so anybody may read it."""
    return writing.tagged(Response(spec.text(), mimetype="application/json"))
