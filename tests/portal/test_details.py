"""A client keeps his own data right: plain things at once, contacts by codes, history kept."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import queries
from hub.clients.models import Client
from hub.kernel import access, runner, work
from hub.kernel.audit import AuditRow
from tests import letters, make, staff
from tests.channels.mailing import Mailbox
from tests.portal.newcomer import MAIL, ask, client, prove

NEW = "new@mail.example"


def at_home(app: Flask, mailbox: Mailbox) -> tuple[int, staff.Browser]:
    """A client who is signed in."""
    client_id = client()
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    browser.get("/my/details/")
    return client_id, browser


def contacts(client_id: int) -> dict[str, int]:
    with work.unit(writes=False), access.acting(access.SYSTEM):
        lines = queries.contacts(client_id)
        return {queries.address_value(client_id, line.id): line.id for line in lines}


@pytest.mark.feature("S55")
def test_a_client_changes_language_and_city_and_what_was_is_kept(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id, browser = at_home(app, mailbox)
    with work.unit():  # he has been a client for a while
        row = work.session().get_one(Client, client_id)
        row.created_at, row.city = row.created_at.replace(year=2025), "北京"
    form = {"language": "en", "city": "上海"}
    assert browser.post("/my/details/", form).status_code == 303
    page = browser.get("/my/details/").text
    assert page.count("data-before") == 2
    assert "北京" in page
    with work.unit(writes=False):
        row = work.session().get_one(Client, client_id)
        assert (row.language, row.city) == ("en", "上海")
        changed = (AuditRow.verb == "changed", AuditRow.actor_id == row.user_id)
        said = work.session().scalars(select(AuditRow).where(*changed)).one()
        assert (said.subject, said.subject_id) == ("client", client_id)
    assert browser.post("/my/details/", {"language": "xx"}).status_code == 422


@pytest.mark.feature("S07")
def test_a_client_says_where_he_wants_to_be_reached(app: Flask, mailbox: Mailbox) -> None:
    client_id, browser = at_home(app, mailbox)
    form = {"language": "zh", "city": "", "preferred_channel": "sms"}
    assert browser.post("/my/details/", form).status_code == 303
    assert '<option value="sms" selected>' in browser.get("/my/details/").text
    assert browser.post("/my/details/", form | {"preferred_channel": "pigeon"}).status_code == 422
    del form["preferred_channel"]  # what is not said stays
    assert browser.post("/my/details/", form).status_code == 303
    with work.unit(writes=False):
        assert work.session().get_one(Client, client_id).preferred_channel == "sms"


@pytest.mark.feature("S55")
def test_a_new_contact_takes_a_code_from_it_and_one_from_where_he_signs_in(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id, browser = at_home(app, mailbox)
    mailbox.mails.clear()
    assert browser.post("/my/details/contacts/add", {"address": NEW}).status_code == 302
    runner.drain()
    page = browser.get("/my/details/confirm").text
    assert 'name="shown"' in page
    agreed, shown = letters.code_for(mailbox, MAIL), letters.code_for(mailbox, NEW)
    swapped = browser.post("/my/details/confirm", {"agreed": shown, "shown": agreed})
    assert swapped.status_code == 422
    assert NEW not in contacts(client_id)
    done = browser.post("/my/details/confirm", {"agreed": agreed, "shown": shown})
    assert done.status_code == 302
    assert NEW in contacts(client_id)
    again = browser.post("/my/details/contacts/add", {"address": NEW})
    assert again.status_code == 409
    assert browser.post("/my/details/contacts/add", {"address": "no"}).status_code == 422


@pytest.mark.feature("S55")
def test_a_contact_goes_only_by_a_code_and_stays_in_the_history(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id, browser = at_home(app, mailbox)
    phone = contacts(client_id)["+8613800001234"]
    mailbox.mails.clear()
    browser.post("/my/details/contacts/remove", {"contact": str(phone)})
    runner.drain()
    assert browser.post("/my/details/confirm", {"agreed": "000000"}).status_code == 422
    assert len(contacts(client_id)) == 2
    code = letters.code_for(mailbox, MAIL)
    assert browser.post("/my/details/confirm", {"agreed": code}).status_code == 302
    assert list(contacts(client_id)) == [MAIL]


def test_nobody_touches_anybody_elses_contact(app: Flask, mailbox: Mailbox) -> None:
    _client_id, browser = at_home(app, mailbox)
    with work.unit():
        other = make.client(sms="13900001111")
    foreign = next(iter(contacts(other).values()))
    for act in ("remove", "first"):
        answer = browser.post(f"/my/details/contacts/{act}", {"contact": str(foreign)})
        assert answer.status_code == 404, act
    assert browser.post("/my/details/contacts/burn", {"contact": "1"}).status_code == 404
    with work.unit():
        agent = staff.user("agent")
    assert staff.signed_in(app, agent).get("/my/details/").status_code == 404
