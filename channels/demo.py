"""Demo consents: most people said yes, each with wording and proof."""

from __future__ import annotations

from sqlalchemy import select

from channels.consent import service
from channels.consent.rules import Source
from channels.consent.service import Statement
from hub.clients.models import Address
from hub.kernel import access, work
from hub.kernel.messages import MessageClass

WORDING = "我同意接收服务通知和营销信息,可随时退订。 I agree to service and marketing messages."
REFUSES_SERVICE, REFUSES_PROMOTION = 12, 6  # every n-th address says no


def fill(clients: int, seed: int) -> None:
    """Let every address say something: set-based, the same for the same data."""
    del clients
    everybody = select(Address.id)
    for klass, every in (
        (MessageClass.SERVICE, REFUSES_SERVICE),
        (MessageClass.PROMOTION, REFUSES_PROMOTION),
    ):
        for granted in (True, False):
            refuses = (Address.id + seed) % every == 0
            ids = everybody.where(~refuses if granted else refuses)
            statement = Statement(
                granted=granted, classes=(klass,), source=Source.DEMO, proof="demo",
                wording=WORDING, note="demo",
            )  # fmt: skip
            with work.unit(), access.acting(access.SYSTEM):
                service.state(statement, ids)
