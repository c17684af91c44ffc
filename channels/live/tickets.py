"""Tickets: the page's server says which rooms a browser may join; the live process only checks."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

AGE_S = 60  # a browser fetches a fresh ticket at each connect
EVENT = "push"
QUEUE = "hub:live"  # the Redis channel between those who push and the live process
DROP_CHANNEL = "hub:live:drop"
REFUSED = ("refused", "socket")  # the counter of what a door turned away, and this door
DROPPED_S = AGE_S + 5  # outlives every ticket made before the drop


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="live-ticket")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose connection it is, and the rooms it may join."""

    user_id: int
    rooms: list[str]


def issue(secret: str, ticket: Ticket) -> str:
    """A signed ticket, good for a minute."""
    return str(_serializer(secret).dumps([ticket.user_id, ticket.rooms]))


def opened(secret: str, text: object) -> Ticket | None:
    """What a ticket says; None for one that is forged, old or no ticket at all."""
    if not isinstance(text, str):
        return None
    try:
        user_id, rooms = _serializer(secret).loads(text, max_age=AGE_S)
    except BadSignature:
        return None
    return Ticket(int(user_id), [str(room) for room in rooms])


def room_of(user_id: int) -> str:
    """The room of all connections of a user."""
    return f"user:{user_id}"


def room_of_session(session_id: int) -> str:
    """The room of all connections of one device that is signed in."""
    return f"session:{session_id}"


def dropped_flag(room: str) -> str:
    """The Redis key that says: no ticket made before now opens this room's connections."""
    return f"hub:flag:dropped:{room}"
