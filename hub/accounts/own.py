"""What a user does with his own sign-in: password, addresses; and how he is forgotten."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from hub.accounts import codes, identities, links, sessions, tokens
from hub.accounts.models import Code, Passkey, RecoveryCode, Session, User
from hub.accounts.rules import (
    PASSWORD_MIN,
    PASSWORD_MOST,
    Identity,
    LinkPurpose,
    Locale,
    Purpose,
)
from hub.accounts.security import hashed
from hub.accounts.service import SEND_LINK
from hub.kernel import audit, clock, outbox, seals, work
from hub.kernel.errors import Conflict, Invalid


def check_password(password: str, again: str) -> None:
    """Refuse a password that cannot be one; called before it is hashed, which takes long.

    Raises: Invalid.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid({"password": _("at least %(least)s characters", least=PASSWORD_MIN)})
    if len(password) > PASSWORD_MOST:
        raise Invalid({"password": _("at most %(most)s characters", most=PASSWORD_MOST)})
    if password != again:
        raise Invalid({"again": _("the two are not the same")})


def set_password(user_id: int, password_hash: str) -> None:
    """Give a user a new password and sign him out everywhere: links to choose one die too."""
    user = work.session().get_one(User, user_id)
    user.password, user.fs_uniquifier = password_hash, uuid.uuid4().hex
    sessions.end_all(user_id)
    audit.append("password-set", "user", user_id)


def set_password_by_link(user_id: int, password_hash: str, token: str) -> None:
    """Give a user the password he chose by a link, unless it was used meanwhile; his tokens die.

    Raises: Conflict.
    """
    locked = select(User).where(User.id == user_id).with_for_update()
    work.session().scalar(locked)
    found = links.user_of(token)
    if found is None or found.id != user_id:
        raise Conflict(_("this link was used already"), code="used")
    set_password(user_id, password_hash)
    tokens.revoke_all(user_id)


def hash_of(password: str) -> str:
    """A password as it is stored."""
    return hashed(password)


def ask_for_link(mailbox: Identity) -> None:
    """Wish for a link to a new password; the same whether anybody is there."""
    outbox.defer(
        "accounts.find_for_link", uuid.uuid4().hex, lane="code",
        sealed=seals.seal("link-address", mailbox.value),
    )  # fmt: skip


def find_for_link(sealed: str) -> None:
    """Job: whoever signs in by the mailbox gets a link to a new password."""
    mailbox = seals.open_sealed("link-address", sealed)
    user = identities.user_of(Identity("email", mailbox)) if mailbox else None
    if user is not None and user.active:
        key = f"reset:{user.id}:{uuid.uuid4().hex}"
        outbox.defer(SEND_LINK, key, lane="code", user_id=user.id, purpose=LinkPurpose.RESET)


def ask_to_change(user: User, new: Identity) -> tuple[int, int]:
    """Send a code to the address a user has and one to the address he wants → their ids.

    Raises: Conflict when he has none that could agree, or wants the one he has.
    """
    old = old_address(user, new)
    if old is None:
        raise Conflict(_("there is no address of yours that could agree: ask your branch"))
    if old == new:
        raise Conflict(_("you sign in by this address already"))
    locale = Locale(user.locale)
    return (
        codes.ask(Purpose.OLD_ADDRESS, old, locale),
        codes.ask(Purpose.NEW_ADDRESS, new, locale),
    )


def old_address(user: User, new: Identity) -> Identity | None:
    """The address that must agree: of the same kind, else the other one."""
    known = identities.of_user(user)
    return next((one for one in known if one.kind == new.kind), known[0] if known else None)


def change_address(user: User, agreed: Identity, new: Identity) -> None:
    """Have a user sign in by an address that he proved, agreed to from the one he had.

    Raises: IdentityTaken, Conflict when the code came to somebody else's address.
    """
    if agreed != old_address(user, new):
        raise Conflict(_("your address has changed meanwhile: begin again"), code="changed")
    identities.write(user, new)
    audit.append("address-changed", "user", user.id, {"kind": new.kind, "by": "himself"})


def erase(user_id: int) -> None:
    """Forget a user: nobody signs in by what he signed in by."""
    session = work.session()
    user = session.get_one(User, user_id)
    for identity in identities.of_user(user):
        for purpose in Purpose:
            subject = codes.subject_of(purpose, identity)
            session.execute(delete(Code).where(Code.subject == subject))
    sessions.end_all(user_id)
    for table in (Passkey, RecoveryCode, Session):
        session.execute(delete(table).where(table.user_id == user_id))
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            email=None, phone=None, name="-", password=None, totp=None, active=False,
            locked_at=clock.now(), fs_uniquifier=uuid.uuid4().hex,
        )
    )  # fmt: skip
    audit.append("erased", "user", user_id)
