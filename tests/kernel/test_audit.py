"""The audit chain: whatever is changed behind its back is named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from hub.kernel import access, audit, work
from hub.kernel.access import Actor
from hub.kernel.manifest import audit_commands

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.feature("S93")]


def log(count: int = 3) -> None:
    with work.unit(), access.acting(Actor(user_id=7)):
        for number in range(count):
            audit.append("clients.read", "client", number, {"page": number})


def seal() -> int:
    with work.unit():
        return audit.seal()


def verify() -> audit.Verdict:
    with work.unit(writes=False):
        return audit.verify()


def tamper(*statements: str) -> None:
    """Write behind the chain's back, as somebody with the database's password could."""
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        for table in ("kernel_audit", "kernel_audit_link"):
            if work.dialect() == "sqlite":
                for verb in ("update", "delete"):
                    execute(f"DROP TRIGGER {table}_no_{verb}")
            else:
                execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            execute(statement)


def test_a_whole_chain_holds_and_tells_its_head() -> None:
    log()
    assert seal() == 3
    verdict = verify()
    assert (verdict.holds, verdict.rows, verdict.tail) == (True, 3, 0)
    assert len(verdict.head) == 64


def test_rows_that_are_not_sealed_yet_are_the_tail() -> None:
    log()
    seal()
    log(2)
    assert (verify().rows, verify().tail) == (3, 2)
    assert seal() == 2
    assert seal() == 0


def test_each_row_is_sealed_once_and_in_order() -> None:
    for _ in range(3):
        log(2)
        seal()
    with work.unit(writes=False):
        links = work.session().execute(
            text("SELECT seq, audit_id FROM kernel_audit_link ORDER BY seq")
        )
        assert [tuple(link) for link in links] == [(n, n) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE kernel_audit SET verb = 'x' WHERE id = 2", "row 2 was changed"),
        ("UPDATE kernel_audit SET actor_id = 8 WHERE id = 2", "row 2 was changed"),
        ("UPDATE kernel_audit SET detail = '{}' WHERE id = 2", "row 2 was changed"),
        ("UPDATE kernel_audit SET place = '192.0.2.0/24' WHERE id = 2", "row 2 was changed"),
        ("UPDATE kernel_audit SET at = '2020-01-01' WHERE id = 2", "row 2 was changed"),
        ("UPDATE kernel_audit SET hash = 'x' WHERE id = 3", "row 3 was changed"),
        ("UPDATE kernel_audit_link SET hash = 'x' WHERE seq = 2", "link 2 does not follow"),
        ("UPDATE kernel_audit_link SET prev = 'x' WHERE seq = 2", "link 2 does not follow"),
        ("DELETE FROM kernel_audit_link WHERE seq = 2", "links 2 to 2 are missing"),
        ("DELETE FROM kernel_audit_link WHERE seq < 3", "links 1 to 2 are missing"),
        ("UPDATE kernel_audit SET verb = 'x' WHERE id = 5", "row 5 was changed"),
    ],
)
def test_a_change_is_named(statement: str, named: str) -> None:
    log(4)
    seal()
    log(1)
    tamper(statement)
    verdict = verify()
    assert not verdict.holds
    assert any(fault.startswith(named) for fault in verdict.faults), verdict.faults


def test_a_row_that_was_taken_away_is_named() -> None:
    log(4)
    seal()
    foreign = "fk_kernel_audit_link_audit_id"
    with work.unit(writes=False):
        loosen = f"ALTER TABLE kernel_audit_link DROP CONSTRAINT {foreign}"
        if work.dialect() == "sqlite":
            loosen = "PRAGMA defer_foreign_keys = ON"
    tamper(
        loosen,
        "CREATE TABLE spare AS SELECT * FROM kernel_audit_link",
        "DELETE FROM kernel_audit_link WHERE audit_id = 2",
        "DELETE FROM kernel_audit WHERE id = 2",
    )
    assert "links 2 to 2 are missing" in verify().faults


def test_a_chain_that_was_written_anew_from_a_changed_row_still_shows_it() -> None:
    log(3)
    seal()
    head = verify().head
    tamper("DELETE FROM kernel_audit_link WHERE seq > 1", "DELETE FROM kernel_audit WHERE id = 2")
    seal()
    assert verify().head != head


def test_the_command_names_the_fault_and_says_no() -> None:
    log()
    runner = CliRunner()
    assert runner.invoke(audit_commands, ["verify"]).exit_code == 0
    tamper("UPDATE kernel_audit SET verb = 'x' WHERE id = 2")
    done = runner.invoke(audit_commands, ["verify"])
    assert done.exit_code == 1
    assert "row 2 was changed" in done.output


def test_what_rolls_back_leaves_no_trace() -> None:
    with pytest.raises(ValueError, match="no"), work.unit():
        audit.append("lost", "client", 1)
        raise ValueError("no")
    log(1)
    seal()
    assert (verify().holds, verify().rows) == (True, 1)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text()
    | st.decimals()
    | st.dates()
    | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.text() | st.integers(), ANYTHING, max_size=4))
def test_any_detail_comes_back_from_the_database_as_it_was_hashed(detail: dict[Any, Any]) -> None:
    with work.unit():
        audit.append("trial", "trial", None, detail)
        audit.seal()
    with work.unit(writes=False):
        assert audit.verify().faults == ()
