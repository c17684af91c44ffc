"""Every component on a few pages, over a table of its own: what the browser tests look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Column as Col
from sqlalchemy import Date, Integer, MetaData, String, Table, select

from hub.kernel import access, doors, work
from hub.kernel.base import MONEY_SCALE, Scaled, UtcTime
from hub.kernel.doors import Door
from hub.pages import exports, fields, forms, htmx
from hub.pages.charts import Chart
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing

_ = lazy_gettext
metadata = MetaData()
people = Table(
    "gallery_person",
    metadata,
    Col("id", Integer, primary_key=True),
    Col("name", String(80)),
    Col("city", String(40)),
    Col("assets", Scaled(MONEY_SCALE)),
    Col("level", String(8)),
    Col("phone", String(20)),
    Col("email", String(80)),
    Col("born", Date),
    Col("seen_at", UtcTime),
)

CITIES = (("Shanghai", "上海"), ("Beijing", "北京"), ("Shenzhen", "深圳"))
LEVELS = {"C1": "C1", "C3": "C3", "C5": "C5"}
NAMES = (
    "王芳",
    "Li Wei",
    "张敏",
    "Chen Jing",
    "刘洋",
    "=cmd()",
    "陈静",
    "Zhao Lei",
    "黄磊",
    "周婷",
)

listing = Listing(
    name="people",
    key=people.c.id,
    default_sort="name",
    columns=(
        Column(
            key="name",
            label="Name",
            expr=people.c.name,
            sortable=True,
            link=lambda row: f"/gallery/form?person={row.id}",
        ),
        Column(key="city", label="City", expr=people.c.city, sortable=True),
        Column(
            key="level",
            label="Class",
            expr=people.c.level,
            kind="badge",
            labels=LEVELS,
            tones={"C1": "green", "C3": "yellow", "C5": "red"},
        ),
        Column(key="assets", label="Assets", expr=people.c.assets, kind="money", sortable=True),
        Column(key="phone", label="Phone", expr=people.c.phone, kind="phone"),
        Column(key="email", label="E-mail", expr=people.c.email, kind="email", minor=True),
        Column(key="seen_at", label="Last seen", expr=people.c.seen_at, kind="time", sortable=True),
    ),
    filters=(
        Filter(key="q", label="Name", exprs=(people.c.name,), hint="王 / Li"),
        Filter(key="city", label="City", kind="choice", exprs=(people.c.city,), choices=CITIES),
        Filter(key="assets", label="Assets", kind="number", exprs=(people.c.assets,)),
        Filter(key="seen", label="Last seen", kind="date", exprs=(people.c.seen_at,)),
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """What the form asks."""

    name: str
    email: str
    assets: Decimal | None = None
    city: str = "Shanghai"
    note: str = ""
    is_asked: bool = False


class PersonForm(forms.Form):
    """The form of a person."""

    into = Person
    name = fields.Text(required=True, most=40)
    email = fields.Email(required=True)
    assets = fields.Amount(allow_none=True, load_default=None)
    city = fields.Choice(["Shanghai", "Beijing", "Shenzhen"], load_default="Shanghai")
    note = fields.Text(most=2000, load_default="")
    is_asked = fields.Yes()


door = Door("gallery", __name__, url_prefix="/gallery", template_folder="templates")


@door.get("/list", needs="own")
def people_list() -> str:
    """The list."""
    page = listing.page(select(people.c.id), request.args, limit=20)
    return render_template("gallery/list.html", page=page)


@door.get("/empty", needs="own")
def empty_list() -> str:
    """The list without a row."""
    page = listing.page(select(people.c.id).where(people.c.id < 0), request.args)
    return render_template("gallery/list.html", page=page)


@door.get("/list.csv", needs="own")
def people_csv() -> Response:
    """The list as a file."""
    return exports.csv_file(listing, select(people.c.id), request.args)


@door.get("/form", needs="own")
def form() -> str:
    """The form, untouched."""
    return _form(forms.blank({"city": "Beijing"}))


def _form(filled: forms.Filled) -> str:
    return render_template("gallery/form.html", form=filled, cities=CITIES)


@door.post("/form", needs="own")
def save() -> ResponseReturnValue:
    """The form, posted."""

    def act(person: Person) -> ResponseReturnValue:
        work.session().execute(people.insert().values(name=person.name, assets=person.assets))
        flash(gettext("Saved."), "success")
        return htmx.go("/gallery/list")

    return forms.answer(PersonForm, forms.Answer(_form, act))


@door.get("/parts", needs="own")
def parts() -> str:
    """Progress, charts, dialogs, facts."""
    months = ("2026-07", "2026-08", "2026-09", "2026-10")
    chart = Chart(
        title="Deliveries by month",
        kind="bar",
        labels=months,
        series={"SMS": (120, 180, 90, 240), "E-mail": (300, 280, 310, 420)},
    )
    return render_template("gallery/parts.html", chart=chart)


def rows(count: int) -> list[dict[str, Any]]:
    """Rows with ties and empty values."""
    start = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    return [
        {
            "name": NAMES[number % len(NAMES)],
            "city": CITIES[number % 3][0],
            "assets": None if number % 7 == 0 else Decimal(number * 123_456) / 10,
            "level": ("C1", "C3", "C5")[number % 3],
            "phone": f"+86138{number:08}",
            "email": f"person{number}@example.com",
            "born": date(1980, 1, 1) + timedelta(days=number * 40),
            "seen_at": None if number % 5 == 0 else start + timedelta(hours=number),
        }
        for number in range(count)
    ]


ACTOR = access.Actor(user_id=1, name="王经理 Wang", roles=frozenset({"manager"}), is_system=True)


def install(app: Flask, count: int = 65) -> None:
    """Put the gallery into `app`, with somebody signed in."""
    app.register_blueprint(door)
    doors.load_actor_with(app, lambda: ACTOR)
    with work.unit():
        connection = work.session().connection()
        metadata.create_all(connection)
        connection.execute(people.insert(), rows(count))
