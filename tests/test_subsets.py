"""The house stands without any room that nobody needs, and every room comes back whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import entry_points

import pytest
from flask import Flask
from sqlalchemy import select

from hub.app import create_app
from hub.kernel import modules, outbox, runner, work
from hub.kernel.config import Config
from hub.kernel.db import db
from hub.kernel.module import Module
from hub.kernel.outbox import OutboxRow, RowState
from tests.house import SIBLINGS

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S89", "S90")]

POINTS = {point.name: point.value for point in entry_points(group=modules.GROUP)}
SIBLING_NAMES = tuple(
    sorted(name for name, value in POINTS.items() if value.split(".")[0] in SIBLINGS)
)
ROOMS = tuple(sorted(set(POINTS) - set(SIBLING_NAMES)))
MINIMUM = ("accounts", "web")


@pytest.fixture
def config(app: Flask) -> Iterator[Config]:
    settings: Config = app.config["HUB"]
    yield settings
    work.bind_again(app)


def boot(config: Config, names: tuple[str, ...]) -> Flask:
    """An application of these modules and what they need, which must answer."""
    app = create_app(replace(config, modules=names))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200, names
    assert client.get("/login").status_code == 200, names
    assert client.get("/").status_code in {200, 302}, names
    with app.app_context():
        db.engine.dispose()
    return app


def gives(app: Flask) -> dict[str, set[str]]:
    """Everything by which the present modules show."""
    loaded = modules.loaded()
    return {
        "routes": {f"{rule.endpoint} {rule}" for rule in app.url_map.iter_rules()},
        "menu": {line.endpoint for item in loaded.items for line in item.nav},
        "panels": {f"{panel.place}/{panel.name}" for item in loaded.items for panel in item.panels},
        "jobs": set(loaded.jobs),
        "timetable": {line.job for line in loaded.cron},
        "gates": {gate.name for item in loaded.items for gate in item.gates},
        "rights": {right.name for item in loaded.items for right in item.permissions},
        "commands": {command.name or "" for item in loaded.items for command in item.commands},
    }


def own(module: Module) -> set[str]:
    """Names that only this module gives."""
    return {
        *(line.endpoint for line in module.nav),
        *(job.name for job in module.jobs),
        *(gate.name for gate in module.gates),
        *(right.name for right in module.permissions),
    }


def needed(names: tuple[str, ...]) -> set[str]:
    """Names that others among `names` need."""
    return {need for item in modules.manifests(names) for need in item.needs}


SUBSETS = [
    subset
    for size in range(len(SIBLING_NAMES) + 1)
    for subset in itertools.combinations(SIBLING_NAMES, size)
]


@pytest.mark.parametrize("subset", SUBSETS, ids=lambda names: "+".join(names) or "none")
def test_the_hub_boots_with_any_siblings(config: Config, subset: tuple[str, ...]) -> None:
    app = boot(config, (*ROOMS, *subset))
    here = {module.name for module in modules.loaded().items}
    assert here & set(SIBLING_NAMES) == set(subset)
    shown = set().union(*gives(app).values())
    for absent in modules.manifests(tuple(set(SIBLING_NAMES) - set(subset))):
        if absent.name not in here:
            assert own(absent) & shown == set()


def test_each_room_that_nobody_needs_may_be_left_out(config: Config) -> None:
    everything = (*ROOMS, *SIBLING_NAMES)
    free = set(ROOMS) - needed(everything) - set(MINIMUM)
    for room in sorted(free):
        app = boot(config, tuple(name for name in everything if name != room))
        assert room not in modules.loaded()
        gone = next(item for item in modules.manifests((room,)) if item.name == room)
        assert own(gone) & set().union(*gives(app).values()) == set()


def test_each_room_may_leave_with_those_who_need_it(config: Config) -> None:
    everything = (*ROOMS, *SIBLING_NAMES)
    for room in sorted(set(ROOMS) - needed(MINIMUM) - set(MINIMUM)):
        left = tuple(
            name
            for name in everything
            if room not in {item.name for item in modules.manifests((name,))}
        )
        boot(config, left)
        assert room not in modules.loaded()


def test_kernel_accounts_and_web_are_enough(config: Config) -> None:
    boot(config, MINIMUM)
    here = {module.name for module in modules.loaded().items}
    assert here == {"kernel", *MINIMUM, *needed(MINIMUM)}


def test_what_was_taken_out_comes_back_whole(config: Config) -> None:
    everything = (*ROOMS, *SIBLING_NAMES)
    before = gives(boot(config, everything))
    boot(config, MINIMUM)
    assert gives(boot(config, everything)) == before


def test_work_of_an_absent_module_waits_for_it(config: Config) -> None:
    """Its rows are parked while it is away, its tables stay, and the work is done on return."""
    everything = (*ROOMS, *SIBLING_NAMES)
    boot(config, everything)
    job = next(name for name in modules.loaded().jobs if name.split(".")[0] in SIBLING_NAMES)
    boot(config, MINIMUM)
    with work.unit():
        outbox.defer(job, "left-behind")
    runner.drain()
    with work.unit(writes=False):
        row = work.session().scalars(select(OutboxRow)).one()
        assert row.state == RowState.PARKED
    boot(config, everything)
    runner.unpark()
    with work.unit(writes=False):
        row = work.session().scalars(select(OutboxRow)).one()
        assert row.state == RowState.WAITING
