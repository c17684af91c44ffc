"""The gates, flags and parameters that channels contributes."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from channels.consent import truth
from channels.deliveries.gating import MISSING_VARIABLE, NO_ADDRESS, SAME_ADDRESS
from hub.kernel.messages import ChannelSpec, Gate, MessageClass
from hub.kernel.module import Flag
from hub.kernel.parameters import Parameter

PROMOTION, SERVICE = MessageClass.PROMOTION, MessageClass.SERVICE
NOTICE = MessageClass.NOTICE

CHANNELS = (
    ChannelSpec(name="email", title=pgettext("channel", "E-mail"), address_kind="email"),
    ChannelSpec(name="sms", title=_("SMS"), address_kind="sms"),
)

FLAGS = (
    Flag(name="suppressed", subject="address", bit=2, truth=truth.suppressed),
    Flag(
        name="consent_service", subject="address", bit=3, truth=truth.newest(SERVICE, granted=True)
    ),
    Flag(
        name="consent_promotion",
        subject="address",
        bit=4,
        truth=truth.newest(PROMOTION, granted=True),
    ),
    Flag(
        name="refused_service", subject="address", bit=5, truth=truth.newest(SERVICE, granted=False)
    ),
    Flag(
        name="refused_promotion",
        subject="address",
        bit=6,
        truth=truth.newest(PROMOTION, granted=False),
    ),
)

_NO_CONSENT = _("No consent")
_REFUSED = _("Consent refused or withdrawn")
_RESPECT_IT = _(
    "The client does not want it: the ledger of consents says when and how. "
    "Only a new consent, recorded with its wording, opens the address again."
)
_RECORD_CONSENT = _(
    "Ask the client, then record the consent: import a file with a consent column, "
    "or open the client's page."
)

# Source: messaging.md §2, which gate binds which class.
GATES = (
    Gate(
        name=NO_ADDRESS, title=_("No address"), order=10,
        cure=_("Add a contact on the client's page or import it."),
    ),
    Gate(
        name="invalid_address", title=_("Address invalid"), order=20, flag="invalid",
        cure=_("Correct the contact on the client's page."),
    ),
    Gate(
        name="suppressed", title=_("Address suppressed"), order=30, flag="suppressed",
        classes=frozenset({NOTICE, SERVICE, PROMOTION}),
        cure=_("Ask the client for another address, or lift the suppression with a reason."),
    ),
    Gate(
        name="service_consent_refused", title=_REFUSED, order=38, flag="refused_service",
        classes=frozenset({SERVICE}), cure=_RESPECT_IT,
    ),
    Gate(
        name="consent_refused", title=_REFUSED, order=39, flag="refused_promotion",
        classes=frozenset({PROMOTION}), cure=_RESPECT_IT,
    ),
    Gate(
        name="no_service_consent", title=_NO_CONSENT, order=40, flag="consent_service",
        stops_when_unset=True, classes=frozenset({SERVICE}), cure=_RECORD_CONSENT,
    ),
    Gate(
        name="no_consent", title=_NO_CONSENT, order=41, flag="consent_promotion",
        stops_when_unset=True, classes=frozenset({PROMOTION}), cure=_RECORD_CONSENT,
    ),
    Gate(
        name=MISSING_VARIABLE, title=_("A variable is unknown"), order=80,
        cure=_("Give the variable a default in the template, or complete the client's data."),
    ),
    Gate(
        name=SAME_ADDRESS, title=_("Same address as another recipient"), order=90,
        classes=frozenset({PROMOTION}),
        cure=_("Nothing to do: each address gets a promotion once."),
    ),
)  # fmt: skip

PARAMETERS = (
    Parameter(
        name="channels.email_rate", title=_("E-mail pace"), kind="int", default=2000,
        unit="messages/s", low=Decimal(1), high=Decimal(1_000_000),
    ),
    Parameter(
        name="channels.sms_rate", title=_("SMS pace"), kind="int", default=500,
        unit="segments/s", low=Decimal(1), high=Decimal(100_000),
    ),
    Parameter(
        name="channels.sms_signature", title=_("SMS signature"), kind="text", default="经纪服务",
    ),
    Parameter(
        name="channels.sms_opt_out", title=_("SMS opt-out line"), kind="text",
        default="拒收请回复R",
    ),
    Parameter(
        name="channels.sms_price", title=_("Price of an SMS segment"), kind="decimal",
        default=Decimal("0.0500"), unit="CNY", low=Decimal(0), high=Decimal(9),
    ),
)  # fmt: skip
