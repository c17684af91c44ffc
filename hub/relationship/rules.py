"""Which role may do what to whose clients: one table, no database."""

from __future__ import annotations

import enum

READ_VERBS = ("read", "reveal", "export")


class Reach(enum.StrEnum):
    """Whom a role reaches."""

    NOBODY = "nobody"
    SELF = "self"
    SERVED = "served"  # clients whom he serves today
    BRANCH = "branch"  # clients of the branches in his data scope
    ALL = "all"


# Role → (whom it sees, whom it may write to). What needs facts that later rooms bring (a
# manager's subtree, deputies) denies until they are there.
REACH: dict[str, tuple[Reach, Reach]] = {
    "client": (Reach.SELF, Reach.SELF),
    "broker": (Reach.SERVED, Reach.SERVED),
    "manager": (Reach.ALL, Reach.SERVED),
    "agent": (Reach.BRANCH, Reach.BRANCH),
    "compliance": (Reach.ALL, Reach.NOBODY),
    "finance": (Reach.NOBODY, Reach.NOBODY),
    "marketing": (Reach.ALL, Reach.NOBODY),
    "principal": (Reach.ALL, Reach.NOBODY),
    "operator": (Reach.NOBODY, Reach.NOBODY),
}

# Acts of office: done to every client whom the actor sees, whoever serves him.
OFFICIAL = frozenset({"relationship.assign"})
OFFICIAL_ROOMS = frozenset({"campaigns"})


def is_read(verb: str) -> bool:
    """Whether a permission's name is about seeing, not about changing."""
    return verb.rpartition(".")[2] in READ_VERBS


def is_official(verb: str) -> bool:
    """Whether an act is done by office: a firm campaign, an assignment."""
    return verb in OFFICIAL or verb.partition(".")[0] in OFFICIAL_ROOMS


def reaches(roles: frozenset[str], *, write: bool) -> frozenset[Reach]:
    """Whom somebody of these roles reaches."""
    return frozenset(REACH[role][write] for role in roles if role in REACH)
