"""What modules hand over fits together: locks, jobs, personal data, texts, tables."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

import pytest
from flask import Flask

from hub.kernel import access, doors, modules, outbox, schema, work
from hub.kernel.base import Base
from tests import make
from tests.house import SIBLINGS, modules_of, name_of

OPEN = {"public", "signed", "own"}
PERSON = {"client_id", "person_id"}

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(autouse=True)
def house(app: Flask) -> Flask:
    return app


def permissions() -> set[str]:
    return {right.name for module in modules.loaded().items for right in module.permissions}


def test_every_route_has_a_lock(house: Flask) -> None:
    rules = house.url_map.iter_rules()
    assert [str(rule) for rule in rules if doors.lock_of(house, rule.endpoint) is None] == []


def test_every_lock_has_a_key_that_a_module_names(house: Flask) -> None:
    known = permissions() | OPEN
    wrong = {
        rule.endpoint: lock.needs
        for rule in house.url_map.iter_rules()
        if (lock := doors.lock_of(house, rule.endpoint)) is not None
        and lock.needs not in known
        # Flask-Security's pages that this house does not use are closed to everybody.
        and not rule.endpoint.startswith("security.")
    }
    assert wrong == {}


def test_menu_and_panels_need_what_a_module_names(house: Flask) -> None:
    known, endpoints = permissions() | {"own"}, house.view_functions
    for module in modules.loaded().items:
        assert [line for line in module.nav if line.needs not in known] == []
        assert [line for line in module.nav if line.endpoint not in endpoints] == []
        assert [panel for panel in module.panels if panel.needs not in known] == []


def test_a_menu_line_shows_to_no_one_whom_its_door_would_stop(house: Flask) -> None:
    for module in modules.loaded().items:
        for line in module.nav:
            lock = doors.lock_of(house, line.endpoint)
            assert lock is not None
            assert lock.needs in {line.needs, "public"}, line.endpoint


def constants(tree: ast.Module) -> dict[str, str]:
    """Names given to a text at the top of a file."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def deferred() -> Iterator[tuple[str, str]]:
    """(place, job) of every `defer(...)` in the product."""
    for path, tree in modules_of("hub", *SIBLINGS):
        named = constants(tree)
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and name_of(call) == "defer" and call.args):
                continue
            first = call.args[0]
            word = named.get(first.id) if isinstance(first, ast.Name) else None
            if isinstance(first, ast.Constant):
                word = str(first.value)
            if word is not None:
                yield f"{path}:{call.lineno}", word


def test_every_deferred_job_exists() -> None:
    found = dict(deferred())
    assert found
    known = modules.loaded().jobs
    assert {place: job for place, job in found.items() if job not in known} == {}


def test_listeners_and_timetable_name_jobs_that_exist() -> None:
    loaded = modules.loaded()
    for module in loaded.items:
        assert set(module.listens.values()) <= set(loaded.jobs)
        assert {line.job for line in module.cron} <= set(loaded.jobs)
        assert {line.lane for line in module.cron} <= set(outbox.LANES)


def test_names_begin_with_the_module_that_gives_them() -> None:
    for module in modules.loaded().items:
        named = [*module.jobs, *module.publishes, *module.parameters]
        assert [item.name for item in named if item.name.split(".")[0] != module.name] == []


def test_every_table_belongs_to_a_loaded_module() -> None:
    owned = {table.name for module in modules.loaded().items for table in schema.tables_of(module)}
    ours = {
        str(mapper.local_table)
        for mapper in Base.registry.mappers
        if not mapper.class_.__module__.startswith("tests.")
    }
    assert ours - owned == set()


def holds_a_person(table: str) -> bool:
    columns = Base.metadata.tables[table].columns
    return any(
        column.name in PERSON
        or any(key.target_fullname == "clients_client.id" for key in column.foreign_keys)
        for column in columns
    )


def points_at_clients(table: str) -> set[str]:
    return {
        column.name for column in Base.metadata.tables[table].columns
        if column.name in PERSON
        or any(key.target_fullname == "clients_client.id" for key in column.foreign_keys)
    }  # fmt: skip


def test_every_table_with_a_clients_id_says_what_a_merge_does_to_it() -> None:
    entries = [item.personal_data for item in modules.loaded().items if item.personal_data]
    for entry in entries:
        assert set(entry.moved) & set(entry.stays) == set()
        assert not entry.moved or entry.merge is not None
        for table, columns in entry.moved.items():
            assert points_at_clients(table) <= set(columns), table
            assert set(columns) <= set(Base.metadata.tables[table].columns.keys()), table


def test_every_table_with_a_clients_id_says_how_it_is_exported_and_erased() -> None:
    said = {
        table: module.name
        for module in modules.loaded().items
        if module.personal_data is not None
        for table in module.personal_data.tables
    }
    silent = [table for table in Base.metadata.tables if holds_a_person(table)]
    assert sorted(set(silent) - set(said)) == []
    assert sorted(set(said) - set(Base.metadata.tables)) == []


def test_flags_have_room_and_a_bit_of_their_own() -> None:
    flags = [flag for module in modules.loaded().items for flag in module.flags]
    for one, other in itertools.combinations(flags, 2):
        assert (one.subject, one.bit) != (other.subject, other.bit)
    assert [flag.name for flag in flags if not 0 <= flag.bit <= 62] == []


def test_no_relationship_and_no_foreign_key_leaves_for_a_sibling() -> None:
    wrong = []
    for name, table in Base.metadata.tables.items():
        mine = name.partition("_")[0]
        for key in table.foreign_keys:
            theirs = key.target_fullname.partition("_")[0]
            if theirs in SIBLINGS and theirs != mine:
                wrong.append(f"{name} → {key.target_fullname}")
    assert wrong == []


def test_a_person_who_is_erased_is_found_in_no_table(house: Flask) -> None:
    del house
    traces = ("Zhen Bieli", "find.me@example.org", "+8613800001234", "13800001234")
    with work.unit():
        client = make.client(
            name=traces[0], email=traces[1], sms=traces[2], consent_to=("promotion",)
        )
    holders = [item for item in modules.loaded().items if item.personal_data is not None]
    with work.unit(), access.acting(access.SYSTEM):
        told = {
            item.name: item.personal_data.export(client) for item in holders if item.personal_data
        }
        assert traces[1] in str(told)
        for item in reversed(holders):
            assert item.personal_data is not None
            item.personal_data.erase(client)
    with work.unit(writes=False):
        found = [
            f"{table.name}: {row}"
            for table in Base.metadata.sorted_tables
            for row in work.session().execute(table.select())
            if any(trace in str(row) for trace in traces)
        ]
    assert found == []
