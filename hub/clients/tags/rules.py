"""What a tag may be called: no database, no web."""

from __future__ import annotations

NAME_MOST = 40  # characters


def named(text: str) -> str:
    """A name in its one form; "" when nothing readable is left."""
    name = " ".join(text.split())
    return name if name.isprintable() else ""


def folded(name: str) -> str:
    """A name as it is compared: VIP and vip are one tag."""
    return name.casefold()
