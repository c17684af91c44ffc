"""Who serves whom: exactly one broker per client and day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc, guard

_KNOWN = text("known_to IS NULL")


class Serving(Base):
    """A broker serves a client on [valid_from, valid_to), as known until `known_to`.

    Shape: a correction closes `known_to` and inserts, so any past reading can be repeated.
    """

    __tablename__ = "relationship_serving"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index(
            "ix_relationship_serving_broker",
            "broker_id", "client_id", "valid_from", "valid_to",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index("ix_relationship_serving_client", "client_id", "valid_from", "valid_to"),
    )  # fmt: skip

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    known_from: Mapped[Utc]
    known_to: Mapped[Utc | None]
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


_OVERLAP = """
CREATE TRIGGER IF NOT EXISTS relationship_serving_overlap_{verb} BEFORE {verb}
ON relationship_serving
WHEN NEW.known_to IS NULL AND EXISTS (
  SELECT 1 FROM relationship_serving s
  WHERE s.client_id = NEW.client_id AND s.known_to IS NULL AND s.id IS NOT NEW.id
    AND s.valid_from < coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from < coalesce(s.valid_to, '9999-12-31'))
BEGIN SELECT RAISE(ABORT, 'relationship_serving: two brokers on one day'); END"""

_NO_OVERLAP = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'ex_relationship_serving_overlap')
  THEN
    ALTER TABLE relationship_serving ADD CONSTRAINT ex_relationship_serving_overlap
    EXCLUDE USING gist (
      int8range(client_id, client_id, '[]') WITH &&,
      daterange(valid_from, valid_to) WITH &&) WHERE (known_to IS NULL);
  END IF;
END $$"""

guard(
    Serving,
    sqlite=tuple(_OVERLAP.format(verb=verb) for verb in ("INSERT", "UPDATE")),
    postgresql=(_NO_OVERLAP,),
)
