"""What people sign in by: mailboxes and phone numbers, in one written form each."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult
from sqlalchemy import select

from hub.accounts.models import User
from hub.accounts.rules import Identity, Kind
from hub.kernel import work
from hub.kernel.errors import Conflict, Invalid

LONGEST = 254  # characters

_region: list[str] = ["CN"]


class IdentityTaken(Conflict):
    """Another user signs in by this address."""

    code = "identity-taken"


def settle_in(region: str) -> None:
    """Set the region of phone numbers that are written without a country."""
    _region[:] = [region]


def read(typed: str) -> Identity | None:
    """A mailbox or a phone number from what somebody typed; None when it is neither."""
    text = typed.strip()
    if not text or len(text) > LONGEST or "\0" in text:
        return None
    return _mailbox(text) if "@" in text else _phone(text)


def given(typed: str, kind: Kind) -> Identity:
    """An address of one kind.

    Raises: Invalid.
    """
    found = read(typed)
    if found is not None and found.kind == kind:
        return found
    if kind == "email":
        raise Invalid({"email": _("not an e-mail address")})
    raise Invalid({"phone": _("not a phone number; write it like 138 0000 0001 or +44 20 …")})


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


def _mailbox(text: str) -> Identity | None:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return Identity("email", found.normalized.lower())


def _phone(text: str) -> Identity | None:
    try:
        number = phonenumbers.parse(text, _region[0])
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return Identity("sms", phonenumbers.format_number(number, PhoneNumberFormat.E164))
