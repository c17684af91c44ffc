"""Requests that show a token: whom they act for, how many a minute, what a bad one gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, g, request

from hub.accounts import limits, tokens
from hub.accounts.token_models import Token
from hub.accounts.tokens import BadToken, NoSecondFactor
from hub.kernel import audit, doors, parameters, store, tally, work
from hub.kernel.access import Actor
from hub.kernel.errors import TooMany, Unavailable
from hub.kernel.store import Grant

log = structlog.get_logger(__name__)

MINUTE = 60.0  # seconds

_local: dict[int, tuple[float, float]] = {}  # token → requests left, when that was
_lock = threading.Lock()


def install(app: Flask, otherwise: Callable[[], Actor]) -> None:
    """Have API doors take tokens; a request without one is whoever `otherwise` says."""

    def actor() -> Actor:
        lock = doors.lock_of(current_app, request.endpoint)
        return _bearer() if doors.by_token(lock) else otherwise()

    doors.load_actor_with(app, actor)
    app.after_request(_tell_quota)


def _bearer() -> Actor:
    """Whom the shown token stands for.

    Raises: BadToken, TooMany.
    """
    text = request.headers.get("Authorization", "")[7:].strip()
    try:
        found = tokens.find(text, sandbox=current_app.config["HUB"].sandbox)
    except BadToken as error:
        _count(text, error)
        raise
    except NoSecondFactor as error:
        _spend(error.token)
        _note_refusal(error.code, error.token.id)
        raise
    _spend(found.token)
    if tokens.is_stale(found.token):
        token_id = found.token.id
        work.aside(lambda: tokens.note_use(token_id))
    return found.actor


def _count(text: str, error: BadToken) -> None:
    """Count a bad token like a failed sign-in, by its hash and by the network it came from.

    Raises: TooMany.
    """
    secret = current_app.config["HUB"].secret_key
    attempt = limits.tried(tokens.digest(text), request.remote_addr or "", secret=secret)
    limits.look(attempt)
    work.aside(lambda: limits.note(attempt))
    _note_refusal(error.why, error.token_id)


def _note_refusal(why: str, token_id: int | None) -> None:
    """Count and log that somebody was turned away, in the audit too where he had a token."""
    tally.count("refused", "token", why)
    log.warning("token_refused", why=why)
    if token_id is not None:
        work.aside(lambda: audit.append("token-refused", "token", token_id, {"reason": why}))


def _spend(token: Token) -> None:
    """One request of this minute's.

    Raises: TooMany.
    """
    most = token.per_minute or parameters.get(tokens.PER_MINUTE)
    try:
        grant = store.take(f"token:{token.id}", 1, rate=most / MINUTE, burst=most)
    except Unavailable:
        grant = _take_here(token.id, most)
    full_in = (most - grant.left) * MINUTE / most
    g.quota = {
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": str(grant.left),
        "RateLimit-Reset": str(int(full_in) + 1),
    }
    if not grant.tokens:
        raise TooMany(retry_s=int(grant.wait_s) + 1)


def _take_here(token_id: int, most: int) -> Grant:
    """The same bucket in this process, while Redis is away: each process has one."""
    now, rate = time.monotonic(), most / MINUTE
    with _lock:
        left, at = _local.get(token_id, (float(most), now))
        left = min(float(most), left + (now - at) * rate)
        given = 1 if left >= 1 else 0
        _local[token_id] = (left - given, now)
    wait = 0.0 if given else (1 - left) / rate
    return Grant(given, wait, int(left - given))


def _tell_quota(response: Response) -> Response:
    response.headers.update(g.get("quota", {}))
    return response
