"""One timeline per client over every room: what is on it, in which order, and for whose eyes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select

from channels.consent import service as consent
from channels.consent.rules import Stop
from hub.clients import contacts, facts
from hub.clients.addresses import phone
from hub.clients.care import service as care
from hub.clients.care.forms import CareWish
from hub.clients.care.rules import CareKind
from hub.clients.models import Client, Contact
from hub.clients.notes import service as notes
from hub.clients.notes.forms import NoteWish
from hub.clients.notes.rules import Consent, NoteKind, Source
from hub.clients.tags import service as tags
from hub.kernel import access, clock, runner, work
from hub.kernel.messages import Content, MessageClass, post_to
from hub.relationship import service as relationship
from tests import make, programs, staff
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]
WORDS = {"zh": {"subject": "{{ name }}您好：三月账单", "text": "市场周报"}}
KINDS = ("profile", "facts", "contacts", "notes", "care", "tags", "serving", "messages", "consents")


def only(client_id: int) -> Select[Any]:
    return select(Client.id).where(Client.id == client_id)


def lived(client_id: int, broker_id: int) -> None:
    """Something of each kind happens with a client, by the rooms' own services."""
    with work.unit(), access.acting(access.SYSTEM):
        relationship.assign(client_id, broker_id, valid_from=clock.firm_day())
        facts.record(
            client_id, "stated_assets", Decimal(500_000), valid_from=clock.firm_day(), source="x"
        )
        contacts.add(client_id, phone("13800001234"))
        notes.record(
            client_id,
            NoteWish(
                kind=NoteKind.HOME, text="想买浦东的房", on_day=clock.firm_day(),
                source=Source.TALK, consent=Consent.SPOKEN,
            ),
        )  # fmt: skip
        care.put(client_id, CareWish(kind=CareKind.VULNERABLE, reason="听力不好", last_day=None))
        tags.put(client_id, "VIP")
        address = work.session().scalar(
            select(Contact.address_id).where(Contact.client_id == client_id, Contact.kind == "sms")
        )
        assert address is not None
        consent.suppress(address, Stop.BLOCKED)
    with work.unit(), access.acting(access.SYSTEM):
        post_to(make.message(content=Content(texts=WORDS)), only(client_id))
    runner.drain()


@pytest.mark.feature("S67")
def test_whatever_room_it_happened_in_it_is_on_the_one_timeline(
    app: Flask, mailbox: Mailbox
) -> None:
    with work.unit():
        user_id = staff.user("broker")
        broker_id = staff.broker(user_id)
        client_id = make.client(email="wang@post.example", consent_to=("promotion",))
        program = programs.Program(app, programs.token(user_id).text)
    lived(client_id, broker_id)
    assert mailbox.to() == ["wang@post.example"]
    browser = staff.signed_in(app, user_id)
    page = browser.get(f"/clients/{client_id}/timeline").text
    for words in (
        "Taken into the book", "Stated assets: 500,000", "Phone added", "想买浦东的房",
        "Vulnerable", "VIP", "Served from this day by:", "E-mail: sent", "三月账单",
        "E-mail: agrees to promotion", "SMS: contact closed, blocked by the recipient",
    ):  # fmt: skip
        assert words in page, words
    assert "13800001234" not in page
    assert "听力不好" not in page
    items = program.get(f"/clients/{client_id}/timeline?limit=200").get_json()["items"]
    assert {item["source"] for item in items} == set(KINDS)
    moments = [item["at"] for item in items]
    assert moments == sorted(moments, reverse=True)
    only = program.get(f"/clients/{client_id}/timeline?source=messages").get_json()["items"]
    assert [(item["told"], item["source"]) for item in only] == [
        ("messages:email:sent", "messages")
    ]
    latest = browser.get(f"/clients/{client_id}?panels=all").text
    assert f"/clients/{client_id}/timeline" in latest


