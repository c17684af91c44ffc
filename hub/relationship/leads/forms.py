"""Leads as they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients import addresses
from hub.clients.addresses import Point
from hub.clients.forms import KNOWINGLY_MOST, REACHED_MOST
from hub.kernel import clock
from hub.kernel.errors import Invalid
from hub.pages.fields import Choice, Day, Text, Whole, Yes
from hub.pages.forms import Form
from hub.relationship.leads.rules import (
    INTEREST_MOST,
    PROOF_MOST,
    SAID_MOST,
    LeadConsent,
    LostReason,
)

AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadWish:
    """Somebody who may become a client, and how he agreed to be contacted."""

    name: str
    phone: Point | None
    email: Point | None
    source: int
    consent: LeadConsent
    consent_on: date
    consent_proof: str
    city: str | None = None
    interest: str = ""
    knowingly: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        """How he is reached."""
        return tuple(one for one in (self.phone, self.email) if one is not None)


def _lead(*, sms: str | None = None, email: str | None = None, **values: Any) -> LeadWish:
    if not sms and not email:
        raise Invalid({"sms": _("A phone or an e-mail address is needed.")})
    consent = LeadConsent(values.pop("consent"))
    return LeadWish(
        phone=addresses.phone(sms) if sms else None,
        email=addresses.mailbox(email) if email else None, consent=consent, **values,
    )  # fmt: skip


def _past(value: date) -> None:
    if not clock.firm_day() - 10 * AHEAD <= value <= clock.firm_day():
        raise ValidationError(_("a day of the last ten years"))


def _soon(value: date | None) -> None:
    if value is not None and not clock.firm_day() <= value <= clock.firm_day() + AHEAD:
        raise ValidationError(_("a day between today and a year ahead"))


class LeadForm(Form):
    """A new lead."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_lead)

    name = Text(most=120, required=True)
    sms = Text(most=REACHED_MOST, allow_none=True)
    email = Text(most=REACHED_MOST, allow_none=True)
    city = Text(most=80, allow_none=True)
    source = Whole(low=1, required=True)
    interest = Text(most=INTEREST_MOST)
    consent = Choice(LeadConsent, required=True)
    consent_on = Day(required=True, validate=_past)
    consent_proof = Text(most=PROOF_MOST, required=True)
    knowingly = Text(most=KNOWINGLY_MOST)


class LeadBrokerForm(Form):
    """Who shall work on a lead."""

    broker_no = Text(most=32, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said to a lead, and when to ask again."""

    said: str
    next_on: date | None = None


class TalkForm(Form):
    """A contact with a lead."""

    into: ClassVar[Callable[..., Any]] = Talk

    said = Text(most=SAID_MOST, required=True)
    next_on = Day(allow_none=True, validate=_soon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Why nothing came of a lead."""

    lost_reason: str
    lost_said: str = ""


class LossForm(Form):
    """The end of a lead."""

    into: ClassVar[Callable[..., Any]] = Loss

    lost_reason = Choice(LostReason, required=True)
    lost_said = Text(most=SAID_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The number that a lead has as a client; `is_known`: of one who is a client already."""

    no: str
    is_known: bool = False
    knowingly: str = ""


class ConversionForm(Form):
    """A lead becomes a client."""

    into: ClassVar[Callable[..., Any]] = Conversion

    no = Text(most=64, required=True)
    is_known = Yes()
    knowingly = Text(most=KNOWINGLY_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWish:
    """Where leads come from."""

    code: str
    title_zh: str
    title_en: str
    weight: int


class LeadSourceForm(Form):
    """A source of leads."""

    into: ClassVar[Callable[..., Any]] = SourceWish

    code = Text(most=32, required=True)
    title_zh = Text(most=60, required=True)
    title_en = Text(most=60, required=True)
    weight = Whole(high=100, required=True)
