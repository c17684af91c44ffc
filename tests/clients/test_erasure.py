"""A client's own file, and a wipe that two people want: nothing gives him back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import erasure, papers
from hub.clients.models import Client
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, audit, keys, people, runner, work
from hub.kernel.approvals import Approval
from hub.kernel.base import Base
from hub.kernel.config import Config
from hub.kernel.imports import desk
from hub.kernel.imports.models import Part
from hub.kernel.keys import Erased
from tests import make, staff
from tests.clients.import_world import Firm

ID_NO = "11010519491231002X"
TRACES = ("甄别离", "find.me@example.org", "13800001234", ID_NO)


def known() -> int:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(
            name=TRACES[0], email=TRACES[1], sms=f"+86{TRACES[2]}", consent_to=("promotion",)
        )
        papers.put(client, PaperKind.ID_NO, ID_NO)
    runner.drain()
    return client


def holders_of(app: Flask, *traces: str) -> list[str]:
    """Tables and files in which a trace can still be read."""
    config: Config = app.config["HUB"]
    with work.unit(writes=False):
        found = [
            table.name
            for table in Base.metadata.sorted_tables
            for row in work.session().execute(table.select())
            if any(trace in str(row) for trace in traces)
        ]
    marks = [trace.encode() for trace in traces]
    return found + [
        path.name
        for path in (config.data / "search").rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in marks)
    ]


@pytest.mark.feature("S93")
def test_two_people_wipe_a_client_and_nothing_gives_him_back(app: Flask) -> None:
    client = known()
    with work.unit(writes=False), access.acting(access.SYSTEM):
        told = str(people.file_of(client))
        assert all(trace in told for trace in TRACES)
    assert holders_of(app, *TRACES)
    with work.unit():
        compliance, principal = staff.user("compliance"), staff.user("principal")
    asking, releasing = staff.signed_in(app, compliance), staff.signed_in(app, principal)
    assert f"/clients/{client}" in asking.get("/search?q=甄别离").text
    assert asking.post(f"/clients/{client}/erase").status_code == 303
    with work.unit(writes=False):
        request = work.session().scalars(select(Approval)).one()
        number, seen = request.id, request.hash
    assert asking.post(f"/approvals/{number}/approve", {"seen": seen}).status_code == 403
    runner.drain()
    assert holders_of(app, TRACES[0])
    assert releasing.post(f"/approvals/{number}/approve", {"seen": seen}).status_code == 303
    runner.drain()
    with work.unit(writes=False):
        assert audit.verify().holds
        assert erasure.is_erased(client)
        with pytest.raises(Erased):
            keys.sealer(client)
    assert f'href="/clients/{client}"' not in asking.get("/search?q=甄别离").text
    assert holders_of(app, *TRACES) == []


def test_his_own_file_holds_everything_and_is_logged(app: Flask) -> None:
    client = known()
    with work.unit():
        compliance, broker = staff.user("compliance"), staff.user("broker")
    answer = staff.signed_in(app, compliance).get(f"/clients/{client}/everything.json")
    assert answer.status_code == 200
    assert all(trace in answer.text for trace in TRACES)
    assert staff.signed_in(app, broker).get(f"/clients/{client}/everything.json").status_code == 403
    with work.unit(writes=False):
        verbs = work.session().scalars(select(audit.AuditRow.verb)).all()
        assert verbs.count("disclosed") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_his_lines_in_imported_files_are_blanked_and_others_stay(firm: Firm, encoding: str) -> None:
    text = (
        '客户号,姓名,手机\nA1,王芳,13800001111\nA12,"甄\n别离",13800001234\nA123,李明,13800005678\n'
    )
    number = firm.upload(firm.manager, text.encode(encoding))
    firm.do(firm.manager, desk.check, number)
    firm.do(firm.manager, desk.apply, number)
    with work.unit(), access.acting(access.SYSTEM):
        client = work.session().scalar(select(Client.id).where(Client.no == "A12"))
        assert client is not None
        people.erase(client)
    with work.unit(writes=False):
        kept = b"".join(work.session().scalars(select(Part.data).order_by(Part.seq)))
    assert len(kept) == len(text.encode(encoding))
    lines = [line for line in kept.decode(encoding).splitlines() if line.strip()]
    assert lines == ["客户号,姓名,手机", "A1,王芳,13800001111", "A123,李明,13800005678"]


def test_a_wiped_client_is_not_wiped_twice(app: Flask) -> None:
    del app
    client = known()
    with work.unit():
        erasure.erase(client)
    with work.unit(writes=False):
        assert erasure.content(client) is None
