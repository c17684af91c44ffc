"""Everything about a client on one page: rooms that come later bring their part of it along."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import Select, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import modules, timelines, work
from hub.kernel.access import Actor
from hub.kernel.base import Base, Day, Id, Money
from hub.kernel.module import Module, Panel, Permission
from hub.kernel.timelines import Timeline
from tests import make, staff

TODAY = date(2026, 11, 20)


class GuestTrade(Base):
    """A trade of a client, as the room of holdings will keep it."""

    __tablename__ = "guest_trade"

    id: Mapped[Id]
    whose: Mapped[int]
    day: Mapped[Day]
    security: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Money]
    fee: Mapped[Money]


class GuestCase(Base):
    """A complaint, as the desk of complaints will keep it."""

    __tablename__ = "guest_case"

    id: Mapped[Id]
    whose: Mapped[int]
    day: Mapped[Day]
    about: Mapped[str] = mapped_column(String(80))
    is_open: Mapped[bool]


def holdings_panel(_actor: Actor, client_id: int | None) -> str:
    trade = GuestTrade
    sums = select(trade.security, func.sum(trade.amount), func.sum(trade.fee))
    mine = sums.where(trade.whose == client_id).group_by(trade.security)
    rows = work.session().execute(mine.order_by(trade.security)).all()
    lines = [Markup("<li>{} {} {}</li>").format(*row) for row in rows]
    return Markup("<ul>{}</ul>").format(Markup().join(lines)) if lines else ""


def cases_panel(_actor: Actor, client_id: int | None) -> str:
    mine = select(GuestCase.about).where(GuestCase.whose == client_id, GuestCase.is_open)
    return Markup("<p>{}</p>").format("; ".join(work.session().scalars(mine)))


def trades_told(client: Any) -> tuple[Select[Any], ...]:
    trade = GuestTrade
    columns = timelines.row(trade.id, day=trade.day, what="traded", text=trade.security)
    return (select(*columns).where(trade.whose == client),)


def cases_told(client: Any) -> tuple[Select[Any], ...]:
    case = GuestCase
    columns = timelines.row(case.id, day=case.day, what="complained", text=case.about)
    return (select(*columns).where(case.whose == client),)


holdings = Module(
    name="holdings",
    permissions=(Permission(name="holdings.read", title="Holdings", roles=("broker", "finance")),),
    panels=(
        Panel(place="client", name="holdings", title="Trades and fees", needs="holdings.read",
              render=holdings_panel, order=15, later=True),
    ),
    timeline=(
        Timeline(name="trades", title="Trades", needs="holdings.read", icon="coin",
                 rows=trades_told, told=lambda what, _detail: what),
    ),
)  # fmt: skip
complaints = Module(
    name="complaints",
    permissions=(Permission(name="complaints.read", title="Cases", roles=("compliance",)),),
    panels=(
        Panel(place="client", name="complaints", title="Open complaints", needs="complaints.read",
              render=cases_panel, order=12),
    ),
    timeline=(
        Timeline(name="cases", title="Cases", needs="complaints.read", icon="alert",
                 rows=cases_told, told=lambda what, _detail: what),
    ),
)  # fmt: skip


@pytest.fixture
def known(app: Flask) -> int:
    """A client with two trades and an open complaint, under the rooms that tell of them."""
    del app
    modules.install((*modules.loaded().items, holdings, complaints))
    with work.unit():
        client = make.client(name="王芳", sms="13800001234")
        work.session().execute(insert(GuestTrade), [
            {"whose": client, "day": TODAY, "security": "600519", "amount": Decimal(amount),
             "fee": Decimal(5)} for amount in (1000, 2500)
        ])  # fmt: skip
        work.session().execute(insert(GuestCase), [
            {"whose": client, "day": TODAY, "about": "fee too high", "is_open": True},
            {"whose": client, "day": TODAY, "about": "settled long ago", "is_open": False},
        ])  # fmt: skip
    return client


def viewer(app: Flask, client: int, *roles: str) -> staff.Browser:
    with work.unit():
        user = staff.user(*roles)
        staff.tie(user, client=make.client(), serves=client, branch="x")
    return staff.signed_in(app, user)


def test_what_other_rooms_know_stands_between_what_the_book_knows(app: Flask, known: int) -> None:
    browser = viewer(app, known, "broker", "compliance")
    page = browser.get(f"/clients/{known}?panels=all").text
    names = ("complaints", "holdings", "suitability", "consents", "tags", "kin")
    for name in names:
        assert f'id="panel-{name}"' in page, name
    assert page.index("fee too high") < page.index('id="panel-holdings"')
    assert "<li>600519 3500" in page
    first = browser.get(f"/clients/{known}").text
    assert "fee too high" in first
    assert "600519 3500" not in first  # it comes when it is in sight
    part = browser.get(f"/clients/{known}/panels/holdings", headers={"HX-Request": "true"}).text
    assert "600519 3500" in part
    cases = browser.get(f"/clients/{known}/panels/complaints", headers={"HX-Request": "true"}).text
    assert "fee too high" in cases
    assert "settled long ago" not in cases
    timeline = browser.get(f"/clients/{known}/timeline").text
    for told in ("600519", "fee too high", "settled long ago", "traded", "complained"):
        assert told in timeline, told


def test_nobody_reads_there_what_his_rights_do_not_open(app: Flask, known: int) -> None:
    browser = viewer(app, known, "broker")
    page = browser.get(f"/clients/{known}?panels=all").text
    timeline = browser.get(f"/clients/{known}/timeline").text
    assert "600519" in page
    assert "600519" in timeline
    assert "fee too high" not in page + timeline
    asked = browser.get(f"/clients/{known}/panels/complaints", headers={"HX-Request": "true"})
    assert "fee too high" not in asked.text


def test_a_room_that_is_taken_out_takes_its_part_of_the_page_along(app: Flask, known: int) -> None:
    browser = viewer(app, known, "broker", "compliance")
    rooms = tuple(room for room in modules.loaded().items if room.name != "complaints")
    modules.install(rooms)
    page = browser.get(f"/clients/{known}?panels=all").text
    timeline = browser.get(f"/clients/{known}/timeline").text
    assert "600519" in page
    assert "fee too high" not in page + timeline
