"""Two clients side by side: what is written of each, and what may be taken over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from hub.clients import papers
from hub.clients import queries as clients
from hub.clients.custom import queries as custom
from hub.clients.fields import CHANNELS, GENDERS, LANGUAGES
from hub.clients.models import Client, Fact
from hub.clients.paper_rules import PaperKind
from hub.clients.rules import STATED_ASSETS
from hub.kernel import clock, dated, work
from hub.pages import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of the comparison.

    Shape: `may_take`: the two differ, and whoever merges chooses; an empty value of the kept one
        is filled by itself.
    """

    name: str
    title: Any
    kept: str
    gone: str
    may_take: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether the kept one gets what he lacks."""
        return not self.kept and bool(self.gone)


def lines(kept: Client, gone: Client) -> list[Side]:
    """What is written of the two, line by line."""
    return [
        Side(name="no", title=_("Client number"), kept=kept.no, gone=gone.no),
        *_chosen(_profile(kept), _profile(gone), _titles()),
        *_papers(kept.id, gone.id),
        *_chosen(_facts(kept.id), _facts(gone.id), _fact_titles()),
        Side(name="contacts", title=_("Contacts"), kept=_contacts(kept), gone=_contacts(gone)),
    ]  # fmt: skip


def _papers(kept: int, gone: int) -> list[Side]:
    """Shown masked: whether two numbers are the same is known by their fingerprints."""
    titles = {
        PaperKind.ID_NO.value: _("Identity number"), PaperKind.BANK_CARD.value: _("Bank card"),
    }  # fmt: skip
    other = papers.differing(kept, gone)
    sides = _chosen(papers.shown(kept), papers.shown(gone), titles)
    return [replace(side, may_take=side.name in other) for side in sides]


def _chosen(kept: dict[str, str], gone: dict[str, str], titles: dict[str, Any]) -> list[Side]:
    return [
        Side(
            name=name, title=title, kept=kept.get(name, ""), gone=gone.get(name, ""),
            may_take=bool(kept.get(name)) and bool(gone.get(name)) and kept[name] != gone[name],
        )
        for name, title in titles.items() if kept.get(name) or gone.get(name)
    ]  # fmt: skip


def _titles() -> dict[str, Any]:
    return {
        "name": _("Name"), "language": _("Language"), "city": _("City"), "gender": _("Gender"),
        "birthday": _("Birthday"), "branch": _("Branch"), "opened_on": _("Account opened"),
        "preferred_channel": _("Preferred channel"),
    }  # fmt: skip


def _profile(client: Client) -> dict[str, str]:
    genders, channels = dict(GENDERS), dict(CHANNELS)
    return {
        "name": client.name, "language": str(dict(LANGUAGES).get(client.language, "")),
        "city": client.city or "", "branch": client.branch or "",
        "gender": str(genders[client.gender]) if client.gender else "",
        "birthday": _day(client.birthday), "opened_on": _day(client.opened_on),
        "preferred_channel": str(channels.get(client.preferred_channel or "", "")),
    }  # fmt: skip


def _day(value: date | None) -> str:
    return formats.day(value) if value else ""


def _fact_titles() -> dict[str, Any]:
    own = {field.name: custom.title(field) for field in custom.every()}
    return {STATED_ASSETS: _("Stated assets")} | own


def _facts(client_id: int) -> dict[str, str]:
    """What is known of a client today, of the fields that may be taken over."""
    rows = work.session().scalars(
        select(Fact).where(
            Fact.client_id == client_id, Fact.known_to.is_(None),
            dated.holds(Fact, clock.firm_day()),
        )
    )  # fmt: skip
    return {row.name: _told(row.text if row.number is None else row.number) for row in rows}


def _told(value: str | Decimal | None) -> str:
    return formats.number(value) if isinstance(value, Decimal) else str(value or "")


def _contacts(client: Client) -> str:
    return ", ".join(line.shown for line in clients.contacts(client.id))
