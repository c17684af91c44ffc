"""One operation of the API: who may, what it takes, what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema
from sqlalchemy import select

from hub.kernel import work
from hub.kernel.base import Base, table_of
from hub.kernel.doors import Lock
from hub.kernel.errors import Stale
from hub.pages.api import bodies, lists, writing
from hub.pages.forms import Form, parse
from hub.pages.lists import Listing

View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What If-Match is held against: the answer of `view`, as `gives` writes it.

    Shape: `model` has the row that `key` of the address names; it is locked before the look.
    """

    view: View
    gives: type[Schema]
    model: type[Base]
    key: str

    def check(self, path: dict[str, Any]) -> None:
        """Refuse a write to what has changed since the caller saw it.

        Raises: Stale, and what the view raises.
        """
        if not request.if_match:
            return
        table = table_of(self.model)
        row = select(table.c.id).where(table.c.id == path[self.key]).with_for_update()
        work.session().execute(row)
        present = writing.answer(self.gives, self.view(**path))
        tag, _is_weak = present.get_etag()
        if tag is None or not request.if_match.contains(tag):
            raise Stale(_("This has changed since you read it: read it again."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How one view is served.

    Shape: `takes` is the JSON body's form, `asks` the query's; the view gets their clean values
        first, then what the address names. `listing` describes the list whose (listing, rows) the
        view returns, `exports` says that all of it is sent; without it and `gives` there is
        nothing to say (204). `upload` is the media type of a body that the view reads itself;
        with `downloads` the view answers with the bytes of a file.
    """

    lock: Lock
    takes: type[Form] | None = None
    asks: type[Form] | None = None
    gives: type[Schema] | None = None
    listing: Callable[[], Listing] | None = None
    exports: bool = False
    upload: str = ""
    downloads: bool = False
    status: int = 200
    guard: Guard | None = None

    def run(self, view: View, path: dict[str, Any]) -> Any:
        """Read what was sent, call the view, write what it says."""
        given: list[Any] = []
        if self.takes is not None:
            given.append(parse(self.takes, bodies.read(self.takes)))
        elif not self.upload:
            bodies.refuse_foreign()
        if self.asks is not None:
            given.append(parse(self.asks, request.args))
        if self.guard is not None:
            self.guard.check(path)
        found = view(*given, **path)
        if self.listing is not None:
            return lists.export(*found, path=path) if self.exports else lists.page(*found)
        if self.downloads:
            return found
        return writing.answer(self.gives, found, status=self.status)
