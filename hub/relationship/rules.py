"""Which role may see and do what to which clients and brokers: two tables, no database."""

from __future__ import annotations

import enum


class Reach(enum.StrEnum):
    """Whom a role reaches."""

    NOBODY = "nobody"
    SELF = "self"
    SERVED = "served"  # clients whom he serves today, by deputy and by his house desk too
    BRANCH = "branch"  # clients and brokers of the branches in his data scope
    DIRECT = "direct"  # brokers who report to him directly, and the clients whom they or he serve
    # He himself, all brokers below him and of what he leads by a post, and their clients.
    SUBTREE = "subtree"
    ALL = "all"


# Role → (whose clients it sees, to whose it may write). No level is skipped: a manager reads down
# to the leaves, and does nothing to a client whom he does not serve himself.
REACH: dict[str, tuple[Reach, Reach]] = {
    "client": (Reach.SELF, Reach.SELF),
    "broker": (Reach.SERVED, Reach.SERVED),
    "manager": (Reach.SUBTREE, Reach.SERVED),
    "agent": (Reach.BRANCH, Reach.BRANCH),
    "compliance": (Reach.ALL, Reach.NOBODY),
    "finance": (Reach.NOBODY, Reach.NOBODY),
    "marketing": (Reach.ALL, Reach.NOBODY),
    "principal": (Reach.ALL, Reach.NOBODY),
    "operator": (Reach.NOBODY, Reach.NOBODY),
}

# Role → (which brokers it sees, on which it operates): direct reports and nobody further down.
BROKER_REACH: dict[str, tuple[Reach, Reach]] = {
    "client": (Reach.NOBODY, Reach.NOBODY),
    "broker": (Reach.SELF, Reach.NOBODY),
    "manager": (Reach.SUBTREE, Reach.DIRECT),
    "agent": (Reach.BRANCH, Reach.NOBODY),
    "compliance": (Reach.ALL, Reach.NOBODY),
    "finance": (Reach.ALL, Reach.NOBODY),
    "marketing": (Reach.ALL, Reach.NOBODY),
    "principal": (Reach.ALL, Reach.NOBODY),
    "operator": (Reach.ALL, Reach.ALL),
}

# Done by a manager to the clients of his direct reports: it is an act on the report.
DIRECT_VERBS = frozenset({"relationship.assign", "agreements.write", "clients.merge"})
# Of these, what a role does by office to every client: duplicates know no branches.
BY_OFFICE = {"clients.merge": "compliance"}
# Acts of office: done to every client whom the actor sees, whoever serves him.
OFFICIAL_ROOMS = frozenset({"campaigns"})


def is_official(verb: str) -> bool:
    """Whether an act is done by office: a firm campaign."""
    return verb.partition(".")[0] in OFFICIAL_ROOMS


def reaches(roles: frozenset[str], *, write: bool, verb: str = "") -> frozenset[Reach]:
    """Whose clients somebody of these roles reaches, by a verb if it has a reach of its own."""
    if verb in DIRECT_VERBS:
        manages = any(REACH[role][0] == Reach.SUBTREE for role in roles if role in REACH)
        direct = {Reach.DIRECT} if manages else set()
        return frozenset(direct | ({Reach.ALL} if BY_OFFICE.get(verb) in roles else set()))
    found = frozenset(REACH[role][True] for role in roles if role in REACH)
    return found if write else found | {REACH[role][False] for role in roles if role in REACH}


def reaches_brokers(roles: frozenset[str], *, write: bool) -> frozenset[Reach]:
    """Which brokers somebody of these roles reaches."""
    return frozenset(BROKER_REACH[role][write] for role in roles if role in BROKER_REACH)


class TransferState(enum.StrEnum):
    """Where a transfer stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Seat(enum.StrEnum):
    """Who has a say in a transfer."""

    GIVER = "giver"
    GIVERS_MANAGER = "givers-manager"
    RECEIVER = "receiver"
    RECEIVERS_MANAGER = "receivers-manager"


class Side(enum.StrEnum):
    """A side of a transfer."""

    GIVING = "giving"
    RECEIVING = "receiving"


SIDES = {
    Seat.GIVER: Side.GIVING, Seat.GIVERS_MANAGER: Side.GIVING,
    Seat.RECEIVER: Side.RECEIVING, Seat.RECEIVERS_MANAGER: Side.RECEIVING,
}  # fmt: skip


class ChangeKind(enum.StrEnum):
    """By what act clients get another broker."""

    HAND = "hand"  # a manager's word
    TRANSFER = "transfer"
    FILE = "file"
    LEAVE = "leave"
    SETTLED = "settled"  # nobody at work served them


def seats(
    giver: int | None, givers_manager: int | None, receiver: int, receivers_manager: int | None
) -> dict[Seat, int]:
    """Seat → the broker who sits there; a leaver and a house desk have no say of their own."""
    found = {
        Seat.GIVER: giver, Seat.GIVERS_MANAGER: givers_manager,
        Seat.RECEIVER: receiver, Seat.RECEIVERS_MANAGER: receivers_manager,
    }  # fmt: skip
    return {seat: broker for seat, broker in found.items() if broker is not None}
