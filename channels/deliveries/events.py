"""Facts about batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMoved(Event):
    """A batch went to another state.

    Shape: `cause` is what its sender named it; `round` tells one resume from the next.
    """

    name: ClassVar[str] = "channels.batch_moved"

    batch_id: int
    cause: str
    state: str
    round: int
