"""The import of clients: what a file says is what the book holds, once, and within one's rights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from hub.accounts import tokens
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients import flags
from hub.clients.models import Address, Client, Contact, Fact
from hub.kernel import work
from hub.kernel.base import Rows
from hub.kernel.imports import desk
from hub.relationship.models import Serving
from tests import programs
from tests.clients.import_world import Firm, Said

HEADER = "客户号,姓名,手机,邮箱,城市,性别,生日,营业部,开户日期,资产\n"
WANG = "C1,王小明,13800000001,Wang@Mail.example,上海,男,1980-02-03,浦东,2020/5/6,123.4万\n"
LI = 'C2,Li Na,"+44 20 7946 0018; 13800000002",,北京,女,,,,"1,000"\n'
AS_OF = {"assets_as_of": "2026-06-30"}


def rows(query: Rows) -> list[tuple[Any, ...]]:
    with work.unit(writes=False):
        return [tuple(row) for row in work.session().execute(query)]


@pytest.mark.feature("M28")
def test_a_file_becomes_clients_with_contacts_facts_and_a_broker(firm: Firm) -> None:
    done = firm.take(firm.wang, HEADER + WANG + LI, AS_OF)
    assert (done.state, done.created, done.bad) == ("done", 2, 0), firm.problems(done)
    assert rows(select(Client.no, Client.name, Client.city, Client.gender, Client.birthday,
                       Client.opened_on, Client.stated_assets).order_by(Client.no)) == [
        ("C1", "王小明", "上海", "male", date(1980, 2, 3), date(2020, 5, 6), Decimal(1_234_000)),
        ("C2", "Li Na", "北京", "female", None, None, Decimal(1_000)),
    ]  # fmt: skip
    contacts = select(Contact.kind, Address.value, Contact.is_primary).join_from(
        Contact, Address, Address.id == Contact.address_id
    )
    assert rows(contacts.order_by(Contact.id)) == [
        ("sms", "+8613800000001", True), ("sms", "+442079460018", True),
        ("sms", "+8613800000002", False), ("email", "wang@mail.example", True),
    ]  # fmt: skip
    assert rows(select(Fact.name, Fact.number, Fact.valid_from).order_by(Fact.id)) == [
        ("stated_assets", Decimal(1_234_000), date(2026, 6, 30)),
        ("stated_assets", Decimal(1_000), date(2026, 6, 30)),
    ]
    assert rows(select(Serving.broker_id).distinct()) == [(firm.wang.broker_id,)]
    with work.unit(writes=False):
        assert [flags.wrong(name) for name in ("has_sms", "has_email", "shared")] == [0, 0, 0]


def test_the_same_file_again_changes_nothing(firm: Firm) -> None:
    firm.take(firm.wang, HEADER + WANG + LI, AS_OF)
    tables = [select(m.__table__) for m in (Client, Contact, Address, Fact, Serving)]
    before = [rows(query) for query in tables]
    again = firm.take(firm.wang, HEADER + WANG + LI, AS_OF)
    assert (again.created, again.updated, again.unchanged, again.bad) == (0, 0, 2, 0)
    assert [rows(query) for query in tables] == before


def test_only_mapped_and_filled_cells_change_a_client(firm: Firm) -> None:
    firm.take(firm.wang, HEADER + WANG + LI, AS_OF)
    done = firm.take(firm.wang, "客户号,姓名,城市\nC1,王小明,\nC2,Li Na,深圳\n")
    assert (done.created, done.updated, done.unchanged) == (0, 1, 1)
    assert rows(select(Client.city, Client.gender).order_by(Client.no)) == [
        ("上海", "male"), ("深圳", "female"),
    ]  # fmt: skip


def test_a_new_phone_is_added_and_none_is_taken_away(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名,手机\nC1,王,13800000001\n")
    done = firm.take(firm.wang, "客户号,姓名,手机\nC1,王,13800000009\n")
    assert done.updated == 1
    reached = select(Address.value, Contact.is_primary).join_from(
        Contact, Address, Address.id == Contact.address_id
    )
    assert rows(reached.order_by(Contact.id)) == [
        ("+8613800000001", True),
        ("+8613800000009", False),
    ]


def test_a_phone_given_twice_in_two_ways_is_one_contact(firm: Firm) -> None:
    text = "客户号,姓名,手机,联系电话\nC1,王,138 0000 0001,+8613800000001\nC2,李,；,\n"
    done = firm.take(firm.wang, text)
    assert (done.created, done.bad) == (2, 0), firm.problems(done)
    reached = select(Client.no, Address.value, Address.raw, Contact.is_primary)
    assert rows(reached.select_from(Contact).join(Client).join(
        Address, Address.id == Contact.address_id
    )) == [("C1", "+8613800000001", "138 0000 0001", True)]  # fmt: skip
    with work.unit(writes=False):
        assert [flags.wrong(name) for name in ("has_sms", "has_email", "shared")] == [0, 0, 0]


def test_a_phone_of_somebody_known_is_shared_from_then_on(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名,手机\nC1,王,13800000001\n")
    firm.take(firm.wang, "客户号,姓名,手机,邮箱\nC2,李,13800000001,li@mail.example\nC3,赵,,\n")
    shared = select(Address.value).where(flags.is_set("shared", Address.flags))
    with work.unit(writes=False):
        assert work.session().scalars(shared).all() == ["+8613800000001"]
        assert [flags.wrong(name) for name in ("has_sms", "has_email", "shared")] == [0, 0, 0]


@pytest.mark.database("postgresql")
def test_the_database_counts_what_a_large_file_fills_while_it_grows(firm: Firm) -> None:
    lines = "".join(f"C{n},王\n" for n in range(4_500))
    firm.take(firm.wang, f"客户号,姓名\n{lines}")
    names = "('imports_row', 'clients_client')"
    known = text(f"SELECT reltuples FROM pg_class WHERE relname IN {names}")
    with work.unit(writes=False):
        assert min(work.session().scalars(known)) >= 2_000


def test_assets_of_another_day_are_another_fact(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名,资产,资产日期\nC1,王,100,2026-01-31\n")
    done = firm.take(firm.wang, "客户号,姓名,资产,资产日期\nC1,王,200,2026-02-28\n")
    assert done.updated == 1
    known = select(Fact.number, Fact.valid_from, Fact.valid_to).where(Fact.known_to.is_(None))
    assert rows(known.order_by(Fact.valid_from)) == [
        (Decimal(100), date(2026, 1, 31), date(2026, 2, 28)),
        (Decimal(200), date(2026, 2, 28), None),
    ]


def test_a_client_number_twice_in_a_file_refuses_the_later_line(firm: Firm) -> None:
    done = firm.take(firm.wang, "客户号,姓名\nC1,A\nC2,B\nC1,C\nC1,D\n")
    assert (done.created, done.bad) == (2, 2)
    assert [text.split(":")[0] for text in firm.problems(done)] == ["4", "5"]
    assert all("line 2 has the same value" in text for text in firm.problems(done))


def test_a_phone_of_two_clients_is_taken_and_marked_as_shared(firm: Firm) -> None:
    done = firm.take(firm.wang, "客户号,姓名,手机\nC1,A,13800000001\nC2,B,138 0000 0001\n")
    assert done.created == 2
    shared = select(Address.id).where(flags.is_set("shared", Address.flags))
    assert len(rows(shared)) == 1
    with work.unit(writes=False):
        assert flags.wrong("shared") == 0


def test_invalid_cells_are_refused_with_line_field_and_reason(firm: Firm) -> None:
    text = (
        "客户号,姓名,手机,邮箱,生日,资产\n"
        "C1,A,12,a@b.example,1990-01-01,5\n"
        "C2,B,13800000002,not-an-address,2090-01-01,five\n"
        ",C,,,,\n"
        "C4,D,1.38E+10,,,-1\n"
        "C5,E,,,,\n"
    )
    done = firm.take(firm.wang, text, AS_OF)
    assert (done.created, done.bad) == (1, 4)
    problems = firm.problems(done)
    assert "12” is no phone number" in problems[0]
    assert all(word in problems[1] for word in ("E-mail", "Birthday", "Stated assets", "future"))
    assert "must not be empty" in problems[2]
    assert "shortened by a spreadsheet" in problems[3]
    assert "negative" in problems[3]


def test_a_broker_imports_only_clients_that_he_serves(firm: Firm) -> None:
    firm.take(firm.zhao, "客户号,姓名\nC1,Zhao's\n")
    text = "客户号,姓名,经纪人\nC1,Mine now,\nC2,New,B001\nC3,For another,B002\nC4,Nobody,B999\n"
    done = firm.take(firm.wang, text)
    assert (done.created, done.bad) == (1, 3)
    reasons = [text.split(": ", 1)[1] for text in firm.problems(done)]
    assert "served by somebody else" in reasons[0]
    assert reasons[1] == reasons[2], "it must not tell which brokers there are"
    assert "you see no broker" in reasons[1]
    assert rows(select(Client.name).where(Client.no == "C1")) == [("Zhao's",)]


def test_a_manager_gives_clients_to_brokers_and_moves_them(firm: Firm) -> None:
    first = firm.take(firm.manager, "客户号,姓名,客户经理\nC1,A,B001\nC2,B,B002\nC3,C,\n")
    assert first.created == 3
    serving = (
        select(Client.no, Serving.broker_id)
        .join_from(Serving, Client, Client.id == Serving.client_id)
        .where(Serving.known_to.is_(None))
        .order_by(Client.no)
    )
    ((desk,),) = rows(select(Broker.id).where(Broker.kind == BrokerKind.DESK))
    assert rows(serving) == [
        ("C1", firm.wang.broker_id), ("C2", firm.zhao.broker_id), ("C3", desk),
    ]  # fmt: skip
    again = firm.take(firm.manager, "客户号,姓名,客户经理\nC1,A,B002\nC2,B,B002\nC3,C,B001\n")
    assert (again.updated, again.unchanged, again.bad) == (2, 1, 0)
    assert rows(serving) == [
        ("C1", firm.zhao.broker_id), ("C2", firm.zhao.broker_id), ("C3", firm.wang.broker_id),
    ]  # fmt: skip


def test_a_manager_does_not_write_to_clients_of_a_broker(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名\nC1,A\n")
    same = firm.take(firm.manager, "客户号,姓名\nC1,A\n")
    assert (same.unchanged, same.bad) == (1, 0)
    done = firm.take(firm.manager, "客户号,姓名\nC1,Other\n")
    assert (done.updated, done.bad) == (0, 1)


@pytest.mark.feature("M05")
def test_another_room_adds_consent_columns_asked_about_once(firm: Firm) -> None:
    text = (
        "客户号,姓名,手机,短信同意\nC1,A,13800000001,是\nC2,B,13800000002,否\nC3,C,13800000003,\n"
    )
    number = firm.upload(firm.wang, text.encode())
    with pytest.raises(Exception, match="consent_wording"):
        firm.do(firm.wang, desk.check, number)
    answers = {
        "consent_wording": "I agree to SMS", "consent_source": "form 7", "consent_on": "2026-01-05",
    }  # fmt: skip
    firm.do(firm.wang, desk.answer, number, answers)
    firm.do(firm.wang, desk.check, number)
    firm.do(firm.wang, desk.apply, number)
    proof = firm.see(number).sha256
    assert len(proof) == 64
    said = select(Address.value, Said.granted, Said.wording, Said.on_day, Said.proof).join_from(
        Said, Address, Address.id == Said.address_id
    )
    assert rows(said.order_by(Address.value)) == [
        ("+8613800000001", True, "I agree to SMS", "2026-01-05", proof),
        ("+8613800000002", False, "I agree to SMS", "2026-01-05", proof),
    ]
    firm.take(firm.wang, text, answers)
    assert len(rows(said)) == 2


def test_without_the_right_to_take_clients_in_a_file_changes_only_known_ones(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名\nC1,Old\n")
    with work.unit():  # a program of his that was not given the right
        rights = firm.wang.permissions - {"clients.create"}
        made = programs.token(firm.wang.user_id or 0, *rights)
        barred = tokens.find(made.text, sandbox=True).actor
    firm.take(firm.zhao, "客户号,姓名\nC3,Zhao's\n")
    done = firm.take(barred, "客户号,姓名\nC1,Changed\nC2,New\nC3,Foreign\n")
    assert (done.created, done.updated, done.bad) == (0, 1, 2)
    reasons = [text.split(": ", 1)[1] for text in firm.problems(done)]
    assert reasons[0] == reasons[1], "it must not tell whether the client exists"
    assert "you may take none in" in reasons[0]
