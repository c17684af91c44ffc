"""Roles of the firm and the ways to prove who one is; what a role may do, the modules name."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal


class RoleName(enum.StrEnum):
    """What a person is in the house."""

    CLIENT = "client"
    BROKER = "broker"
    AGENT = "agent"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    FINANCE = "finance"
    MARKETING = "marketing"
    PRINCIPAL = "principal"
    OPERATOR = "operator"


class Locale(enum.StrEnum):
    """A language of the pages."""

    ZH = "zh"
    EN = "en"


class Purpose(enum.StrEnum):
    """What a one-time code is good for: one made for the one is void for the other."""

    SIGN_IN = "sign-in"
    ACTIVATION = "activation"
    OLD_ADDRESS = "old-address"  # agrees to the change of a sign-in address
    NEW_ADDRESS = "new-address"  # shows that the new one is his
    OWN_DATA = "own-data"  # agrees to a change of what is written about him
    NEW_CONTACT = "new-contact"  # shows that a contact he adds is his


class LinkPurpose(enum.StrEnum):
    """What a link in a letter is good for."""

    INVITATION = "invitation"
    RESET = "reset"


class ScopeKind(enum.StrEnum):
    """What a user's data scope is made of."""

    BRANCH = "branch"


Kind = Literal["email", "sms"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What somebody signs in by: a mailbox in lower case or a phone number in E.164."""

    kind: Kind
    value: str


PASSWORD_MIN, PASSWORD_MOST = 8, 200  # characters
CODE_DIGITS, CODE_S, CODE_TRIES = 6, 600, 5
LINK_S = {LinkPurpose.INVITATION: 3 * 86_400, LinkPurpose.RESET: 3_600}
FRESH_S = 30 * 60  # how long after a sign-in its factors may be changed
HALF_S = 10 * 60  # how long the second step of a sign-in may take
CHALLENGE_S = 5 * 60  # how long an authenticator may take
IDLE_S = 12 * 3_600  # a session ends after so long without a request
STAY_S = 14 * 86_400  # the same on a device that stays signed in, and its whole length
SEEN_EVERY_S = 300  # how exactly the last request of a session is known
RECOVERY_CODES = 10
PASSKEYS_MOST = 20


def is_staff(roles: frozenset[str]) -> bool:
    """Whether somebody of these roles works for the firm."""
    return bool(roles - {RoleName.CLIENT})
