"""Custom fields: defined without code, on page, list, file and rule; never losing what is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import segments
from hub.clients import service as clients
from hub.clients.custom import queries, service
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.rules import CustomKind, listed, read
from hub.clients.models import Client
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Forbidden, Invalid
from tests import make, programs, staff
from tests.clients.import_world import Firm

MARCH, APRIL = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (3, 4))
RISK = [{"zh": "低", "en": "low"}, {"zh": "高", "en": "high"}]
FORM = {"kind": "choice", "title_zh": "偏好", "title_en": "Taste", "choices": "低 / low\n高 / high",
        "is_filter": "1"}  # fmt: skip


def wish(kind: CustomKind, title: str = "", **more: Any) -> FieldWish:
    said: dict[str, Any] = {
        "title_zh": title or f"字段{kind.value}", "title_en": title or kind.value,
        "choices": RISK if kind is CustomKind.CHOICE else [], "is_filter": True,
    }  # fmt: skip
    return FieldWish(kind=kind, **(said | more))


def define(kind: CustomKind, title: str = "") -> str:
    return queries.one(service.define(wish(kind, title))).name


def members(name: str, op: str, value: Any = None, on: date | None = None) -> list[int]:
    rule = {"field": name, "op": op} | ({} if value is None else {"value": value})
    return list(work.session().scalars(segments.members(rule, AsOf(on) if on else None)))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (CustomKind.NUMBER, "1,234.5", Decimal("1234.5")),
        (CustomKind.NUMBER, "1.23456", None),
        (CustomKind.NUMBER, "1e400", None),
        (CustomKind.NUMBER, "NaN", None),
        (CustomKind.DAY, "2026-02-30", None),
        (CustomKind.DAY, "2026-02-28", "2026-02-28"),
        (CustomKind.CHOICE, "低", "低"),
        (CustomKind.CHOICE, "中", None),
        (CustomKind.YES_NO, "yes", "yes"),
        (CustomKind.YES_NO, "maybe", None),
        (CustomKind.TEXT, " a  b ", "a b"),
        (CustomKind.TEXT, "x" * 201, None),
    ],
)
def test_a_value_is_read_in_one_form(kind: CustomKind, text: str, value: Any) -> None:
    assert read(kind, text, ["低", "高"]) == value


def test_choices_are_typed_one_a_line() -> None:
    assert listed("低 / low\n\n 高\n低 / again") == [
        {"zh": "低", "en": "again"}, {"zh": "高", "en": "高"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "op", "asked"),
    [
        (CustomKind.TEXT, "高尔夫", "contains", "尔夫"),
        (CustomKind.NUMBER, "3.5", "ge", "3.5"),
        (CustomKind.DAY, "2026-01-31", "lt", "2026-02-01"),
        (CustomKind.CHOICE, "高", "is", "高"),
        (CustomKind.YES_NO, "yes", "is", "yes"),
    ],
)
def test_a_segment_asks_for_a_field_now_and_on_a_day(
    app: Flask, kind: CustomKind, value: str, op: str, asked: str
) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client, _other = make.client(), make.client()
        name = define(kind)
        with clock.set_to(MARCH):
            service.write(client, {name: value}, source="form")
            assert members(name, op, asked) == [client]
        with clock.set_to(APRIL):
            service.write(client, {name: ""}, source="form")
            assert members(name, op, asked) == []
            assert members(name, op, asked, on=MARCH.date()) == [client]
            assert len(members(name, "unknown")) == 2
            service.write(client, {name: value}, source="form")
            assert queries.values_of(client)[name] in {value, Decimal(value) if op == "ge" else 0}


def test_one_wrong_value_and_nothing_is_written(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        good, bad = define(CustomKind.TEXT), define(CustomKind.NUMBER)
        with pytest.raises(Invalid) as refused:
            service.write(client, {good: "x", bad: "many", "custom_999": "1"}, source="form")
        assert set(refused.value.fields) == {bad, "custom_999"}
        assert queries.values_of(client) == {}


def test_a_kind_with_values_does_not_change_and_says_why(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        number, taste = define(CustomKind.NUMBER), define(CustomKind.CHOICE)
        ids = {field.name: field.id for field in queries.every()}
        service.change(ids[number], wish(CustomKind.TEXT, "爱好"))
        service.write(client, {number: "高尔夫", taste: "高"}, source="form")
        with pytest.raises(Invalid) as refused:
            service.change(ids[number], wish(CustomKind.NUMBER, "爱好"))
        assert set(refused.value.fields) == {"kind"}
        assert "1" in refused.value.fields["kind"]
        with pytest.raises(Invalid) as refused:
            service.change(ids[taste], wish(CustomKind.CHOICE, choices=RISK[:1]))
        assert "高" in refused.value.fields["choices"]
        service.change(ids[taste], wish(CustomKind.CHOICE, choices=RISK[1:]))
        with pytest.raises(Invalid):
            service.define(wish(CustomKind.TEXT, "爱好"))


def test_a_retired_field_is_asked_no_more_and_what_is_known_stays(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        name = define(CustomKind.TEXT)
        service.write(client, {name: "高尔夫"}, source="form")
        (field,) = queries.every()
        service.retire(field.id)
        assert queries.present() == []
        assert members(name, "is", "高尔夫") == [client]
        with pytest.raises(Invalid):
            service.write(client, {name: "网球"}, source="form")
        service.restore(field.id)
        service.write(client, {name: "网球"}, source="form")
        told = [fact["text"] for fact in clients.personal(client)["facts"]]
        assert "网球" in told


def test_a_field_stands_on_page_list_and_builder(app: Flask) -> None:
    with work.unit():
        manager, user_id = staff.user("manager"), staff.user("broker")
        mine = make.client(name="王芳")
        other = make.client(name="李明")
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
        with access.acting(staff.actor(user_id)), pytest.raises(Forbidden):
            service.define(wish(CustomKind.TEXT))
    keeper = staff.signed_in(app, manager)
    assert "No custom field yet" in keeper.get("/clients/fields").text
    assert keeper.post("/clients/fields", FORM | {"choices": ""}).status_code == 422
    assert keeper.post("/clients/fields", FORM).status_code == 303
    assert "Taste" in keeper.get("/clients/fields").text
    broker = staff.signed_in(app, user_id)
    assert "Taste" in broker.get(f"/clients/{mine}?panels=all").text
    bad = broker.post(f"/clients/{mine}/custom", {"custom_1": "中"})
    assert bad.status_code == 422
    assert 'id="error-custom_1"' in bad.text
    assert broker.post(f"/clients/{other}/custom", {"custom_1": "高"}).status_code == 404
    assert broker.post(f"/clients/{mine}/custom", {"custom_1": "高"}).status_code == 303
    page = broker.get("/clients/?custom_1=高").text
    assert "王芳" in page
    assert "王芳" not in broker.get("/clients/?custom_1=低").text
    assert "Taste" in broker.get("/segments/new").text
    changed = keeper.post("/clients/fields/1", FORM | {"kind": "text", "choices": ""})
    assert changed.status_code == 422
    assert 'id="error-kind"' in changed.text
    assert keeper.get("/clients/fields/1").status_code == 200
    assert keeper.post("/clients/fields/1/retire").status_code == 303
    assert "Taste" not in broker.get("/clients/").text
    assert keeper.post("/clients/fields/1/restore").status_code == 303


def test_a_list_is_narrowed_by_every_kind_of_field(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(name="王芳")
        number, on_day, text = (
            define(kind) for kind in (CustomKind.NUMBER, CustomKind.DAY, CustomKind.TEXT)
        )
        service.write(client, {number: "3.5", on_day: "2026-01-31", text: "高尔夫"}, source="form")
        user_id = staff.user("manager")
    browser = staff.signed_in(app, user_id)
    for good, bad in (
        (f"{number}_from=3", f"{number}_from=4"), (f"{text}=尔夫", f"{text}=网球"),
        (f"{on_day}_from=2026-01-31", f"{on_day}_from=2026-02-01"),
    ):  # fmt: skip
        assert "王芳" in browser.get(f"/clients/?{good}").text, good
        assert "王芳" not in browser.get(f"/clients/?{bad}").text, bad


def test_a_file_brings_values_and_a_second_time_changes_nothing(firm: Firm) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        number, taste = define(CustomKind.NUMBER, "打分"), define(CustomKind.CHOICE, "偏好")
    text = "客户号,姓名,打分,偏好\nA1,王芳,3.5,low\nA2,李明,many,高\nA3,赵敏,,\n"
    first = firm.take(firm.wang, text)
    assert (first.created, first.bad) == (2, 1)
    with work.unit(writes=False):
        client = work.session().scalars(select(Client.id).where(Client.no == "A1")).one()
        assert queries.values_of(client) == {number: Decimal("3.5"), taste: "低"}
    again = firm.take(firm.wang, text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = firm.take(firm.wang, text.replace("3.5", "4"))
    assert changed.updated == 1
    stolen = firm.take(firm.zhao, text.replace("3.5", "5"))
    assert (stolen.updated, stolen.created) == (0, 0)
    with work.unit(writes=False):
        assert queries.values_of(client)[number] == Decimal(4)


@pytest.mark.database("sqlite")
def test_a_program_defines_and_writes(app: Flask) -> None:
    program = programs.of(app, "manager")
    made = program.post("/clients/fields", FORM | {"is_filter": True})
    assert made.status_code == 201
    assert '"name":"custom_1"' in program.get("/clients/fields").text
    changed = program.put("/clients/fields/1", FORM | {"title_en": "Liking", "is_filter": False})
    assert changed.status_code == 200
    assert "Liking" in program.get("/clients/fields/1").text
    with work.unit():
        user_id, client = staff.user("broker"), make.client()
        staff.tie(user_id, client=make.client(), serves=client, branch="x")
        token = programs.token(user_id).text
    broker = programs.Program(app, token)
    path = f"/clients/{client}/custom"
    assert broker.put(path, {"values": {"custom_1": "中"}}).status_code == 422
    assert broker.put(path, {"values": {"custom_1": "高"}}).json == {"values": {"custom_1": "高"}}
    assert broker.get(path).json == {"values": {"custom_1": "高"}}
    assert program.delete("/clients/fields/1").status_code == 204
    assert program.post("/clients/fields/1/restore").status_code == 204
