"""The firm as anybody would write it down: a table of days, no database.

Each row is a list with one entry a day: under whom a broker stands, who serves a client. What is
true "from a day on" is written into every later day; the last day stands for all that follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DAYS = 16
ROOT, OUT = -1, -2  # nobody leads him; he has no place


class Refused(Exception):
    """The firm does not do this."""


@dataclass
class Leave:
    """Somebody stands in for somebody on [first, end)."""

    absent: int
    deputy: int
    first: int
    end: int
    is_off: bool = False


@dataclass
class Handing:
    """Clients who shall change hands: who sat in a seat, and who spoke for it."""

    giver: int
    receiver: int
    day: int
    chosen: set[int]
    said: dict[str, tuple[int, int]] = field(default_factory=dict)
    is_open: bool = True


@dataclass
class Table:
    """Brokers and clients by number; `desk` is the house desk, `today` a day of the table."""

    desk: int
    today: int
    above: dict[int, list[int]]
    serves: dict[int, list[int]]
    managers: set[int]
    left: dict[int, int] = field(default_factory=dict)
    frozen: set[int] = field(default_factory=set)
    leaves: list[Leave] = field(default_factory=list)
    handings: list[Handing] = field(default_factory=list)
    behind: dict[tuple[int, int], int] = field(default_factory=dict)  # client, day → who left him

    def root(self, day: int) -> int:
        (found,) = (one for one, row in self.above.items() if row[day] == ROOT)
        return found

    def leader(self, broker: int) -> int:
        return self.above[broker][self.today]

    def given(self, broker: int, receiver: int, day: int) -> set[int]:
        """Whom a broker serves on a day, or left by leaving, and promised nobody else for later."""
        fit = {broker, receiver, self.desk}
        return {
            client for client, row in self.serves.items()
            if row[day] == broker or self.behind.get((client, day)) == broker
            if fit.issuperset(row[day + 1 :])
        }  # fmt: skip

    def spokesman(self, broker: int) -> int | None:
        """Who leads a broker, or led him last; who led that one, if he has left too."""
        day = self.today if self.at_work(broker) else self.left[broker] - 1
        found = self.above[broker][day]
        if found in {ROOT, OUT}:
            return None
        return found if self.at_work(found) else self.spokesman(found)

    def seats(self, handing: Handing) -> dict[str, int]:
        """Who has a say today; not a leaver, a desk, nor whom the receiver stands in for."""
        giver, receiver = handing.giver, handing.receiver
        manager = self.spokesman(giver)
        speaks = self.at_work(giver) and giver != self.desk
        if manager not in {None, receiver}:
            speaks &= all(one.absent != giver or one.deputy != receiver for one in self.away())
        found = {
            "giver": giver if speaks else None, "givers-manager": manager,
            "receiver": receiver, "receivers-manager": self.spokesman(receiver),
        }  # fmt: skip
        return {seat: holder for seat, holder in found.items() if holder is not None}

    def open_seats(self, handing: Handing) -> dict[str, int]:
        return {
            seat: holder for seat, holder in self.seats(handing).items()
            if seat not in handing.said
        }  # fmt: skip

    def mine(self, handing: Handing, broker: int) -> dict[str, int]:
        """The open seats that somebody may fill; nobody stands in on both sides at once."""
        still = self.open_seats(handing)
        found = {seat: holder for seat, holder in still.items() if holder == broker}
        sides = {side(seat) for seat in found}
        sides |= {side(seat) for seat, both in handing.said.items() if broker in both}
        for seat in sorted(still):
            other = seat not in found and still[seat] in self.hands(broker)
            if other and len(sides | {side(seat)}) == 1:
                found[seat] = still[seat]
                sides.add(side(seat))
        return found

    def away(self) -> list[Leave]:
        """The leaves of today."""
        return [one for one in self.leaves if not one.is_off and one.first <= self.today < one.end]

    def way_up(self, broker: int, day: int, above: dict[int, list[int]] | None = None) -> list[int]:
        """Everybody above a broker, the nearest first."""
        rows, found = above or self.above, []
        step = rows[broker][day]
        while step not in {ROOT, OUT}:
            refuse(step in found or step == broker)
            found.append(step)
            step = rows[step][day]
        refuse(step == OUT and bool(found))
        return found

    def below(self, broker: int, day: int) -> set[int]:
        """A broker and everybody below him."""
        return {broker} | {one for one in self.above if broker in self.way_up(one, day)}

    def at_work(self, broker: int) -> bool:
        return self.today < self.left.get(broker, DAYS)

    def acts(self, broker: int) -> bool:
        return self.at_work(broker) and broker not in self.frozen and broker != self.desk

    def hands(self, broker: int) -> set[int]:
        """For whom a broker acts: himself, whom he stands in for, the desk that he leads."""
        absent = {one.absent for one in self.away() if one.deputy == broker}
        return {broker} | absent | ({self.desk} if self.leader(self.desk) == broker else set())

    def served_by(self, brokers: set[int]) -> set[int]:
        return {client for client, row in self.serves.items() if row[self.today] in brokers}

    def reports(self, broker: int) -> set[int]:
        return {one for one in self.above if self.leader(one) == broker}

    def sees(self, broker: int) -> tuple[set[int], set[int]]:
        """The brokers and clients that whoever signs in as a broker may see."""
        if not self.at_work(broker):
            return set(), set()
        clients = self.served_by(self.hands(broker))
        if broker not in self.managers:
            return {broker}, clients
        if self.root(self.today) == broker:  # those who left, too: he keeps the firm's memory
            return set(self.above), set(self.serves)
        below = self.below(broker, self.today)
        return below, clients | self.served_by(below)

    def changes(self, broker: int) -> tuple[set[int], set[int], set[int]]:
        """The brokers he operates on, the clients he writes to, the clients he may hand on."""
        if not self.acts(broker):
            return set(), set(), set()
        clients = self.served_by(self.hands(broker))
        if broker not in self.managers:
            return set(), clients, set()
        reports = self.reports(broker)
        return reports, clients, self.served_by(reports | {broker})


def side(seat: str) -> str:
    return seat.split("-", maxsplit=1)[0].removesuffix("s")


def refuse(condition: bool) -> None:
    if condition:
        raise Refused
