"""The built front end: hashed names, kept for a year, sent compressed."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from functools import cache
from pathlib import Path

from flask import Response, request, send_from_directory, url_for

from hub.kernel.doors import Door

STATIC = Path(__file__).parent / "static"
DIST = STATIC / "dist"
YEAR_S = 365 * 24 * 3600

door = Door("static_files", __name__, url_prefix="/static")
mimetypes.add_type("text/javascript", ".js")


@door.get("/<path:name>", needs="public")
def file(name: str) -> Response:
    """One static file, compressed when the build left a twin and the browser takes it."""
    twin = f"{name}.gz"
    is_packed = "gzip" in request.accept_encodings and (STATIC / twin).is_file()
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
    """The address of a built file ("main.js") or of a static one ("logo.svg"), new with its content."""
    built = _manifest(_changed(DIST / "manifest.json")).get(name)
    if built is not None:
        return url_for("static_files.file", name=f"dist/{built}")
    return url_for("static_files.file", name=name, v=_digest(name, _changed(STATIC / name)))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@cache
def _manifest(changed: int) -> dict[str, str]:
    if not changed:
        return {}
    names: dict[str, str] = json.loads((DIST / "manifest.json").read_text("utf-8"))
    return names


@cache
def _digest(name: str, changed: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8] if changed else ""
