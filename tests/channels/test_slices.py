"""An audience larger than one slice: everybody is asked once, in pieces."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from channels.deliveries import progress, rules
from channels.deliveries.models import Delivery
from hub.clients.models import Client
from hub.kernel import clock, runner, work
from hub.kernel.messages import post_to
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = pytest.mark.database("sqlite")

MANY = rules.SLICE + 1


@pytest.mark.feature("M02")
def test_a_batch_over_two_slices_asks_each_person_once_and_reaches_both_ends(
    mailbox: Mailbox,
) -> None:
    with work.unit():
        now = clock.now()
        make.client(email="first@mail.example", consent_to=("promotion",))
        work.session().execute(
            insert(Client),
            [
                {"no": f"M{n:07}", "name": "客户", "language": "zh", "flags": 0, "created_at": now}
                for n in range(MANY - 2)
            ],
        )
        make.client(email="last@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
    with work.unit(writes=False):
        asked = work.session().scalar(select(func.count()).select_from(Delivery))
    assert asked is not None
    assert asked <= rules.SLICE, "the first slice is one unit, the rest another"
    runner.drain()
    with work.unit(writes=False):
        people = select(func.count(), func.count(Delivery.person_id.distinct()))
        assert tuple(work.session().execute(people.select_from(Delivery)).one()) == (MANY, MANY)
        counts = progress.counts(batch)
    assert counts["state"] == "done"
    assert counts["snapshot"] == MANY
    assert counts["states"] == {"suppressed": MANY - 2, "sent": 2}
    assert mailbox.to() == ["first@mail.example", "last@mail.example"]
