"""The declarative base and the column types that every table is made of. SQLAlchemy only."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

MONEY_SCALE = 10_000  # ten-thousandths of the currency unit
RATE_SCALE = 1_000_000_000  # billionths

Rows = Select[*tuple[Any, ...]]  # a query whose columns its docstring names

BigInt = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC moment; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Python → database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was given where an aware one is needed")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Database → Python."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as an integer of `1/scale`, so that SUM is exact everywhere."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Python → database.

        Raises: ValueError for a value with more digits than the scale holds.
        """
        del dialect
        if value is None:
            return None
        scaled = Decimal(value) * self.scale
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more digits than 1/{self.scale} holds")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Database → Python."""
        del dialect
        return None if value is None else Decimal(int(value)) / self.scale


Id = Annotated[int, mapped_column(BigInt, primary_key=True)]
Utc = Annotated[datetime, mapped_column(UtcTime)]
Day = Annotated[date, mapped_column(Date)]
Money = Annotated[Decimal, mapped_column(Scaled(MONEY_SCALE))]
Rate = Annotated[Decimal, mapped_column(Scaled(RATE_SCALE))]
Phone = Annotated[str, mapped_column(String(16))]
Texts = Annotated[dict[str, Any], mapped_column(Json)]
LongText = Annotated[str, mapped_column(Text)]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model in the product."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInt,
        str: String(255),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        datetime: UtcTime,
        date: Date,
    }


def table_of(model: type[DeclarativeBase]) -> Table:
    """A model as a table, for set-based statements.

    Raises: TypeError when the model has no table of its own.
    """
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table


_APPEND_ONLY: dict[str, Table] = {}


def append_only(model: type[Base]) -> type[Base]:
    """Class decorator: rows of this table are never changed or taken away."""
    table = table_of(model)
    _APPEND_ONLY[table.name] = table
    return model


_GUARDS: list[tuple[str, str, str]] = []


def guard(model: type[Base], *, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    """Statements that the database needs beside the table: triggers, EXCLUDE constraints.

    Shape: idempotent statements, run after every upgrade in the order given.
    """
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        _GUARDS.extend((dialect, model.__tablename__, statement) for statement in statements)


def guards(dialect: str) -> tuple[tuple[str, str], ...]:
    """(table, statement) pairs for one database."""
    return tuple((table, text) for name, table, text in _GUARDS if name == dialect)


def append_only_tables() -> tuple[str, ...]:
    """Names of all append-only tables, sorted."""
    return tuple(sorted(_APPEND_ONLY))
