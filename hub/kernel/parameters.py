"""Dated, typed settings: what a firm may change, from which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped

from hub.kernel import access, audit, clock, modules, work
from hub.kernel.base import Base, Day, Id, Utc, append_only
from hub.kernel.errors import Invalid, NotFound

MAX_TEXT = 255  # characters
TOO_LARGE = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A setting that a module names.

    Shape: `kind` is int, decimal, bool or text; `low` and `high` bound numbers.
    Units: `unit` says what a number counts.
    """

    name: str
    title: Any
    kind: str
    default: Any
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


@append_only
class ParameterValue(Base):
    """A value from a day on, until a later row says otherwise."""

    __tablename__ = "kernel_parameter"
    __table_args__ = (Index("ix_kernel_parameter_name", "name", "valid_from", "id"),)

    id: Mapped[Id]
    name: Mapped[str]
    value: Mapped[str]
    valid_from: Mapped[Day]
    set_by: Mapped[int | None]
    set_at: Mapped[Utc]


def named() -> dict[str, Parameter]:
    """Every parameter of the loaded modules, by name."""
    return {item.name: item for module in modules.loaded().items for item in module.parameters}


def get(name: str, *, on: date | None = None) -> Any:
    """The value on a day (the firm's today when not given).

    Raises: NotFound for a parameter that no module names.
    """
    parameter = named().get(name)
    if parameter is None:
        raise NotFound(f"there is no parameter {name}")
    day = on or clock.firm_day()
    row = work.session().scalar(
        select(ParameterValue.value)
        .where(ParameterValue.name == name, ParameterValue.valid_from <= day)
        .order_by(ParameterValue.valid_from.desc(), ParameterValue.id.desc())
        .limit(1)
    )
    return parameter.default if row is None else typed(parameter, row)


def set_from(name: str, value: str, *, valid_from: date) -> None:
    """Set `name` from a day on; history stays, the change is logged.

    Raises: NotFound, Invalid for a wrong type or a value out of range.
    """
    parameter = named().get(name)
    if parameter is None:
        raise NotFound(f"there is no parameter {name}")
    typed(parameter, value)
    work.session().add(
        ParameterValue(
            name=name,
            value=value,
            valid_from=valid_from,
            set_by=access.current().user_id,
            set_at=clock.now(),
        )
    )
    audit.append("parameters.set", "parameter", None, {"name": name, "value": value})


def typed(parameter: Parameter, value: str) -> Any:
    """The text as the parameter's type.

    Raises: Invalid naming the parameter.
    """
    try:
        match parameter.kind:
            case "bool":
                return {"true": True, "false": False}[value.lower()]
            case "text" if len(value) <= MAX_TEXT and "\0" not in value:
                return value
            case "text":
                raise Invalid({parameter.name: f"at most {MAX_TEXT} characters"})
            case _:
                number = Decimal(value)
    except (KeyError, InvalidOperation) as error:
        raise Invalid({parameter.name: f"a {parameter.kind} is needed"}) from error
    whole = parameter.kind == "int"
    sound = number.is_finite() and -TOO_LARGE < number < TOO_LARGE
    if not sound or (whole and number != number.to_integral_value()):
        raise Invalid({parameter.name: f"a {parameter.kind} is needed"})
    low, high = parameter.low, parameter.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise Invalid({parameter.name: f"between {low} and {high} {parameter.unit}".strip()})
    return int(number) if whole else number
