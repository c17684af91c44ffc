"""Idempotency-Key: done once, answered as often as it is asked."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from hub.kernel import clock, doors, idempotency, owners, work
from hub.kernel.access import Actor
from hub.kernel.audit import AuditRow
from hub.kernel.base import table_of
from hub.kernel.config import Config
from hub.kernel.db import db
from hub.kernel.idempotency import Kept
from tests.kernel import errands

ROOT = Path(__file__).parents[2]
WRITE, UPLOAD = "/api/errand/write", "/api/errand/upload"

made: dict[str, Flask] = {}


@pytest.fixture
def trial(app: Flask) -> Iterator[Flask]:
    config = app.config["HUB"]
    if config.database_url not in made:
        made[config.database_url] = errands.make(config)
    trial = made[config.database_url]
    work.bind_again(trial)
    doors.load_actor_with(trial, lambda: errands.WRITER)
    yield trial
    with trial.app_context():
        db.engine.dispose()
    work.bind_again(app)


@pytest.fixture
def client(trial: Flask) -> FlaskClient:
    return trial.test_client()


def send(client: FlaskClient, key: str, body: bytes = b"x", path: str = WRITE) -> TestResponse:
    headers = {"Idempotency-Key": key}
    return client.post(path, data=body, headers=headers, content_type="text/plain")


def effects(verb: str = "written") -> int:
    with work.unit(writes=False):
        count = select(func.count()).select_from(AuditRow).where(AuditRow.verb == verb)
        return work.session().scalar(count) or 0


def kept() -> list[Any]:
    with work.unit(writes=False):
        return list(work.session().execute(select(table_of(Kept))))


@pytest.mark.feature("M24")
@pytest.mark.parametrize("path", [WRITE, UPLOAD])
def test_the_second_time_is_answered_and_not_done(client: FlaskClient, path: str) -> None:
    first, second = (send(client, "k1", path=path) for _ in range(2))
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert effects("written" if path == WRITE else "uploaded") == 1


def test_headers_that_matter_come_back_and_a_cookie_never(client: FlaskClient) -> None:
    first, second = (send(client, "k1") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "Set-Cookie" in first.headers
    assert "Set-Cookie" not in second.headers


@pytest.mark.parametrize("path", [WRITE, UPLOAD])
def test_the_same_key_with_another_body_is_refused(client: FlaskClient, path: str) -> None:
    send(client, "k1", b"one", path)
    answer = send(client, "k1", b"two", path)
    assert answer.status_code == 422
    assert answer.get_json()["title"] == "idempotency-key-reused"


def test_another_key_another_route_or_another_person_is_another_request(
    trial: Flask, client: FlaskClient
) -> None:
    send(client, "k1")
    send(client, "k2")
    send(client, "k1", path=UPLOAD)
    doors.load_actor_with(
        trial, lambda: Actor(user_id=8, name="Li", permissions=errands.WRITER.permissions)
    )
    assert "Idempotency-Replayed" not in send(client, "k1").headers
    assert (effects(), effects("uploaded")) == (3, 1)


def test_a_refusal_is_final(client: FlaskClient) -> None:
    first, second = (send(client, "k1", path=f"{WRITE}?then=refuse") for _ in range(2))
    assert first.status_code == second.status_code == 409
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.get_json() == second.get_json()
    assert effects() == 0


def test_a_failure_is_not_final(client: FlaskClient) -> None:
    assert send(client, "k1", path=f"{WRITE}?then=fail").status_code == 500
    assert kept() == []
    assert send(client, "k1", path=f"{WRITE}?then=fail").status_code == 500


@pytest.mark.parametrize("key", ["", "a" * 256, "two words", "k\tk"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, key: str) -> None:
    assert send(client, key).status_code == 422
    assert effects() == 0


def test_a_stranger_has_no_keys(trial: Flask, client: FlaskClient) -> None:
    doors.load_actor_with(trial, Actor)
    assert send(client, "k1").status_code == 401
    assert kept() == []


def test_the_table_tells_no_answer_to_who_has_not_the_key(client: FlaskClient) -> None:
    answer = send(client, "very-secret-key", b"very private")
    (row,) = kept()
    stored = repr(row).encode() + row.answer
    assert answer.data not in stored
    assert b"very-secret-key" not in stored
    assert b"very private" not in stored


def test_answers_are_forgotten_after_a_day(client: FlaskClient) -> None:
    send(client, "old")
    with work.unit():
        past = clock.now() - timedelta(hours=25)
        work.session().execute(update(Kept).values(created_at=past))
    send(client, "new")
    with work.unit():
        idempotency.purge()
    assert len(kept()) == 1
    assert send(client, "old").status_code == 201
    assert effects() == 3


@pytest.mark.database("postgresql")
def test_while_the_first_one_runs_the_second_is_told_to_wait(
    trial: Flask, client: FlaskClient
) -> None:
    with trial.test_request_context(WRITE, method="POST", data=b"x"):
        number = idempotency._errand("k1", 7, reads=False).number
    with work.unit():
        work.session().scalar(select(func.pg_advisory_xact_lock(number)))
        with trial.app_context():
            answer = elsewhere(trial, "k1")
    assert answer.status_code == 409
    assert answer.headers["Retry-After"] == "1"
    assert send(client, "k1").status_code == 201


def elsewhere(trial: Flask, key: str) -> TestResponse:
    """The answer that another process would get: outside the unit that is open here."""
    token = work._unit.set(None)
    try:
        return send(trial.test_client(), key)
    finally:
        work._unit.reset(token)


def test_an_upload_that_still_runs_is_not_begun_again(client: FlaskClient) -> None:
    send(client, "k1", path=UPLOAD)
    with work.unit():
        work.session().execute(update(Kept).values(owner=owners.me(), answer=None))
    assert send(client, "k1", path=UPLOAD).status_code == 409
    assert effects("uploaded") == 1


@pytest.mark.parametrize("path", [WRITE, UPLOAD])
def test_a_crash_in_the_middle_frees_the_key(client: FlaskClient, path: str) -> None:
    config: Config = client.application.config["HUB"]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url}
    if not config.is_sqlite:
        environment["HUB_DATABASE_URL"] = config.database_url.replace("+psycopg", "")
    command = [sys.executable, "-m", "tests.kernel.errands", f"{path}?then=die", "k1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 9, done.stderr.decode()
    assert effects() == 0
    answer = send(client, "k1", path=path)
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_a_form_is_the_same_with_another_token_and_another_boundary(client: FlaskClient) -> None:
    def post(token: str, text: bytes = b"a,b") -> TestResponse:
        file = (io.BytesIO(text), "clients.csv")
        data = {"csrf_token": token, "name": "Li", "file": file}
        headers = {"Idempotency-Key": "k1"}
        return client.post(WRITE, data=data, headers=headers, content_type="multipart/form-data")

    assert post("one").status_code == 201
    assert post("two").headers["Idempotency-Replayed"] == "true"
    assert post("two", b"a,c").status_code == 422
