"""Phone numbers and mailboxes: one written form for each, whoever typed it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from phonenumbers import ValidationResult

from hub.clients.rules import AddressKind
from hub.kernel.errors import Invalid

SHOWN = 4  # characters of a masked value that stay readable

_region: list[str] = ["CN"]
_secret: list[bytes] = []


def settle_in(region: str, *, secret: str) -> None:
    """Set, for this process, the region of numbers without a country and the hashing secret."""
    _region[:] = [region]
    _secret[:] = [secret.encode()]


def pseudonym(value: str) -> str:
    """The keyed hash that stands for an erased address: the same address, the same hash."""
    return "erased:" + hmac.new(_secret[0], value.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point in its one written form.

    Shape: `value` is E.164 or a lower-cased mailbox, `raw` what was given.
    """

    kind: AddressKind
    value: str
    region: str | None
    raw: str


def point(kind: AddressKind, raw: str) -> Point:
    """A contact point from what somebody typed.

    Raises: Invalid naming the kind, when it cannot be one.
    """
    return phone(raw) if kind is AddressKind.SMS else mailbox(raw)


def phone(raw: str, *, region: str = "") -> Point:
    """A phone number as E.164.

    Raises: Invalid.
    """
    found = read_phone(raw, region or _region[0])
    if found is None:
        raise Invalid({"sms": _("not a phone number; write it like 138 0000 0001 or +44 20 …")})
    return found


def read_phone(raw: str, region: str) -> Point | None:
    """A phone number as E.164; None when it cannot be one."""
    text = raw.strip()
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number that only works within one town, or a hotline like 12345, reaches nobody by SMS.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Point(AddressKind.SMS, value, phonenumbers.region_code_for_number(number), text[:255])


def mailbox(raw: str) -> Point:
    """A mailbox, lower-cased; nobody is asked whether it exists.

    Raises: Invalid.
    """
    found = read_mailbox(raw)
    if found is None:
        raise Invalid({"email": _("not an e-mail address; write it like name@firm.example")})
    return found


def read_mailbox(raw: str) -> Point | None:
    """A mailbox, lower-cased; None when it cannot be one."""
    text = raw.strip()
    try:
        # Reserved names (.example, .test) are what demo, training and tests write to.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return Point(AddressKind.EMAIL, found.normalized.lower(), None, text[:255])


def masked(kind: str, value: str) -> str:
    """The value with its middle hidden: enough to recognise, not to use."""
    if kind == AddressKind.EMAIL:
        name, _at, host = value.rpartition("@")
        return f"{name[:1]}***@{host}"
    return f"{value[:3]}****{value[-SHOWN:]}"
