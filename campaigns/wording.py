"""A campaign's words as the message that the port is asked about."""

from __future__ import annotations

from datetime import datetime

from campaigns.models import Campaign
from campaigns.rules import Texts
from hub.kernel import messages
from hub.kernel.messages import Content, Message, MessageClass


def message(campaign: Campaign, *, at: datetime | None = None) -> Message:
    """What this campaign says, why, and how it may travel."""
    return Message(
        cause=f"campaigns.campaign:{campaign.id}",
        klass=MessageClass(campaign.klass),
        content=Content(texts=campaign.texts),
        channels=tuple(campaign.channels),
        at=at,
        owner_id=campaign.owner_id,
        room=f"campaign:{campaign.id}",
    )


def of_texts(texts: Texts, klass: str, channels: tuple[str, ...]) -> Message:
    """Words that are not stored: for a check, a preview, a test."""
    return Message(
        cause="campaigns.draft:0",
        klass=MessageClass(klass),
        content=Content(texts=texts),
        channels=channels,
    )


def check_written(texts: Texts, klass: str) -> None:
    """Refuse words that are wrong as far as they are written; parts may still be missing.

    Raises: Invalid; a field is "<language>.<part>".
    """
    messages.check(of_texts(texts, klass, ()))


def of_test(texts: Texts, klass: str, channel: str, *, nonce: str) -> Message:
    """Words for a test of one channel; `nonce` lets a button pressed twice send once."""
    return Message(
        cause=f"campaigns.test:{nonce}",
        klass=MessageClass(klass),
        content=Content(texts=texts),
        channels=(channel,),
    )
