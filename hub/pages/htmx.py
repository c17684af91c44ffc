"""What htmx needs from an answer."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse


def is_fragment() -> bool:
    """Whether only a part of the page is wanted, without the shell around it."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def go(address: str) -> BaseResponse:
    """Send the browser to `address`, after a form or an htmx request alike."""
    if not is_fragment():
        return redirect(address, 303)
    response = Response(status=204)
    response.headers["HX-Redirect"] = address
    return response


def local(address: str | None, *, otherwise: str = "/") -> str:
    """The address if it lies on this site, for "back to where you were"."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    return otherwise if any(ord(char) < ord(" ") for char in address) else address
