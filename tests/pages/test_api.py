"""The API's kit: bodies, tags, lists and refusals as docs/api.md says."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.kernel import access, work
from hub.kernel.audit import AuditRow
from tests import make, programs
from tests.programs import Program

PROFILE = {"no": "P1", "name": "Li"}


@pytest.fixture
def program(app: Flask) -> Program:
    return programs.of(app, "broker")  # he serves whom he takes in


def test_an_unchanged_answer_is_not_sent_again(program: Program) -> None:
    first = program.get("/clients")
    again = program.get("/clients", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    program.post("/clients", PROFILE)
    later = program.get("/clients", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_nobody_overwrites_what_he_has_not_seen(program: Program) -> None:
    made = program.post("/clients", PROFILE).get_json()["id"]
    seen = program.get(f"/clients/{made}").headers["ETag"]
    path, body = f"/clients/{made}", PROFILE | {"name": "Wang"}
    changed = program.put(path, body, headers={"If-Match": seen})
    assert changed.status_code == 200
    assert changed.headers["ETag"] == program.get(path).headers["ETag"]
    assert program.put(path, body, headers={"If-Match": seen}).status_code == 412
    assert program.put(path, body, headers={"If-Match": "*"}).status_code == 200
    assert program.put(path, body).status_code == 200


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"{}", "content_type": "text/plain"}, 415),
        ({"data": b"no=1", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": b"", "content_type": "application/json"}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
        ({"data": b"[]", "content_type": "application/json"}, 422),
        ({"data": b'{"no": NaN}', "content_type": "application/json"}, 400),
        ({"data": b'{"no": ' + b"9" * 5_000 + b"}", "content_type": "application/json"}, 400),
        ({"data": b"[" * 1_000 + b"]" * 1_000, "content_type": "application/json"}, 400),
        (
            {"data": b'{"no":' * 1_000 + b"1" + b"}" * 1_000, "content_type": "application/json"},
            400,
        ),
        ({"data": b'{"no":' * 90_000, "content_type": "application/json"}, 400),
        ({"data": b"x" * 5_000_000, "content_type": "application/json"}, 413),
        ({"json": {"no": "1", "name": "\ud800"}}, 422),
        ({"json": {"no": "1", "name": "a\0b"}}, 422),
        ({"json": {"no": "1", "name": "Li", "citty": "Shanghai"}}, 422),
        ({"json": {"no": ["1"], "name": {}}}, 422),
    ],
)
def test_a_body_that_nobody_can_use_is_refused_with_the_reason(
    program: Program, options: dict[str, Any], status: int
) -> None:
    answer = program.post("/clients", **options)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == status
    assert told["detail"]


def test_a_row_number_that_no_row_can_have_leads_nowhere(program: Program) -> None:
    assert program.get(f"/clients/{2**63 - 1}").status_code == 404
    for number in (2**63, 10**19, "9" * 5_000):
        assert program.get(f"/clients/{number}").status_code == 404, number
        assert program.put(f"/clients/{number}", {}).status_code == 404, number
        assert program.post(f"/clients/{number}/contacts", {}).status_code == 404, number


def test_a_list_is_walked_by_its_cursors_and_links(app: Flask, program: Program) -> None:
    for number in range(5):
        program.post("/clients", {"no": f"P{number}", "name": "Li"})
    seen, path = [], "/clients?limit=2&sort=-no"
    while path:
        answer = program.get(path)
        seen += [row["no"] for row in answer.get_json()["items"]]
        links = {
            part.partition("rel=")[2].strip('"'): part.partition(">")[0].strip(" <")
            for part in answer.headers.get("Link", "").split(",")
        }
        path = links.get("next", "").partition("/api/v1")[2]
    assert seen == ["P4", "P3", "P2", "P1", "P0"]
    assert answer.get_json()["next"] is None
    assert answer.get_json()["previous"] is not None


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "sort=x", "cursor=x",
                                   "assets_from=x", "language=xx"])  # fmt: skip
def test_a_list_says_what_it_cannot_be_asked(program: Program, query: str) -> None:
    answer = program.get(f"/clients?{query}")
    assert (answer.status_code, answer.get_json()["title"]) == (422, "invalid")


def test_addresses_are_masked_and_a_whole_one_is_logged(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(sms="13812345678", email="wang@example.org")
    compliance = programs.of(app, "compliance")
    shown = compliance.get(f"/clients/{client}/contacts").text
    assert "13812345678" not in shown
    assert "wang@example.org" not in shown
    assert "5678" in shown
    contact = compliance.get(f"/clients/{client}/contacts").get_json()["items"][0]["id"]
    path = f"/clients/{client}/contacts/{contact}/reveal"
    assert compliance.post(path, {"why": "other"}).status_code == 422
    whole = compliance.post(path, {"why": "complaint", "said": "case 7"})
    assert "wang@example.org" in whole.text or "13812345678" in whole.text
    with work.unit(writes=False):
        verbs = work.session().scalars(select(AuditRow.verb)).all()
        assert "revealed" in verbs


def test_an_export_is_whole_masked_and_logged(app: Flask, program: Program) -> None:
    for number in range(60):
        program.post("/clients", {"no": f"P{number:02}", "name": "Li"})
    answer = programs.of(app, "manager").get("/clients/export?sort=-no")
    assert len(answer.get_json()["items"]) == 60
    assert answer.get_json()["items"][0]["no"] == "P59"
    answer.close()
    assert programs.of(app, "marketing").get("/clients/export").status_code == 403
    with work.unit(writes=False):
        row = work.session().scalars(select(AuditRow).where(AuditRow.verb == "exported")).one()
        assert row.detail["rows"] == 60


def test_a_wrong_verb_is_told_the_right_ones(program: Program) -> None:
    answer = program.ask("PATCH", "/clients")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_problem_is_told_in_the_language_that_is_asked_for(program: Program) -> None:
    answer = program.post("/clients", {"no": "1"}, headers={"Accept-Language": "zh"})
    assert answer.get_json()["errors"]["name"] == "请填写此项。"


def test_the_description_is_the_same_for_everybody(app: Flask, program: Program) -> None:
    mine = program.get("/openapi.json")
    theirs = app.test_client().get("/api/v1/openapi.json")
    assert theirs.status_code == 200
    assert mine.data == theirs.data
    assert theirs.get_json()["openapi"].startswith("3.1")
