"""Rows behind the gate: the one answer for what is not there, and every refusal logged."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from sqlalchemy import Select, select

from hub.kernel import access, audit, work
from hub.kernel.access import Actor
from hub.kernel.base import Base
from hub.kernel.errors import Forbidden, NotFound

Row = TypeVar("Row", bound=Base)


def seen(model: type[Row], row_id: int, *, kind: str, verb: str) -> Row:
    """A row that the present actor may see.

    Raises: NotFound, the same for a missing row and for one he may not know of.
    """
    actor = access.current()
    key: Any = model.id  # type: ignore[attr-defined]
    scope = access.scope(actor, kind, key)
    row = work.session().scalar(select(model).where(key == row_id, scope))
    if row is None:
        note_refusal(model, row_id, actor, kind=kind, verb=verb)
        raise NotFound
    return row


def refuse_unless_may(model: type[Base], row_id: int, *, kind: str, verb: str) -> None:
    """Go on only if the present actor may do `verb` to a row that he sees.

    Raises: Forbidden.
    """
    if not access.may(access.current(), verb, row_id, kind):
        refuse(model, row_id, kind=kind, verb=verb)


def refuse(model: type[Base], row_id: int, *, kind: str, verb: str) -> NoReturn:
    """The actor sees the row and may not do this to it: logged, and said.

    Raises: Forbidden.
    """
    note_refusal(model, row_id, access.current(), kind=kind, verb=verb)
    raise Forbidden(code=f"not-your-{kind}")


def note_refusal(model: type[Base], row_id: int, actor: Actor, *, kind: str, verb: str) -> None:
    """Logged after the refused unit rolled back, and only if there is such a row."""

    def note() -> None:
        key: Any = model.id  # type: ignore[attr-defined]
        if work.session().scalar(select(key).where(key == row_id)) is not None:
            with access.acting(actor):
                audit.append("refused", kind, row_id, {"verb": verb})

    work.aside(note)


def note_refusals(ids: Select[Any], *, kind: str, verb: str) -> None:
    """Log each of the rows that a file of the present actor's names and he may not touch."""
    actor, found = access.current(), list(work.session().scalars(ids))

    def note() -> None:
        with access.acting(actor):
            for row_id in found:
                audit.append("refused", kind, row_id, {"verb": verb})

    if found:
        work.aside(note)
