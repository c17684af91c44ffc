"""What can be imported: kinds, their fields, and what other rooms add to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text
from sqlalchemy.types import TypeEngine

from hub.kernel import access, modules, work
from hub.kernel.base import Base
from hub.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from hub.kernel.imports.slices import Slice

Title = Any  # a lazy translation or a plain text


class Refused(ValueError):
    """A cell cannot be used, because.

    Shape: `text` is an English msgid with %(name)s places for `args`, translated when shown.
    """

    def __init__(self, text: str, /, **args: Any) -> None:
        super().__init__(text)
        self.text = str(text)
        self.args_ = args


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a parser may know of the installation and of this import."""

    region: str  # of phone numbers written without +country
    today: date  # the firm's day
    locale: str = "zh"
    answers: Mapping[str, Any] = field(default_factory=dict)


Parse = Callable[[str, Context], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportField:
    """A column that a kind understands.

    Shape: `parse(text, context)` → a JSON value or raises Refused; never sees an empty cell.
        `aliases` are headers in any language, compared without case, spaces and marks.
        `many`: several columns may feed it; its parsed lists are joined.
        `type`: the column type of the parsed value in SQL.
    """

    name: str
    title: Title
    parse: Parse
    required: bool = False
    many: bool = False
    aliases: tuple[str, ...] = ()
    type: TypeEngine[Any] = field(default_factory=Text)
    hint: Title = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something asked once for the whole file.

    Shape: `when(mapped field names)` says whether it is asked; `parse` as in ImportField;
        `widget` is "text", "long", "day" or "choice"; `choices` are (value, title) pairs.
    """

    name: str
    title: Title
    parse: Parse
    when: Callable[[frozenset[str]], bool]
    widget: str = "text"
    choices: tuple[tuple[str, Title], ...] = ()
    hint: Title = ""
    default: Callable[[Context], str] = lambda context: ""  # noqa: ARG005 - a port's default


Step = Callable[["Slice"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a room adds to the import of another one: fields, questions, and its own steps.

    Shape: `check(slice)` refuses rows, `apply(slice)` writes, both set-based over the rows of
        the slice, after the kind's own step, in the same unit. `over(import id)` comes once no
        more of a file is taken over: it is through, failed or was given up.
    """

    kind: str
    fields: tuple[ImportField, ...]
    questions: tuple[Question, ...] = ()
    check: Step | None = None
    apply: Step | None = None
    over: Callable[[int], None] | None = None
    live: Callable[[], tuple[ImportField, ...]] | None = None  # fields that are rows themselves

    @property
    def all_fields(self) -> tuple[ImportField, ...]:
        """Its fields; those that are rows only inside a unit."""
        if self.live is None or not work.is_open():
            return self.fields
        return (*self.fields, *self.live())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something that files are imported into.

    Shape: `key` names the field that says whose line it is, unique within a file unless
        `key_repeats`. `check` and `apply` work
        set-based on a slice of at most 2,000 rows, in one short unit. `check` tells each row's
        outcome ("created", "updated", "unchanged") without writing elsewhere; it runs again
        right before `apply`, which must change nothing when the file comes again. Either may
        have rows wait for others of the file (`Slice.wait`): they have their turn in the next
        round, until a round settles nothing. `rows_at_once` keeps a unit of `apply` short.
        `fills`: the tables that grow with the file.
        `office`: the right that shows everybody's files of this kind, and lets resume them.
        `onward`: where a person goes from a finished import, as (label, path).
    """

    name: str
    title: Title
    needs: str  # permission
    fields: tuple[ImportField, ...]
    apply: Step
    key: str = ""
    key_repeats: bool = False
    key_title: str = ""  # msgid: what the key is called in a sentence
    questions: tuple[Question, ...] = ()
    check: Step | None = None
    over: Callable[[int], None] | None = None  # as in Columns
    rows_at_once: int = 1_000
    fills: tuple[type[Base], ...] = ()
    office: str = ""
    onward: tuple[tuple[Title, str], ...] = ()
    added: tuple[Columns, ...] = ()  # filled by `kind()` from the loaded modules

    @property
    def all_fields(self) -> Mapping[str, ImportField]:
        """Own fields, then those that other rooms add."""
        more = [one for columns in self.added for one in columns.all_fields]
        return {one.name: one for one in (*self.fields, *more)}

    def asked(self, mapped: frozenset[str]) -> tuple[Question, ...]:
        """The questions that these mapped fields raise."""
        more = [one for columns in self.added for one in columns.questions]
        return tuple(one for one in (*self.questions, *more) if one.when(mapped))

    def checks(self) -> tuple[Step, ...]:
        """The steps of the dry check, in order."""
        steps = (self.check, *(columns.check for columns in self.added))
        return tuple(step for step in steps if step is not None)

    def applies(self) -> tuple[Step, ...]:
        """The steps of the take-over, in order."""
        more = (columns.apply for columns in self.added)
        return (self.apply, *(step for step in more if step is not None))

    def end(self, import_id: int) -> None:
        """No more of a file is taken over."""
        for over in (self.over, *(columns.over for columns in self.added)):
            if over is not None:
                over(import_id)


def kinds() -> dict[str, Kind]:
    """Every kind of the loaded modules, with what other rooms add to it.

    Raises: Conflict when two rooms give one kind or one field the same name.
    """
    given = [item for module in modules.loaded().items for item in module.imports]
    found: dict[str, Kind] = {}
    for item in given:
        if isinstance(item, Kind):
            if item.name in found:
                raise Conflict(f"two modules import {item.name}", code="duplicate-import-kind")
            added = tuple(c for c in given if isinstance(c, Columns) and c.kind == item.name)
            found[item.name] = _with(item, added)
    return found


def offered() -> list[Kind]:
    """The kinds that the present actor may import, in the order of the modules."""
    actor = access.current()
    return [item for item in kinds().values() if actor.holds(item.needs)]


def kind(name: str) -> Kind:
    """The kind called `name`.

    Raises: NotFound.
    """
    found = kinds().get(name)
    if found is None:
        raise NotFound(code="no-such-import-kind")
    return found


def _with(item: Kind, added: tuple[Columns, ...]) -> Kind:
    names = [one.name for columns in added for one in columns.fields]
    names += [one.name for one in item.fields]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise Conflict(f"import {item.name} has {doubled} twice", code="duplicate-import-field")
    return replace(item, added=added)
