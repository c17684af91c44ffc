"""Places on one line as a file of moves would leave them: who stands above whom, on which days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from hub.kernel.dated import FOREVER

Place = tuple[int, int | None, date, date | None]  # broker, superior, first day, end


@dataclass(slots=True)
class Forest:
    """Places by broker; the same rule as in `brokers.moving`, for what is not yet written."""

    places: dict[int, list[tuple[int | None, date, date]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def of(cls, places: Iterable[Place]) -> Forest:
        """The forest of these places."""
        found = cls()
        for broker, superior, first, end in places:
            found.places[broker].append((superior, first, end or FOREVER))
        return found

    def stands_above(self, broker: int, other: int, day: date) -> bool:
        """Whether a broker stands above another, or is he, on any day from the given one on."""
        way, seen = [(other, day, FOREVER)], set[tuple[int, date, date]]()
        while way:
            step = way.pop()
            at, first, end = step
            if at == broker:
                return True
            if step in seen:
                continue
            seen.add(step)
            for superior, begins, ends in self.places.get(at, ()):
                inner = (max(first, begins), min(end, ends))
                if superior is not None and inner[0] < inner[1]:
                    way.append((superior, *inner))
        return False

    def move(self, broker: int, superior: int | None, day: date) -> None:
        """Have a broker stand under another from a day on."""
        kept = [
            (above, first, min(end, day))
            for above, first, end in self.places.get(broker, ())
            if first < day
        ]
        self.places[broker] = [*kept, (superior, day, FOREVER)]
