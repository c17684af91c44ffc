"""A hundred requests with one key at once, against the real server: one client, one answer."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.clients.models import Client
from hub.kernel import work
from tests import programs, staff
from tests.served import Served, served

TIMES = 100
AGAIN = {409, 503}


def insist(server: Served, headers: dict[str, str]) -> tuple[int, bytes, list[int]]:
    """Ask until the answer is final, as a program does that lost its first answer."""
    waited: list[int] = []
    body = {"no": "ONCE-1", "name": "Li", "email": "li@example.org"}
    while len(waited) < 500:
        status, told, answer = server.ask("POST", "/api/v1/clients", body, headers)
        if status not in AGAIN or (status == 409 and b"in-use" not in answer):
            return status, answer, waited
        assert int(told["retry-after"]) > 0
        waited.append(status)
        time.sleep(0.05)
    raise AssertionError(waited)


@pytest.mark.feature("M24")
def test_a_hundred_at_once_with_one_key_make_one_client(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("manager")
        token = programs.token(user_id)
        row = work.session().get_one(programs.Token, token.id)
        row.per_minute = 1_000_000
    headers = {"Authorization": f"Bearer {token.text}", "Idempotency-Key": "once-1"}
    with served(app.config["HUB"]) as server, ThreadPoolExecutor(TIMES) as crowd:
        asked = [crowd.submit(insist, server, headers) for _ in range(TIMES)]
        found = [each.result() for each in asked]
    assert Counter(status for status, _answer, _waited in found) == {201: TIMES}
    assert len({answer for _status, answer, _waited in found}) == 1
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Client)) == 1
