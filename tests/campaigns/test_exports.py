"""Lists as files: who may take them away, and the trace that stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.kernel import access, runner, work
from hub.kernel.audit import AuditRow
from tests import staff
from tests.campaigns.desk import Desk, order

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("mailbox")]


def sent(desk: Desk, browser: staff.Browser, **changes: str) -> int:
    draft = desk.draft(browser, channels=["email"], **changes)
    page = browser.get(f"/campaigns/{draft}/check").text
    assert browser.post(f"/campaigns/{draft}/send", order(page)).status_code == 303
    runner.drain()
    return draft


def taken(browser: staff.Browser, path: str) -> tuple[int, str]:
    """What a download answers: status and text."""
    with browser.get(path) as answer:
        return answer.status_code, answer.get_data(as_text=True)


def trace(subject: str) -> list[tuple[int | None, int | None, int]]:
    """(actor, object, rows) of each export of a list."""
    chosen = (AuditRow.verb == "exported") & (AuditRow.subject == subject)
    with work.unit(writes=False):
        rows = work.session().scalars(select(AuditRow).where(chosen))
        return [(row.actor_id, row.subject_id, row.detail["rows"]) for row in rows]


def test_an_export_leaves_who_took_how_much_of_what(desk: Desk, as_marketer: staff.Browser) -> None:
    draft = sent(desk, as_marketer, firm="1")
    assert taken(as_marketer, f"/campaigns/{draft}/recipients")[0] == 200
    assert trace("recipients") == [(desk.marketer, draft, 4)]
    assert taken(as_marketer, "/campaigns/export")[0] == 200
    assert trace("campaigns") == [(desk.marketer, None, 1)]
    stopped = f"/campaigns/{draft}/check/people.csv?channel=email&reason=no_consent"
    assert taken(as_marketer, stopped)[0] == 200
    assert trace("stopped") == [(desk.marketer, draft, 1)]


@pytest.mark.parametrize(
    ("role", "status"),
    [("marketing", 200), ("manager", 200), ("compliance", 200), ("principal", 403), ("agent", 403)],
)
def test_who_reads_campaigns_may_not_always_take_them_away(
    desk: Desk, as_marketer: staff.Browser, role: str, status: int
) -> None:
    draft = sent(desk, as_marketer, firm="1")
    with work.unit(), access.acting(access.SYSTEM):
        user = staff.user(role)
    reader = staff.signed_in(desk.app, user)
    assert taken(reader, "/campaigns/export")[0] == status
    assert taken(reader, f"/campaigns/{draft}/recipients")[0] == status
    assert len(trace("recipients")) == (status == 200)
    if role == "principal":
        page = reader.get(f"/campaigns/{draft}").text
        assert f"/campaigns/{draft}/recipients" not in page


def test_a_broker_takes_away_his_own_only(
    desk: Desk, as_broker: staff.Browser, as_marketer: staff.Browser
) -> None:
    firm, own = sent(desk, as_marketer, firm="1"), sent(desk, as_broker)
    assert taken(as_broker, f"/campaigns/{own}/recipients")[1].count("\n") == 4  # the watermark too
    assert "孙" not in taken(as_broker, f"/campaigns/{firm}/recipients")[1]
    other = staff.signed_in(desk.app, desk.other_user)
    assert other.get(f"/campaigns/{own}/recipients").status_code == 404
