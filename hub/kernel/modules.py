"""Find, check and load the modules of this installation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any

from hub.kernel.errors import HubError
from hub.kernel.module import Cron, External, Flag, Job, Module

GROUP = "hub.modules"


class BadModules(HubError):
    """The set of modules does not fit together; the text says what to change."""

    code = "bad-modules"


@dataclass(frozen=True)
class Modules:
    """The loaded modules, needs before those that need them."""

    items: tuple[Module, ...]

    def __contains__(self, name: str) -> bool:
        return any(module.name == name for module in self.items)

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """Where templates, texts and migrations lie."""
        return tuple(module.package for module in self.items if module.package)

    @cached_property
    def jobs(self) -> dict[str, Job | External]:
        """Every job by name."""
        return {job.name: job for module in self.items for job in module.jobs}

    @cached_property
    def cron(self) -> tuple[Cron, ...]:
        """Every line of the timetable."""
        return tuple(line for module in self.items for line in module.cron)

    @cached_property
    def listeners(self) -> dict[str, tuple[str, ...]]:
        """Event name → names of jobs that hear of it."""
        heard: dict[str, tuple[str, ...]] = {}
        for module in self.items:
            for event, job in module.listens.items():
                heard[event] = (*heard.get(event, ()), job)
        return heard

    @cached_property
    def flags(self) -> dict[str, Flag]:
        """Every flag by name."""
        return {flag.name: flag for module in self.items for flag in module.flags}

    @cached_property
    def acts(self) -> dict[str, Any]:
        """Verb of the audit log → what it is called."""
        return {verb: name for module in self.items for verb, name in module.acts.items()}

    @cached_property
    def subjects(self) -> dict[str, Any]:
        """Subject of the audit log → what it is called."""
        return {word: name for module in self.items for word, name in module.subjects.items()}

    @cached_property
    def roles(self) -> dict[str, frozenset[str]]:
        """Role → names of its permissions."""
        rights: dict[str, set[str]] = {}
        for module in self.items:
            for permission in module.permissions:
                for role in permission.roles:
                    rights.setdefault(role, set()).add(permission.name)
        return {role: frozenset(names) for role, names in rights.items()}


_loaded: list[Modules] = []


def loaded() -> Modules:
    """The modules of this process.

    Raises: RuntimeError before the application was made.
    """
    if not _loaded:
        raise RuntimeError("no application was made yet")
    return _loaded[0]


def manifests(wanted: tuple[str, ...] = ()) -> tuple[Module, ...]:
    """The manifests of `wanted` (all installed when empty) and of what they need.

    Raises: BadModules for a name that is not installed.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    unknown = sorted(set(wanted) - set(points))
    if unknown:
        known = ", ".join(sorted(points))
        raise BadModules(f"HUB_MODULES names {', '.join(unknown)}; installed are: {known}")
    found: dict[str, Module] = {}
    todo = list(wanted or points)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        if name not in points:
            raise BadModules(f"a module needs {name}, which is not installed")
        found[name] = points[name].load()
        todo.extend(found[name].needs)
    return tuple(found.values())


def install(items: Iterable[Module]) -> Modules:
    """Check manifests and make them the modules of this process.

    Raises: BadModules for a circle, a duplicate or an event nobody publishes.
    """
    by_name: dict[str, Module] = {}
    for module in items:
        if module.name in by_name:
            raise BadModules(f"two modules are called {module.name}")
        by_name[module.name] = module
    modules = Modules(_ordered(by_name))
    _refuse_duplicates(modules)
    _refuse_deaf_listeners(modules)
    _loaded[:] = [modules]
    return modules


def _ordered(by_name: dict[str, Module]) -> tuple[Module, ...]:
    done: dict[str, Module] = {}
    path: list[str] = []

    def place(name: str) -> None:
        if name in done:
            return
        if name in path:
            raise BadModules(f"modules need each other in a circle: {' → '.join([*path, name])}")
        if name not in by_name:
            raise BadModules(f"module {path[-1]} needs {name}, which is not loaded")
        path.append(name)
        for need in sorted(by_name[name].needs):
            place(need)
        path.pop()
        done[name] = by_name[name]

    for name in sorted(by_name):
        place(name)
    return tuple(done.values())


def _refuse_duplicates(modules: Modules) -> None:
    seen: dict[tuple[str, str], str] = {}
    for module in modules.items:
        for kind, name in _given(module):
            if (kind, name) in seen:
                other = seen[kind, name]
                raise BadModules(f"{kind} {name} comes from both {other} and {module.name}")
            seen[kind, name] = module.name


def _given(module: Module) -> Iterator[tuple[str, str]]:
    """All that a module gives by a name of its own."""
    fields = module.segment_fields() if module.segment_fields is not None else ()
    named: dict[str, Sequence[Any]] = {
        "job": module.jobs, "permission": module.permissions, "gate": module.gates,
        "flag": module.flags, "event": module.publishes, "parameter": module.parameters,
        "search": module.searches, "timeline": module.timeline, "channel": module.channels,
        "command": module.commands,
        "process": module.processes, "approval": module.approvals, "work item": module.work_kinds,
        "calendar": module.calendars, "owner of files": module.file_owners,
        "segment field": [item.field for item in fields],
    }  # fmt: skip
    for kind, items in named.items():
        yield from ((kind, str(item.name)) for item in items)
    yield from (("live room", room) for room in module.rooms)
    yield from (("act", verb) for verb in module.acts)
    yield from (("subject", word) for word in module.subjects)
    yield from ((f"{flag.subject} bit", str(flag.bit)) for flag in module.flags)
    yield from (("panel", f"{panel.place}/{panel.name}") for panel in module.panels)


def _refuse_deaf_listeners(modules: Modules) -> None:
    published = {event.name for module in modules.items for event in module.publishes}
    here = {module.name for module in modules.items}
    for module in modules.items:
        for event, job in module.listens.items():
            if event not in published and event.split(".")[0] in here:
                raise BadModules(f"{module.name} listens to {event}, which nobody publishes")
            if job not in modules.jobs:
                raise BadModules(f"{module.name} listens with {job}, which is no job")
    for line in modules.cron:
        if line.job not in modules.jobs:
            raise BadModules(f"the timetable names {line.job}, which is no job")
