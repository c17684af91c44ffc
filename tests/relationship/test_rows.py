"""No level is skipped at rows either: agreements, leads, teams, pairs, transfers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from hub.kernel import doors, work
from tests import staff
from tests.relationship.levels import BROKERS, NOWHERE, Knocker, Line, said
from tests.relationship.rows import (
    KINDS,
    LISTED,
    SEES,
    Rows,
    doors_to_rows,
    knock,
    refusals,
    wanted,
)

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S03")]


def answers(
    knocker: Knocker, door: tuple[Rule, str], rows: Rows, name: str, want: dict[str, str]
) -> Iterator[str]:
    """Knock at each distance → what is wrong with the answers."""
    _status, missing = knock(knocker, *door, NOWHERE)
    for distance, verdict in want.items():
        before = refusals(knocker.line.user)
        status, text = knock(knocker, *door, rows.ids[name][distance], distance)
        with work.unit():
            rows.restore()
        noted = refusals(knocker.line.user) > before
        if said(status) != verdict or status in {400, 401} or status >= 500:
            yield f"{distance}: {status}, not {verdict}"
        elif status == 404 and text != missing:
            yield f"{distance}: not the answer of a missing row"
        elif noted != (verdict != "open"):
            yield f"{distance}: {status}, logged as refused: {noted}"


@pytest.mark.parametrize("role", sorted(BROKERS))
def test_a_role_does_to_the_rows_of_each_distance_what_the_table_says(
    app: Flask, role: str
) -> None:
    line = Line(role)
    with work.unit():
        line.build()
        rows = Rows(line)
        rows.build()
        rights = staff.actor(line.user).permissions
    knocker = Knocker(app, line)
    wrong: list[str] = []
    for rule, method in doors_to_rows(app):
        lock = doors.lock_of(app, rule.endpoint)
        assert lock is not None
        if lock.needs in rights:
            for name, kind in KINDS.items():
                if kind.argument in rule.arguments:
                    want = wanted(kind, role, lock.needs, rule.endpoint)
                    told = answers(knocker, (rule, method), rows, name, want)
                    wrong += [f"{method} {rule} {name} {one}" for one in told]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", sorted(BROKERS))
def test_lists_hold_the_rows_that_one_sees_on_pages_and_over_the_api(app: Flask, role: str) -> None:
    line = Line(role)
    with work.unit():
        line.build()
        rows = Rows(line)
        rows.build()
        rights = staff.actor(line.user).permissions
    knocker, looked = Knocker(app, line), 0
    for name, (path, right) in LISTED.items():
        if right not in rights:
            assert knocker.browser.get(f"{path}/").status_code == 403
            assert knocker.program.get(path).status_code == 403
            continue
        looked += 1
        want = {rows.ids[name][distance] for distance in SEES[name](role)}
        mine = set(rows.ids[name].values())
        text = knocker.browser.get(f"{path}/").text
        linked = {int(found) for found in re.findall(rf'href="{path}/(\d+)"', text)}
        items = (knocker.program.get(path).json or {})["items"]
        assert linked & mine == want, name
        assert {item["id"] for item in items} & mine == want, name
        if name not in {"broker", "team", "transfer"} and "clients.export" not in rights:
            continue
        file = knocker.program.get(f"{path}/export")
        assert {item["id"] for item in (file.json or {})["items"]} & mine == want, name
        file.close()
    assert looked
