"""Needs, life events and news: noted once, with source and consent, by hand and from a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import segments
from hub.clients import service as clients
from hub.clients.models import Client
from hub.clients.notes import queries, service
from hub.clients.notes.forms import NoteWish
from hub.clients.notes.rules import Consent, NoteKind, Source, sameness
from hub.kernel import access, clock, work
from hub.kernel.audit import AuditRow
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict
from hub.kernel.imports import rejects
from tests import make, programs, staff
from tests.clients.import_world import Firm

pytestmark = pytest.mark.feature("S31")

DAY = date(2026, 3, 1)
FORM = {
    "kind": "home", "text": "想在浦东买房。", "on_day": "2026-03-01", "source": "call",
    "source_detail": "his wife", "consent": "not_asked",
}  # fmt: skip
HEAD = "客户号,类型,内容,日期,同意,同意方式\n"


def wish(kind: NoteKind = NoteKind.HOME, text: str = "想买房", **more: Any) -> NoteWish:
    return NoteWish(kind=kind, text=text, on_day=DAY, source=Source.TALK, **more)


def members(field: str, value: str, on: date | None = None) -> list[int]:
    rule = {"field": field, "op": "has", "value": value}
    return list(work.session().scalars(segments.members(rule, AsOf(on) if on else None)))


@pytest.mark.parametrize(
    ("kind", "other_day", "other_text", "is_same"),
    [
        (NoteKind.BIRTH, False, True, True),
        (NoteKind.BIRTH, True, False, False),
        (NoteKind.HOME, True, False, True),
        (NoteKind.HOME, False, True, False),
        (NoteKind.NEWS, True, False, False),
        (NoteKind.OTHER_EVENT, False, True, False),
    ],
)
def test_what_makes_two_notes_the_same(
    kind: NoteKind, other_day: bool, other_text: bool, is_same: bool
) -> None:
    one = sameness(kind, "2026-03-01", "想 买房!")
    other = sameness(
        kind, "2026-03-02" if other_day else "2026-03-01", "换房" if other_text else "想买房"
    )
    assert (one == other) is is_same


def test_the_same_need_is_noted_once_and_a_later_consent_is_added(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        first = service.record(client, wish())
        again = service.record(client, wish(text="想 买房。", consent=Consent.SPOKEN))
        assert (first.id, first.is_new, again.is_new) == (again.id, True, False)
        (note,) = queries.of_client(client)
        assert (note.text, note.consent) == ("想买房", "spoken")
        service.record(client, wish(text="想买房"))
        assert queries.of_client(client)[0].consent == "spoken"


def test_a_segment_asks_only_for_what_was_agreed_to_and_not_yet_met(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client, other = make.client(), make.client()
        note = service.record(client, wish(consent=Consent.WRITTEN))
        service.record(other, wish())
        service.record(other, wish(NoteKind.BIRTH, "一女", consent=Consent.SPOKEN))
        assert members("need", "home") == [client]
        assert members("life_event", "birth") == [other]
        assert members("need", "home", on=DAY - timedelta(1)) == []
        service.meet(client, note.id)
        assert members("need", "home") == []
        assert members("need", "home", on=DAY) == [client]
        with pytest.raises(Conflict):
            service.meet(client, note.id)
        with pytest.raises(Conflict):
            service.meet(other, queries.of_client(other)[0].id)


def test_what_nobody_asked_the_client_about_goes_by_itself(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        with clock.set_to(clock.now() - timedelta(days=31)):
            service.record(client, wish())
            service.record(client, wish(NoteKind.CASH, consent=Consent.SPOKEN))
        service.record(client, wish(NoteKind.GROWTH))
        service.forget_unasked()
        assert {note.kind for note in queries.of_client(client)} == {"cash", "growth"}


def test_a_broker_notes_of_whom_he_serves_and_marketing_reads_nothing(app: Flask) -> None:
    with work.unit():
        user_id, marketing = staff.user("broker"), staff.user("marketing")
        mine, other = make.client(), make.client()
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
    browser = staff.signed_in(app, user_id)
    assert browser.post(f"/clients/{other}/notes", FORM).status_code == 404
    refused = browser.post(f"/clients/{mine}/notes", FORM | {"text": "", "on_day": "2999-01-01"})
    assert refused.status_code == 422
    assert 'id="error-text"' in refused.text
    assert 'id="error-on_day"' in refused.text
    assert browser.post(f"/clients/{mine}/notes", FORM | {"consent": "portal"}).status_code == 422
    assert browser.post(f"/clients/{mine}/notes", FORM).status_code == 303
    assert browser.post(f"/clients/{mine}/notes", FORM).status_code == 303
    page = browser.get(f"/clients/{mine}?panels=all").text
    assert page.count('data-note="home"') == 1
    assert "noted already" in page
    assert "his wife" in page
    note_id = made(mine)
    agreed = browser.post(f"/clients/{mine}/notes/{note_id}/agreed", {"consent": "written"})
    assert agreed.status_code == 303
    assert browser.post(f"/clients/{mine}/notes/{note_id}/met").status_code == 303
    seen = staff.signed_in(app, marketing)
    assert "想在浦东买房" not in seen.get(f"/clients/{mine}?panels=all").text
    assert seen.get(f"/clients/{mine}/notes").status_code == 403
    assert browser.post(f"/clients/{mine}/notes/{note_id}/remove").status_code == 303
    assert "想在浦东买房" not in browser.get(f"/clients/{mine}?panels=all").text
    with work.unit(writes=False):
        verbs = select(AuditRow.verb).where(AuditRow.subject == "client", AuditRow.verb.like("n%"))
        logged = list(work.session().scalars(verbs.order_by(AuditRow.id)))
    assert logged == ["noted", "note-agreed", "need-met", "note-removed"]


def made(client_id: int) -> int:
    with work.unit(writes=False):
        return queries.of_client(client_id)[0].id


def test_a_client_agrees_to_what_is_noted_of_him_or_has_it_taken_away(app: Flask) -> None:
    with work.unit():
        user_id, client, other = staff.user("client"), make.client(), make.client()
        clients.link_user(client, user_id)
        with access.acting(access.SYSTEM):
            first = service.record(client, wish()).id
            second = service.record(client, wish(NoteKind.NEWS)).id
            foreign = service.record(other, wish()).id
    browser = staff.signed_in(app, user_id)
    page = browser.get("/my/").text
    assert page.count("data-note=") == 2
    assert browser.post(f"/clients/own/notes/{first}/agreed").status_code == 303
    assert browser.post(f"/clients/own/notes/{second}/remove").status_code == 303
    assert browser.post(f"/clients/own/notes/{foreign}/remove").status_code == 404
    with work.unit(writes=False):
        assert [note.consent for note in queries.of_client(client)] == ["portal"]
        assert len(queries.of_client(other)) == 1


def test_a_file_of_notes_is_taken_once_and_tells_what_it_refused(firm: Firm) -> None:
    firm.take(firm.wang, "客户号,姓名\nA1,王芳\n")
    firm.take(firm.zhao, "客户号,姓名\nB1,李明\n")
    text = HEAD + (
        "A1,购房,想买房,2026-03-01,是,口头\n"
        "A1,birth,一女,2026/02/01,,\n"
        "A1,生育,女儿出生,2026-02-01,,\n"
        "A1,养老,不愿记录,2026-02-01,否,\n"
        "B1,购房,别人的客户,2026-02-01,,\n"
        "X9,购房,没有此人,2026-02-01,,\n"
        "A1,飞行,无此类型,2026-02-01,,\n"
    )
    first = firm.take(firm.wang, text, kind="notes")
    assert (first.created, first.unchanged, first.bad) == (2, 1, 4)
    with work.unit(writes=False), access.acting(firm.wang):
        with rejects.write(first) as file:
            assert file.read().decode("utf-8-sig").count("\n") == 5
        client = work.session().scalars(select(Client.id).where(Client.no == "A1")).one()
        found = {(note.kind, note.consent, note.source) for note in queries.of_client(client)}
    assert found == {("home", "spoken", "file"), ("birth", "not_asked", "file")}
    again = firm.take(firm.wang, text, kind="notes")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    asked = firm.take(firm.wang, f"{HEAD}A1,birth,一女,2026-02-01,是,\n", kind="notes")
    assert (asked.created, asked.updated) == (0, 1)
    with work.unit(writes=False):
        assert {note.consent for note in queries.of_client(client)} == {"spoken", "written"}


@pytest.mark.database("sqlite")
def test_the_import_page_offers_both_kinds_of_file(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        staff.broker(user_id)
    browser = staff.signed_in(app, user_id)
    page = browser.get("/clients/imports/?kind=notes").text
    assert "How he agreed" in page
    assert 'name="kind" value="notes"' in page
    assert "How he agreed" not in browser.get("/clients/imports/").text


@pytest.mark.database("sqlite")
def test_a_program_does_the_same(app: Flask) -> None:
    with work.unit():
        user_id, client = staff.user("broker"), make.client()
        staff.tie(user_id, client=make.client(), serves=client, branch="x")
        token = programs.token(user_id).text
    program = programs.Program(app, token)
    made_it = program.post(f"/clients/{client}/notes", FORM)
    assert made_it.status_code == 201
    assert '"is_new":true' in made_it.text
    assert '"is_new":false' in program.post(f"/clients/{client}/notes", FORM).text
    assert "his wife" in program.get(f"/clients/{client}/notes").text
    path = f"/clients/{client}/notes/{made(client)}"
    assert program.post(f"{path}/agreed", {"consent": "spoken"}).status_code == 204
    assert program.post(f"{path}/met").status_code == 204
    assert program.delete(path).status_code == 204
    assert program.get(f"/clients/{client}/notes").json == {"items": []}
    assert program.delete("/clients/own/notes/1").status_code == 404


def test_a_wiped_persons_notes_go_and_his_file_told_them(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        service.record(client, wish())
        assert clients.personal(client)["notes"][0]["text"] == "想买房"
        clients.wipe(client)
        assert queries.of_client(client) == []
