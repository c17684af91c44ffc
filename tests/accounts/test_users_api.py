"""What an operator does with users, by a program."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.kernel import work
from tests import letters, make, programs, staff
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]


@pytest.mark.feature("S19")
def test_a_program_invites_and_scopes_a_user(app: Flask, mailbox: Mailbox) -> None:
    operator = programs.of(app, "operator")
    wish = {"email": "new@firm.example", "name": "新人", "role": ["agent"], "locale": "zh"}
    made = operator.post("/users", wish)
    assert made.status_code == 201, made.text
    user = made.get_json()["id"]
    assert letters.link_for(mailbox, "new@firm.example").startswith("/login/password/")
    told = operator.put(f"/users/{user}/scope", {"branches": ["浦东"]})
    assert told.get_json()["scopes"] == [{"kind": "branch", "value": "浦东"}]
    assert operator.post("/users", wish).status_code == 409
    assert operator.post("/users", wish | {"role": ["emperor"]}).status_code == 422


@pytest.mark.feature("S19")
def test_a_program_forces_and_resets_factors_and_ends_sessions(app: Flask) -> None:
    operator = programs.of(app, "operator")
    with work.unit():
        user = staff.user("broker")
    browser = staff.signed_in(app, user)
    path = f"/users/{user}"
    assert operator.get(path).get_json()["second_factor_forced"] is False
    assert operator.get(f"{path}/sign-ins").get_json()["items"][0]["via"]
    assert operator.put(f"{path}/factor", {"forced": True}).status_code == 200
    assert browser.get("/me/").status_code == 302
    assert operator.put(f"{path}/factor", {"forced": False}).status_code == 200
    assert browser.get("/me/").status_code == 200
    assert operator.post(f"{path}/sessions/end").status_code == 204
    assert browser.get("/me/").status_code == 302
    assert operator.delete(f"{path}/factor").status_code == 204
    assert operator.put(
        f"{path}/address", {"kind": "sms", "address": "138 0000 1234"}
    ).get_json()["phone"] == "+8613800001234"  # fmt: skip
    assert operator.post(f"{path}/link").status_code == 204
    assert operator.get("/users/999999/sign-ins").status_code == 404


def test_a_program_without_the_right_does_none_of_it(app: Flask) -> None:
    broker = programs.of(app, "broker")
    with work.unit():
        user = staff.user("broker")
    assert broker.post("/users", {"email": "a@b.example", "name": "x"}).status_code == 403
    assert broker.post(f"/users/{user}/sessions/end").status_code == 403
    assert broker.put(f"/users/{user}/factor", {"forced": True}).status_code == 403


def test_a_program_of_an_agent_helps_only_clients_of_his_branch(app: Flask) -> None:
    with work.unit():
        agent_id = staff.user("agent")
        client, other = make.client(branch="浦东", sms="13800001234"), make.client(branch="徐汇")
        staff.tie(agent_id, client=make.client(), serves=make.client(), branch="浦东")
        made = programs.token(agent_id)
    agent = programs.Program(app, made.text)
    assert agent.put(f"/clients/{other}/access/address", {"contact": 1}).status_code == 404
    assert agent.put(f"/clients/{client}/access/address", {"contact": 1}).status_code == 409
