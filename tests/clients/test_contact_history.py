"""Contact points keep their days: who used an address from when to when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import contact_history, contacts, flags, queries
from hub.clients import service as clients
from hub.clients.addresses import point
from hub.clients.contact_history import Owner
from hub.clients.models import Address, PastContact
from hub.clients.rules import AddressKind
from hub.kernel import access, clock, work
from tests import make, programs, staff

MARCH, APRIL, MAY = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (3, 4, 5))
PHONE = "13800000001"


def contact_of(client_id: int) -> int:
    (line,) = queries.contacts(client_id)
    return line.id


def told(owners: list[Owner]) -> list[tuple[str | None, str, str]]:
    return [(one.name, str(one.valid_from), str(one.valid_to or "")) for one in owners]


def moved() -> tuple[int, int]:
    """A phone that 王 gave up in April and 李 has since May."""
    with access.acting(access.SYSTEM):
        with clock.set_to(MARCH):
            first = make.client(name="王", sms=PHONE)
        with clock.set_to(APRIL):
            contacts.remove(first, contact_of(first))
        with clock.set_to(MAY):
            second = make.client(name="李", sms=PHONE)
    return first, second


def test_a_contact_that_is_over_keeps_its_days_and_its_address_tells_both_owners(
    app: Flask,
) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        first, second = moved()
        assert queries.contacts(first) == []
        (past,) = contact_history.earlier(first)
        assert (str(past.valid_from), str(past.valid_to)) == ("2026-03-10", "2026-04-10")
        assert PHONE not in past.shown
        owners = contact_history.owners(second, contact_of(second))
        assert told(owners) == [("李", "2026-05-10", ""), ("王", "2026-03-10", "2026-04-10")]
        address = work.session().scalars(select(Address)).one()
        assert not address.flags & flags.mask("shared")
        assert flags.wrong("shared") == flags.wrong("has_sms") == 0
        contacts.attach(first, point(AddressKind.SMS, PHONE))
        work.session().refresh(address)
        assert address.flags & flags.mask("shared")


def test_a_contact_of_one_day_leaves_no_days(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(sms=PHONE)
        contacts.remove(client, contact_of(client))
        assert contact_history.earlier(client) == []


def test_an_owner_whom_the_reader_does_not_see_has_no_name(app: Flask) -> None:
    with work.unit():
        first, second = moved()
        user_id = staff.user("broker")
        staff.tie(user_id, client=make.client(), serves=second, branch="x")
        token = programs.token(user_id).text
        with access.acting(staff.actor(user_id)):
            number = contact_of(second)
            owners = contact_history.owners(second, number)
            assert told(owners)[1] == (None, "2026-03-10", "2026-04-10")
    browser = staff.signed_in(app, user_id)
    page = browser.get(f"/clients/{second}/contacts/{number}/owners").text
    assert page.count("data-owner") == 2
    assert f'/clients/{first}"' not in page
    part = browser.get(
        f"/clients/{second}/contacts/{number}/owners", headers={"HX-Request": "true"}
    )
    assert "<html" not in part.text
    assert browser.get(f"/clients/{first}/contacts/{number}/owners").status_code == 404
    program = programs.Program(app, token)
    answer = program.get(f"/clients/{second}/contacts/{number}/owners").json
    assert answer is not None
    assert [one["client_id"] for one in answer["items"]] == [second, None]
    assert program.get(f"/clients/{second}/contacts/earlier").json == {"items": []}


@pytest.mark.database("sqlite")
def test_the_page_shows_what_is_over(app: Flask) -> None:
    with work.unit():
        first, _second = moved()
        user_id = staff.user("compliance")
    page = staff.signed_in(app, user_id).get(f"/clients/{first}/contacts/earlier").text
    assert 'data-past="sms"' in page
    assert PHONE not in page


def test_a_wiped_persons_past_goes_and_an_address_of_nobody_is_veiled(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        with clock.set_to(MARCH):
            client = make.client(sms=PHONE)
        contacts.remove(client, contact_of(client))
        assert clients.personal(client)["earlier_contacts"][0]["value"] == "+8613800000001"
        clients.wipe(client)
        assert not work.session().scalars(select(PastContact)).all()
        address = work.session().scalars(select(Address)).one()
        assert "1380000" not in address.value
