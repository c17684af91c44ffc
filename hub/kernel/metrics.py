"""Figures for Prometheus: gauges from SQL by index, counters that Redis sums over all processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, text

from hub.kernel import audit, clock, outbox, search, store, tally, vitals, work
from hub.kernel.backups import shelf
from hub.kernel.base import table_of
from hub.kernel.errors import Unavailable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: a name, what it is about, its value."""

    name: str
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counter:
    """How a tally is shown: name, help, and its labels in the order they were counted."""

    name: str
    help: str
    labels: tuple[str, ...]


COUNTERS = {
    "requests": Counter("hub_requests_total", "Answered requests.", ("method", "route", "status")),
    "wake_ups": Counter("hub_wake_ups_total", "Workers asked to drain a lane.", ("lane",)),
    "wake_ups_lost": Counter("hub_wake_ups_lost_total", "Wake-ups Redis did not take.", ("lane",)),
    "jobs": Counter("hub_jobs_total", "Jobs by how they ended.", ("job", "outcome")),
    "provider": Counter(
        "hub_provider_outcomes_total", "What providers said.", ("channel", "outcome")
    ),
    "refused": Counter("hub_refused_total", "What a door turned away.", ("door", "reason")),
    "suppressed": Counter(
        "hub_suppressed_total", "Messages a gate stopped.", ("channel", "reason")
    ),
}
GAUGES = {
    "hub_outbox_rows": "Rows of the outbox that are not done, by lane and state.",
    "hub_outbox_oldest_seconds": "How long the oldest due row of a lane waits.",
    "hub_queue_length": "Wake-ups in Redis that no worker has taken yet.",
    "hub_audit_unsealed_rows": "Rows of the audit log behind the last link of its chain.",
    "hub_search_unindexed_rows": "Changes the search index has not seen.",
    "hub_processes": "Processes heard lately, by kind.",
    "hub_sockets": "Open websockets.",
    "hub_backup_age_seconds": "Age of the newest backup; absent when there is none.",
    "hub_redis_up": "Whether Redis answers.",
    "hub_build_info": "The version that answers.",
}


def page() -> str:
    """Everything as Prometheus reads it; in a unit that reads."""
    lines: list[str] = []
    gauges = [*_from_sql(), *_from_redis(), *_from_disk()]
    gauges.append(Sample("hub_build_info", 1, {"version": vitals.VERSION}))
    gauges.sort(key=lambda sample: sample.name)
    for name, samples in groupby(gauges, key=lambda sample: sample.name):
        lines += _family(name, "gauge", GAUGES[name], samples)
    try:
        lines += _counters(tally.sums())
    except Unavailable:
        lines.append("# Redis does not answer: no counters")
    return "\n".join(lines) + "\n"


def open_rows() -> list[tuple[str, str, int, datetime | None]]:
    """(lane, state, count, the oldest due moment) of what is not done.

    Shape: one select per partial index of the outbox; none reads the rows that are done.
    """
    rows = outbox.table()
    found: list[tuple[str, str, int, datetime | None]] = []
    for condition, oldest in (
        ("state = 'waiting'", func.min(rows.c.due_at)),
        ("state = 'running'", None),
        (outbox.STUCK.text, None),
    ):
        columns = [rows.c.lane, rows.c.state, func.count()]
        query = select(*columns, *([oldest] if oldest is not None else ()))
        grouped = query.where(text(condition)).group_by(rows.c.lane, rows.c.state)
        for row in work.session().execute(grouped):
            due = row[3] if oldest is not None else None
            found.append((outbox.LANES[row[0]], str(row[1]), int(row[2]), due))
    return found


def _from_sql() -> Iterator[Sample]:
    now = clock.now()
    for lane, state, count, due in open_rows():
        yield Sample("hub_outbox_rows", count, {"lane": lane, "state": state})
        if due is not None:
            age = max(0.0, (now - due).total_seconds())
            yield Sample("hub_outbox_oldest_seconds", age, {"lane": lane})
    yield Sample("hub_audit_unsealed_rows", audit.unsealed(), {})
    waiting = select(func.count()).select_from(table_of(search.Unindexed))
    yield Sample("hub_search_unindexed_rows", work.session().scalar(waiting) or 0, {})


def _from_redis() -> Iterator[Sample]:
    try:
        heard = [beat for beat in store.heard() if beat.is_alive]
        lengths = {lane: store.waiting(lane) for lane in outbox.LANES}
    except Unavailable:
        yield Sample("hub_redis_up", 0, {})
        return
    yield Sample("hub_redis_up", 1, {})
    for kind, found in groupby(heard, key=lambda beat: beat.kind):
        yield Sample("hub_processes", len(list(found)), {"kind": kind})
    yield Sample("hub_sockets", sum(int(beat.facts.get("sockets", 0)) for beat in heard), {})
    for lane, length in lengths.items():
        yield Sample("hub_queue_length", length, {"lane": lane})


def _from_disk() -> Iterator[Sample]:
    newest = shelf.newest()
    if newest is not None:
        yield Sample("hub_backup_age_seconds", (clock.now() - newest.at).total_seconds(), {})


def _counters(sums: Mapping[tuple[str, ...], float]) -> Iterator[str]:
    for key, counter in COUNTERS.items():
        samples = [
            Sample(counter.name, value, dict(zip(counter.labels, found[1:], strict=True)))
            for found, value in sorted(sums.items())
            if found[0] == key
        ]
        yield from _family(counter.name, "counter", counter.help, samples)
    yield from _histogram(sums)


def _histogram(sums: Mapping[tuple[str, ...], float]) -> Iterator[str]:
    name = "hub_request_seconds"
    samples = []
    for route in sorted({key[1] for key in sums if key[0] == "seconds_sum"}):
        total = 0.0
        for edge in (*map(str, tally.BUCKETS_S), "+Inf"):
            total += sums.get(("seconds_bucket", route, edge), 0)
            samples.append(Sample(f"{name}_bucket", total, {"route": route, "le": edge}))
        samples.append(Sample(f"{name}_sum", sums["seconds_sum", route], {"route": route}))
        samples.append(Sample(f"{name}_count", total, {"route": route}))
    yield from _family(name, "histogram", "Seconds until an answer.", samples)


def _family(name: str, kind: str, told: str, samples: Iterable[Sample]) -> Iterator[str]:
    lines = [_line(sample) for sample in samples]
    if lines:
        yield f"# HELP {name} {told}"
        yield f"# TYPE {name} {kind}"
        yield from lines


def _line(sample: Sample) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
    return f"{sample.name}{{{pairs}}} {sample.value:.10g}" if pairs else (
        f"{sample.name} {sample.value:.10g}"
    )  # fmt: skip


def _escaped(value: Any) -> str:
    # Source: Prometheus text format 0.0.4, label values.
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
