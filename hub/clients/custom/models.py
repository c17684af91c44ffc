"""Custom fields; their values are dated facts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.clients.custom.rules import TITLE_MOST, CustomKind
from hub.kernel.base import Base, Id, Utc


class CustomField(Base):
    """Something that the firm wants to know of clients.

    Shape: `choices` are {zh, en}; the Chinese word is the value. A retired field is asked no
        more; what was known stays.
    """

    __tablename__ = "clients_field"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(8))
    title_zh: Mapped[str] = mapped_column(String(TITLE_MOST), unique=True)
    title_en: Mapped[str] = mapped_column(String(TITLE_MOST))
    choices: Mapped[list[Any]]
    is_filter: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[Utc]
    retired_at: Mapped[Utc | None]

    @property
    def name(self) -> str:
        """What facts, rules and files call it."""
        return f"custom_{self.id}"

    @property
    def custom_kind(self) -> CustomKind:
        """What it holds."""
        return CustomKind(self.kind)

    @property
    def values(self) -> list[str]:
        """What a choice may be."""
        return [str(one["zh"]) for one in self.choices]
