"""Contact points of clients: what was typed beside its one written form, masked, forgotten."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from hub.clients.rules import AddressKind
from hub.kernel import addresses
from hub.kernel.errors import Invalid

SHOWN = 4  # characters of a masked value that stay readable

_secret: list[bytes] = []


def settle_in(secret: str) -> None:
    """Set, for this process, the secret that erased addresses are hashed with."""
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


def phone(raw: str) -> Point:
    """A phone number as E.164.

    Raises: Invalid.
    """
    found = read_phone(raw)
    if found is None:
        raise Invalid({"sms": str(addresses.NOT_A_PHONE)})
    return found


def read_phone(raw: str, region: str = "") -> Point | None:
    """A phone number as E.164; None when it cannot be one."""
    found = addresses.phone(raw, region)
    if found is None:
        return None
    return Point(AddressKind.SMS, found.value, found.region, raw.strip())


def mailbox(raw: str) -> Point:
    """A mailbox, lower-cased.

    Raises: Invalid.
    """
    found = read_mailbox(raw)
    if found is None:
        raise Invalid({"email": str(addresses.NOT_A_MAILBOX)})
    return found


def read_mailbox(raw: str) -> Point | None:
    """A mailbox, lower-cased; None when it cannot be one."""
    found = addresses.mailbox(raw)
    return Point(AddressKind.EMAIL, found, None, raw.strip()) if found is not None else None


def masked(kind: str, value: str) -> str:
    """The value with its middle hidden: enough to recognise, not to use."""
    if kind == AddressKind.EMAIL:
        name, _at, host = value.rpartition("@")
        return f"{name[:1]}***@{host}"
    return f"{value[:3]}****{value[-SHOWN:]}"
