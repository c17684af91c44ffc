"""The ledger as a list."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from channels.consent.models import Consent, Wording
from channels.consent.words import CHANNEL_TITLES, CLASS_TITLES, SOURCE_TITLES
from hub.clients.models import Address, Client, Contact
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def _client_page(row: Any) -> str:
    return url_for("clients.show", client_id=row.client_id)


ledger_list = Listing(
    name="consents",
    of_people=True,
    columns=(
        Column(key="at", label=_("Recorded"), expr=Consent.at, kind="time", sortable=True),
        Column(key="name", label=_("Client"), expr=Client.name, sortable=True, link=_client_page),
        Column(key="address", label=_("Address"), expr=Address.value, kind="address"),
        Column(key="channel", label=_("Channel"), expr=Consent.channel, kind="badge",
               labels=CHANNEL_TITLES),
        Column(key="klass", label=_("Class"), expr=Consent.klass, kind="badge",
               labels=CLASS_TITLES),
        Column(key="granted", label=_("Statement"), expr=Consent.granted, kind="badge",
               labels={True: _("granted"), False: _("withdrawn")},
               tones={True: "green", False: "red"}),
        Column(key="source", label=_("Source"), expr=Consent.source, kind="badge",
               labels=SOURCE_TITLES),
        Column(key="wording", label=_("Wording"), expr=Wording.text, minor=True),
        Column(key="proof", label=_("Proof"), expr=Consent.proof, minor=True),
    ),
    filters=(
        Filter(key="name", label=_("Client"), exprs=(Client.name,)),
        Filter(key="channel", label=_("Channel"), exprs=(Consent.channel,), kind="choice",
               choices=tuple(CHANNEL_TITLES.items())),
        Filter(key="klass", label=_("Class"), exprs=(Consent.klass,), kind="choice",
               choices=tuple(CLASS_TITLES.items())),
    ),
    default_sort="-at",
    key=Consent.id,
    extra=(Contact.client_id,),
)  # fmt: skip
