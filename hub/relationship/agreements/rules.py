"""Sides of an agreement and where it stands: no database, no web."""

from __future__ import annotations

import enum


class Side(enum.StrEnum):
    """With whom the firm agreed."""

    CLIENT = "client"  # what he is served for: brokerage, investment advice
    BROKER = "broker"  # his contract as an agent of the firm


class AgreementState(enum.StrEnum):
    """Where an agreement stands today."""

    TO_COME = "to-come"  # not in force, but it will be
    IN_FORCE = "in-force"
    OVER = "over"
    VOID = "void"  # it was ended before its first day
