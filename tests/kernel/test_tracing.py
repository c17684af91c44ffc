"""A request's id: returned, logged, handed on to jobs; and a log that gives nobody away."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import structlog
from flask import Flask
from sqlalchemy import select

from hub.app import create_app
from hub.kernel import access, modules, outbox, runner, tracing, work
from hub.kernel.db import db
from hub.kernel.doors import Door
from hub.kernel.module import Job, Module
from hub.kernel.outbox import OutboxRow

heard: list[str] = []
trial = Module(name="trial", jobs=(
    Job(name="trial.first", run=lambda: outbox.defer("trial.second", "2")),
    Job(name="trial.second", run=lambda: heard.append(tracing.origin())),
))  # fmt: skip


def origins() -> dict[str, str]:
    with work.unit(writes=False):
        return {row.job: row.origin for row in work.session().scalars(select(OutboxRow))}


@pytest.mark.database("sqlite")
def test_an_id_is_made_or_taken_over_when_it_is_one(app: Flask) -> None:
    client = app.test_client()
    made = client.get("/healthz").headers["X-Request-Id"]
    assert len(made) == 16
    given = client.get("/healthz", headers={"X-Request-Id": "edge-7f3a.0001"})
    assert given.headers["X-Request-Id"] == "edge-7f3a.0001"
    for bad in ("short", "x" * 65, "a b c d e f g h", "wang@example.org", "{{7*7}}xxxxxxx"):
        answer = client.get("/healthz", headers={"X-Request-Id": bad})
        assert answer.headers["X-Request-Id"] != bad


def test_a_job_and_the_jobs_it_makes_know_the_request_they_come_from(app: Flask) -> None:
    del app
    heard.clear()
    modules.install((*modules.loaded().items, trial))
    with tracing.following("edge-7f3a.0001"), work.unit(), access.acting(access.SYSTEM):
        outbox.defer("trial.first", "1")
    assert tracing.origin() == ""
    runner.drain()
    assert heard == ["edge-7f3a.0001"]
    assert set(origins().values()) == {"edge-7f3a.0001"}


@pytest.mark.database("sqlite")
def test_each_request_leaves_one_line_with_its_route_and_never_its_address(app: Flask) -> None:
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        app.test_client().get("/u/SECRET-TOKEN?phone=13800138000", headers={
            "X-Request-Id": "edge-7f3a.0001", "Cookie": "hub=SECRET-COOKIE",
            "Authorization": "Bearer SECRET-BEARER",
        })  # fmt: skip
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/u/<token>", 404)
    assert line["request_id"] == "edge-7f3a.0001"
    assert line["actor"] is None
    assert line["ms"] >= 0
    assert "SECRET" not in json.dumps(lines, default=str)
    assert "13800138000" not in json.dumps(lines, default=str)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("proxies", "place"), [(0, "127.0.0.0/24"), (1, "203.0.113.0/24")])
def test_only_what_a_trusted_proxy_says_is_believed(app: Flask, proxies: int, place: str) -> None:
    door = Door("where", __name__)
    door.get("/where", needs="public")(tracing.place)
    fresh = create_app(replace(app.config["HUB"], proxies=proxies))
    fresh.register_blueprint(door)
    told = {"X-Forwarded-For": "198.51.100.9, 203.0.113.5"}
    assert fresh.test_client().get("/where", headers=told).text == place
    with fresh.app_context():
        db.engine.dispose()
    work.bind_again(app)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"), ("fe80::1%eth0", "fe80::/48"),
        ("", ""), ("nonsense", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_place_is_the_network_of_an_address(address: str | None, network: str) -> None:
    assert tracing.network_of(address) == network
