"""What a browser may do on our pages: content security policy and its neighbours."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_talisman import Talisman

from hub.kernel.config import Config
from hub.web import shell

PERMISSIONS = dict.fromkeys(("camera", "geolocation", "microphone", "payment", "usb"), "()")


def install(app: Flask, config: Config) -> None:
    """Send the headers with every answer of `app`."""
    # Flask runs these in reverse: registered first, ours sees what Talisman wrote.
    app.after_request(lambda response: _finish(response, config))
    is_secure = config.public_url.startswith("https://")
    Talisman(
        app,
        force_https=is_secure,
        strict_transport_security=is_secure,
        session_cookie_secure=is_secure,
        session_cookie_samesite="Lax",
        frame_options="SAMEORIGIN",
        referrer_policy="same-origin",
        permissions_policy=PERMISSIONS,
        content_security_policy=policy(),
        content_security_policy_nonce_in=["script-src"],
    )


def policy() -> dict[str, str]:
    """Own files only; no inline style, script or handler anywhere."""
    return {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self' LIVE",
        "frame-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "manifest-src": "'self'",
    }


def _finish(response: Response, config: Config) -> Response:
    """Name the live process by the host the page was asked from; keep pages out of caches."""
    for header in ("Content-Security-Policy", "X-Content-Security-Policy"):
        text = response.headers.get(header)
        if text:
            live = shell.live_url(config)
            socket = live.replace("http", "ws", 1)
            response.headers[header] = text.replace("LIVE", f"{live} {socket}")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.headers.get("HX-Request"):
        response.vary.add("HX-Request")
    return response
