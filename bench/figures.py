"""A figure: ours and the floor, interleaved, the median ratio against its goal."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table, judged against its own goal only.

    Shape: `better` is "higher" or "lower"; `exponent` how the cost grows with size, or None.
    """

    id: str
    better: str
    ours_raw: list[float]
    floor_raw: list[float]
    ratio: float
    goal: float
    rounds: int
    sizes: list[int]
    exponent: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio >= self.goal if self.better == "higher" else self.ratio <= self.goal


def ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(o / f for o, f in zip(ours, floor, strict=True))


def exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """How a cost grows: 1 is in proportion to the size."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def interleaved(
    rounds: int, ours: Callable[[], float], floor: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Measure both in turn, so that a noisy moment meets both."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def write(figures: Sequence[Figure]) -> None:
    """Replace the rows of these ids in results.json."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else []
    new = [asdict(figure) | {"holds": figure.holds, "commit": commit} for figure in figures]
    ids = {row["id"] for row in new}
    rows = [row for row in kept if row["id"] not in ids] + new
    rows.sort(key=lambda row: row["id"])
    RESULTS.write_text(json.dumps(rows, indent=1), "utf-8")


def table(figures: Sequence[Figure]) -> str:
    """`id | ours | floor | ratio | goal | holds`."""
    lines = ["id | ours | floor | ratio | goal | holds | exponent"]
    for figure in figures:
        ours, floor = statistics.median(figure.ours_raw), statistics.median(figure.floor_raw)
        sign = "≥" if figure.better == "higher" else "≤"
        grows = "-" if figure.exponent is None else f"{figure.exponent:.2f}"
        lines.append(
            f"{figure.id} | {ours:,.3g} {figure.unit} | {floor:,.3g} {figure.unit} | "
            f"{figure.ratio:.2f} | {sign} {figure.goal} | "
            f"{'yes' if figure.holds else 'no'} | {grows}"
        )
    return "\n".join(lines)
