"""Header values and addresses as bytes: folded, encoded, and impossible to break out of.

Source: RFC 5322 §2.2 (folding), RFC 2047 (encoded words), RFC 5891 (domains).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from functools import lru_cache

from channels.providers.base import Unsendable as Unsendable

LINE_LENGTH = 78  # characters of a header line, its name included
_WORD_BYTES = 39  # of UTF-8 in one encoded word: 13 Chinese characters, 64 characters of line
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]{1,64}@[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]+"
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")


def text_value(name: str, value: str) -> bytes:
    """An unstructured value such as a subject, folded after `name`.

    Raises: Unsendable for control characters, line ends above all.
    """
    if _CONTROL.search(value):
        raise Unsendable("header", f"{name} holds a control character or a line end")
    if value.isascii() and len(name) + 2 + len(value) <= LINE_LENGTH and "=?" not in value:
        return value.encode()
    return _encoded_words(value)


def _encoded_words(value: str) -> bytes:
    raw = _utf8(value)
    words = []
    start = 0
    while start < len(raw):
        end = start + _WORD_BYTES
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # noqa: PLR2004  # inside a character
            end -= 1
        words.append(b"=?utf-8?b?" + b2a_base64(raw[start:end], newline=False) + b"?=")
        start = end
    return b"\r\n ".join(words)


@lru_cache(maxsize=256)
def mailbox(name: str, address: str) -> bytes:
    """A display name and an address, for From.

    Raises: Unsendable.
    """
    spec = b"<" + address_spec(address) + b">"
    if not name:
        return spec[1:-1]
    shown = text_value("From", name)
    if shown.startswith(b"=?"):
        return shown + b"\r\n " + spec
    if not _PLAIN_NAME.fullmatch(name):
        shown = b'"' + shown.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return shown + b" " + spec


def address_spec(address: str) -> bytes:
    """One bare address; a domain beyond ASCII goes out in its ASCII form.

    Raises: Unsendable, with code "smtputf8" for a local part beyond ASCII, which few relays take.
    """
    if not _ADDRESS.fullmatch(address):
        raise Unsendable("address", "not one bare e-mail address")
    if address.isascii():
        return address.encode()
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise Unsendable("smtputf8", "the part before @ is not ASCII")
    try:
        return local.encode() + b"@" + domain.encode("idna")
    except UnicodeError as error:
        raise Unsendable("address", "the domain cannot be written in ASCII") from error


def link(name: str, url: str) -> bytes:
    """A link in angle brackets, as List-Unsubscribe wants it.

    Raises: Unsendable for anything that is not one plain absolute address.
    """
    if not re.fullmatch(r"(?:https?://|mailto:)[\x21-\x3b\x3d\x3f-\x7e]{1,900}", url):
        raise Unsendable("header", f"{name} is not a plain absolute address")
    return b"<" + url.encode() + b">"


def _utf8(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise Unsendable("content", "holds half of a character") from error
