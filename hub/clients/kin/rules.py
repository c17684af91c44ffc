"""How one person may be related to another: no database, no web."""

from __future__ import annotations

import enum

NAME_MOST = 120  # characters
CONTACT_MOST = 254  # characters


class RelationKind(enum.StrEnum):
    """What the other one is to the client."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    GUARDIAN = "guardian"
    WARD = "ward"
    REPRESENTATIVE = "representative"
    REPRESENTED = "represented"
    BENEFICIAL_OWNER = "beneficial_owner"
    OWNED = "owned"


_PAIRS = (
    (RelationKind.SPOUSE, RelationKind.SPOUSE),
    (RelationKind.PARENT, RelationKind.CHILD),
    (RelationKind.GUARDIAN, RelationKind.WARD),
    (RelationKind.REPRESENTATIVE, RelationKind.REPRESENTED),
    (RelationKind.BENEFICIAL_OWNER, RelationKind.OWNED),
)
# What the client is to the other one.
INVERSE = dict(_PAIRS) | {other: one for one, other in _PAIRS}
