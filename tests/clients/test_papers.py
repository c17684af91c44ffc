"""Identity numbers and bank cards: sealed, found by the whole number, shown on demand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import papers
from hub.clients.models import Client, Paper
from hub.clients.paper_rules import PaperKind, masked, read
from hub.kernel import access, audit, work
from hub.kernel.errors import Invalid
from tests import make, staff
from tests.clients.import_world import Firm

ID_NO, CARD = "11010519491231002X", "6222021234567890128"


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (PaperKind.ID_NO, "110105 1949 1231 002x", ID_NO),
        (PaperKind.ID_NO, "110105194912310021", None),
        (PaperKind.ID_NO, "E12345678", "E12345678"),
        (PaperKind.ID_NO, "91110000600037341L", "91110000600037341L"),
        (PaperKind.ID_NO, "王芳", None),
        (PaperKind.ID_NO, "PASSPORT", None),
        (PaperKind.BANK_CARD, "4111 1111 1111 1111", "4111111111111111"),
        (PaperKind.BANK_CARD, "4111 1111 1111 1112", None),
        (PaperKind.BANK_CARD, "6.222E+18", None),
    ],
)
def test_numbers_are_read_in_one_form(kind: PaperKind, text: str, number: str | None) -> None:
    assert read(kind, text) == number


def test_a_masked_number_keeps_its_end_only() -> None:
    assert masked(ID_NO) == "*" * 14 + "002X"


def kept() -> int:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(name="王芳")
        papers.put(client, PaperKind.ID_NO, ID_NO.lower())
        return client


def test_a_number_is_sealed_found_whole_and_ends_as_it_does(app: Flask) -> None:
    del app
    client, other = kept(), kept()
    with work.unit(writes=False):
        rows = work.session().scalars(select(Paper)).all()
        assert all(ID_NO not in f"{row.sealed}{row.fingerprint}" for row in rows)
        assert rows[0].sealed != rows[1].sealed
        found = set(work.session().scalars(papers.who_has(ID_NO)))
        assert found == {client, other}
        assert not list(work.session().scalars(papers.who_has(ID_NO[:-1])))
        assert papers.ends_with(client, "002x")
        assert not papers.ends_with(client, "0021")
        assert not papers.ends_with(client, "")
        assert papers.shown(client) == {"id_no": "**************002X"}


def test_a_client_without_a_number_proves_nothing(app: Flask) -> None:
    del app
    with work.unit():
        client = make.client()
        assert not papers.ends_with(client, "")
        assert not papers.ends_with(client, "0000")


def test_a_slip_is_refused_and_an_empty_text_takes_the_number_away(app: Flask) -> None:
    del app
    client = kept()
    with work.unit(), access.acting(access.SYSTEM):
        with pytest.raises(Invalid):
            papers.put(client, PaperKind.ID_NO, "110105194912310021")
        papers.put(client, PaperKind.ID_NO, " ")
        assert papers.shown(client) == {}


@pytest.mark.database("sqlite")
def test_on_the_page_it_is_masked_and_showing_it_is_logged(app: Flask) -> None:
    client = kept()
    with work.unit():
        compliance = staff.user("compliance")
    browser = staff.signed_in(app, compliance)
    page = browser.get(f"/clients/{client}?panels=all")
    assert "002X" in page.text
    assert ID_NO not in page.text
    path, why = f"/clients/{client}/papers/id_no/reveal", {"why": "identify"}
    assert browser.post(path).status_code == 422
    assert ID_NO in browser.post(path, why).text
    found = browser.get("/clients/", query_string={"q": ID_NO})
    assert "王芳" in found.text
    assert browser.post(f"/clients/{client}/papers/dna/reveal").status_code == 404
    with work.unit(writes=False):
        verbs = select(audit.AuditRow.detail).where(audit.AuditRow.verb == "revealed")
        expected = {"paper": "id_no", "why": "identify", "said": ""}
        assert work.session().scalars(verbs).all() == [expected]


def test_a_file_brings_numbers_and_a_second_time_changes_nothing(firm: Firm) -> None:
    head = "客户号,姓名,身份证号,银行卡\n"
    text = f"{head}A1,王芳,{ID_NO},4111111111111111\nA2,李明,110105194912310021,\n"
    first = firm.take(firm.manager, text)
    assert (first.created, first.updated, first.unchanged, first.bad) == (1, 0, 0, 1)
    with work.unit(writes=False):
        client = work.session().scalar(select(Client.id).where(Client.no == "A1"))
        assert client is not None
        assert papers.ends_with(client, "002X")
        assert papers.personal(client) == {"id_no": ID_NO, "bank_card": "4111111111111111"}
    assert firm.take(firm.manager, text + "A3,赵敏,,\n").unchanged == 1
    changed = text.replace("4111111111111111", "5500000000000004")
    assert firm.take(firm.manager, changed).updated == 1
