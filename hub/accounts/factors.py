"""The second factor: an authenticator app, passkeys, recovery codes; who must have one."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_security import Totp, UserMixin
from passlib.totp import TotpMatch  # type: ignore[import-untyped]
from sqlalchemy import delete, func, insert, or_, select, update

from hub.accounts import sessions
from hub.accounts.models import Passkey, RecoveryCode, User
from hub.accounts.rules import RECOVERY_CODES, is_staff
from hub.kernel import audit, clock, parameters, seals, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid

NEEDED = "accounts.second_factor_needed"


class Steps(Totp):
    """The library's TOTP, in which a time step is good once."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The last step this user has used."""
        return user.totp_step if isinstance(user, User) else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Note the step; of two requests with one code the second finds it used."""
        if not isinstance(user, User):
            return
        free = or_(User.totp_step.is_(None), User.totp_step < tmatch.counter)
        done: Any = work.session().execute(
            update(User).where(User.id == user.id, free).values(totp_step=tmatch.counter)
        )
        if not done.rowcount:
            raise WrongFactor


class WrongFactor(Invalid):
    """The one answer to a second factor that does not fit."""

    code = "wrong-factor"

    def __init__(self) -> None:
        super().__init__(
            {"code": _("This code does not fit. Wait for the next one and try again.")}
        )


_totp: list[Steps] = []


def bind() -> None:
    """Make the TOTP factory: secrets at rest are sealed with a key of this installation."""
    _totp[:] = [Steps({"1": seals.derived("totp").hex()}, "Brokerage Hub")]


def ways(user: User) -> frozenset[str]:
    """The second factors a user has set up: "app", "passkey"."""
    found = {"app"} if user.totp else set()
    has_key = select(Passkey.id).where(Passkey.user_id == user.id).limit(1)
    if work.session().scalar(has_key) is not None:
        found.add("passkey")
    return frozenset(found)


def is_demanded(user: User, *, sandbox: bool) -> bool:
    """Whether a user may not come in by one factor, though he has set up no second one.

    Shape: the made-up people of a sandbox are let in; a real firm's staff never are by that.
    """
    if user.second_factor_forced:
        return True
    if not is_staff(frozenset(role.name for role in user.roles)):
        return False
    return not (sandbox and user.is_demo) and bool(parameters.get(NEEDED))


def new_secret() -> str:
    """A secret for an authenticator app, sealed."""
    return str(_totp[0].generate_totp_secret())


def shown(user: User, secret: str) -> dict[str, str]:
    """What the page shows of a new secret: the picture to scan, the key to type."""
    name = user.email or user.phone or user.name
    return {
        "image": _totp[0].generate_qrcode(name, secret),
        "key": _totp[0].get_totp_pretty_key(secret),
        "uri": _totp[0].get_totp_uri(name, secret),
    }


def set_app(user: User, secret: str, typed: str) -> None:
    """Keep an authenticator app's secret once it has shown a code.

    Raises: WrongFactor.
    """
    check_app(user, typed, secret=secret)
    user.totp = secret
    audit.append("second-factor-set", "user", user.id, {"way": "app"})


def check_app(user: User, typed: str, *, secret: str = "") -> None:
    """Check a code of a user's app; each is good once.

    Raises: WrongFactor.
    """
    key, digits = secret or user.totp, "".join(typed.split())
    if not key or not digits.isascii() or not digits.isdigit():
        raise WrongFactor
    if not _totp[0].verify_totp(digits, key, user, window=30):
        raise WrongFactor


def drop_app(user: User) -> None:
    """Forget a user's authenticator app."""
    user.totp, user.totp_step = None, None
    audit.append("second-factor-dropped", "user", user.id, {"way": "app"})


def new_recovery_codes(user: User) -> list[str]:
    """Make recovery codes in the place of all earlier ones: the only time they can be read."""
    codes = ["-".join(secrets.token_hex(2) for _part in range(3)) for _n in range(RECOVERY_CODES)]
    session = work.session()
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    rows = [{"user_id": user.id, "mark": _mark(user.id, code)} for code in codes]
    session.execute(insert(table_of(RecoveryCode)), rows)
    audit.append("recovery-codes-made", "user", user.id)
    return codes


def recovery_codes_left(user: User) -> int:
    """How many recovery codes a user still has."""
    unused = (RecoveryCode.user_id == user.id) & RecoveryCode.used_at.is_(None)
    return work.session().scalar(select(func.count()).where(unused)) or 0


def closed(codes: list[str]) -> str:
    """Fresh recovery codes on their way to the one page that shows them, sealed."""
    return seals.seal("fresh-codes", " ".join(codes))


def opened(sealed: str) -> list[str]:
    """Fresh recovery codes again; none when there are none."""
    return (seals.open_sealed("fresh-codes", sealed) or "").split() if sealed else []


def use_recovery_code(user: User, typed: str) -> None:
    """Use a recovery code up.

    Raises: WrongFactor.
    """
    mark = _mark(user.id, typed.strip().lower())
    done: Any = work.session().execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id, RecoveryCode.mark == mark,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )  # fmt: skip
    if not done.rowcount:
        raise WrongFactor
    audit.append("recovery-code-used", "user", user.id)


def reset(user: User) -> None:
    """Take every second factor of a user away and end his sessions: he sets one up anew."""
    session = work.session()
    user.totp, user.totp_step = None, None
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    sessions.end_all(user.id)
    audit.append("second-factor-reset", "user", user.id)


def _mark(user_id: int, code: str) -> str:
    return seals.mark("recovery-code", f"{user_id}:{code.replace('-', '')}")
