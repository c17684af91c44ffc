"""Consent columns of a client file: who may record what, for whom, and on which address."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from channels.consent.models import Consent
from hub.clients.flags import is_set
from hub.clients.models import Address
from hub.kernel import work
from hub.kernel.access import Actor
from hub.kernel.errors import Invalid
from hub.kernel.imports import desk
from tests import staff
from tests.clients.import_world import Firm

ANSWERS = {
    "consent_wording": "I agree to SMS", "consent_source": "form 7", "consent_on": "2026-01-05",
    "consent_covers": "both",
}  # fmt: skip
ONE = "客户号,姓名,手机,短信同意\n{no},A,13800000001,{said}\n"

pytestmark = pytest.mark.feature("M05")


class Book(Firm):
    """A firm whose brokers and manager may record what clients say; marketing may not."""

    def __init__(self) -> None:
        super().__init__()
        with work.unit():
            self.marketing = staff.actor(staff.user("marketing"))

    def said(self) -> list[bool]:
        with work.unit(writes=False):
            return list(work.session().scalars(select(Consent.granted).order_by(Consent.id)))

    def agrees(self) -> bool:
        with work.unit(writes=False):
            flag = is_set("consent_promotion", Address.flags)
            return bool(work.session().scalar(select(flag)))

    def tell(self, actor: Actor, said: str, no: str = "C1") -> tuple[int, int, int, int]:
        done = self.take(actor, ONE.format(no=no, said=said), ANSWERS)
        return done.created, done.updated, done.unchanged, done.bad


@pytest.fixture
def book(app: Flask) -> Book:
    del app
    return Book()


def test_a_new_statement_is_an_update_and_the_same_file_again_changes_nothing(book: Book) -> None:
    assert book.tell(book.wang, "") == (1, 0, 0, 0)
    assert book.tell(book.wang, "是") == (0, 1, 0, 0)
    assert book.tell(book.wang, "是") == (0, 0, 1, 0)
    assert book.said() == [True, True]
    assert book.agrees()


def test_who_may_not_record_consents_cannot_import_them(book: Book) -> None:
    book.tell(book.manager, "")
    assert book.tell(book.marketing, "是") == (0, 0, 0, 1)
    assert book.tell(book.marketing, "是", no="C2") == (0, 0, 0, 1)
    assert book.tell(book.marketing, "") == (0, 0, 1, 0)
    assert book.said() == []


def test_a_manager_does_not_speak_for_clients_of_a_broker(book: Book) -> None:
    book.tell(book.wang, "否")
    assert book.tell(book.manager, "是") == (0, 0, 0, 1)
    assert not book.agrees()
    assert book.tell(book.manager, "") == (0, 0, 1, 0)


def test_a_made_up_client_does_not_open_an_address_of_somebody_elses(book: Book) -> None:
    book.tell(book.wang, "否")
    done = book.take(book.zhao, ONE.format(no="C9", said="是"), ANSWERS)
    assert (done.created, done.bad) == (0, 1)
    (problem,) = book.problems(done)
    assert "C1" not in problem
    assert "cannot be taken over from a file" in problem
    assert not book.agrees()
    assert book.tell(book.zhao, "否", no="C9") == (1, 0, 0, 0)  # a no is always taken


def test_the_day_of_the_consent_has_to_be_said(book: Book) -> None:
    number = book.upload(book.wang, ONE.format(no="C1", said="是").encode())
    answers = {name: text for name, text in ANSWERS.items() if name != "consent_on"}
    with pytest.raises(Invalid, match="consent_on"):
        book.do(book.wang, desk.answer, number, answers)
        book.do(book.wang, desk.check, number)
