"""Facts in the past tense: what one room tells the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of facts; a subclass is frozen and holds ids and values only.

    Shape: `name` is `<room>.<fact>`; `version` rises when the payload changes.
    """

    name: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """JSON-ready values of the fact, with its name and version."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {"event": self.name, "version": self.version} | plain(values)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON knows them; decimals and dates become text."""
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return plain(value)
    return value
