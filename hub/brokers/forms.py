"""Untrusted input about brokers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from hub.pages.fields import Text, Yes
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerCard:
    """What is written about a broker."""

    no: str
    name: str
    branch: str
    title: str
    active: bool = True


class BrokerForm(Form):
    """A broker as he is sent."""

    into: ClassVar[Callable[..., Any]] = BrokerCard

    no = Text(most=32, required=True)
    name = Text(most=120, required=True)
    branch = Text(most=80, required=True)
    title = Text(most=80, required=True)
    active = Yes()
