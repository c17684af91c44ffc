"""Every operation, asked with sense and without, as several roles: no 5xx, no answer off schema."""

from __future__ import annotations

import traceback
from collections import Counter
from datetime import date
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from hub.accounts.token_models import Token
from hub.kernel import access, work
from hub.relationship import service as serving
from tests import make, programs, staff

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 2  # of each operation, with sense and as many without
# What is asked must not end the one who asks: his user and his token are the first of all.
LAST = {"user_id": (2, 3), "token_id": (2, 3)}
ROWS = (1, 2, 3)
# Readings of what this world has not: they answer 403 and 404 here.
UNSEEN = {
    "/approvals/{approval_id}", "/calendars/proposals/{row_id}", "/calendars/{name}/{year}",
    "/clients/{client_id}/everything", "/desk/items/{item_id}", "/operations/{operation_id}",
    "/system/tasks/{task_id}", "/files/{file_id}",
}  # fmt: skip
VERBS = ("GET", "PUT", "POST", "DELETE")


def world(*roles: str) -> dict[str, str]:
    """Rows to be found, and the header of a program that may do what the roles may."""
    with work.unit():
        mine = staff.user(*roles)
        broker = staff.broker(mine)
        token = programs.token(mine)
        work.session().get_one(Token, token.id).per_minute = 1_000_000
        for number in range(3):
            other = staff.user("manager")
            programs.token(other)
            made = make.client(email=f"li{number}@example.org", sms=f"1380000000{number}")
            with access.acting(access.SYSTEM):
                serving.assign(made, broker, valid_from=date(2026, 1, 5))
    return {"Authorization": f"Bearer {token.text}"}


def begun(app: Flask, headers: dict[str, str]) -> None:
    """Segments, drafts, templates, an import and a campaign on its way, where the roles may."""
    client = app.test_client(use_cookies=False)

    def post(path: str, body: Any) -> None:
        client.post(f"/api/v1{path}", json=body, headers=headers)

    words = {"klass": "service", "zh_sms": "您好"}
    for name in ("One", "Two", "Three"):
        post("/segments", {"name": name, "rule": {"all": []}})
        draft = {"name": name, "channels": ["sms"], "segment_id": 1, "firm": True}
        post("/campaigns", words | draft)
        post("/templates", words | {"name": name})
        client.post(
            f"/api/v1/imports?filename={name}.csv", data=b"no,name\nT9,Li\n",
            content_type="application/octet-stream", headers=headers,
        )  # fmt: skip
    post("/campaigns/3/send", {"version": 1, "people": 3})


def near(case: Any) -> None:
    """Have addresses name rows that may be there."""
    for name, number in case.path_parameters.items():
        if isinstance(number, int):
            rows = LAST.get(name, ROWS)
            case.path_parameters[name] = rows[number % len(rows)]


def ask(
    operation: Any, mode: GenerationMode, headers: dict[str, str], seen: dict[str, Counter[int]]
) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        near(case)
        answer = case.call(headers=headers)
        seen.setdefault(operation.label, Counter())[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    each()


# The client that schemathesis asks a WSGI application with closes no answer, so no file in it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function SpooledTemporaryFile"
    ":pytest.PytestUnraisableExceptionWarning"
)


def ask_all(app: Flask, *roles: str) -> tuple[list[str], dict[str, Counter[int]]]:
    headers = world(*roles)
    begun(app, headers)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found: list[str] = []
    seen: dict[str, Counter[int]] = {}
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    # What takes away comes last: the others shall find something.
    for operation in sorted(operations, key=lambda each: VERBS.index(each.method.upper())):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                ask(operation, mode, headers, seen)
            except (FailureGroup, Exception) as error:  # noqa: BLE001 - all are told together
                told = "".join(traceback.format_exception(error))[-2_000:]
                found.append(f"{operation.label} {mode}: {told}")
    assert app.test_client(use_cookies=False).get("/api/v1/me", headers=headers).status_code == 200
    return found, seen


def test_whoever_may_most_gets_no_server_error_and_no_answer_off_schema(app: Flask) -> None:
    found, seen = ask_all(app, "manager", "broker", "marketing", "operator")
    assert found == []
    unread = {name for name, told in seen.items() if name.startswith("GET") and not told[200]}
    assert {name.removeprefix("GET /api/v1") for name in unread} <= UNSEEN


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", ["compliance", "broker"])
def test_whoever_may_less_gets_none_either(app: Flask, role: str) -> None:
    found, _seen = ask_all(app, role)
    assert found == []
