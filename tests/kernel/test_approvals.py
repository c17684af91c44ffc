"""Four eyes: nobody releases his own work, nothing is released that was not seen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from hub.kernel import access, approvals, clock, modules, work
from hub.kernel.access import Actor
from hub.kernel.approvals import Approval, ApprovalKind, Decision, NotAsSeen
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hub.kernel.module import Module

MAKER = Actor(user_id=1, permissions=frozenset({"prices.release"}))
CHECKER = Actor(user_id=2, permissions=frozenset({"prices.release"}))
OTHER = Actor(user_id=3)

_price: dict[int, dict[str, Any]] = {}
_released: list[tuple[int, bool]] = []

KIND = ApprovalKind(
    name="test.price", title="Price", needs="prices.release", content=_price.get,
    decided=lambda subject, approved: _released.append((subject, approved)),
    link=lambda subject: f"/prices/{subject}",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _kind(app: Flask) -> None:
    del app
    modules.install((*modules.loaded().items, Module(name="test", approvals=(KIND,))))
    _price.clear()
    _released.clear()
    _price[7] = {"amount": "12.50"}


def asked() -> tuple[int, str]:
    with work.unit(), access.acting(MAKER):
        number = approvals.ask("test.price", 7, "Price of a segment")
        return number, work.session().get_one(Approval, number).hash


def test_another_person_releases_what_he_saw() -> None:
    number, seen = asked()
    with work.unit(), access.acting(CHECKER):
        assert [row.id for row in work.session().scalars(approvals.waiting())] == [number]
        approvals.decide(number, approve=True, seen=seen)
    assert _released == [(7, True)]
    with work.unit(writes=False):
        assert approvals.holds("test.price", 7, _price[7])
        assert not approvals.holds("test.price", 7, {"amount": "12.51"})


def test_nobody_releases_his_own_work() -> None:
    number, seen = asked()
    with work.unit(), access.acting(MAKER):
        assert list(work.session().scalars(approvals.waiting())) == []
        with pytest.raises(Forbidden, match="prepared"):
            approvals.decide(number, approve=True, seen=seen)
    assert _released == []


def test_the_database_itself_refuses_a_maker_as_checker() -> None:
    number, _seen = asked()
    with pytest.raises(IntegrityError), work.unit():
        change = update(Approval).where(Approval.id == number)
        work.session().execute(change.values(decided_by=1, decided_at=clock.now()))


def test_without_the_right_nothing_is_decided() -> None:
    number, seen = asked()
    with work.unit(), access.acting(OTHER), pytest.raises(Forbidden):
        approvals.decide(number, approve=True, seen=seen)


def test_what_changed_since_is_not_released() -> None:
    number, seen = asked()
    _price[7]["amount"] = "99.00"
    with work.unit(), access.acting(CHECKER), pytest.raises(NotAsSeen):
        approvals.decide(number, approve=True, seen=seen)
    assert _released == []


def test_a_page_that_showed_something_else_decides_nothing() -> None:
    number, _seen = asked()
    with work.unit(), access.acting(CHECKER), pytest.raises(NotAsSeen):
        approvals.decide(number, approve=True, seen="0" * 64)


def test_a_rejection_needs_a_reason() -> None:
    number, seen = asked()
    with work.unit(), access.acting(CHECKER), pytest.raises(Invalid):
        approvals.decide(number, approve=False, reason=" ", seen=seen)
    with work.unit(), access.acting(CHECKER):
        approvals.decide(number, approve=False, reason="too dear", seen=seen)
    assert _released == [(7, False)]


def test_what_is_decided_stays_decided() -> None:
    number, seen = asked()
    with work.unit(), access.acting(CHECKER):
        approvals.decide(number, approve=True, seen=seen)
    with work.unit(), access.acting(CHECKER), pytest.raises(Conflict):
        approvals.decide(number, approve=False, reason="no", seen=seen)
    assert _released == [(7, True)]


def test_asking_again_takes_the_earlier_request_back() -> None:
    first, _seen = asked()
    second, seen = asked()
    with work.unit(), access.acting(CHECKER):
        assert work.session().get_one(Approval, first).decision == Decision.VOID
        with pytest.raises(Conflict):
            approvals.decide(first, approve=True, seen=seen)
        approvals.decide(second, approve=True, seen=seen)


def test_a_change_voids_what_was_approved() -> None:
    number, seen = asked()
    with work.unit(), access.acting(CHECKER):
        approvals.decide(number, approve=True, seen=seen)
    with work.unit():
        approvals.void("test.price", 7)
    with work.unit(writes=False):
        assert not approvals.holds("test.price", 7, _price[7])


def test_a_maker_has_a_name_and_a_subject() -> None:
    with work.unit(), access.acting(access.SYSTEM), pytest.raises(Forbidden):
        approvals.ask("test.price", 7, "x")
    with work.unit(), access.acting(MAKER), pytest.raises(NotFound):
        approvals.ask("test.price", 8, "x")
