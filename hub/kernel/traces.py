"""Errors in the log: where they happened and what in one line, never what was written."""

from __future__ import annotations

import traceback
from types import TracebackType

from hub.kernel.errors import brief

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def render(found: ExcInfo) -> str:
    """The frames, the error in one line, and the same of what caused it."""
    parts: list[str] = []
    error: BaseException | None = found[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{brief(error)}")
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return "\ncaused by:\n".join(parts)
