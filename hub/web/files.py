"""The built front end: hashed names, kept for a year, sent compressed."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable
from pathlib import Path

from flask import Response, request, send_from_directory
from flask_babel import lazy_gettext as _

from hub.kernel.config import Config
from hub.kernel.doors import Door
from hub.kernel.module import Finding

STATIC = Path(__file__).parent / "static"
DIST = STATIC / "dist"
YEAR_S = 365 * 24 * 3600

door = Door("static_files", __name__, url_prefix="/static")
mimetypes.add_type("text/javascript", ".js")


@door.get("/<path:name>", needs="public")
def file(name: str) -> Response:
    """One static file, compressed when the build left a twin and the browser takes it."""
    twin = f"{name}.gz"
    is_packed = request.accept_encodings.quality("gzip") > 0 and (STATIC / twin).is_file()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = send_from_directory(
        STATIC, twin if is_packed else name, mimetype=kind, conditional=True, max_age=YEAR_S
    )
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def asset(name: str) -> str:
    """The address of a built or static file, new when its content is.

    Shape: read once per process; a new build is followed by a restart.
    """
    if name not in _addresses and (address := _find(name)):
        _addresses[name] = address
    return _addresses.get(name, f"/static/{name}")


def bundle(config: Config) -> Iterable[Finding]:
    """The front end was built."""
    del config
    if (DIST / "manifest.json").is_file():
        yield Finding(state="ok", text=_("built"))
    else:
        yield Finding(
            state="fault",
            text=_("it was not built"),
            cure=_("run `python3 -m tools.setup run`"),
        )


_addresses: dict[str, str] = {}


def _find(name: str) -> str:
    manifest = DIST / "manifest.json"
    built = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}
    if name in built:
        return f"/static/dist/{built[name]}"
    own = STATIC / name
    if not own.is_file():
        return ""
    return f"/static/{name}?v={hashlib.sha256(own.read_bytes()).hexdigest()[:8]}"
