"""Data scope: a service agent reaches the clients of his branches and no others."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.kernel import access, work
from tests import make, staff


@pytest.mark.feature("S19")
def test_an_agent_reaches_the_clients_of_the_branches_an_operator_gave_him(app: Flask) -> None:
    with work.unit():
        agent_id, operator_id = staff.user("agent"), staff.user("operator")
        here = make.client(name="In Pudong", branch="浦东营业部")
        there = make.client(name="In Xuhui", branch="徐汇营业部")
        nowhere = make.client(name="Nowhere")
    agent, operator = staff.signed_in(app, agent_id), staff.signed_in(app, operator_id)
    assert agent.get("/clients/").text.count("data-row") == 0
    assert agent.get(f"/clients/{here}").status_code == 404
    form = {"branches": "浦东营业部\n 宝山营业部 "}
    assert operator.post(f"/users/{agent_id}/scope", form).status_code == 303
    assert "浦东营业部" in operator.get(f"/users/{agent_id}").text
    assert agent.get("/clients/").text.count("data-row") == 1
    assert agent.get(f"/clients/{here}").status_code == 200
    assert agent.get(f"/clients/{here}/edit").status_code == 200
    for other in (there, nowhere):
        assert agent.get(f"/clients/{other}").status_code == 404
    assert operator.post(f"/users/{agent_id}/scope", {"branches": ""}).status_code == 303
    assert agent.get(f"/clients/{here}").status_code == 404


def test_a_scope_gives_reach_to_agents_alone(app: Flask) -> None:
    with work.unit():
        finance_id, operator_id = staff.user("finance"), staff.user("operator")
        client = make.client(branch="浦东营业部")
    operator = staff.signed_in(app, operator_id)
    operator.post(f"/users/{finance_id}/scope", {"branches": "浦东营业部"})
    with work.unit(writes=False):
        actor = staff.actor(finance_id)
        assert actor.scopes == {"branch": frozenset({"浦东营业部"})}
        assert not access.may(actor, "clients.read", client)


def test_a_scope_that_is_too_long_is_refused(app: Flask) -> None:
    with work.unit():
        agent_id, operator_id = staff.user("agent"), staff.user("operator")
    operator = staff.signed_in(app, operator_id)
    for bad in ("x" * 81, "\n".join(f"b{number}" for number in range(201))):
        assert operator.post(f"/users/{agent_id}/scope", {"branches": bad}).status_code == 422
