"""What the client book itself tells on a client's timeline."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Select, String, cast, func, select

from hub.clients.care.models import Care
from hub.clients.care.rules import CareKind
from hub.clients.care.words import TITLES as CARE
from hub.clients.kin.models import Relation
from hub.clients.kin.rules import RelationKind
from hub.clients.kin.words import TITLES as KIN
from hub.clients.models import Address, Client, Contact, Fact, PastContact, PastProfile
from hub.clients.notes.models import Note
from hub.clients.notes.rules import NoteKind
from hub.clients.notes.words import KINDS
from hub.clients.tags.models import Tag, Tagging
from hub.kernel import facts
from hub.kernel.base import MONEY_SCALE
from hub.kernel.timelines import Timeline, Whose, row

ASSESSED_ON = "suitability_on"  # a fact that only goes along with the class
Selects = tuple[Select[Any], ...]


def _profile(client: Whose) -> Selects:
    mine = PastProfile.client_id == client
    was = func.coalesce(PastProfile.text, cast(PastProfile.on_day, String))
    return (
        select(*row(Client.id, at=Client.created_at, what="taken-in")).where(
            Client.id == client
        ),
        select(
            *row(
                PastProfile.id, day=PastProfile.valid_to, what="changed", detail=PastProfile.name,
                text=was,
            )
        ).where(mine),
    )  # fmt: skip


def _profile_told(what: str, detail: str) -> Any:
    if what == "taken-in":
        return _("Taken into the book")
    return _("%(field)s changed; before:", field=title(detail))


def _facts(client: Whose) -> Selects:
    known = (Fact.client_id == client, Fact.known_to.is_(None), Fact.name != ASSESSED_ON)
    value = func.coalesce(Fact.text, cast(Fact.number, String))
    return (select(*row(Fact.id, at=Fact.known_from, what=Fact.name, detail=value)).where(*known),)


def _facts_told(what: str, detail: str) -> str:
    field = facts.fields().get(what)
    if field is None:
        return f"{what}: {detail}"
    if field.field.kind in {"number", "money"}:
        detail = f"{Decimal(detail) / MONEY_SCALE:,f}"
    return f"{field.field.title}: {dict(field.field.choices).get(detail, detail)}"


def _contacts(client: Whose) -> Selects:
    here = select(
        *row(Contact.id, day=Contact.valid_from, what="added", detail=Contact.kind)
    ).where(Contact.client_id == client)
    past = PastContact.client_id == client
    joined = Address.id == PastContact.address_id
    return (
        here,
        select(
            *row(PastContact.id, day=PastContact.valid_from, what="added", detail=Address.kind)
        ).join(Address, joined).where(past),
        select(
            *row(PastContact.id, day=PastContact.valid_to, what="removed", detail=Address.kind)
        ).join(Address, joined).where(past),
    )  # fmt: skip


def _contacts_told(what: str, detail: str) -> Any:
    return {
        ("added", "sms"): _("Phone added"), ("removed", "sms"): _("Phone removed"),
        ("added", "email"): _("Mailbox added"), ("removed", "email"): _("Mailbox removed"),
    }[what, detail]  # fmt: skip


def _notes(client: Whose) -> Selects:
    noted = row(Note.id, at=Note.noted_at, what=Note.kind, text=Note.text)
    return (select(*noted).where(Note.client_id == client),)


def _care(client: Whose) -> Selects:
    mine = Care.client_id == client
    return (
        select(*row(Care.id, day=Care.valid_from, what="put", detail=Care.kind)).where(mine),
        select(*row(Care.id, day=Care.valid_to, what="ended", detail=Care.kind)).where(
            mine, Care.valid_to.is_not(None)
        ),
    )


def _care_told(what: str, detail: str) -> Any:
    title = CARE[CareKind(detail)]
    return title if what == "put" else _("%(flag)s no longer", flag=title)


def _tags(client: Whose) -> Selects:
    mine, joined = Tagging.client_id == client, Tag.id == Tagging.tag_id
    return (
        select(*row(Tagging.id, day=Tagging.valid_from, what="put", text=Tag.name))
        .join(Tag, joined).where(mine),
        select(*row(Tagging.id, day=Tagging.valid_to, what="off", text=Tag.name))
        .join(Tag, joined).where(mine, Tagging.valid_to.is_not(None)),
    )  # fmt: skip


def _tags_told(what: str, _detail: str) -> Any:
    return _("Tag put:") if what == "put" else _("Tag taken off:")


def _kin(client: Whose) -> Selects:
    told = row(Relation.id, at=Relation.put_at, what=Relation.kind)
    return (select(*told).where(Relation.client_id == client),)


def title(name: str) -> Any:
    """What a field of a client is called."""
    field = facts.fields().get(name)
    return name if field is None else field.field.title


SOURCES = (
    Timeline(
        name="profile", title=l_("Profile"), needs="clients.read", icon="user", rows=_profile,
        told=_profile_told,
    ),
    Timeline(
        name="facts", title=l_("Dated facts"), needs="clients.read", icon="calendar", rows=_facts,
        told=_facts_told,
    ),
    Timeline(
        name="contacts", title=l_("Contacts"), needs="clients.read", icon="phone", rows=_contacts,
        told=_contacts_told,
    ),
    Timeline(
        name="notes", title=l_("Needs and events"), needs="clients.reveal", icon="edit",
        rows=_notes, told=lambda what, _detail: KINDS[NoteKind(what)],
    ),
    Timeline(
        name="care", title=l_("Care"), needs="clients.read", icon="alert", rows=_care,
        told=_care_told,
    ),
    Timeline(
        name="tags", title=l_("Tags"), needs="clients.read", icon="tag", rows=_tags,
        told=_tags_told,
    ),
    Timeline(
        name="kin", title=l_("Family and household"), needs="clients.read", icon="users",
        rows=_kin, told=lambda what, _detail: KIN[RelationKind(what)],
    ),
)  # fmt: skip
