"""Lines of the tree, posts, qualifications, and what each of them gives: no ORM, no Flask."""

from __future__ import annotations

import enum


class LineKind(enum.StrEnum):
    """A line by which one broker stands above another."""

    MANAGEMENT = "management"  # who leads whom: one tree, what is seen and done follows it
    MENTOR = "mentor"  # who brought whom in or trains him: pay may follow it, no right does


class BrokerKind(enum.StrEnum):
    """What a place in the tree is."""

    PERSON = "person"
    DESK = "desk"  # a branch's house desk: serves clients whom no person serves


class PostKind(enum.StrEnum):
    """An office that somebody holds for some days."""

    FIRM_HEAD = "firm-head"
    BRANCH_MANAGER = "branch-manager"
    TEAM_LEAD = "team-lead"
    DESK = "house-desk"


# What holding a post makes of a person as long as it lasts: a role, and, for whoever leads a branch
# or a team by it, sight of everybody there, whoever stands above them in the tree.
POST_ROLES: dict[PostKind, frozenset[str]] = {
    PostKind.FIRM_HEAD: frozenset({"manager"}),
    PostKind.BRANCH_MANAGER: frozenset({"manager"}),
    PostKind.TEAM_LEAD: frozenset({"manager"}),
    PostKind.DESK: frozenset({"broker"}),
}
LED_BRANCH, LED_TEAM = "led-branch", "led-team"  # kinds of `Actor.scopes`: ids of what one leads
BRANCH_POSTS = frozenset({PostKind.BRANCH_MANAGER, PostKind.DESK})
# Of these only one holder a day in the place they are held for.
SINGLE_POSTS = frozenset({PostKind.FIRM_HEAD, PostKind.BRANCH_MANAGER, PostKind.TEAM_LEAD})


class QualificationKind(enum.StrEnum):
    """A licence of the trade."""

    BROKER = "broker"  # securities broker's practice certificate
    ADVISER = "adviser"  # registered investment adviser


class Act(enum.StrEnum):
    """What nobody does without a licence."""

    PASS_ON_RESEARCH = "research-pass-on"  # noqa: S105 - not a password
    PUBLISH_VIEWS = "publish-views"
    PUBLISH_CALLS = "publish-calls"


# Source: domain.md §1.3; brokers pass on what the firm issued (Art. 11), advisers speak themselves.
ALLOWS: dict[QualificationKind, frozenset[Act]] = {
    QualificationKind.BROKER: frozenset({Act.PASS_ON_RESEARCH}),
    QualificationKind.ADVISER: frozenset(Act),
}


def needed_for(act: Act) -> frozenset[QualificationKind]:
    """The licences of which one is enough."""
    return frozenset(kind for kind, acts in ALLOWS.items() if act in acts)
