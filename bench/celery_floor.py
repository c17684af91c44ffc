"""The floor of P3: Celery's no-ops, its solo pool, results ignored."""

from __future__ import annotations

import os

from celery import Celery

app = Celery("floor", broker=os.environ.get("BENCH_BROKER", ""))
app.conf.task_ignore_result = True


@app.task(name="floor.nothing")  # type: ignore[untyped-decorator]
def nothing() -> None:
    """Do nothing."""
