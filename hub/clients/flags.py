"""The bits on clients and addresses: one writer, and a check against their owners."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, Table, func, select, update

from hub.clients.models import Address, Client
from hub.kernel import modules, work
from hub.kernel.base import table_of
from hub.kernel.module import Flag

_MODELS: dict[str, type[Client | Address]] = {"client": Client, "address": Address}


def mask(name: str) -> int:
    """The flag as a number with one bit."""
    return 1 << _flag(name).bit


def is_set(name: str, column: Any) -> ColumnElement[bool]:
    """Condition: the flag is set in a `flags` column."""
    condition: ColumnElement[bool] = column.bitwise_and(mask(name)) != 0
    return condition


def set_flags(name: str, ids: Select[Any], value: bool) -> int:  # noqa: FBT001 - a flag's value
    """Set or clear the flag on the rows whose ids `ids` selects: one statement.

    Shape: how many rows changed.
    """
    table, bit = _table(_flag(name)), mask(name)
    flags = table.c.flags
    lacking = flags.bitwise_and(bit) == (0 if value else bit)
    new = flags.bitwise_or(bit) if value else flags.bitwise_and(~bit)
    statement = update(table).where(table.c.id.in_(ids), lacking).values(flags=new)
    result = work.session().execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def rebuild(name: str) -> int:
    """Make the flag what its owner says → how many rows were wrong."""
    flag = _flag(name)
    if flag.truth is None:
        return 0
    table, truth = _table(flag), flag.truth()
    untrue = select(table.c.id).where(is_set(name, table.c.flags), table.c.id.not_in(truth))
    return set_flags(name, untrue, False) + set_flags(name, truth, True)


def wrong(name: str) -> int:
    """How many rows' flag differs from what its owner says."""
    flag = _flag(name)
    if flag.truth is None:
        return 0
    table, truth = _table(flag), flag.truth()
    here = is_set(name, table.c.flags)
    differs = (here & table.c.id.not_in(truth)) | (~here & table.c.id.in_(truth))
    counted = select(func.count()).select_from(table).where(differs)
    return work.session().scalar(counted) or 0


def _flag(name: str) -> Flag:
    return modules.loaded().flags[name]


def _table(flag: Flag) -> Table:
    return table_of(_MODELS[flag.subject])
