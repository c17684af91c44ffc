"""Modules: found, ordered, and refused when they do not fit together."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import click
import pytest
from flask import Flask

from hub.kernel import facts, modules, outbox, runner, work
from hub.kernel.dated import AsOf
from hub.kernel.events import Event
from hub.kernel.messages import ChannelSpec, Gate
from hub.kernel.module import (
    Cron,
    Flag,
    Job,
    Module,
    Panel,
    Permission,
    Process,
    SegmentField,
)  # fmt: skip
from hub.kernel.modules import BadModules
from hub.kernel.parameters import Parameter
from hub.kernel.rules import Field

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.feature("S90")]

heard: list[Any] = []


class Closed(Event):
    name: ClassVar[str] = "cases.closed"


def hear(fact: Any) -> None:
    heard.append(fact)


def names(*items: Module) -> list[str]:
    return [module.name for module in modules.install(items).items]


def test_needs_come_before_those_who_need_them() -> None:
    assert names(Module(name="a", needs=("c", "b")), Module(name="b", needs=("c",)),
                 Module(name="c")) == ["c", "b", "a"]  # fmt: skip


def test_a_circle_is_named() -> None:
    circle = (Module(name="a", needs=("b",)), Module(name="b", needs=("a",)))
    with pytest.raises(BadModules, match="a → b → a"):
        modules.install(circle)


def test_a_need_that_is_not_loaded_is_named() -> None:
    with pytest.raises(BadModules, match="a needs b"):
        modules.install([Module(name="a", needs=("b",))])


def test_a_name_that_is_not_installed_is_refused_with_what_is() -> None:
    with pytest.raises(BadModules, match="HUB_MODULES names moon"):
        modules.manifests(("moon",))


def test_two_modules_of_one_name_are_refused() -> None:
    with pytest.raises(BadModules, match="two modules are called a"):
        modules.install([Module(name="a"), Module(name="a")])


def nothing(**_: Any) -> None:
    """A job that does nothing."""


FIELD = SegmentField(field=Field(name="x", title="X", kind="text"), now=lambda: None)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("job x", {"jobs": (Job(name="x", run=nothing),)}),
        ("permission x", {"permissions": (Permission(name="x", title="X"),)}),
        ("gate x", {"gates": (Gate(name="x", title="X", order=1),)}),
        ("flag x", {"flags": (Flag(name="x", subject="client", bit=1),)}),
        ("event cases.closed", {"publishes": (Closed,)}),
        ("panel home/x", {"panels": (
            Panel(place="home", name="x", title="X", render=lambda *_: "", needs="own"),)}),
        ("parameter x", {"parameters": (
            Parameter(name="x", title="X", kind="int", default=1),)}),
        ("channel x", {"channels": (ChannelSpec(name="x", title="X", address_kind="x"),)}),
        ("command x", {"commands": (click.Command("x"),)}),
        ("process x", {"processes": (Process(name="x"),)}),
        ("live room x", {"rooms": {"x": lambda *_: True}}),
        ("segment field x", {"segment_fields": lambda: (FIELD,)}),
    ],
)  # fmt: skip
def test_what_two_modules_both_give_is_refused(kind: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadModules, match=f"^{kind} comes from both a and b"):
        modules.install([Module(name="a", **given), Module(name="b", **given)])


def test_two_flags_on_one_bit_are_refused() -> None:
    first = Module(name="a", flags=(Flag(name="x", subject="address", bit=1),))
    second = Module(name="b", flags=(Flag(name="y", subject="address", bit=1),))
    with pytest.raises(BadModules, match="address bit 1"):
        modules.install([first, second])


def test_a_listener_to_what_an_installed_module_does_not_publish_is_refused() -> None:
    surveys = Module(
        name="surveys", jobs=(Job(name="surveys.ask", run=nothing),),
        listens={"cases.reopened": "surveys.ask"},
    )  # fmt: skip
    with pytest.raises(BadModules, match=r"listens to cases\.reopened, which nobody publishes"):
        modules.install([surveys, Module(name="cases", publishes=(Closed,))])


def test_a_listener_to_a_module_that_is_not_installed_is_silent() -> None:
    surveys = Module(
        name="surveys", jobs=(Job(name="surveys.ask", run=nothing),),
        listens={"cases.closed": "surveys.ask"},
    )  # fmt: skip
    assert names(surveys) == ["surveys"]


def test_a_listener_without_its_job_is_refused() -> None:
    cases = Module(name="cases", publishes=(Closed,), listens={"cases.closed": "cases.gone"})
    with pytest.raises(BadModules, match=r"cases\.gone, which is no job"):
        modules.install([cases])


def test_a_timetable_line_without_its_job_is_refused() -> None:
    with pytest.raises(BadModules, match=r"timetable names a\.gone"):
        modules.install([Module(name="a", cron=(Cron(job="a.gone", every_s=60),))])


def test_a_fact_is_heard_by_whoever_listens() -> None:
    surveys = Module(
        name="surveys", jobs=(Job(name="surveys.ask", run=hear),),
        listens={"cases.closed": "surveys.ask"},
    )  # fmt: skip
    heard.clear()
    cases = Module(name="cases", publishes=(Closed,))
    modules.install([*modules.loaded().items, cases, surveys])
    with work.unit():
        outbox.publish(Closed())
    runner.drain()
    assert heard == [{"event": "cases.closed", "version": 1}]


def test_roles_have_the_rights_that_modules_name() -> None:
    one = Module(name="a", permissions=(Permission(name="a.read", title="A", roles=("broker",)),))
    two = Module(name="b", permissions=(Permission(name="b.read", title="B", roles=("broker",)),))
    assert modules.install([one, two]).roles == {"broker": frozenset({"a.read", "b.read"})}


def test_a_past_day_of_a_field_without_history_is_refused_by_name(app: Flask) -> None:
    del app
    modules.install([Module(name="a", segment_fields=lambda: (FIELD,))])
    rule = {"field": "x", "op": "is", "value": "y"}
    with pytest.raises(Exception, match="keeps no history"):
        facts.condition(rule, AsOf(date(2026, 1, 1)))
