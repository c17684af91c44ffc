"""Faults on demand: what a peer does wrong, to whom, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from hub.kernel.errors import Invalid


class Peer(Enum):
    """Who misbehaves."""

    MAIL = "mail"
    SMS = "sms"


class Kind(Enum):
    """What goes wrong."""

    REFUSE = "refuse"  # answer with `code`
    BUSY = "busy"  # 421 and a closed line, or 429
    HANG = "hang"  # take the message, then say nothing for `seconds`
    SLOW = "slow"  # answer after `seconds`
    DROP = "drop"  # take the message, then break the line before the reply
    LOSE = "lose"  # break the line before the reply; the message is gone


@dataclass(slots=True)
class Fault:
    """One order to misbehave.

    Units: `times` how often it still happens, -1 for ever; `seconds`.
    Shape: `match` part of a recipient's address, empty for everybody.
    """

    peer: Peer
    kind: Kind
    times: int = 1
    code: int = 0
    seconds: float = 0.0
    match: str = ""


_MOST_SECONDS = 3600


def fault_of(form: Mapping[str, Any]) -> Fault:
    """Read an order from a form or from JSON.

    Raises: Invalid naming the field.
    """
    try:
        peer, kind = Peer(form.get("peer")), Kind(form.get("kind"))
    except ValueError as error:
        raise Invalid({"kind": f"{error}: choose one of the list"}) from error
    try:
        times, code = int(form.get("times") or 1), int(form.get("code") or 0)
        seconds = float(form.get("seconds") or 0)
    except ValueError as error:
        raise Invalid({"times": "times, code and seconds are numbers"}) from error
    if not 0 <= seconds <= _MOST_SECONDS:
        raise Invalid({"seconds": f"between 0 and {_MOST_SECONDS}"})
    return Fault(peer, kind, times, code, seconds, str(form.get("match") or ""))


class Faults:
    """The orders in force, and whether the mailbox offers PIPELINING."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.pipelining = True

    def add(self, fault: Fault) -> None:
        """Misbehave from now on."""
        self.orders.append(fault)

    def clear(self) -> None:
        """Behave."""
        self.orders.clear()

    def take(self, peer: Peer, recipient: str, *kinds: Kind) -> Fault | None:
        """The first order that fits, used up by one."""
        for fault in self.orders:
            if fault.peer is peer and fault.kind in kinds and fault.match in recipient:
                fault.times -= fault.times > 0
                if fault.times == 0:
                    self.orders.remove(fault)
                return fault
        return None

    async def dawdle(self, peer: Peer, recipient: str) -> None:
        """Wait where an order says so."""
        if fault := self.take(peer, recipient, Kind.SLOW, Kind.HANG):
            await asyncio.sleep(fault.seconds or _MOST_SECONDS)
