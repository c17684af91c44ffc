"""The client book: profiles, contact points, flags, merged clients, erasure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.clients import contacts, flags, queries, service
from hub.clients.addresses import masked, phone, point
from hub.clients.models import Address, Client, Contact, Fact
from hub.clients.rules import AddressKind
from hub.kernel import access, clock, work
from hub.kernel.audit import AuditRow
from hub.kernel.errors import Invalid
from hub.relationship import service as serving
from tests import make, staff

FORM = {
    "no": "C-1", "name": "王芳", "language": "zh", "city": "上海", "gender": "female",
    "birthday": "1980-02-29", "opened_on": "2020-05-06", "branch": "浦东",
    "stated_assets": "1,234,567.80", "sms": "138 0000 0001", "email": "Wang.Fang@Post.Example",
}  # fmt: skip


def manager(app: Flask) -> staff.Browser:
    """A manager who serves clients of his own too."""
    with work.unit():
        user_id = staff.user("manager")
        staff.broker(user_id)
    return staff.signed_in(app, user_id)


def own_client(app: Flask, browser: staff.Browser) -> int:
    """A client taken in and assigned to the manager himself, by the pages."""
    answer = browser.post("/clients/new", FORM)
    assert answer.status_code == 303, answer.text
    client_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    form = {"broker": "1", "valid_from": "2026-01-01"}
    assert browser.post(f"/relationship/clients/{client_id}/assign", form).status_code == 303
    return client_id


def kept(client_id: int) -> Client:
    with work.unit(writes=False):
        row = work.session().get_one(Client, client_id)
        work.session().expunge(row)
        return row


def test_a_client_is_taken_in_with_his_contact_points(app: Flask) -> None:
    client_id = own_client(app, manager(app))
    row = kept(client_id)
    assert (row.no, row.name, row.city, row.stated_assets) == (
        "C-1", "王芳", "上海", Decimal("1234567.80"),
    )  # fmt: skip
    with work.unit(writes=False):
        values = work.session().scalars(select(Address.value).order_by(Address.kind)).all()
        assert values == ["wang.fang@post.example", "+8613800000001"]
        assert work.session().scalars(select(Fact.number)).all() == [Decimal("1234567.80")]
        assert row.flags == flags.mask("has_sms") | flags.mask("has_email")


def test_bad_fields_are_shown_beside_the_field_and_nothing_is_kept(app: Flask) -> None:
    browser = manager(app)
    bad = FORM | {"birthday": "2999-01-01", "name": "", "stated_assets": "1e999", "sms": "12"}
    answer = browser.post("/clients/new", bad)
    assert answer.status_code == 422
    for name in ("birthday", "name", "stated_assets"):
        assert f'id="error-{name}"' in answer.text, name
    assert 'value="C-1"' in answer.text
    answer = browser.post("/clients/new", FORM | {"email": "no mailbox"})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.text
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Client)) == 0
        assert work.session().scalar(select(func.count()).select_from(Address)) == 0


def test_a_number_is_given_once(app: Flask) -> None:
    browser = manager(app)
    own_client(app, browser)
    assert browser.post("/clients/new", FORM).status_code == 409


def test_a_profile_is_changed_and_the_change_is_logged_without_its_values(app: Flask) -> None:
    browser = manager(app)
    client_id = own_client(app, browser)
    answer = browser.post(f"/clients/{client_id}/edit", FORM | {"city": "北京"})
    assert answer.status_code == 303
    assert kept(client_id).city == "北京"
    with work.unit(writes=False):
        logged = work.session().scalars(
            select(AuditRow.detail).where(AuditRow.verb == "changed", AuditRow.subject == "client")
        )
        assert list(logged) == [{"fields": ["city"]}]


def test_contacts_are_masked_until_somebody_asks_and_that_is_logged(app: Flask) -> None:
    browser = manager(app)
    client_id = own_client(app, browser)
    page = browser.get(f"/clients/{client_id}").text
    assert "+8613800000001" not in page
    assert "wang.fang@" not in page
    with work.unit(writes=False):
        contact_id = work.session().scalars(select(Contact.id).where(Contact.kind == "sms")).one()
    shown = browser.post(
        f"/clients/{client_id}/contacts/{contact_id}/reveal", {"why": "reach"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert shown.text.strip() == "+8613800000001"
    with work.unit(writes=False):
        logged = (
            work.session().scalars(select(AuditRow.detail).where(AuditRow.verb == "revealed")).all()
        )
        assert logged == [{"contact": contact_id, "why": "reach", "said": ""}]


def test_one_phone_of_two_clients_is_one_shared_address(app: Flask) -> None:
    with work.unit():
        first, second = make.client(sms="13800000001"), make.client(sms="+86 138-0000-0001")
        one = make.session().scalars(select(Address)).one()
        assert one.flags & flags.mask("shared")
        assert contact_count() == 2
    with work.unit(), access.acting(access.SYSTEM):
        contact_id = (
            work.session().scalars(select(Contact.id).where(Contact.client_id == second)).one()
        )
        contacts.remove(second, contact_id)
    with work.unit(writes=False):
        assert not work.session().scalars(select(Address)).one().flags & flags.mask("shared")
    assert kept(first).flags & flags.mask("has_sms")
    assert not kept(second).flags & flags.mask("has_sms")


def contact_count() -> int:
    return work.session().scalar(select(func.count()).select_from(Contact)) or 0


def test_the_first_contact_of_a_kind_is_the_primary_one_and_one_stays(app: Flask) -> None:
    browser = manager(app)
    client_id = own_client(app, browser)
    form = {"kind": "sms", "value": "+44 7700 900123", "label": "office"}
    assert browser.post(f"/clients/{client_id}/contacts", form).status_code == 303
    with work.unit(writes=False):
        lines = {line.shown: line for line in queries.contacts(client_id) if line.kind == "sms"}
    assert [line.is_primary for line in lines.values()] == [True, False]
    second = lines["+44****0123"]
    answer = browser.post(f"/clients/{client_id}/contacts/{second.id}/primary")
    assert answer.status_code == 303
    assert browser.post(f"/clients/{client_id}/contacts/{second.id}/remove").status_code == 303
    with work.unit(writes=False):
        left = [line for line in queries.contacts(client_id) if line.kind == "sms"]
    assert [(line.shown, line.is_primary) for line in left] == [("+86****0001", True)]


def test_a_contact_that_cannot_be_one_is_refused_with_a_hint(app: Flask) -> None:
    browser = manager(app)
    client_id = own_client(app, browser)
    answer = browser.post(f"/clients/{client_id}/contacts", {"kind": "sms", "value": "12"})
    assert answer.status_code == 422
    assert "not a phone number" in answer.text


def test_a_merged_client_leads_to_who_he_is_now(app: Flask) -> None:
    with work.unit():
        old, new = make.client(name="Old Row"), make.client(name="New Row")
        make.session().get_one(Client, old).merged_into = new
    browser = manager(app)
    answer = browser.get(f"/clients/{old}")
    assert answer.status_code == 302, "a merge can be taken back"
    assert answer.headers["Location"].endswith(f"/clients/{new}")
    assert "Old Row" not in browser.get("/clients/").text


def test_the_list_is_filtered_sorted_and_exported(app: Flask) -> None:
    with work.unit():
        make.client(name="=HYPERLINK(1)", city="上海", stated_assets=Decimal(10))
        make.client(name="Lin", city="北京", stated_assets=Decimal(20))
    browser = manager(app)
    page = browser.get("/clients/?city=北京").text
    assert "Lin" in page
    assert "HYPERLINK" not in page
    assert browser.get("/clients/?sort=-stated_assets").status_code == 200
    text = browser.get("/clients/export", buffered=True).text
    assert "'=HYPERLINK(1)" in text


def test_an_erased_person_leaves_no_address_behind(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        one = make.client(name="王芳", sms="13800000001", email="w@post.example")
        other = make.client(sms="13800000001")
        assert queries.personal(one)["contacts"]
        service.wipe(one)
    with work.unit(writes=False):
        values = work.session().scalars(select(Address.value)).all()
        assert "+8613800000001" in values  # somebody else's too
        assert not any("w@post" in value for value in values)
        assert [row.client_id for row in work.session().scalars(select(Contact))] == [other]
    assert kept(one).name == "-"


def test_what_was_typed_is_kept_beside_its_one_written_form() -> None:
    for text in ("13800000001", "+86 138 0000 0001", "0086-13800000001", "138-0000-0001"):
        found = point(AddressKind.SMS, f" {text} ")
        assert (found.value, found.region, found.raw) == ("+8613800000001", "CN", text)
    assert masked("email", "wang@post.example") == "w***@post.example"


def test_a_number_that_cannot_be_one_is_refused(app: Flask) -> None:
    with work.unit(writes=False):
        for text in ("12", "abc", "", "9" * 40):
            with pytest.raises(Invalid):
                phone(text)


def test_an_agent_takes_nobody_in(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("agent")
    assert staff.signed_in(app, user_id).post("/clients/new", FORM).status_code == 403


def test_a_list_of_choices_names_only_what_stands_at_visible_clients(app: Flask) -> None:
    with work.unit():
        mine, other = make.client(city="上海"), make.client(city="拉萨")
        user_id = staff.user("broker")
        broker_id = staff.broker(user_id)
        with access.acting(access.SYSTEM):
            serving.assign(mine, broker_id, valid_from=clock.firm_day())
        with access.acting(staff.actor(user_id)):
            assert queries.names_in_use("city") == ["上海"]
        with access.acting(access.SYSTEM):
            assert queries.names_in_use("city") == ["上海", "拉萨"]
        assert other != mine
    assert "拉萨" not in staff.signed_in(app, user_id).get("/clients/").text
