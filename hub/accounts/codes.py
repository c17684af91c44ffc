"""One-time codes: anybody may ask, only somebody gets one; six digits, ten minutes, five tries."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask_babel import gettext as _
from sqlalchemy import update

from hub.accounts import letters
from hub.accounts.models import Code
from hub.accounts.rules import CODE_DIGITS, CODE_S, CODE_TRIES, Identity, Locale, Purpose
from hub.kernel import clock, messages, outbox, seals, work
from hub.kernel.errors import Invalid

log = structlog.get_logger(__name__)

SEND = "accounts.send_code"


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who may have a code; `person_id` when he is a client."""

    person_id: int | None = None


Finder = Callable[[Identity], Target | None]
_finders: dict[Purpose, Finder] = {}


def know(purpose: Purpose, finder: Finder) -> None:
    """Say who may have codes for `purpose`: whoever is not found gets none."""
    _finders[purpose] = finder


def forget() -> None:
    """Know nobody: an application starts with this."""
    _finders.clear()


class WrongCode(Invalid):
    """The one answer to a code that is wrong, used, voided, too old or was never made."""

    code = "wrong-code"

    def __init__(self) -> None:
        super().__init__({"code": _("This code does not fit or is too old. Ask for a new one.")})


def ask(purpose: Purpose, to: Identity, locale: Locale) -> int:
    """Wish for a code at an address → the id to answer with; the same whether anybody is there.

    Shape: who it is for is looked up after commit, so that the answer takes as long either way.
    """
    session, now = work.session(), clock.now()
    subject = subject_of(purpose, to)
    session.execute(
        update(Code)
        .where(Code.subject == subject, Code.used_at.is_(None), Code.voided_at.is_(None))
        .values(voided_at=now)
    )
    row = Code(
        purpose=purpose, subject=subject, kind=to.kind, to=seals.seal("code-address", to.value),
        locale=locale, tries=0, made_at=now, expires_at=now + timedelta(seconds=CODE_S),
    )  # fmt: skip
    session.add(row)
    session.flush()
    outbox.defer(SEND, str(row.id), lane="code", code_id=row.id)
    return row.id


def send(code_id: int) -> None:
    """Job: make the code and send it, if somebody is there, once, and in time."""
    row = work.session().get(Code, code_id)
    if row is None or row.mark or row.voided_at or row.expires_at <= clock.now():
        return
    to = address_of(row)
    target = _finders.get(Purpose(row.purpose), _nobody)(to)
    if target is None or not messages.is_installed():
        log.info("code_for_nobody", purpose=row.purpose, code=code_id)
        return
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row.mark = _mark(code_id, digits)
    left_s = int((row.expires_at - clock.now()).total_seconds())
    letters.code(
        letters.CodeLetter(row.id, digits, Locale(row.locale), left_s), to, target.person_id
    )


def count_try(code_id: int) -> None:
    """Count a try in a unit of its own, before the code is looked at."""
    change = update(Code).where(Code.id == code_id, Code.used_at.is_(None))
    work.session().execute(change.values(tries=Code.tries + 1))


def use(code_id: int, purpose: Purpose, typed: str) -> Identity:
    """Use a code up → the address it was sent to.

    Raises: WrongCode, whatever is wrong with it; the log says what.
    """
    row = work.session().get(Code, code_id, with_for_update=True, populate_existing=True)
    fault = _fault(row, purpose, typed)
    if row is None or fault:
        log.warning("code_refused", reason=fault, purpose=purpose, code=code_id)
        raise WrongCode
    row.used_at = clock.now()
    return address_of(row)


def address_of(row: Code) -> Identity:
    """The address a code was asked for."""
    value = seals.open_sealed("code-address", row.to)
    return Identity("email" if row.kind == "email" else "sms", value or "")


def _fault(row: Code | None, purpose: Purpose, typed: str) -> str:
    if row is None or row.purpose != purpose:
        return "unknown"
    if row.used_at is not None:
        return "used"
    if row.voided_at is not None:
        return "voided"
    if row.expires_at <= clock.now():
        return "expired"
    if row.tries > CODE_TRIES:
        return "tries"
    digits = "".join(typed.split())
    fits = hmac.compare_digest(row.mark or "", _mark(row.id, digits))
    return "" if fits else "wrong"


def _nobody(identity: Identity) -> Target | None:
    del identity
    return None


def subject_of(purpose: Purpose, to: Identity) -> str:
    """What codes of one purpose for one address are known by."""
    return seals.mark("code-subject", f"{purpose}:{to.kind}:{to.value}")


def _mark(code_id: int, digits: str) -> str:
    return seals.mark("code", f"{code_id}:{digits}")
