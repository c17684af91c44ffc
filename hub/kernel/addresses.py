"""Phone numbers and mailboxes: one written form for each, whoever typed it and wherever."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as l_
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

LONGEST = 254  # characters, of a mailbox as of anything else; RFC 5321, 4.5.3.1.3
NOT_A_PHONE = l_("not a phone number; write it like 138 0000 0001 or +44 20 …")
NOT_A_MAILBOX = l_("not an e-mail address; write it like name@firm.example")

_region: list[str] = ["CN"]


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number in its one written form.

    Shape: `value` is E.164; `region` None where a number belongs to no one region.
    """

    value: str
    region: str | None


def settle_in(region: str) -> None:
    """Set, for this process, the region of phone numbers that are written without a country."""
    _region[:] = [region]


def phone(typed: str, region: str = "") -> Number | None:
    """A phone number from what somebody typed; None when it cannot be one."""
    text = typed.strip()
    if not _could_be(text):
        return None
    try:
        number = phonenumbers.parse(text, region or _region[0])
    except NumberParseException:
        return None
    # A number that only works within one town, or a hotline like 12345, reaches nobody by SMS.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Number(value, phonenumbers.region_code_for_number(number))


def mailbox(typed: str) -> str | None:
    """A mailbox, lower-cased, from what somebody typed; nobody is asked whether it exists."""
    text = typed.strip()
    if not _could_be(text):
        return None
    try:
        # Reserved names (.example, .test) are what demo, training and tests write to.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized.lower()


def _could_be(text: str) -> bool:
    return 0 < len(text) <= LONGEST and "\0" not in text
