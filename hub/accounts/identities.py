"""What people sign in by: mailboxes and phone numbers, in one written form each."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts.models import User
from hub.accounts.rules import Identity, Kind
from hub.kernel import addresses, work
from hub.kernel.errors import Conflict, Invalid


class IdentityTaken(Conflict):
    """Another user signs in by this address."""

    code = "identity-taken"


def read(typed: str) -> Identity | None:
    """A mailbox or a phone number from what somebody typed; None when it is neither."""
    if "@" in typed:
        mailbox = addresses.mailbox(typed)
        return Identity("email", mailbox) if mailbox is not None else None
    number = addresses.phone(typed)
    return Identity("sms", number.value) if number is not None else None


def given(typed: str, kind: Kind) -> Identity:
    """An address of one kind.

    Raises: Invalid.
    """
    found = read(typed)
    if found is not None and found.kind == kind:
        return found
    if kind == "email":
        raise Invalid({"email": str(addresses.NOT_A_MAILBOX)})
    raise Invalid({"phone": str(addresses.NOT_A_PHONE)})


def neither() -> str:
    """What is said of a text that is no address."""
    return str(_("write an e-mail address or a phone number"))


def user_of(identity: Identity) -> User | None:
    """The user who signs in by an address, locked or not."""
    column = User.email if identity.kind == "email" else User.phone
    return work.session().scalar(select(User).where(column == identity.value))


def of_user(user: User) -> tuple[Identity, ...]:
    """The addresses a user signs in by, phone first."""
    found: list[Identity] = []
    if user.phone:
        found.append(Identity("sms", user.phone))
    if user.email:
        found.append(Identity("email", user.email))
    return tuple(found)


def write(user: User, identity: Identity) -> None:
    """Have a user sign in by an address from now on.

    Raises: IdentityTaken.
    """
    other = user_of(identity)
    if other is not None and other.id != user.id:
        raise IdentityTaken(_("another user signs in by this address"))
    if identity.kind == "email":
        user.email = identity.value
    else:
        user.phone = identity.value
