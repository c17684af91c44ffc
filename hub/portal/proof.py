"""What a client must know beside holding a contact: the end of his id number."""

from __future__ import annotations

from hub.clients import papers

DIGITS = 4


def fits(client_id: int, typed: str) -> bool:
    """Whether the last four signs of a client's id number are these; an X may be small."""
    four = "".join(typed.split()).upper()
    return len(four) == DIGITS and papers.ends_with(client_id, four)
