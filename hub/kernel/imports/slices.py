"""A slice of an import's rows, as the set-based steps of a kind see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Table,
    Text,
    cast,
    column,
    func,
    literal,
    null,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.kernel import work
from hub.kernel.access import Actor
from hub.kernel.base import table_of
from hub.kernel.imports.kinds import Context, ImportField, Kind, kind
from hub.kernel.imports.models import Import, Row
from hub.kernel.imports.passes import context_of
from hub.kernel.imports.rounds import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Rows `first` ≤ seq < `last` of an import whose round it is, and all its steps may need.

    Shape: `answers` are parsed; `fields` are the kind's, those that are rows too, as they are
        now; `mapped` those that the file feeds; `sha256` is the file's, kept as proof.
    """

    import_id: int
    first: int
    last: int
    kind: Kind
    actor: Actor
    fields: Mapping[str, ImportField]
    mapped: frozenset[str]
    answers: Mapping[str, Any]
    context: Context
    filename: str
    sha256: str
    round: int = 0

    @property
    def rows(self) -> Table:
        """The table of checked rows."""
        return table_of(Row)

    def inside(self) -> ColumnElement[bool]:
        """Holds for every row of the slice."""
        row = self.rows.c
        here = (row.import_id == self.import_id) & (row.seq >= self.first) & (row.seq < self.last)
        return here & (row.round == self.round)

    def good(self) -> ColumnElement[bool]:
        """Holds for the rows of the slice that nothing speaks against."""
        return self.inside() & self.rows.c.reasons.is_(None)

    def has(self, *names: str) -> bool:
        """Whether the file feeds one of these fields."""
        return not self.mapped.isdisjoint(names)

    def value(self, name: str, row: Any = None) -> ColumnElement[Any]:
        """A parsed value as SQL of the field's type; NULL where the cell is empty.

        Shape: of the row at hand, or of another `row`: the columns of an alias of `rows`.
        """
        field = self.fields[name]
        if name not in self.mapped:
            return cast(null(), field.type)
        values = (self.rows.c if row is None else row)["values"]
        if work.dialect() == "sqlite":
            return type_coerce(func.json_extract(values, f"$.{name}"), field.type)
        return cast(values[name].as_string(), field.type)

    def some(self, condition: ColumnElement[bool]) -> bool:
        """Whether `condition` holds for one of the good rows at least."""
        query = select(literal(1)).where(self.good(), condition).limit(1)
        return work.session().scalar(query) is not None

    def length(self, name: str) -> ColumnElement[int]:
        """How many items a list value has; NULL where the cell is empty."""
        values = self.rows.c["values"]
        if work.dialect() == "sqlite":
            return func.json_array_length(values, f"$.{name}")
        return func.jsonb_array_length(values[name])

    def select(self, *names: str, **more: ColumnElement[Any]) -> Subquery:
        """The good rows: seq, line, key, target_id, outcome, the named values and `more`."""
        row = self.rows.c
        values = [self.value(name).label(name) for name in names]
        values += [value.label(name) for name, value in more.items()]
        query = select(row.seq, row.line, row.key, row.target_id, row.outcome, *values)
        return query.where(self.good()).subquery("staged")

    def each(self, name: str, *keys: str) -> Subquery:
        """The items of a list value: seq, target_id, outcome, place (from 0), the items' `keys`.

        Shape: for fields whose parsed value is a list of objects with text values.
        """
        row = self.rows.c
        item: Any
        if work.dialect() == "sqlite":
            item = func.json_each(row["values"], f"$.{name}").table_valued("key", "value")
            place = item.c.key
            found = [func.json_extract(item.c.value, f"$.{key}").label(key) for key in keys]
        else:
            listed = func.jsonb_array_elements(row["values"][name])
            item = listed.table_valued(
                column("value", JSONB), with_ordinality="nr", joins_implicitly=True
            )
            item = item.render_derived()
            place = item.c.nr - 1
            found = [item.c.value[key].as_string().label(key) for key in keys]
        query = select(row.seq, row.target_id, row.outcome, place.label("place"), *found)
        joined = query.select_from(self.rows.join(item, literal(True)))
        return joined.where(self.good()).subquery(f"each_{name}")

    def refuse(
        self, condition: ColumnElement[bool], text: str, *, field: str = "", **args: Any
    ) -> None:
        """Refuse the good rows where `condition` holds; `args` may be SQL numbers."""
        self._write(condition, reasons=_reason(text, field, args))

    def wait(
        self, condition: ColumnElement[bool], text: str, *, field: str = "", **args: Any
    ) -> None:
        """Have the good rows where `condition` holds wait for the next round.

        Shape: they leave the slice; the words refuse them when no round helps them any more.
        """
        self._write(condition, round=self.round + 1, waits=_reason(text, field, args))

    def _write(self, condition: ColumnElement[bool], **values: Any) -> int:
        query = update(self.rows).where(self.good(), condition).values(**values)
        result: Any = work.session().execute(query.execution_options(synchronize_session=False))
        return int(result.rowcount)

    def tell(self, condition: ColumnElement[bool], **values: Any) -> int:
        """Write `target_id` or `outcome` on the good rows where `condition` holds → how many."""
        return self._write(condition, **values)


def _reason(text: str, field: str, args: Mapping[str, Any]) -> ColumnElement[str]:
    """One reason as a row keeps it."""
    head = json.dumps([field, text], ensure_ascii=False)[:-1]
    stored: Any = literal(f"[{head}, {{", Text)
    for at, (name, value) in enumerate(args.items()):
        sql = value if isinstance(value, ColumnElement) else literal(json.dumps(value), Text)
        stored = stored + literal(f'{", " if at else ""}"{name}": ', Text) + cast(sql, Text)
    return stored + literal("}]]", Text)  # type: ignore[no-any-return]


def slice_of(row: Import, actor: Actor, turn: Turn, last: int) -> Slice:
    """The slice of `row` from where a pass stands up to a seq, done for `actor`."""
    item = kind(row.kind)
    context = context_of(row)
    part = Slice(
        import_id=row.id,
        first=turn.next,
        last=last,
        kind=item,
        actor=actor,
        fields=item.all_fields,
        mapped=frozenset(row.mapping.values()),
        answers=parsed_answers(item, row, context),
        context=context,
        filename=row.filename,
        sha256=row.sha256,
        round=turn.round,
    )
    if turn.round:
        part.tell(true(), waits=None)
    return part


def parsed_answers(item: Kind, row: Import, context: Context) -> dict[str, Any]:
    """The answers as values; they were checked when they were given."""
    asked = item.asked(frozenset(row.mapping.values()))
    given = {question.name: str(row.answers.get(question.name, "")) for question in asked}
    return {one.name: one.parse(given[one.name], context) for one in asked if given[one.name]}
