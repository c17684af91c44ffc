"""Tickets: the page's server says which rooms a browser may join; the live process only checks."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

AGE_S = 60  # a browser fetches a fresh ticket at each connect
EVENT = "push"
QUEUE = "hub:live"  # the Redis channel between those who push and the live process
DROP_CHANNEL = "hub:live:drop"


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="live-ticket")


def issue(secret: str, rooms: list[str]) -> str:
    """A ticket for `rooms`."""
    return str(_serializer(secret).dumps(rooms))


def rooms_of(secret: str, ticket: object) -> list[str] | None:
    """The rooms of a ticket; None for one that is forged, old or no ticket at all."""
    if not isinstance(ticket, str):
        return None
    try:
        rooms = _serializer(secret).loads(ticket, max_age=AGE_S)
    except BadSignature:
        return None
    return [str(room) for room in rooms]
