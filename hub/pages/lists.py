"""The one list component: columns, filters, sorting, keyset paging, export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import Row, Select

from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.pages import keyset
from hub.pages.filters import Chosen, Filter, choose, conditions

Kind = Literal[
    "text", "number", "money", "date", "time", "badge", "phone", "email", "address", "yes",
    "sentence",
]  # fmt: skip

EXPORT_CHUNK = 1_000  # rows fetched at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a list.

    Shape: `link(row)` → address; `order` sorts by another expression than is shown; a badge reads
        `labels` and `tones` (value → green, red, …); `currency` names the column that holds it;
        `open` shows a phone, an e-mail or an address (either of them) unmasked; `minor` is left
        out on a phone; `shown(value)` says a text in other words; a sentence is kept as
        `kernel.sentences` writes it and told in the reader's language; `coded` keeps the code
        beside other words, in a file in a column of its own; `filled` holds a value in each row.
    """

    key: str
    label: Any
    expr: Any
    kind: Kind = "text"
    sortable: bool = False
    order: Any = None
    link: Callable[[Any], str] | None = None
    labels: Mapping[Any, Any] = field(default_factory=dict)
    tones: Mapping[Any, str] = field(default_factory=dict)
    currency: str = ""
    open: bool = False
    minor: bool = False
    shown: Callable[[Any], str] | None = None
    coded: bool = False
    filled: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether values line up at the right."""
        return self.kind in {"money", "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, ready to be drawn.

    Shape: `sort` is a column's key, with "-" before it when falling.
    """

    listing: Listing
    rows: tuple[Row[Any], ...]
    filters: tuple[Chosen, ...]
    sort: str
    next: str | None
    prev: str | None

    @property
    def is_filtered(self) -> bool:
        """Whether any filter narrows it."""
        return any(chosen.active for chosen in self.filters)

    @property
    def address(self) -> str:
        """The query string of the list without any filter."""
        return "?" + urlencode(self.listing.kept)

    def query(self, **changes: str | None) -> str:
        """The query string of this page with `changes`; without a cursor unless given."""
        args = dict(self.listing.kept)
        for chosen in self.filters:
            args.update(chosen.values)
        if self.sort != self.listing.default_sort:
            args["sort"] = self.sort
        merged: dict[str, str | None] = {**args, **changes}
        return "?" + urlencode({name: value for name, value in merged.items() if value})

    def direction(self, column: Column) -> str:
        """The column's `aria-sort`."""
        if self.sort.lstrip("-") != column.key:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"

    def turned(self, column: Column) -> str:
        """The sort a click on the column's head asks for."""
        return f"-{column.key}" if self.direction(column) == "ascending" else column.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one list shows, and how it may be narrowed and sorted.

    Shape: `key` is a unique column, given to each row as `id`; `extra` are labelled columns that
        links need but nobody sees; `kept` goes along in every link of the list, beside filters;
        `values` are those of the parameters that its rows have; a list `of_people` bears a
        watermark when it is taken away.
    """

    name: str
    columns: tuple[Column, ...]
    key: Any
    default_sort: str
    filters: tuple[Filter, ...] = ()
    extra: tuple[Any, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    of_people: bool = False

    def page(self, base: Select[Any], args: Mapping[str, str], *, limit: int = 50) -> Page:
        """The page that the query `args` ask for, out of the rows of `base`.

        Raises: Invalid for an unknown sort, a bad filter or a cursor of another list.
        """
        chosen = choose(self.filters, args)
        order = self._order(args.get("sort") or self.default_sort)
        cursor = args.get("cursor")
        place = keyset.decode(order, cursor) if cursor else None
        statement = self._statement(base, order, chosen)
        part = keyset.fetch(statement, order, place, limit=limit, values=self.values)
        if not part.rows and place is not None:
            part = keyset.fetch(statement, order, None, limit=limit, values=self.values)
        rows = part.rows
        return Page(
            listing=self,
            rows=tuple(rows),
            filters=chosen,
            sort=f"-{order.name}" if order.descending else order.name,
            next=keyset.encode(order, rows[-1], backward=False) if rows and part.after else None,
            prev=keyset.encode(order, rows[0], backward=True) if rows and part.before else None,
        )

    def export(self, base: Select[Any], args: Mapping[str, str]) -> Iterator[Row[Any]]:
        """Every row that the filters in `args` leave, in their order, a chunk at a time.

        Raises: Invalid as `page` does.
        """
        order = self._order(args.get("sort") or self.default_sort)
        statement = self._statement(base, order, choose(self.filters, args))
        end = order.by.desc() if order.descending else order.by.asc()
        tie = order.key.desc() if order.descending else order.key.asc()
        statement = statement.order_by(order.by.is_(None), end, tie)
        result = work.session().execute(
            statement, self.values, execution_options={"yield_per": EXPORT_CHUNK}
        )
        yield from result

    def _order(self, sort: str) -> keyset.Order:
        name = sort.removeprefix("-")
        for column in self.columns:
            if column.key == name and (column.sortable or self.default_sort.lstrip("-") == name):
                by = column.expr if column.order is None else column.order
                by, falls = _element(by), sort.startswith("-")
                # A column that always holds a value has no second half to look at.
                filled = column.filled or not getattr(by, "nullable", True)
                return keyset.Order(name, by, _element(self.key), falls, filled)
        raise Invalid({"sort": _("This list cannot be sorted by that.")})

    def _statement(
        self, base: Select[Any], order: keyset.Order, chosen: tuple[Chosen, ...]
    ) -> Select[Any]:
        shown = [column.expr.label(column.key) for column in self.columns]
        if all(column.key != "id" for column in self.columns):
            shown.append(self.key.label("id"))
        shown += [*self.extra, order.by.label("sort_value")]
        # The condition on the owner's rows stays: only what is selected changes.
        return base.with_only_columns(*shown, maintain_column_froms=True).where(*conditions(chosen))


def _element(expr: Any) -> Any:
    """The plain SQL element of a model's attribute."""
    return expr.__clause_element__() if hasattr(expr, "__clause_element__") else expr