@pytest.mark.feature("S67")
def test_the_timeline_is_read_page_by_page_without_a_gap(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        broker_id = staff.broker(user_id)
        client_id = make.client()
        program = programs.Program(app, programs.token(user_id).text)
    with work.unit(), access.acting(access.SYSTEM):
        relationship.assign(client_id, broker_id, valid_from=clock.firm_day())
        for number in range(23):
            tags.put(client_id, f"tag {number}")  # all on one day
    path, found = f"/clients/{client_id}/timeline?limit=5", list[str]()
    cursor: str | None = ""
    while cursor is not None:
        told: dict[str, Any] = program.get(f"{path}&cursor={cursor}").get_json()
        found += [item["id"] for item in told["items"]]
        cursor = told["next"]
    whole = program.get(f"/clients/{client_id}/timeline?limit=200").get_json()["items"]
    assert found == [item["id"] for item in whole]
    assert len(set(found)) == len(found) >= 25


@pytest.mark.feature("S67")
def test_each_reads_only_the_lines_that_are_his_to_read(app: Flask, mailbox: Mailbox) -> None:
    del mailbox
    with work.unit():
        user_id, marketing = staff.user("broker"), staff.user("marketing")
        broker_id, stranger = staff.broker(user_id), staff.user("broker")
        staff.broker(stranger)
        client_id = make.client(email="wang@post.example", consent_to=("promotion",))
    lived(client_id, broker_id)
    seen = staff.signed_in(app, marketing).get(f"/clients/{client_id}/timeline").text
    assert "Vulnerable" in seen
    assert "想买浦东的房" not in seen  # a note is read by those who may reveal a contact
    gone = staff.signed_in(app, stranger).get(f"/clients/{client_id}/timeline")
    assert gone.status_code == 404


def test_a_code_is_on_nobodys_timeline(app: Flask, mailbox: Mailbox) -> None:
    del mailbox
    with work.unit():
        user_id = staff.user("compliance")
        client_id = make.client(email="wang@post.example")
        with access.acting(access.SYSTEM):
            message = make.message(klass="code", content=Content(texts=WORDS))
            post_to(message, only(client_id))
    runner.drain()
    page = staff.signed_in(app, user_id).get(f"/clients/{client_id}/timeline").text
    assert "三月账单" not in page


def test_the_day_filter_of_a_timeline_takes_both_ends(app: Flask) -> None:
    day = clock.firm_day() - timedelta(40)
    with work.unit():
        user_id = staff.user("compliance")
        with clock.set_to(clock.start_of(day) + timedelta(hours=12)):
            client_id = make.client()
    path = f"/clients/{client_id}/timeline"
    browser = staff.signed_in(app, user_id)
    inside = browser.get(f"{path}?day_from={day}&day_to={day}").text
    assert "Taken into the book" in inside
    outside = browser.get(f"{path}?day_to={day - timedelta(1)}").text
    assert "Taken into the book" not in outside


@pytest.mark.feature("S67")
def test_what_was_said_at_a_contact_is_told_of_whoever_had_it_on_that_day(app: Flask) -> None:
    first, second = clock.firm_day() - timedelta(20), clock.firm_day() - timedelta(10)
    with work.unit():
        user_id = staff.user("compliance")
        program = programs.Program(app, programs.token(user_id).text)
        ids = {}
        for name, day in (("before", first), ("after", second)):
            with clock.set_to(clock.start_of(day) + timedelta(hours=12)):
                ids[name] = make.client()
    number = phone("13800005555")
    for name, day in (("before", first), ("after", second)):
        moment = clock.start_of(day) + timedelta(hours=12)
        with clock.set_to(moment), work.unit(), access.acting(access.SYSTEM):
            if name == "after":
                old = select(Contact.id).where(Contact.client_id == ids["before"])
                contacts.remove(ids["before"], work.session().scalars(old).one())
            contacts.add(ids[name], number)
        with clock.set_to(moment + timedelta(hours=1)), work.unit(), access.acting(access.SYSTEM):
            make.agree(ids[name], MessageClass("service" if name == "before" else "promotion"))
    told = {
        name: {
            item["told"] for item in program.get(
                f"/clients/{client}/timeline?source=consents"
            ).get_json()["items"]
        }
        for name, client in ids.items()
    }  # fmt: skip
    assert {line.rpartition(":")[2] for line in told["before"]} == {"service"}
    assert {line.rpartition(":")[2] for line in told["after"]} == {"promotion"}
