"""A firm with two brokers and a manager, and a guest room that adds a consent column."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import Integer, exists, insert, literal, select
from sqlalchemy.orm import Mapped

from hub.clients.models import Address
from hub.kernel import access, modules, runner, work
from hub.kernel.access import Actor
from hub.kernel.base import Base, Id
from hub.kernel.imports import desk, intake, queries
from hub.kernel.imports.kinds import Columns, ImportField, Question
from hub.kernel.imports.models import Import
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import past_day, text_of, yes_no
from hub.kernel.module import Module
from tests import staff


class Said(Base):
    """What a room like channels writes: consent hangs on the address."""

    __tablename__ = "consenting_said"

    id: Mapped[Id]
    address_id: Mapped[int]
    channel: Mapped[str]
    granted: Mapped[bool]
    wording: Mapped[str]
    source: Mapped[str]
    on_day: Mapped[str]
    proof: Mapped[str]


def _consent(part: Slice) -> None:
    for field, points, kind in (
        ("sms_consent", "phones", "sms"),
        ("email_consent", "emails", "email"),
    ):
        if not part.has(field) or not part.has(points):
            continue
        answers, staged, each = part.answers, part.select(field), part.each(points, "value")
        known = exists().where(
            Said.address_id == Address.id, Said.granted == (staged.c[field] == 1),
            Said.wording == answers["consent_wording"],
        )  # fmt: skip
        query = (
            select(
                Address.id, literal(kind), staged.c[field] == 1,
                literal(answers["consent_wording"]), literal(answers["consent_source"]),
                literal(answers["consent_on"]), literal(part.sha256),
            )
            .join_from(staged, each, each.c.seq == staged.c.seq)
            .join(Address, (Address.kind == kind) & (Address.value == each.c.value))
            .where(staged.c[field].is_not(None), ~known)
            .distinct()
        )  # fmt: skip
        columns = ["address_id", "channel", "granted", "wording", "source", "on_day", "proof"]
        work.session().execute(insert(Said).from_select(columns, query))


def _asked(mapped: frozenset[str]) -> bool:
    return not mapped.isdisjoint({"sms_consent", "email_consent"})


consenting = Module(
    name="consenting",
    imports=(
        Columns(
            kind="clients",
            fields=(
                ImportField(
                    name="sms_consent",
                    title="SMS consent",
                    parse=yes_no,
                    type=Integer(),
                    aliases=("短信同意",),
                ),
                ImportField(
                    name="email_consent", title="E-mail consent", parse=yes_no, type=Integer()
                ),
            ),
            questions=(
                Question(
                    name="consent_wording", title="Wording shown", parse=text_of(500), when=_asked
                ),
                Question(name="consent_source", title="Source", parse=text_of(200), when=_asked),
                Question(
                    name="consent_on", title="Given on", parse=past_day, when=_asked, widget="day"
                ),
            ),
            apply=_consent,
        ),
    ),
)


class Firm:
    """Who imports, and the steps of an import with the real runner between."""

    def __init__(self) -> None:
        with work.unit():
            self.wang = self._person("wang", "B001")
            self.zhao = self._person("zhao", "B002")
            self.manager = self._person("manager", "")

    def _person(self, name: str, broker_no: str) -> Actor:
        role = "broker" if broker_no else "manager"
        user_id = staff.user(role, email=f"{name}@firm.example")
        if broker_no:
            staff.broker(user_id, no=broker_no, name=name)
        return staff.actor(user_id)

    def upload(
        self, actor: Actor, data: bytes, name: str = "clients.csv", *, kind: str = "clients"
    ) -> int:
        with access.acting(actor):
            with work.unit(writes=False):
                number = intake.receive(kind, name, io.BytesIO(data))
            runner.drain()
        return number

    def do(self, actor: Actor, action: Callable[..., None], *values: object) -> None:
        with access.acting(actor), work.unit():
            action(*values)
        runner.drain()

    def take(
        self,
        actor: Actor,
        text: str,
        answers: dict[str, str] | None = None,
        *,
        kind: str = "clients",
    ) -> Import:
        """The whole way, even where every row is refused."""
        number = self.upload(actor, text.encode(), kind=kind)
        if answers:
            self.do(actor, desk.answer, number, answers)
        self.do(actor, desk.check, number)
        if self.see(number).good:
            self.do(actor, desk.apply, number)
        return self.see(number)

    def see(self, number: int) -> Import:
        with access.acting(access.SYSTEM), work.unit(writes=False):
            row = queries.one(number)
            work.session().expunge(row)
            return row

    def problems(self, row: Import) -> list[str]:
        with access.acting(access.SYSTEM), work.unit(writes=False):
            rows, _ = queries.rejects(row)
            return [f"{one.line}: {'; '.join(one.problems)}" for one in rows]


@pytest.fixture
def firm(app: Flask) -> Firm:
    if "babel" not in app.extensions:
        Babel(app)
    others = ("channels", "campaigns")  # channels adds consent columns of its own
    rooms = (room for room in modules.loaded().items if room.name not in others)
    modules.install((*rooms, consenting))
    return Firm()
