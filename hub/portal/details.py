"""What a client keeps right himself: plain things at once, sensitive ones by a second proof."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts import codes, identities
from hub.accounts.models import User
from hub.accounts.rules import Identity, Locale, Purpose
from hub.clients import addresses, contact_history, contacts, past_profile, queries, service
from hub.clients.forms import Profile
from hub.clients.models import Contact
from hub.clients.rules import AddressKind
from hub.kernel import access, audit, work
from hub.kernel.errors import Conflict, Invalid, NotFound

Act = Literal["add", "remove", "first"]
PLAIN = ("language", "city", "preferred_channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sensitive change that waits for its codes.

    Shape: `what` is the number of a contact, or the address of a new one; `agreed` and `shown`
        are the numbers of the codes sent to where he signs in, and to the new address.
    """

    act: Act
    what: str
    agreed: int
    shown: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is written about a client, as he reads it."""

    profile: Mapping[str, Any]
    contacts: list[queries.ContactLine]
    earlier: list[contact_history.PastLine]
    changes: list[dict[str, Any]]


def me() -> int:
    """The client who acts.

    Raises: NotFound for somebody who is none.
    """
    client_id = access.current().client_id
    if client_id is None:
        raise NotFound
    return client_id


def mine() -> Own:
    """What is written about him, and what it was before."""
    row = queries.one(me())
    return Own(
        profile={name: getattr(row, name) for name in past_profile.KEPT},
        contacts=queries.contacts(row.id),
        earlier=contact_history.earlier(row.id),
        changes=past_profile.personal(row.id),
    )


def change(wish: Mapping[str, Any]) -> None:
    """Write what is not sensitive.

    Raises: NotFound.
    """
    row = queries.one(me())
    present = {name: getattr(row, name) for name in past_profile.KEPT}
    given = {name: wish[name] for name in PLAIN if name in wish}
    with _his_own_hands():
        service.change(row.id, replace(Profile(**present), **given))


def ask(act: Act, what: str) -> Pending:
    """Begin a sensitive change: a code goes to where he signs in, and one to a new address.

    Raises: NotFound, Invalid for no address, Conflict for one that he has or when nothing of his
        could agree.
    """
    user = work.session().get_one(User, access.current().user_id)
    known = identities.of_user(user)
    if not known:
        raise Conflict(_("there is no address of yours that could agree: ask your branch"))
    locale, new = Locale(user.locale), None
    if act == "add":
        new = _new(what)
        what = new.value
    else:
        _refuse_foreign(what)
    agreeing = next((one for one in known if new is None or one.kind == new.kind), known[0])
    return Pending(
        act=act, what=what, agreed=codes.ask(Purpose.OWN_DATA, agreeing, locale),
        shown=None if new is None else codes.ask(Purpose.NEW_CONTACT, new, locale),
    )  # fmt: skip


def confirm(pending: Pending, agreed: str, shown: str) -> None:
    """Do it, once the codes fit.

    Raises: WrongCode, NotFound, Conflict.
    """
    client_id = me()
    codes.use(pending.agreed, Purpose.OWN_DATA, agreed)
    with _his_own_hands():
        if pending.act == "add":
            assert pending.shown is not None
            new = codes.use(pending.shown, Purpose.NEW_CONTACT, shown)
            contacts.add(client_id, addresses.point(AddressKind(new.kind), new.value))
        elif pending.act == "remove":
            contacts.remove(client_id, int(pending.what))
        else:
            contacts.make_primary(client_id, int(pending.what))
    audit.append("kept-right", "client", client_id, {"act": pending.act})


@contextlib.contextmanager
def _his_own_hands() -> Iterator[None]:
    """He may write to himself alone: the gate lets him reach nobody else."""
    actor = access.current()
    with access.acting(replace(actor, permissions=actor.permissions | {"clients.write"})):
        yield


def _new(typed: str) -> Identity:
    found = identities.read(typed)
    if found is None:
        raise Invalid({"address": identities.neither()})
    same = [line for line in _values() if line == found.value]
    if same:
        raise Conflict(_("we have this one already"), code="known")
    return found


def _values() -> list[str]:
    """His contacts, whole."""
    ids = work.session().scalars(select(Contact.id).where(Contact.client_id == me()))
    return [queries.address_value(me(), contact_id) for contact_id in ids]


def _refuse_foreign(what: str) -> None:
    if not what.isdecimal() or int(what) not in {line.id for line in queries.contacts(me())}:
        raise NotFound
