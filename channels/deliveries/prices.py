"""What one SMS segment costs, by where it goes: dated parameters."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _

from channels.providers.segments import Price
from hub.kernel import parameters
from hub.kernel.parameters import Parameter

HOME, ABROAD = "channels.sms_price_home", "channels.sms_price_abroad"

PARAMETERS = (
    Parameter(
        name=HOME, title=_("Price of an SMS segment to mainland China"), kind="decimal",
        default=Decimal("0.05"), unit="CNY", low=Decimal(0), high=Decimal(100),
    ),
    Parameter(
        name=ABROAD, title=_("Price of an SMS segment to other countries"), kind="decimal",
        default=Decimal("0.45"), unit="CNY", low=Decimal(0), high=Decimal(100),
    ),
)  # fmt: skip


def prices() -> dict[str, Price]:
    """Prices by country prefix, as they are today."""
    return {
        "+86": Price(parameters.get(HOME), "CNY"),
        "+": Price(parameters.get(ABROAD), "CNY"),
    }
