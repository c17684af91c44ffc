"""What consent is asked for, and the reasons an address is closed. Pure."""

from __future__ import annotations

import enum

from hub.kernel.messages import MessageClass

# Codes and notices are not a matter of consent: the contract is their ground.
ASKED = (MessageClass.SERVICE, MessageClass.PROMOTION)


class Source(enum.StrEnum):
    """How a consent or its withdrawal came."""

    IMPORT = "import"
    ONE_CLICK = "one_click"
    PAGE = "page"
    STAFF = "staff"
    DEMO = "demo"


class Stop(enum.StrEnum):
    """Why an address is suppressed."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    NO_SUCH_NUMBER = "no_such_number"
    BLOCKED = "blocked_by_recipient"
    BY_HAND = "by_hand"


def flag_of(klass: MessageClass, *, granted: bool = True) -> str:
    """The address flag that says what the newest statement about a class was."""
    return f"consent_{klass.value}" if granted else f"refused_{klass.value}"
