"""Pictures of numbers: the options of a chart as data, drawn in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from flask import json


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One picture.

    Shape: `series` maps a line's name to its values, one for each of `labels`; `title` is read out
        in place of the picture, and the numbers follow it in a table for those who cannot see it.
    """

    title: Any
    kind: Literal["line", "bar", "pie"]
    labels: Sequence[str]
    series: Mapping[str, Sequence[Decimal | int | None]]
    is_stacked: bool = False

    def options(self) -> str:
        """The chart as JSON for `data-chart`."""
        values = [
            [str(name), [None if value is None else float(value) for value in line]]
            for name, line in self.series.items()
        ]
        return json.dumps(
            {
                "kind": self.kind,
                "labels": [str(label) for label in self.labels],
                "series": values,
                "stacked": self.is_stacked,
            }
        )
