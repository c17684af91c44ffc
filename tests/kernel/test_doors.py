"""Doors and problems: who may pass, one unit a request, errors for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from hub.app import create_app
from hub.kernel import access, audit, doors, errors, work
from hub.kernel.access import Actor
from hub.kernel.audit import AuditRow
from hub.kernel.db import db

BROKER = Actor(user_id=7, name="Wang", permissions=frozenset({"trial.read"}))
RAISED: dict[str, Exception] = {
    "not-found": errors.NotFound("no such case"),
    "forbidden": errors.Forbidden(),
    "invalid": errors.Invalid({"city": "too long"}),
    "conflict": errors.Conflict(),
    "too-many": errors.TooMany(retry_s=7),
    "unavailable": errors.Unavailable(),
    "clash": IntegrityError("INSERT", {}, Exception("unique")),
    "locked": OperationalError("INSERT", {}, Exception("database is locked")),
    "full": OperationalError("INSERT", {}, Exception("database or disk is full")),
    "unknown": ZeroDivisionError("secret detail"),
}


def make_door() -> doors.Door:
    door = doors.Door("trial", __name__, url_prefix="/trial")

    @door.get("/token", needs="public")
    def token() -> str:
        return str(generate_csrf())

    @door.get("/public", needs="public")
    def public() -> str:
        return "anybody"

    def name() -> str:
        return access.current().name

    door.get("/own", needs="own", endpoint="own")(name)
    door.get("/read", needs="trial.read", endpoint="read")(name)
    door.get("/manage", needs="trial.manage", endpoint="manage")(name)

    @door.post("/write", needs="trial.read")
    def write() -> str:
        audit.append("written", "trial")
        return "done"

    @door.post("/count", needs="trial.read", reads=True)
    def count() -> str:
        audit.append("written", "trial")
        return "never"

    @door.get("/look", needs="trial.read")
    def look() -> str:
        work.aside(lambda: audit.append("looked", "trial"))
        return "seen"

    @door.post("/raise/<word>", needs="trial.read")
    def stumble(word: str) -> str:
        audit.append("written", "trial")
        raise RAISED[word]

    return door


made: dict[str, Flask] = {}


@pytest.fixture
def trial(app: Flask) -> Iterator[Flask]:
    """An application of its own with the trial's doors, on the world's database."""
    config = app.config["HUB"]
    if config.database_url not in made:
        fresh = create_app(config)
        fresh.config.update(PROPAGATE_EXCEPTIONS=False)
        fresh.register_blueprint(make_door())
        fresh.add_url_rule("/unlocked", "unlocked", lambda: "forgotten")
        made[config.database_url] = fresh
    trial = made[config.database_url]
    work.bind_again(trial)
    doors.load_actor_with(trial, lambda: BROKER)
    yield trial
    with trial.app_context():
        db.engine.dispose()
    work.bind_again(app)


@pytest.fixture
def client(trial: Flask) -> FlaskClient:
    client = trial.test_client()
    client.environ_base["HTTP_X_CSRFTOKEN"] = client.get("/trial/token").text
    return client


def verbs() -> list[str]:
    with work.unit(writes=False):
        return list(work.session().scalars(select(AuditRow.verb).order_by(AuditRow.id)))


JSON = {"Accept": "application/json"}


def test_a_permission_opens_its_door(client: FlaskClient) -> None:
    assert client.get("/trial/read").text == "Wang"
    assert client.get("/trial/own").text == "Wang"
    assert client.get("/trial/public").text == "anybody"


def test_a_missing_permission_is_refused_and_the_refusal_is_logged(client: FlaskClient) -> None:
    assert client.get("/trial/manage").status_code == 403
    assert verbs() == ["refused"]


def test_a_door_without_a_lock_opens_to_nobody(client: FlaskClient) -> None:
    assert client.get("/unlocked").status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_back_again(trial: Flask) -> None:
    doors.load_actor_with(trial, lambda: access.STRANGER)
    answer = trial.test_client().get("/trial/own?page=2&sort=name")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/trial/own%3Fpage%3D2%26sort%3Dname"


def test_a_strange_program_is_told_to_sign_in(trial: Flask) -> None:
    doors.load_actor_with(trial, lambda: access.STRANGER)
    answer = trial.test_client().get("/trial/own", headers=JSON)
    assert (answer.status_code, answer.json["title"]) == (401, "sign-in-needed")  # type: ignore[index]


def test_a_post_is_one_writing_unit(client: FlaskClient) -> None:
    assert client.post("/trial/write").text == "done"
    assert verbs() == ["written"]


def test_a_post_that_only_reads_cannot_write(client: FlaskClient) -> None:
    assert client.post("/trial/count").status_code >= 500
    assert verbs() == []


def test_a_page_notes_what_it_must_in_a_unit_of_its_own(client: FlaskClient) -> None:
    assert client.get("/trial/look").text == "seen"
    assert verbs() == ["looked"]


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("not-found", 404, "not-found"),
        ("forbidden", 403, "forbidden"),
        ("invalid", 422, "invalid"),
        ("conflict", 409, "conflict"),
        ("too-many", 429, "too-many"),
        ("unavailable", 503, "unavailable"),
        ("clash", 409, "conflict"),
        ("locked", 503, "unavailable"),
        ("full", 503, "unavailable"),
        ("unknown", 500, "error"),
    ],
)
def test_an_error_rolls_back_and_is_answered(
    client: FlaskClient, word: str, status: int, code: str
) -> None:
    answer = client.post(f"/trial/raise/{word}", headers=JSON)
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"], answer.json["title"]) == (
        status, status, code,
    )  # fmt: skip
    page = client.post(f"/trial/raise/{word}", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert "<h1" in page.text
    assert "written" not in verbs()


def test_what_is_wrong_is_said_field_by_field(client: FlaskClient) -> None:
    answer = client.post("/trial/raise/invalid", headers=JSON)
    assert answer.json is not None
    assert answer.json["errors"] == {"city": "too long"}
    assert "too long" in client.post("/trial/raise/invalid").text


def test_a_limit_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.post("/trial/raise/too-many").headers["Retry-After"] == "7"


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_an_unknown_error_shows_a_number_and_nothing_else(client: FlaskClient, kind: str) -> None:
    answer = client.post("/trial/raise/unknown", headers={"Accept": kind})
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
def test_a_wrong_address_is_a_problem_for_programs(client: FlaskClient, accept: str) -> None:
    answer = client.get("/nowhere", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_an_api_address_answers_as_one(client: FlaskClient) -> None:
    assert client.get("/api/nowhere").content_type == "application/problem+json"


def test_a_wrong_address_is_a_page_for_people(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_wrong_verb_is_answered(client: FlaskClient) -> None:
    assert client.get("/trial/write").status_code == 405


def test_a_form_without_its_token_is_refused(trial: Flask) -> None:
    answer = trial.test_client().post("/trial/write", headers=JSON)
    assert answer.status_code == 400
    assert verbs() == []
