"""Links that stand in letters: signed, dated, and dead once the password has changed."""

from __future__ import annotations

import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer

from hub.accounts.models import User
from hub.accounts.rules import LINK_S, LinkPurpose
from hub.kernel import seals, work

_public_url: list[str] = [""]


def bind(public_url: str) -> None:
    """Say how people reach the pages."""
    _public_url[:] = [public_url]


def address(user: User, purpose: LinkPurpose) -> str:
    """The link that lets a user choose a password."""
    token = _serializer(purpose).dumps([user.id, _state(user, purpose)])
    return f"{_public_url[0]}/login/password/{token}"


def user_of(token: str) -> User | None:
    """Whose link it is; None when it is forged, too old or was used."""
    for purpose in LinkPurpose:
        try:
            user_id, state = _serializer(purpose).loads(token, max_age=LINK_S[purpose])
        except (BadSignature, ValueError, TypeError):
            continue
        user = work.session().get(User, user_id)
        if user is not None and user.active and hmac.compare_digest(state, _state(user, purpose)):
            return user
    return None


def _serializer(purpose: LinkPurpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(seals.derived("link"), salt=purpose)


def _state(user: User, purpose: LinkPurpose) -> str:
    """Another once it was used: a new password comes with a new uniquifier."""
    return seals.mark("link", f"{purpose}:{user.fs_uniquifier}:{user.password or ''}")[:20]
