"""What speaks for two clients being one person, and how much: no database, no web."""

from __future__ import annotations

import enum

LEAST = 40  # points from which a pair is shown to anybody
MOST = 100  # points
LARGEST = 20  # people with one address or number: more of them are a household or a firm
NAMESAKES = 30  # people of one name: more of them are compared by their birthdays alone
ALIKE = 8  # last digits of a phone number: those before tell the country and the network
WHY_MOST = 200  # characters


class Clue(enum.IntFlag):
    """What two clients have in common, or what tells them apart."""

    ID_NO = 1
    BANK_CARD = 2
    PHONE = 4
    MAILBOX = 8
    NAME = 16
    BIRTHDAY = 32
    SIMILAR = 64  # a phone or mailbox nearly the same, of people of one name
    BY_HAND = 128  # somebody named the two
    OTHER_ID_NO = 256
    OTHER_BIRTHDAY = 512
    OTHER_GENDER = 1024


WEIGHTS = {
    Clue.ID_NO: 80, Clue.BANK_CARD: 30, Clue.PHONE: 40, Clue.MAILBOX: 40, Clue.NAME: 30,
    Clue.BIRTHDAY: 20, Clue.SIMILAR: 30, Clue.BY_HAND: 100, Clue.OTHER_ID_NO: -80,
    Clue.OTHER_BIRTHDAY: -40, Clue.OTHER_GENDER: -20,
}  # fmt: skip


class PairState(enum.StrEnum):
    """Where a pair stands."""

    OPEN = "open"
    NOT_SAME = "not_same"
    MERGED = "merged"


def score(clues: int) -> int:
    """How likely two clients are one person.

    Units: points, 0 to 100.
    """
    points = sum(weight for clue, weight in WEIGHTS.items() if clues & clue)
    return max(0, min(MOST, points))


def told(clues: int) -> list[Clue]:
    """The clues one by one, the strongest first."""
    held = [clue for clue in WEIGHTS if clues & clue]
    return sorted(held, key=lambda clue: -abs(WEIGHTS[clue]))
