"""A request's id: given or made, returned, in every line of the log, handed on to its jobs."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import secrets
import time
from collections.abc import Iterator
from contextvars import ContextVar

import structlog
from flask import Request, Response

from hub.kernel import access, tally

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"
_SOUND = re.compile(r"[A-Za-z0-9._-]{8,64}")
_origin: ContextVar[str] = ContextVar("origin", default="")
_place: ContextVar[str] = ContextVar("place", default="")
_reason: ContextVar[str] = ContextVar("reason", default="")
_NETWORKS = {4: 24, 6: 48}  # bits: a place of work, not one person's machine

BAD = 400  # from this status on a request was turned away
QUIET = frozenset({"healthz", "probes.readyz", "probes.figures", "static_files.file"})


def origin() -> str:
    """The id of the request that the present work comes from; "" where none did."""
    return _origin.get()


def place() -> str:
    """The network that the present request comes from; "" where none did."""
    return _place.get()


def refused(code: str) -> None:
    """Say by a word of the code why the present request is turned away."""
    _reason.set(code)


def network_of(address: str | None) -> str:
    """The network of an address, as it is logged: 203.0.113.0/24; "" when it is none."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network(f"{mapped}/{_NETWORKS[mapped.version]}", strict=False))


def id_of(given: str | None) -> str:
    """The caller's id if it is one, else a new one: what is logged is never free text."""
    return given if given and _SOUND.fullmatch(given) else secrets.token_hex(8)


@contextlib.contextmanager
def following(request_id: str, place: str = "") -> Iterator[None]:
    """Work on behalf of a request: its id stands in every line that is logged inside.

    Shape: `place` is the network it comes from, for the audit log.
    """
    tokens = _origin.set(request_id), _place.set(place), _reason.set("")
    try:
        known = {"request_id": request_id} if request_id else {}
        with structlog.contextvars.bound_contextvars(**known):
            yield
    finally:
        _origin.reset(tokens[0])
        _place.reset(tokens[1])
        _reason.reset(tokens[2])


class Line:
    """The one line a request leaves in the log: its route's template, never what was asked."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._began = time.perf_counter()
        self._actor: int | None = None

    def know(self, actor: access.Actor) -> None:
        """Note who it was, while that is known."""
        self._actor = actor.user_id

    def end(self, response: Response) -> None:
        """Write it, count it, and tell the caller its id."""
        seconds = time.perf_counter() - self._began
        response.headers[HEADER] = origin()
        rule = self._request.url_rule
        route = rule.rule if rule is not None else "-"
        method = self._request.method if rule is not None else "-"
        tally.observe(method, route, response.status_code, seconds)
        told = {}
        if response.status_code >= BAD:
            told = {"reason": _reason.get() or str(response.status_code)}
            tally.count("refused", "request", told["reason"])
        if self._request.endpoint not in QUIET:
            log.info(
                "request", method=method, route=route, status=response.status_code,
                ms=round(seconds * 1000, 1), actor=self._actor, **told,
            )  # fmt: skip
