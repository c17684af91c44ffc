"""The way of a file: staged, mapped, checked, taken over."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.kernel import access, clock, giving_up, parameters, progress, runner, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hub.kernel.imports import desk, keeping
from hub.kernel.imports.models import Line, Part, Row
from hub.kernel.operations import Operation, OperationState
from hub.kernel.outbox import OutboxRow, RowState
from hub.kernel.sentences import shown
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book, Keyword, Loanable

PLAIN = '编号,书名,价格,keyword1,keyword2\n1,Dao,"1,200.50",a;b,c\n2,红楼梦,12万,,\n'.encode()


def books() -> list[tuple[object, ...]]:
    with work.unit(writes=False):
        query = select(Book.no, Book.title, Book.price).order_by(Book.no)
        return [tuple(row) for row in work.session().execute(query)]


def test_a_plain_file_goes_all_the_way(shelf: Shelf) -> None:
    row = shelf.take(PLAIN)
    assert (row.state, row.created, row.bad) == ("done", 2, 0)
    assert books() == [("1", "Dao", 12_005_000), ("2", "红楼梦", 1_200_000_000)]
    with work.unit(writes=False):
        assert sorted(work.session().scalars(select(Keyword.word))) == ["a", "b", "c"]


def test_the_same_file_again_changes_nothing_and_says_so(shelf: Shelf) -> None:
    shelf.take(PLAIN)
    again = shelf.take(PLAIN)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert "This very file" in again.notices[0][0]


def test_a_guest_room_asks_once_and_writes_its_part(shelf: Shelf) -> None:
    data = "no,title,可借\n1,Dao,是\n2,Yi,否\n3,Li,\n".encode()
    number = shelf.upload(data)
    with pytest.raises(Invalid, match="wording"):
        shelf.do(desk.check, number)
    shelf.do(desk.answer, number, {"wording": "You may borrow it"})
    shelf.do(desk.check, number)
    shelf.do(desk.apply, number)
    proof = shelf.see(number).sha256
    assert proof == hashlib.sha256(data).hexdigest()
    with work.unit(writes=False):
        query = select(Loanable.may, Loanable.wording, Loanable.proof).order_by(Loanable.id)
        found = [tuple(row) for row in work.session().execute(query)]
        parts = work.session().scalars(select(Part.data).order_by(Part.seq)).all()
    assert found == [(1, "You may borrow it", proof), (0, "You may borrow it", proof)]
    assert b"".join(parts) == data, "the file is kept as proof"


def test_what_changes_between_check_and_take_over_is_refused_then(shelf: Shelf) -> None:
    number = shelf.upload(b"no,title\n1,Dao\n2,Necronomicon\n")
    shelf.do(desk.check, number)
    assert (shelf.see(number).good, shelf.see(number).bad) == (1, 1)
    shelf.do(desk.apply, number)
    assert [line for line, _ in shelf.problems(number)] == [3]


def test_a_mapping_is_guessed_changed_and_remembered(shelf: Shelf) -> None:
    first = shelf.upload(b"Number,Heading\n1,Dao\n")
    assert shelf.see(first).mapping == {"0": "no"}
    with pytest.raises(Invalid, match="Title"):
        shelf.do(desk.choose_mapping, first, {"0": "no"})
    with pytest.raises(Invalid, match="Two columns"):
        shelf.do(desk.choose_mapping, first, {"0": "no", "1": "no"})
    shelf.do(desk.choose_mapping, first, {"0": "no", "1": "title"})
    shelf.do(desk.check, first)
    shelf.do(desk.apply, first)
    again = shelf.upload(b"Number,Heading\n2,Yi\n")
    assert shelf.see(again).mapping == {"0": "no", "1": "title"}


def test_another_encoding_or_mapping_starts_its_pass_anew(shelf: Shelf) -> None:
    number = shelf.upload("编号,书名\n1,道\n".encode())
    shelf.do(desk.choose_form, number, "gb18030", ",")
    assert shelf.see(number).mapping == {}
    shelf.do(desk.choose_form, number, "utf-8", ",")
    for _ in range(2):
        shelf.do(desk.check, number)
    row = shelf.see(number)
    assert (row.lines, row.good, row.created + row.unchanged) == (1, 1, 1)


def test_only_its_owner_sees_an_import(shelf: Shelf) -> None:
    number = shelf.upload(PLAIN)
    other = Actor(user_id=8, permissions=frozenset({"books.write"}))
    with access.acting(other), pytest.raises(NotFound):
        shelf.see(number)
    with access.acting(Actor(user_id=9)), pytest.raises(Forbidden):
        shelf.upload(PLAIN)


def test_a_cancelled_import_stops(shelf: Shelf) -> None:
    number = shelf.upload(PLAIN)
    with work.unit():
        desk.check(number)
        desk.cancel(number)
    runner.drain()
    assert shelf.see(number).good == 0
    with pytest.raises(Conflict):
        shelf.do(desk.apply, number)


def test_each_pass_is_a_long_task_with_its_end(shelf: Shelf) -> None:
    shelf.take(PLAIN)
    bad = shelf.upload("编号,书名\n".encode())
    with work.unit(writes=False):
        query = select(Operation.kind, Operation.state, Operation.done, Operation.problem)
        rows = work.session().execute(query.order_by(Operation.id)).all()
    assert [row[:3] for row in rows[:3]] == [
        ("imports.stage", "done", 100), ("imports.check", "done", 100),
        ("imports.apply", "done", 100),
    ]  # fmt: skip
    assert rows[-1][1] == "failed"
    assert "no row below the header" in rows[-1][3]
    assert shelf.see(bad).state == "failed"


def test_stopping_the_long_task_stops_the_import(shelf: Shelf) -> None:
    number = shelf.upload(PLAIN)
    with work.unit():
        desk.check(number)
    operation = shelf.see(number).operation_id
    with work.unit():
        progress.cancel(operation or 0)
    runner.drain()
    assert shelf.see(number).state == "cancelled"
    with work.unit(writes=False):
        states = work.session().scalars(select(Operation.state).order_by(Operation.id)).all()
    assert states == ["done", "cancelled"]


def test_a_pass_whose_job_is_given_up_is_over_and_can_be_begun_anew(shelf: Shelf) -> None:
    number = shelf.upload(PLAIN)
    with work.unit():
        desk.check(number)
        row = (
            work.session().scalars(select(OutboxRow).where(OutboxRow.job == "imports.check")).one()
        )
        giving_up.give_up(row, OperationState.CANCELLED, giving_up.DROPPED)
        row.state = RowState.DROPPED
    runner.drain()
    assert (shelf.see(number).state, shelf.see(number).good) == ("failed", 0)
    assert "dropped" in shown(shelf.see(number).problem)
    with work.unit(writes=False):
        query = select(Operation.state).where(Operation.kind == "imports.check")
        assert work.session().scalars(query).all() == ["failed"]
    shelf.do(desk.choose_form, number, "utf-8", ",")
    shelf.do(desk.check, number)
    assert (shelf.see(number).state, shelf.see(number).good) == ("checked", 2)


def test_old_staging_is_swept_and_proof_of_done_imports_stays(shelf: Shelf) -> None:
    done, left = shelf.take(PLAIN).id, shelf.upload(PLAIN)
    with clock.set_to(clock.now() + timedelta(days=40)):
        with work.unit():
            keeping.sweep()
        runner.drain()
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Row)) == 0
        assert work.session().scalar(select(func.count()).select_from(Line)) == 0
        assert set(work.session().scalars(select(Part.import_id))) == {done}
    assert shelf.see(left).state == "cancelled"
    for days, kept in ((keeping.FILES.default - 1, {done}), (keeping.FILES.default + 1, set())):
        with clock.set_to(clock.now() + timedelta(days=days)):
            with work.unit():
                keeping.sweep()
            runner.drain()
        with work.unit(writes=False):
            assert set(work.session().scalars(select(Part.import_id))) == kept
    assert shelf.see(done).state == "done"


def test_the_firm_says_how_long_staged_lines_stay(shelf: Shelf) -> None:
    number = shelf.upload(PLAIN)
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from(keeping.STAGED.name, "3", valid_from=clock.firm_day())
    for days, lines in ((2, 2), (4, 0)):
        with clock.set_to(clock.now() + timedelta(days=days)):
            with work.unit():
                keeping.sweep()
            runner.drain()
        with work.unit(writes=False):
            query = select(func.count()).where(Line.import_id == number)
            assert work.session().scalar(query) == lines
