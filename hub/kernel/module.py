"""The manifest a module hands over: all data, so that a room can be taken out by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from hub.kernel.personal import Merger as Merger
from hub.kernel.personal import PersonalData as PersonalData

if TYPE_CHECKING:
    import click
    from flask import Blueprint, Flask
    from sqlalchemy import ColumnElement, Select

    from hub.kernel.access import Actor
    from hub.kernel.approvals import ApprovalKind
    from hub.kernel.calendars import CalendarSpec
    from hub.kernel.config import Config
    from hub.kernel.dated import AsOf
    from hub.kernel.events import Event
    from hub.kernel.files import FileOwner
    from hub.kernel.messages import ChannelSpec, Gate
    from hub.kernel.parameters import Parameter
    from hub.kernel.rules import Field
    from hub.kernel.search import Search
    from hub.kernel.timelines import Timeline
    from hub.kernel.workitems import WorkKind

Title = Any  # a lazy translation or a plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Nav:
    """A line of the menu: of the firm's shell, or of the one that clients see."""

    label: Title
    endpoint: str
    needs: str  # permission, or "own"
    icon: str = "point"
    group: str = ""
    order: int = 100
    side: Literal["firm", "portal"] = "firm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A place on someone else's page: `place` is "home", "client", "broker" or "portal".

    Shape: `render(actor, subject_id)` → HTML-safe text, or "" to stay away; one that comes
        `later` is fetched when it comes into sight: of a client's and a broker's page.
    """

    place: str
    name: str
    title: Title
    render: Callable[[Actor, int | None], str]
    needs: str
    order: int = 100
    width: Literal["half", "full"] = "half"
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right named on routes, and the roles that have it from the start."""

    name: str
    title: Title
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work after commit: one unit, done once however often it is pushed."""

    name: str
    run: Callable[..., None]
    tries: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """An external job's wish to go on in `seconds`: an empty bucket, a pause."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """Work that calls a provider, in steps that only the runner strings together.

    Shape: `ready(**args)`, if given, → what the claim needs of the world outside, or Later (no
        unit open); `claim(owner, **args)` (and `ready=` that) → payload, Later, or None when
        nothing is left (a unit); `act(payload)` → outcome (no unit open);
        `record(payload, outcome)` (a unit);
        `recover(owner)` puts right what a dead owner left (a unit); `given_up(why, **args)`, if
        given, ends what hangs on a row that is not done any more (the unit that gives it up).
    """

    name: str
    claim: Callable[..., Any]
    act: Callable[[Any], Any]
    record: Callable[[Any, Any], None]
    recover: Callable[[str], None]
    ready: Callable[..., Any] | None = None
    given_up: Callable[..., None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A job that comes round: every `every_s` seconds, counted from midnight UTC."""

    job: str
    every_s: int
    lane: str = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process the supervisor keeps alive.

    Shape: `run(config)` blocks until SIGTERM, in a fork of the supervisor; without it a
        fresh interpreter is started by `hub <name>` (entry-point group `hub.processes`);
        `when(config)` says whether this installation wants it.
    """

    name: str
    run: Callable[[Config], None] | None = None
    when: Callable[[Config], bool] = lambda config: config is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentField:
    """A fact that rules may ask of a client.

    Shape: `now` builds the field over the present column; `as_of` the same as it was on a day
        and was known at a moment, or None when no history is kept.
    """

    field: Field
    now: Callable[[], ColumnElement[Any]]
    as_of: Callable[[AsOf], ColumnElement[Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A bit on every client or address, owned by the module that names it.

    Shape: `truth` selects the ids that should have it, for the check and the rebuild.
    """

    name: str
    subject: Literal["client", "address"]
    bit: int  # 0..62, unique per subject in the whole product
    truth: Callable[[], Select[Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Data for an empty installation: `fill(clients, seed)`, in order of needs."""

    fill: Callable[[int, int], None]
    accounts: Callable[[], str] | None = None  # text with the sign-ins to print


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a health check found.

    Shape: `state` is "ok", "warning" or "fault"; `cure` says what to do about it.
    """

    state: Literal["ok", "warning", "fault"]
    text: Title
    cure: Title = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A part that `hub doctor` asks about, in a unit that reads.

    Shape: `check(config)` → what it found; an exception is a fault with its first line.
    """

    name: Title
    check: Callable[[Config], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long rows of a table stay.

    Shape: `job` takes older ones away, a slice at a time, by the timetable; `days` is a number or
        the name of a parameter that holds it.
    """

    table: str
    title: Title
    job: str
    days: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One room: everything it gives the house."""

    name: str
    title: Title = ""
    needs: tuple[str, ...] = ()
    package: str = ""  # dotted name; where templates, translations and migrations lie
    blueprints: tuple[Blueprint, ...] = ()
    nav: tuple[Nav, ...] = ()
    panels: tuple[Panel, ...] = ()
    permissions: tuple[Permission, ...] = ()
    jobs: tuple[Job | External, ...] = ()
    cron: tuple[Cron, ...] = ()
    publishes: tuple[type[Event], ...] = ()
    listens: Mapping[str, str] = field(default_factory=dict)  # event name → job name
    channels: tuple[ChannelSpec, ...] = ()
    gates: tuple[Gate, ...] = ()
    segment_fields: Callable[[], tuple[SegmentField, ...]] | None = None
    live_fields: Callable[[], tuple[SegmentField, ...]] | None = None  # rows: only inside a unit
    flags: tuple[Flag, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    searches: tuple[Search, ...] = ()
    timeline: tuple[Timeline, ...] = ()
    approvals: tuple[ApprovalKind, ...] = ()
    work_kinds: tuple[WorkKind, ...] = ()
    calendars: tuple[CalendarSpec, ...] = ()
    file_owners: tuple[FileOwner, ...] = ()
    acts: Mapping[str, Title] = field(default_factory=dict)  # verb of the audit log → its name
    subjects: Mapping[str, Title] = field(default_factory=dict)  # subject of the log → its name
    imports: tuple[Any, ...] = ()  # kernel.imports.Kind
    commands: tuple[click.Command, ...] = ()
    processes: tuple[Process, ...] = ()
    rooms: Mapping[str, Callable[[Actor, int], bool]] = field(default_factory=dict)  # live rooms
    demo: Demo | None = None
    personal_data: PersonalData | None = None
    health: tuple[HealthCheck, ...] = ()
    retention: tuple[Keep, ...] = ()
    restored: Callable[[], None] | None = None  # puts right what a backup could not know
    init: Callable[[Flask, Config], None] | None = None
