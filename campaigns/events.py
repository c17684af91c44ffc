"""Facts that campaigns tell the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSent(Event):
    """Somebody pressed Send; the messages leave at once or at the campaign's time."""

    name: ClassVar[str] = "campaigns.sent"

    campaign_id: int
    batch_id: int
    people: int
