"""Passkeys: made and checked by the WebAuthn library; one alone is two factors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import structlog
import webauthn
from flask_babel import gettext as _
from sqlalchemy import func, select
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.accounts.models import Passkey, User
from hub.accounts.rules import PASSKEYS_MOST
from hub.kernel import access, audit, clock, work
from hub.kernel.errors import Conflict, Invalid

log = structlog.get_logger(__name__)

RP_NAME = "Brokerage Hub"
TIMEOUT_MS = 120_000
LONGEST = 20_000  # characters of an authenticator's answer
REQUIRED = UserVerificationRequirement.REQUIRED


# The library's own choice shuts platform authenticators out; ours takes phones, computers and keys
# alike, as long as they ask who holds them and can be found without a name.
SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: keys are bound to the host's name."""

    host: str
    origin: str


class WrongPasskey(Invalid):
    """The one answer to a passkey that does not fit."""

    code = "wrong-passkey"

    def __init__(self) -> None:
        super().__init__({"passkey": _("This passkey does not fit. Try again or use another way.")})


def of_user(user_id: int) -> list[Passkey]:
    """A user's passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return list(work.session().scalars(mine))


def registration(user: User, site: Site, challenge: str) -> dict[str, Any]:
    """What the browser needs to make a key.

    Raises: Conflict when the user has too many.
    """
    known = of_user(user.id)
    if len(known) >= PASSKEYS_MOST:
        raise Conflict(_("take a passkey away before you add another"), code="passkeys-full")
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name=RP_NAME, user_id=user.handle.encode(), timeout=TIMEOUT_MS,
        user_name=user.email or user.phone or user.name, user_display_name=user.name,
        challenge=challenge.encode(), exclude_credentials=_descriptors(known),
        authenticator_selection=SELECTION,
    )  # fmt: skip
    return options_to_json_dict(options)


def register(user: User, site: Site, *, challenge: str, answer: str, name: str) -> None:
    """Keep the public half of a key that the browser made.

    Raises: WrongPasskey.
    """
    try:
        _refuse_long(answer)
        credential = parse_registration_credential_json(answer)
        made = webauthn.verify_registration_response(
            credential=credential, expected_challenge=challenge.encode(),
            expected_origin=site.origin, expected_rp_id=site.host,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        log.warning("passkey_refused", user=user.id, reason=type(error).__name__)
        raise WrongPasskey from error
    used = select(func.count()).where(Passkey.credential_id == made.credential_id)
    if work.session().scalar(used):
        raise WrongPasskey
    transports = [str(way.value) for way in credential.response.transports or []]
    work.session().add(
        Passkey(
            user_id=user.id, name=name.strip()[:80] or _("Passkey"), made_at=clock.now(),
            credential_id=made.credential_id, public_key=made.credential_public_key,
            sign_count=made.sign_count, transports=transports,
        )
    )  # fmt: skip
    audit.append("second-factor-set", "user", user.id, {"way": "passkey"})


def question(site: Site, challenge: str, user: User | None) -> dict[str, Any]:
    """What the browser needs to prove a key; of any user when none is named."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge.encode(), timeout=TIMEOUT_MS,
        user_verification=REQUIRED,
        allow_credentials=_descriptors(of_user(user.id)) if user is not None else None,
    )  # fmt: skip
    return options_to_json_dict(options)


def check(site: Site, *, challenge: str, answer: str) -> User:
    """Whose key answered.

    Raises: WrongPasskey.
    """
    try:
        _refuse_long(answer)
        credential = parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise WrongPasskey from error
    wanted = select(Passkey).where(Passkey.credential_id == credential.raw_id)
    key = work.session().scalar(wanted.with_for_update())
    user = work.session().get(User, key.user_id) if key is not None else None
    if key is None or user is None:
        log.warning("passkey_refused", reason="unknown")
        raise WrongPasskey
    if credential.response.user_handle not in {None, user.handle.encode()}:
        log.warning("passkey_refused", user=user.id, reason="another user's")
        raise WrongPasskey
    try:
        proved = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=challenge.encode(),
            expected_origin=site.origin, expected_rp_id=site.host,
            credential_public_key=key.public_key, credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except WebAuthnException as error:
        log.warning("passkey_refused", user=user.id, reason=type(error).__name__)
        raise WrongPasskey from error
    key.sign_count, key.used_at = proved.new_sign_count, clock.now()
    return user


def remove(user_id: int, passkey_id: int) -> None:
    """Forget a key of a user.

    Raises: NotFound.
    """
    mine = select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    row: Passkey = access.found(work.session().scalar(mine))
    work.session().delete(row)
    audit.append("second-factor-dropped", "user", user_id, {"way": "passkey"})


def _descriptors(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _refuse_long(answer: str) -> None:
    if len(answer) > LONGEST or not isinstance(json.loads(answer), dict):
        raise ValueError("no answer of an authenticator")
