"""Roles of the firm; what each may do is named by the modules' permissions."""

from __future__ import annotations

import enum


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
