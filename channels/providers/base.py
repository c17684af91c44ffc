"""What a provider is: it takes envelopes and says of each what became of it."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import ClassVar, Generic, Protocol, TypeVar

Parts = TypeVar("Parts")


class State(Enum):
    """What a provider knows of one message when `send` returns."""

    SENT = "sent"  # accepted: the reply says so
    FAILED = "failed"  # refused for good: the code says why
    RETRY = "retry"  # refused for now
    UNCERTAIN = "uncertain"  # handed over, reply lost: never repeated blindly
    UNSENT = "unsent"  # not handed over: may be tried again at once


@dataclass(frozen=True, slots=True)
class MailParts:
    """One rendered e-mail; an empty `text` is made from `html`, an empty `html` leaves text only.

    Shape: `return_path` the envelope sender (VERP); `reply_to` and `unsubscribe_url` may be empty.
    """

    subject: str
    text: str
    html: str = ""
    return_path: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    from_name: str = ""


@dataclass(frozen=True, slots=True)
class SmsParts:
    """One rendered text message; the provider adds the address of its status reports."""

    body: str
    sender: str = ""  # E.164 or sender id; empty: the account's own
    valid_s: int = 0  # seconds the carrier may try; 0: its default


class Unsendable(ValueError):
    """One message that cannot be put on the wire; `code` is a stable word for programs."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Draft(Generic[Parts]):
    """Parts that are put into words when their turn comes: what does not leave costs nothing.

    Shape: `write()` raises Unsendable.
    """

    write: Callable[[], Parts]


@dataclass(frozen=True, slots=True)
class Envelope(Generic[Parts]):
    """One delivery, ready for the wire."""

    delivery_id: int
    address: str
    parts: Parts | Draft[Parts]

    def opened(self) -> Parts:
        """The parts in words.

        Raises: Unsendable.
        """
        return self.parts.write() if isinstance(self.parts, Draft) else self.parts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery.

    Units: `retry_s` seconds the provider asks us to wait, 0 when it says nothing.
    """

    delivery_id: int
    state: State
    provider_id: str = ""
    code: str = ""
    raw: str = ""
    retry_s: int = 0


class Notes(Protocol):
    """Where a provider notes what it is about to do: survives the death of its process."""

    def about_to_send(self, delivery_id: int) -> None:
        """Note that the next write may hand the message over.

        Raises: OSError when it cannot be noted; then the message is not sent.
        """

    def replied(self, delivery_id: int, code: str, provider_id: str) -> None:
        """Note the provider's answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How long messages may be begun: until a moment, and then as long as `renew` says.

    Units: `until` in seconds of time.monotonic(); `renew()` → the next such moment, 0 for none.
    """

    until: float
    renew: Callable[[], float] = lambda: 0.0


class Due(Generic[Parts]):
    """What is left to send, shared by the lines of one worker."""

    def __init__(self, envelopes: Iterable[Envelope[Parts]], turn: Turn) -> None:
        self._left = deque(envelopes)
        self._until, self._renew = turn.until, turn.renew
        self._asking = threading.Lock()
        self._given_back: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._left)

    def take(self) -> Envelope[Parts] | None:
        """The next envelope; None when the turn is over, or when none is left."""
        if self.is_over:
            return None
        try:
            return self._left.popleft()
        except IndexError:
            return None

    def give_back(self, envelope: Envelope[Parts]) -> bool:
        """Put back what was not handed over; False when it broke a line before."""
        self._given_back[envelope.delivery_id] += 1
        if self._given_back[envelope.delivery_id] > 1:
            return False
        self._left.appendleft(envelope)
        return True

    def stop(self) -> None:
        """Start nothing more: the provider does not take messages now."""
        with self._asking:
            self._until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be started, or may be."""
        if not self._left:
            return True
        if time.monotonic() < self._until:
            return False
        with self._asking:
            if 0.0 < self._until <= time.monotonic():
                self._until = self._renew()
            return self._until == 0.0

    def rest(self, code: str = "", raw: str = "") -> Iterator[Outcome]:
        """Report everything that was not started."""
        while self._left:
            yield Outcome(self._left.popleft().delivery_id, State.UNSENT, "", code, raw)


class Provider(ABC, Generic[Parts]):
    """A way out of the house: one channel, one account at one relay or carrier."""

    name: ClassVar[str]
    channel: ClassVar[str]

    @abstractmethod
    def send(
        self, envelopes: Iterable[Envelope[Parts]], *, turn: Turn, journal: Notes
    ) -> Iterator[Outcome]:
        """Send what can be started in this turn; one outcome for each envelope, in any order."""

    @abstractmethod
    def close(self) -> None:
        """Part politely: lines that stay open between batches are closed."""


def side_by_side(work: Callable[[], Iterator[Outcome]], lines: int) -> Iterator[Outcome]:
    """Run `work` on several threads and give out what they yield; errors are raised here."""
    if lines <= 1:
        yield from work()
        return
    found: SimpleQueue[Outcome | BaseException | None] = SimpleQueue()
    for _ in range(lines):
        threading.Thread(target=_pour, args=(work, found), daemon=True).start()
    error: BaseException | None = None
    running = lines
    while running:
        match found.get():
            case None:
                running -= 1
            case Outcome() as outcome:
                yield outcome
            case BaseException() as raised:
                error = error or raised
    if error is not None:
        raise error


def _pour(
    work: Callable[[], Iterator[Outcome]], found: SimpleQueue[Outcome | BaseException | None]
) -> None:
    try:
        for outcome in work():
            found.put(outcome)
    except BaseException as error:  # noqa: BLE001  # handed to the thread that waits
        found.put(error)
    finally:
        found.put(None)
