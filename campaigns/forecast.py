"""What a campaign would do if it were sent now: who gets it, who does not, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from sqlalchemy import Select

from campaigns import audience, wording
from campaigns.models import Campaign
from campaigns.rules import Cost
from hub.kernel import messages
from hub.kernel.reports import Filled, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The dry run of a campaign with its cost."""

    report: Report
    cost: Cost | None


def run(campaign: Campaign) -> Forecast:
    """Ask every gate, and price the SMS by a few real recipients.

    Raises: Invalid when no segment is chosen or the words cannot be sent.
    """
    message, people = wording.message(campaign), audience.of(campaign)
    messages.check(message)
    report = messages.dry_run(message, people)
    if "sms" not in campaign.channels or not report.reached("sms"):
        return Forecast(report=report, cost=None)
    looks = [messages.preview(message, person) for person, _name in audience.samples(people)]
    return Forecast(report=report, cost=cost(looks, report.reached("sms")))


def cost(looks: Sequence[Sequence[Filled]], reached: int) -> Cost | None:
    """The cost of `reached` SMS, judged by samples."""
    priced = [filled for look in looks for filled in look if filled.cost is not None]
    prices = sorted(filled.cost for filled in priced if filled.cost is not None)
    if not prices:
        return None
    return Cost(median_low(prices) * reached, prices[-1] * reached, priced[0].currency)


def stopped(campaign: Campaign, *, channel: str, reason: str) -> Select[Any]:
    """Select of person_id, address_id: whom `reason` stops on `channel`.

    Raises: Invalid as `run`.
    """
    message = wording.message(campaign)
    messages.check(message)
    return messages.stopped(message, audience.of(campaign), channel=channel, reason=reason)
