"""Made-up people by the million, inserted by the database itself."""

from __future__ import annotations

from sqlalchemy import insert, literal, select, text

from channels.consent import service as consent
from channels.consent.models import Suppression
from channels.consent.rules import Source
from channels.consent.service import Statement
from hub.clients import flags
from hub.clients.models import Address
from hub.kernel import clock, work
from hub.kernel.base import UtcTime
from hub.kernel.messages import MessageClass

# One in twenty has not agreed; one in fifty is suppressed; 234 of 1,000 live in Shanghai.
WITHOUT_CONSENT, SUPPRESSED = 20, 50

_PEOPLE = """
INSERT INTO clients_client
  (id, no, name, language, city, branch, flags, stated_assets, created_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT i, 'B' || (10000000 + i), '客户' || i, CASE i % 10 WHEN 0 THEN 'en' ELSE 'zh' END,
  CASE WHEN i % 1000 * 7919 % 1000 < 234 THEN '上海' ELSE '北京' END, '营业部' || (i % 50), 0,
  (500001 + i % 1000) * CAST(10000 AS BIGINT), :now
FROM n"""
_ADDRESSES = """
INSERT INTO clients_address (id, kind, value, region, raw, flags)
SELECT id, 'email', 'p' || id || '@mail.example', NULL, '', 0 FROM clients_client"""
_CONTACTS = """
INSERT INTO clients_contact (client_id, address_id, kind, label, is_primary, valid_from)
SELECT id, id, 'email', '', {true}, '2026-01-01' FROM clients_client"""


def fill(count: int) -> None:
    """Make `count` people with a mailbox, who mostly agreed to promotions."""
    with work.unit():
        _rows(count)
    with work.unit():
        agree()
        suppress()
        flags.rebuild("has_email")
        work.session().execute(text("ANALYZE"))


def _rows(count: int) -> None:
    run = work.session().execute
    true = "1" if work.dialect() == "sqlite" else "true"
    run(text(_PEOPLE), {"count": count, "now": clock.now().replace(tzinfo=None)})
    run(text(_ADDRESSES))
    run(text(_CONTACTS.format(true=true)))


def agree() -> None:
    """All but one in twenty agree to promotions."""
    statement = Statement(
        granted=True, classes=(MessageClass.PROMOTION,), source=Source.IMPORT,
        wording="I agree to get news.", proof="bench",
    )  # fmt: skip
    consent.state(statement, select(Address.id).where(Address.id % WITHOUT_CONSENT != 0))


def suppress() -> None:
    """One in fifty addresses is closed."""
    closed = select(Address.id).where(Address.id % SUPPRESSED == 1)
    columns = {
        "address_id": Address.id,
        "channel": Address.kind,
        "active": literal(True),
        "reason": literal("bounced"),
        "at": literal(clock.now(), UtcTime()),
    }
    rows = select(*columns.values()).where(Address.id % SUPPRESSED == 1)
    work.session().execute(
        insert(Suppression).from_select(list(columns), rows, include_defaults=False)
    )
    flags.set_flags("suppressed", closed, True)
