"""An imported client becomes a user: a code to a contact on file and the end of his id number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from hub.accounts import codes
from hub.accounts import service as accounts
from hub.accounts.models import Code
from hub.accounts.rules import Identity, Locale, Purpose
from hub.clients import service as clients
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, audit, clock, parameters, work
from hub.kernel.errors import Invalid, TooMany
from hub.portal import proof

log = structlog.get_logger(__name__)

TRIES = "portal.activation_tries"
DAY_S = 86_400
MATCHES_MOST = 50  # clients looked at who share one contact


class WrongProof(Invalid):
    """The one answer when code and digits do not lead to exactly one client."""

    code = "wrong-proof"

    def __init__(self) -> None:
        told = _("Code and digits do not fit together. Try again, or ask your branch.")
        super().__init__({"code": told})


def knows(contact: Identity) -> codes.Target | None:
    """Whether some client who is no user yet can be reached by a contact."""
    found = work.session().scalar(_reached_by(contact).limit(1))
    return None if found is None else codes.Target()


def ask(contact: Identity, locale: Locale) -> int:
    """Wish for a code at a contact → its id; the same whether a client has it.

    Raises: TooMany when the contact was tried too often of late.
    """
    refuse_worn_out(contact)
    return codes.ask(Purpose.ACTIVATION, contact, locale)


def refuse_worn_out(contact: Identity) -> None:
    """Four digits are soon guessed: a contact takes a few tries a day, whoever asks.

    Raises: TooMany.
    """
    since = clock.now() - timedelta(seconds=DAY_S)
    subject = codes.subject_of(Purpose.ACTIVATION, contact)
    tried = select(func.coalesce(func.sum(Code.tries), 0))
    tried = tried.where(Code.subject == subject, Code.made_at > since)
    if (work.session().scalar(tried) or 0) >= parameters.get(TRIES):
        log.warning("activation_locked")
        raise TooMany(_("tried too often: try again tomorrow, or ask your branch"), retry_s=DAY_S)


def activate(code_id: int, typed: str, four: str) -> int:
    """Make the client whom code and digits prove a user → the user's id.

    Raises: WrongCode, WrongProof; IdentityTaken when somebody signs in by the contact already.
    """
    contact = codes.use(code_id, Purpose.ACTIVATION, typed)
    ids = work.session().scalars(_reached_by(contact).limit(MATCHES_MOST))
    proved = [client_id for client_id in ids.all() if proof.fits(client_id, four)]
    if len(proved) != 1:  # several who share contact and digits: which, nobody is told
        log.warning("activation_refused", reason="several" if proved else "none")
        raise WrongProof
    client = work.session().get_one(Client, proved[0])
    with access.acting(access.SYSTEM):
        user_id = accounts.enrol(contact, client.name, locale=Locale(client.language))
        clients.link_user(client.id, user_id)
        audit.append("activated", "client", client.id, {"user": user_id})
    return user_id


def _reached_by(contact: Identity) -> Select[Any]:
    """Ids of living clients without a user who have a contact."""
    return (
        select(Client.id)
        .join(Contact, Contact.client_id == Client.id)
        .join(Address, Address.id == Contact.address_id)
        .where(Address.kind == contact.kind, Address.value == contact.value)
        .where(Client.user_id.is_(None), Client.merged_into.is_(None))
        .order_by(Client.id)
    )
