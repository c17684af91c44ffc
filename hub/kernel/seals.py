"""Texts kept sealed: readable by this installation while they are needed, and by nobody else."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

_secret: list[bytes] = []


def bind(secret: str) -> None:
    """Set the secret of this installation."""
    _secret[:] = [secret.encode()]


def derived(purpose: str) -> bytes:
    """A key for one purpose alone, 32 bytes."""
    return hmac.digest(_secret[0], f"seal:{purpose}".encode(), "sha256")


def seal(purpose: str, text: str) -> str:
    """The text under the key of `purpose`."""
    return _box(purpose).encrypt(text.encode()).decode()


def open_sealed(purpose: str, sealed: str) -> str | None:
    """The text again; None when it was not sealed here for this purpose."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def mark(purpose: str, text: str) -> str:
    """A keyed hash: the same text, the same mark, and no way back without the secret."""
    return hmac.new(derived(purpose), text.encode(), hashlib.sha256).hexdigest()


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(purpose)))
