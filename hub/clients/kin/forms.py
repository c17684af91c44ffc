"""Related persons and households as they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.kin.rules import CONTACT_MOST, NAME_MOST, RelationKind
from hub.kernel import clock
from hub.kernel.errors import Invalid
from hub.pages.fields import Choice, Day, Text
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationWish:
    """Who is what to the client since when: a client by his number, or a name."""

    kind: RelationKind
    no: str = ""
    name: str = ""
    contact: str = ""
    since: date


def _wish(*, kind: str, since: date | None = None, **values: str) -> RelationWish:
    wish = RelationWish(kind=RelationKind(kind), since=since or clock.firm_day(), **values)
    if bool(wish.no) == bool(wish.name):
        raise Invalid({"name": _("Give either the number of a client or a name.")})
    if wish.no and wish.contact:
        raise Invalid({"contact": _("A client has his contacts on his own page.")})
    return wish


def _not_ahead(value: date) -> None:
    if value > clock.firm_day():
        raise ValidationError(_("This day has not come."))


class RelationForm(Form):
    """A related person."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_wish)

    kind = Choice(RelationKind, required=True)
    no = Text(most=64)
    name = Text(most=NAME_MOST)
    contact = Text(most=CONTACT_MOST)
    since = Day(validate=_not_ahead)


class HouseholdForm(Form):
    """The name of a household."""

    household = Text(most=NAME_MOST, required=True)


class MemberForm(Form):
    """The number of a client who joins."""

    member = Text(most=64, required=True)
