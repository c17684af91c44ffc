"""What a lead may be: no database, no web."""

from __future__ import annotations

import enum

INTEREST_MOST = 500  # characters
PROOF_MOST = 200  # characters
SAID_MOST = 500  # characters
FRESH_DAYS = 14  # a lead counts as fresh so long


class LeadState(enum.StrEnum):
    """Where a lead stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    WON = "won"
    LOST = "lost"


LIVE = (LeadState.NEW, LeadState.ASSIGNED, LeadState.CONTACTED)


class LostReason(enum.StrEnum):
    """Why nothing came of a lead."""

    NOT_INTERESTED = "not_interested"
    UNREACHABLE = "unreachable"
    ELSEWHERE = "elsewhere"
    NOT_FIT = "not_fit"
    OTHER = "other"


class LeadConsent(enum.StrEnum):
    """How somebody agreed to be contacted."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    ONLINE = "online"


class StepKind(enum.StrEnum):
    """What happened to a lead."""

    ENTERED = "entered"
    POOLED = "pooled"
    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    WON = "won"
    LOST = "lost"
