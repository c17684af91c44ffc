"""One sign-in per role, for the sandbox only."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from hub.accounts import service
from hub.accounts.models import User
from hub.accounts.rules import Locale, RoleName
from hub.kernel import access, work

HOST = "hub.example"

PEOPLE = {
    RoleName.BROKER: "陈志强",
    RoleName.MARKETING: "林晓梅",
    RoleName.MANAGER: "周建国",
    RoleName.AGENT: "何丽娟",
    RoleName.COMPLIANCE: "孙文静",
    RoleName.PRINCIPAL: "郑海峰",
    RoleName.FINANCE: "吴敏",
    RoleName.OPERATOR: "徐磊",
    RoleName.CLIENT: "王芳",
}


def mailbox(role: RoleName) -> str:
    """The demo mailbox of a role."""
    return f"{role}@{HOST}"


def password(role: RoleName) -> str:
    """The demo password of a role: it is printed, so it is no secret."""
    return f"demo-{role}-1"


def user_of(role: RoleName) -> int | None:
    """Id of the demo user of a role."""
    return work.session().scalar(select(User.id).where(User.email == mailbox(role)))


def fill(clients: int, seed: int) -> None:
    """Make the demo users, unless there are users already or real people sign in here."""
    del clients, seed
    with work.unit(), access.acting(access.SYSTEM):
        if not current_app.config["HUB"].sandbox:
            return
        if work.session().scalar(select(User.id).limit(1)) is not None:
            return
        for role, name in PEOPLE.items():
            user_id = service.create(
                mailbox(role), name, password=password(role), roles=[role], locale=Locale.ZH
            )
            service.mark_demo(user_id)


def lines() -> str:
    """The sign-ins to print, one a line; nothing when there are no demo users."""
    made = set(work.session().scalars(select(User.email).where(User.active)))
    return "\n".join(
        f"{role:<11} {mailbox(role):<24} {password(role)}"
        for role in PEOPLE
        if mailbox(role) in made
    )
