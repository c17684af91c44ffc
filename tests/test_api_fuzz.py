"""Every operation, asked with sense and without, as several roles: no 5xx, no answer off schema.

Two ways of asking: cases made at random, and the edges of every field one after another (each
value at, below and beyond what the description allows), of which each run takes a share.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
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
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# What is asked must not end the one who asks: his user and his token are the first of all.
LAST = {"user_id": (2, 3), "token_id": (2, 3)}
ROWS = (1, 2, 3)
# Readings of what this world has not: they answer 403 and 404 here.
UNSEEN = {
    "/approvals/{approval_id}", "/calendars/proposals/{row_id}", "/calendars/{name}/{year}",
    "/clients/{client_id}/everything", "/desk/items/{item_id}", "/operations/{operation_id}",
    "/system/tasks/{task_id}", "/files/{file_id}", "/teams/{team_id}",
    "/transfers/{transfer_id}", "/clients/{client_id}/suitability",
    "/clients/{client_id}/reveals", "/clients/fields/{field_id}",
    "/clients/duplicates/{pair_id}", "/leads/{lead_id}",
    "/clients/{client_id}/contacts/{contact_id}/owners", "/imports/fields", "/own/details",
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
            staff.broker()
            made = make.client(email=f"li{number}@example.org", sms=f"1380000000{number}")
            with access.acting(access.SYSTEM):
                serving.assign(made, broker, valid_from=date(2026, 1, 5))
    return {"Authorization": f"Bearer {token.text}"}


def begun(app: Flask, headers: dict[str, str]) -> None:
    """Segments, drafts, templates, an import, a campaign on its way, contracts: as roles may."""
    client = app.test_client(use_cookies=False)

    def post(path: str, body: Any) -> None:
        client.post(f"/api/v1{path}", json=body, headers=headers)

    words = {"klass": "service", "zh_sms": "您好"}
    for name in ("One", "Two", "Three"):
        post("/segments", {"name": name, "rule": {"all": []}})
        post("/segments/1/freeze", {"name": name})
        draft = {"name": name, "channels": ["sms"], "segment_id": 1, "firm": True}
        post("/campaigns", words | draft)
        post("/templates", words | {"name": name})
        client.post(
            f"/api/v1/imports?kind=clients&filename={name}.csv", data=b"no,name\nT9,Li\n",
            content_type="application/octet-stream", headers=headers,
        )  # fmt: skip
    post("/campaigns/3/send", {"version": 1, "people": 3})
    for broker in range(1, 5):
        said = {"no": f"A-{broker}", "title": "Agency", "plan": "net", "reason": "begun"}
        post(f"/brokers/{broker}/agreements", said | {"valid_from": "2026-01-05"})


@dataclass
class Effort:
    """How hard an operation is asked.

    Shape: `examples` at random with sense and as many without; one of `share` edges, the first
        being number `first`, so that each run looks at others; without sense only one of `rarely`
        operations.
    """

    headers: dict[str, str]
    examples: int
    share: int
    first: int
    rarely: int = 1
    seen: dict[str, Counter[int]] = field(default_factory=dict)
    turns: Counter[str] = field(default_factory=Counter)

    def ask(self, case: Any) -> None:
        seen = self.seen.setdefault(case.operation.label, Counter())
        near(case, self.turns)
        answer = case.call(headers=self.headers)
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)


def near(case: Any, turns: Counter[str]) -> None:
    """Have addresses name rows that may be there, one after another, the newest first."""
    numbers = {
        name
        for name, number in case.path_parameters.items()
        if str(number).isdecimal() and len(str(number)) < len(str(2**63))
    }
    for name in numbers:
        rows = LAST.get(name, ROWS)
        case.path_parameters[name] = rows[-1 - turns[case.operation.label] % len(rows)]
    turns[case.operation.label] += bool(numbers)


def at_random(operation: Any, mode: GenerationMode, effort: Effort) -> None:
    has_choice = "{" in operation.path or list(operation.query) or list(operation.body)

    @settings(
        max_examples=effort.examples if has_choice else 1, deadline=None, database=None,
        derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        effort.ask(case)

    each()


def edges(operation: Any, effort: Effort) -> Iterator[Any]:
    """The cases of this run's share; wrong verbs are asked elsewhere."""
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    made = CoverageGenerator(
        operation=operation, generation_modes=list(MODES), generation_config=config,
        auth_storage=None, override=Override(), feedback=NO_FEEDBACK,
    )  # fmt: skip
    own = [case for case in made if case.method == operation.method.upper()]
    yield from own[effort.first :: effort.share]


def faults_of(operation: Any, effort: Effort, *, sensible: bool) -> Iterator[str]:
    """What is wrong with the answers, each case on its own."""
    for mode in MODES[:1] if sensible else MODES:
        try:
            at_random(operation, mode, effort)
        except (FailureGroup, Exception) as error:  # noqa: BLE001 - all are told together
            yield f"{operation.label} {mode}: {''.join(traceback.format_exception(error))[-2_000:]}"
    for case in () if sensible else edges(operation, effort):
        try:
            effort.ask(case)
        except (FailureGroup, Exception) as error:  # noqa: BLE001 - as above
            yield f"{operation.label}: {''.join(traceback.format_exception(error))[-2_000:]}"


# The client that schemathesis asks a WSGI application with closes no answer, so no file in it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function SpooledTemporaryFile"
    ":pytest.PytestUnraisableExceptionWarning"
)


def turn(operation: Any) -> int:
    return VERBS.index(operation.method.upper())


def ask_all(app: Flask, effort: Effort) -> list[str]:
    begun(app, effort.headers)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    # What takes away comes last: the others shall find something.
    found = [
        fault
        for number, operation in enumerate(sorted(operations, key=turn))
        for fault in faults_of(operation, effort, sensible=number % effort.rarely != 0)
    ]
    me = app.test_client(use_cookies=False).get("/api/v1/me", headers=effort.headers)
    assert me.status_code == 200
    return found


@pytest.fixture
def rarely(pytestconfig: pytest.Config) -> int:
    """Of how many operations one is asked without sense, too."""
    return 6 if pytestconfig.getoption("brief") else 1


def test_whoever_may_most_gets_no_server_error_and_no_answer_off_schema(
    app: Flask, rarely: int
) -> None:
    # What differs between the databases is in the SQL: the second one is asked half as much.
    is_first = app.config["HUB"].database_url.startswith("sqlite") and rarely == 1
    examples, share, first = (2, 8, 0) if is_first else (1, 16, 2)
    headers = world("manager", "broker", "marketing", "operator")
    effort = Effort(headers, examples, share, first, rarely)
    assert ask_all(app, effort) == []
    unread = {name for name, told in effort.seen.items() if name[:3] == "GET" and not told[200]}
    assert {name.removeprefix("GET /api/v1") for name in unread} <= UNSEEN


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("role", "first"), [("compliance", 3), ("broker", 9)])
def test_whoever_may_less_gets_none_either(app: Flask, role: str, first: int, rarely: int) -> None:
    assert ask_all(app, Effort(world(role), 1, 24, first, rarely)) == []
