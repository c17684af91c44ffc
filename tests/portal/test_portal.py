"""What a client has in the portal, and what the firm's people do for him there."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from hub.accounts.models import User
from hub.clients.models import Client
from hub.kernel import access, modules, work
from hub.kernel.audit import AuditRow
from tests import letters, staff
from tests.channels.mailing import Mailbox
from tests.portal.newcomer import MAIL, ask, client, prove, user_of


def test_an_agent_gives_a_client_who_lost_his_phone_another_address(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id = client()
    with work.unit():
        work.session().get_one(Client, client_id).branch = "浦东"
        agent_id, operator_id = staff.user("agent"), staff.user("operator")
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    agent = staff.signed_in(app, agent_id)
    path = f"/clients/{client_id}/access/address"
    assert agent.post(path, {"contact": "1"}).status_code == 404
    operator = staff.signed_in(app, operator_id)
    operator.post(f"/users/{agent_id}/scope", {"branches": "浦东"})
    page = agent.get(f"/clients/{client_id}?panels=all").text
    phone = re.findall(r'<option value="(\d+)">\+86\*\*\*\*1234', page)
    assert phone
    assert agent.post(path, {"contact": phone[0]}).status_code == 303
    assert browser.get("/my/").status_code == 302
    user_id = user_of(client_id)
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).phone == "+8613800001234"
        rows = work.session().scalars(select(AuditRow).where(AuditRow.verb == "address-changed"))
        assert [(row.actor_id, row.detail["by"]) for row in rows] == [(agent_id, "desk")]


def test_an_erased_client_signs_in_no_more_and_is_found_nowhere(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id = client()
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    user_id = user_of(client_id)
    holders = [item for item in modules.loaded().items if item.personal_data is not None]
    with work.unit(), access.acting(access.SYSTEM):
        for item in reversed(holders):
            assert item.personal_data is not None
            item.personal_data.erase(client_id)
    assert browser.get("/my/").status_code == 302
    assert letters.rows_that_hold(MAIL, "王芳", "+8613800001234") == []
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).active is False


def test_the_firm_has_no_way_into_the_portal_nor_a_client_into_the_firm(
    app: Flask, mailbox: Mailbox
) -> None:
    with work.unit():
        broker_id = staff.user("broker")
    assert staff.signed_in(app, broker_id).get("/my/").status_code == 404
    client()
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    menu = browser.get("/my/").text
    for path in ("/clients/", "/users/", "/search", "/segments/"):
        assert f'href="{path}"' not in menu, path
    assert browser.get("/clients/").status_code == 403
