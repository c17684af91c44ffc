"""Questions of machines: is it alive, can it work, what are its figures."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from hub.kernel import metrics, readiness
from hub.kernel.config import Config
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound

door = Door("probes", __name__)


@door.get("/readyz", needs="public")
def readyz() -> ResponseReturnValue:
    """200, or 503 and which part stands how: names and states, no detail to strangers."""
    found = readiness.parts()
    status = 200 if all(part.is_ok for part in found) else 503
    if request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "text/plain":
        lines = "".join(f"{part.name}: {part.state}\n" for part in found)
        return Response(lines, status=status, mimetype="text/plain")
    body = jsonify(ready=status == 200, parts={part.name: part.state for part in found})  # noqa: PLR2004
    body.status_code = status
    return body


@door.get("/metrics", needs="public")
def figures() -> ResponseReturnValue:
    """The figures, for this machine's own collector or one that holds the token.

    Raises: NotFound for everybody else.
    """
    if not (_is_near() or _holds_token()):
        raise NotFound
    return Response(metrics.page(), content_type=metrics.CONTENT_TYPE)


def _is_near() -> bool:
    """Whether the caller sits on this machine: a proxy's callers come from further away."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _holds_token() -> bool:
    config: Config = current_app.config["HUB"]
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    is_bearer = bool(config.metrics_token) and kind.lower() == "bearer"
    return is_bearer and hmac.compare_digest(given.encode(), config.metrics_token.encode())
