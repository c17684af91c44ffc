"""The error tree: what a service may raise, and the status a caller sees."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def brief(error: BaseException) -> str:
    """An error's type and first line: a database's further lines repeat what was written."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


class HubError(Exception):
    """Something the caller can understand and act on.

    Units: `status` is an HTTP status; `code` a stable word for programs.
    Shape: `headers` say to programs what to do about it.
    """

    status = 500
    code = "error"
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        super().__init__(detail or self.__class__.__name__)
        self.detail = detail
        self.code = code or self.code


class NotFound(HubError):
    """No such row, or none that this actor may know of: the same answer."""

    status, code = 404, "not-found"


class Forbidden(HubError):
    """The actor sees the row but may not do this."""

    status, code = 403, "forbidden"


class SignInNeeded(HubError):
    """Nobody is signed in."""

    status, code = 401, "sign-in-needed"
    headers: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Invalid(HubError):
    """Input that cannot be used.

    Shape: `fields` maps a field's name to what is wrong and what to do.
    """

    status, code = 422, "invalid"

    def __init__(self, fields: Mapping[str, str], detail: str = "", *, code: str = "") -> None:
        told = detail or "; ".join(f"{name}: {text}" for name, text in fields.items())
        super().__init__(told, code=code)
        self.fields = dict(fields)


class Conflict(HubError):
    """The row changed meanwhile, or its state does not allow this."""

    status, code = 409, "conflict"


class Stale(HubError):
    """The row is not what the caller saw any more (RFC 9110, If-Match)."""

    status, code = 412, "precondition-failed"


class TooMany(HubError):
    """Over a limit; `retry_s` seconds until another try makes sense."""

    status, code = 429, "too-many"

    def __init__(self, detail: str = "", *, retry_s: int = 60) -> None:
        super().__init__(detail)
        self.retry_s = retry_s
        self.headers = {"Retry-After": str(retry_s)}


class Unavailable(HubError):
    """A part the hub needs does not answer now."""

    status, code = 503, "unavailable"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "5"})
