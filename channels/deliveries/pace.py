"""How fast messages may leave: token buckets per channel, shared by all workers.

Upper lanes keep a reserve: a promotion takes only what is above it.
"""

from __future__ import annotations

import contextlib
import time

from hub.kernel import parameters, store
from hub.kernel.errors import Unavailable
from hub.kernel.messages import MessageClass
from hub.kernel.store import Grant

# Messages a worker may hold at once; a micro-batch ends by time, this only bounds the claim.
MICRO = {"email": 1000, "sms": 160}
LEAST_BURST = 20  # tokens: a text message has at most ten segments
LEAST_CLAIM = 100  # messages; fewer cost more to claim than to claim in vain
RESERVE = {
    MessageClass.CODE: 0.0,
    MessageClass.NOTICE: 0.05,
    MessageClass.SERVICE: 0.1,
    MessageClass.PROMOTION: 0.2,
}


def take(channel: str, klass: MessageClass) -> Grant:
    """Tokens for the next micro-batch: one per message, more for long SMS are taken later.

    Raises: Unavailable without Redis: no send goes unpaced.
    """
    return _take(channel, klass, min(_fits.get(channel, MICRO[channel]), int(_burst(channel))))


_fits: dict[str, int] = {}  # channel → messages worth claiming at once


def note_fit(channel: str, claimed: int, tried: int) -> None:
    """Learn how many leave within one micro-batch: what is claimed in vain is written twice."""
    if tried < claimed:
        _fits[channel] = max(LEAST_CLAIM, tried + tried // 4)
    else:
        fits = max(_fits.get(channel, MICRO[channel]), 2 * claimed)
        _fits[channel] = min(MICRO[channel], fits)


def take_more(channel: str, klass: MessageClass, tokens: int) -> bool:
    """All of `tokens` for the further segments of one SMS, or none."""
    if tokens <= 0:
        return True
    try:
        grant = _take(channel, klass, tokens)
    except Unavailable:
        return False
    if grant.tokens == tokens:
        return True
    give_back(channel, grant.tokens)
    rest(channel, grant.wait_s)
    return False


def _take(channel: str, klass: MessageClass, want: int) -> Grant:
    burst = _burst(channel)
    return store.take(
        channel, want, rate=rate_of(channel), burst=burst, keep=burst * RESERVE[klass]
    )


def give_back(channel: str, tokens: int) -> None:
    """Refund what was not sent; without Redis the bucket fills by itself."""
    with contextlib.suppress(Unavailable):
        store.give_back(channel, tokens, burst=_burst(channel))


def _burst(channel: str) -> float:
    """What a bucket holds: a second's worth, and room for one long text."""
    return max(float(LEAST_BURST), rate_of(channel))


_rates: dict[str, float] = {}
_read_at = [0.0]  # monotonic
FRESH_S = 5.0


def refresh() -> None:
    """Read the parameters, at most every few seconds; needs a unit."""
    if time.monotonic() - _read_at[0] > FRESH_S or not _rates:
        for channel in MICRO:
            _rates[channel] = float(parameters.get(f"channels.{channel}_rate"))
        _read_at[0] = time.monotonic()


def forget() -> None:
    """Begin anew: read the parameters at the next claim, leave no provider alone."""
    _rates.clear()
    _trouble.clear()


def rate_of(channel: str) -> float:
    """Messages (e-mail) or segments (SMS) a second."""
    return _rates[channel]


TROUBLE_MOST_S = 60.0
_trouble: dict[str, tuple[int, float]] = {}  # channel → (times in a row, monotonic end)


def note_trouble(channel: str) -> None:
    """The provider was out of reach: this process rests from it, longer each time."""
    times = _trouble.get(channel, (0, 0.0))[0] + 1
    _trouble[channel] = (times, time.monotonic() + min(TROUBLE_MOST_S, 2.0**times / 2))


def rest(channel: str, seconds: float) -> None:
    """Leave the channel alone for a moment: its bucket is empty."""
    times = _trouble.get(channel, (0, 0.0))[0]
    _trouble[channel] = (times, time.monotonic() + max(0.05, seconds))


def note_well(channel: str) -> bool:
    """The provider answered; True when it was in trouble before."""
    return _trouble.pop(channel, (0, 0.0))[0] > 0


def rest_s(channel: str) -> float:
    """Seconds this process leaves a troubled provider alone."""
    return max(0.0, _trouble.get(channel, (0, 0.0))[1] - time.monotonic())
