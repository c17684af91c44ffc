"""What a room holds of people: exported, erased, and merged when two rows are one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Two rows of one person become one.

    Shape: `take` names the fields in which the row that goes is right.
    """

    kept: int
    gone: int
    take: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What this module holds of a person, table by table.

    Shape: `merge` gives rows of `moved` (table → its columns with a person's id) to the one who
        is kept; rows of `stays` stay with whom they were written of. `settle(ids)` puts right
        what follows from rows, after a merge and after one that was taken back.
    """

    export: Callable[[int], Mapping[str, Any]]
    erase: Callable[[int], None]
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    merge: Callable[[Merger], None] | None = None
    settle: Callable[[tuple[int, ...]], None] | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table with a person's id."""
        return (*self.moved, *self.stays)
