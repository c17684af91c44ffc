"""The signed address of "no more of these": short, made per delivery in microseconds."""

from __future__ import annotations

import hashlib
import hmac

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SIGN_LENGTH = 16


class Signer:
    """Signs delivery ids for one purpose with the installation's secret."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = hashlib.sha256(f"{purpose}|{secret}".encode()).digest()
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)

    def sign(self, delivery_id: int) -> str:
        """The token of a delivery: letters and digits, dash between."""
        number = _base36(delivery_id)
        keyed = self._keyed.copy()
        keyed.update(number.encode())
        return f"{number}-{keyed.hexdigest()[:SIGN_LENGTH]}"

    def delivery_of(self, token: str) -> int | None:
        """The delivery a token was made for; None for a forged one."""
        number, _, _ = token.partition("-")
        if not number.isalnum() or len(number) > SIGN_LENGTH or not number.isascii():
            return None
        delivery_id = int(number, 36)
        if not hmac.compare_digest(self.sign(delivery_id), token):
            return None
        return delivery_id


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
