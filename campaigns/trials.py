"""Test sends: to one address, so many a day, never to one that must not be used."""

from __future__ import annotations

import secrets

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select

from hub.accounts.models import User
from hub.clients.addresses import point
from hub.clients.models import Address
from hub.clients.rules import AddressKind
from hub.kernel import access, audit, clock, messages, modules, parameters, work
from hub.kernel.audit import AuditRow
from hub.kernel.errors import Invalid, TooMany
from hub.kernel.messages import Message

PER_DAY = "campaigns.test_sends_per_day"
NONCE_S = 86_400  # how long a page's test button works


def test(message: Message, *, to: str, person_id: int) -> int:
    """Send `message`, of one channel, to any address in a client's words → batch id.

    Raises: Forbidden, TooMany, Invalid for wrong words, a wrong address or one that is stopped.
    """
    actor = access.demand("campaigns.write")
    assert actor.user_id is not None
    messages.check(message)
    (channel,) = message.channels
    _refuse_stopped(channel, to)
    _refuse_too_many(actor.user_id)
    batch = messages.post_test(message, to, person_id)
    audit.append("tested", "campaign", None, {"batch": batch})
    return batch


def _refuse_stopped(channel: str, to: str) -> None:
    kind = AddressKind(messages.channels()[channel].address_kind)
    here = (Address.kind == kind) & (Address.value == point(kind, to).value)
    flags = work.session().scalar(select(Address.flags).where(here)) or 0
    stop = modules.loaded().flags.get("suppressed")
    if stop is not None and flags & (1 << stop.bit):
        raise Invalid({f"test_{channel}": _("Nothing may be sent to this address.")})


def _refuse_too_many(user_id: int) -> None:
    """Two windows of one user wait for each other: the limit holds for both together."""
    session, most = work.session(), parameters.get(PER_DAY)
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    begin = clock.start_of(clock.firm_day())
    sent = session.scalar(
        select(func.count()).where(
            AuditRow.actor_id == user_id, AuditRow.at >= begin, AuditRow.verb == "tested",
            AuditRow.subject == "campaign",
        )
    )  # fmt: skip
    if (sent or 0) >= most:
        raise TooMany(
            _("You have sent %(most)s tests today. Tomorrow you may send more.", most=most),
            retry_s=3_600,
        )


def word() -> str:
    """A word for one test that a program asks for; its key says whether it asks again."""
    return secrets.token_hex(8)


def nonce() -> str:
    """A word for one press of the test button, of the present actor."""
    return str(_sealed().dumps([access.current().user_id, word()]))


def opened(text: str) -> str:
    """What `nonce` put in.

    Raises: Invalid when it is not this actor's, or old.
    """
    try:
        user_id, word = _sealed().loads(text, max_age=NONCE_S)
    except BadSignature:
        user_id, word = None, ""
    if not word or user_id != access.current().user_id:
        raise Invalid({"nonce": _("This page is too old. Open it again, then send the test.")})
    return str(word)


def _sealed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["HUB"].secret_key, salt="campaigns.test")
