"""The list of clients: what it shows and how it is narrowed."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import aliased

from hub.clients import addresses, papers
from hub.clients.custom import contributions as custom
from hub.clients.fields import LANGUAGES
from hub.clients.flags import is_set
from hub.clients.models import Address, Client, Contact
from hub.clients.tags import queries as tags
from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing

LEAST_PAPER = 6  # characters of the shortest number that papers have


def _found_by(text: str) -> ColumnElement[bool]:
    """Name, number, or a whole phone number, mailbox, identity number or bank card."""
    name = Client.name.icontains(text, autoescape=True)
    number = Client.no.istartswith(text, autoescape=True) | Client.id.in_(_merged(text))
    values = [point.value for point in _points(text)]
    paper = Client.id.in_(papers.who_has(text)) if len(text) >= LEAST_PAPER else false()
    if not values:
        return or_(name, number, paper)
    reached = (
        select(Contact.client_id)
        .join(Address, Address.id == Contact.address_id)
        .where(Address.value.in_(values))
    )
    return or_(name, number, paper, Client.id.in_(reached))


def _merged(text: str) -> Select[Any]:
    """Who is now whoever had a number that begins so."""
    former = aliased(Client)
    return select(former.merged_into).where(
        former.merged_into.is_not(None), former.no.istartswith(text, autoescape=True)
    )


def _points(text: str) -> list[addresses.Point]:
    try:
        return [addresses.mailbox(text) if "@" in text else addresses.phone(text)]
    except Invalid:
        return []


def _in_use(name: str, label: Any, column: Any) -> Filter:
    """A column by its whole text; what is in use is offered when somebody asks."""
    return Filter(
        key=name, label=label, where=lambda text: column == text,
        known=lambda: url_for("clients.known", name=name),
    )  # fmt: skip


def _link(row: Any) -> str:
    return url_for("clients.show", client_id=row.id)


def listing() -> Listing:
    """The list, with the choices of this moment."""
    return Listing(
        name="clients",
        of_people=True,
        key=Client.id,
        default_sort="no",
        columns=_columns(),
        filters=(*_filters(), *(custom.filters() if work.is_open() else ())),
    )


@cache
def _columns() -> tuple[Column, ...]:
    return (*_who(), *_what())


def _who() -> tuple[Column, ...]:
    return (
        Column(key="no", label=_("Number"), expr=Client.no, sortable=True, link=_link),
        Column(key="name", label=_("Name"), expr=Client.name, sortable=True, link=_link),
        Column(key="city", label=_("City"), expr=Client.city),
        Column(key="branch", label=_("Branch"), expr=Client.branch, minor=True),
        Column(
            key="language", label=_("Language"), expr=Client.language, kind="badge",
            labels=dict(LANGUAGES), minor=True,
        ),
    )  # fmt: skip


def _what() -> tuple[Column, ...]:
    return (
        Column(
            key="stated_assets", label=_("Stated assets"), expr=Client.stated_assets,
            kind="money", sortable=True,
        ),
        Column(key="has_sms", label=_("Phone"), expr=is_set("has_sms", Client.flags), kind="yes"),
        Column(
            key="has_email", label=_("E-mail"), expr=is_set("has_email", Client.flags), kind="yes"
        ),
        Column(
            key="opened_on", label=_("Account opened"), expr=Client.opened_on, kind="date",
            sortable=True, minor=True,
        ),
    )  # fmt: skip


@cache
def _filters() -> tuple[Filter, ...]:
    return (
        Filter(
            key="q", label=_("Search"), where=_found_by, hint=_("Name, number, phone or e-mail")
        ),
        _in_use("city", _("City"), Client.city),
        _in_use("branch", _("Branch"), Client.branch),
        Filter(
            key="language", label=_("Language"), kind="choice", exprs=(Client.language,),
            choices=LANGUAGES,
        ),
        Filter(
            key="tag", label=_("Tag"), kind="choice", where=tags.has,
            choices=lambda: tuple((name, name) for name in tags.offered()),
        ),
        Filter(
            key="assets", label=_("Stated assets"), kind="number", exprs=(Client.stated_assets,)
        ),
    )  # fmt: skip
