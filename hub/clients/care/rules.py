"""Why a client is to be treated with care: no database, no web."""

from __future__ import annotations

import enum

REASON_MOST = 300  # characters


class CareKind(enum.StrEnum):
    """A care flag; named like its bit on the client."""

    VULNERABLE = "vulnerable"
    BEREAVED = "bereaved"
    DO_NOT_CONTACT = "do_not_contact"
