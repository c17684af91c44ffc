"""Questions of machines: /readyz says what is wrong, /metrics what Prometheus can read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from hub.kernel import access, audit, outbox, store, tally, work
from hub.kernel.config import Config

ALL_WELL = {
    "database": "ok", "migrations": "ok", "redis": "ok", "workers": "ok", "scheduler": "ok",
}  # fmt: skip
FAR = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(autouse=True)
def quiet() -> None:
    tally.forget()


def beat() -> None:
    store.beat("here.1.1", "worker")
    store.beat("here.2.1", "cron")


def parts(app: Flask) -> tuple[int, dict[str, str]]:
    answer = app.test_client().get("/readyz")
    assert answer.json is not None
    return answer.status_code, answer.json["parts"]


def metrics(app: Flask) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def labels(**named: str) -> frozenset[tuple[str, str]]:
    return frozenset(named.items())


def test_it_is_ready_when_every_part_works(app: Flask) -> None:
    beat()
    assert parts(app) == (200, ALL_WELL)


def test_a_silent_worker_or_scheduler_is_named(app: Flask) -> None:
    store.beat("here.2.1", "cron")
    assert parts(app) == (503, ALL_WELL | {"workers": "down"})
    store.leave("here.2.1")
    assert parts(app)[1]["scheduler"] == "down"


def test_without_redis_it_is_not_ready_and_the_pages_go_on(app: Flask) -> None:
    store.bind("redis://127.0.0.1:1/0")
    away = {"redis": "down", "workers": "unknown", "scheduler": "unknown"}
    assert parts(app) == (503, ALL_WELL | away)
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/login").status_code == 200
    assert "hub_redis_up 0" in app.test_client().get("/metrics").text


def test_tables_that_are_not_of_this_version_are_named(app: Flask) -> None:
    beat()
    with work.unit():
        work.session().execute(text("UPDATE channels_version SET version = '0000'"))
    assert parts(app) == (503, ALL_WELL | {"migrations": "down"})


@pytest.mark.database("sqlite")
def test_a_database_that_cannot_be_opened_is_named_and_nothing_else_told(app: Flask) -> None:
    beat()
    config: Config = app.config["HUB"]
    work.let_go()
    (config.data / "hub.db").unlink()
    (config.data / "hub.db").mkdir()
    try:
        answer = app.test_client().get("/readyz", headers={"Accept": "text/plain"})
        assert answer.status_code == 503
        assert answer.text.splitlines()[:2] == ["database: down", "migrations: unknown"]
        assert str(config.data) not in answer.text
    finally:
        work.let_go()
        (config.data / "hub.db").rmdir()


def test_figures_are_for_this_machine_or_for_the_token(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=FAR).status_code == 404
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert proxied.status_code == 404
    before: Config = app.config["HUB"]
    app.config["HUB"] = replace(before, metrics_token="let-me-see")
    try:
        for token, status in (("let-me-see", 200), ("let-me", 404), ("", 404)):
            header = {"Authorization": f"Bearer {token}"}
            got = client.get("/metrics", environ_base=FAR, headers=header)
            assert got.status_code == status
    finally:
        app.config["HUB"] = before


def test_an_empty_token_opens_nothing(app: Flask) -> None:
    header = {"Authorization": "Bearer "}
    assert app.test_client().get("/metrics", environ_base=FAR, headers=header).status_code == 404


def test_the_figures_say_what_waits_runs_and_failed(app: Flask) -> None:
    beat()
    with work.unit(), access.acting(access.SYSTEM):
        for number in range(3):
            outbox.defer("kernel.seal", str(number))
        outbox.defer("kernel.seal", "4", lane="code")
        audit.append("tried", "trial")
    with work.unit():
        work.session().execute(text("UPDATE kernel_outbox SET state = 'failed' WHERE id = 1"))
    found = metrics(app)
    rows = found["hub_outbox_rows"]
    assert rows[labels(lane="work", state="waiting")] == 2
    assert rows[labels(lane="work", state="failed")] == 1
    assert rows[labels(lane="code", state="waiting")] == 1
    assert found["hub_outbox_oldest_seconds"][labels(lane="code")] >= 0
    assert found["hub_audit_unsealed_rows"][labels()] == 1
    assert found["hub_processes"] == {labels(kind="cron"): 1, labels(kind="worker"): 1}
    assert found["hub_queue_length"][labels(lane="work")] == 1
    assert found["hub_wake_ups_total"][labels(lane="work")] == 1


def test_requests_are_counted_by_route_and_not_by_address(app: Flask) -> None:
    client = app.test_client()
    for number in range(3):
        client.get(f"/u/token-{number}")
    client.get("/no-such-page/138001380001")
    found = metrics(app)
    seen = found["hub_requests_total"]
    assert seen[labels(method="GET", route="/u/<token>", status="404")] == 3
    assert seen[labels(method="-", route="-", status="404")] == 1
    assert "138001380001" not in str(found)
    buckets = found["hub_request_seconds_bucket"]
    assert buckets[labels(route="/u/<token>", le="+Inf")] == 3
    assert found["hub_request_seconds_count"][labels(route="/u/<token>")] == 3


def test_what_several_processes_count_is_one_sum(app: Flask) -> None:
    tally.count("jobs", "trial.job", "ran", by=2)
    tally.flush()
    tally.forget()  # another process begins at nothing
    tally.count("jobs", "trial.job", "ran")
    assert metrics(app)["hub_jobs_total"][labels(job="trial.job", outcome="ran")] == 3


def test_what_was_counted_while_redis_was_away_is_not_lost(app: Flask) -> None:
    url = app.config["HUB"].redis_url
    store.bind("redis://127.0.0.1:1/0")
    tally.count("jobs", "trial.job", "ran")
    tally.flush()
    store.bind(url)
    assert metrics(app)["hub_jobs_total"][labels(job="trial.job", outcome="ran")] == 1


@pytest.mark.database("sqlite")
def test_no_figure_walks_over_the_rows_that_are_done(app: Flask) -> None:
    del app
    plans: list[Any] = []
    with work.unit(writes=False):
        for condition in ("state = 'waiting'", "state = 'running'", outbox.STUCK.text):
            query = (
                "EXPLAIN QUERY PLAN SELECT lane, state, count(*) FROM kernel_outbox "
                f"WHERE {condition} GROUP BY lane, state"
            )
            plans += [row[3] for row in work.session().execute(text(query))]
    scans = [plan for plan in plans if "kernel_outbox" in plan]
    assert len(scans) == 3
    assert all("INDEX ix_kernel_outbox_" in plan for plan in scans), scans
