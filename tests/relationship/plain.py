"""The firm as anybody would write it down: a table of days, no database.

Each row is a list with one entry a day: under whom a broker stands, who serves a client. What is
true "from a day on" is written into every later day; the last day stands for all that follow.
"""

from __future__ import annotations

from copy import deepcopy
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
class Firm:
    """Brokers and clients by number; `desk` is the house desk, `today` a day of the table."""

    desk: int
    today: int
    above: dict[int, list[int]]
    serves: dict[int, list[int]]
    managers: set[int]
    left: dict[int, int] = field(default_factory=dict)
    frozen: set[int] = field(default_factory=set)
    leaves: list[Leave] = field(default_factory=list)

    # What is done.

    def place(self, broker: int, leader: int, day: int) -> None:
        refuse(broker in self.left or leader in self.left or leader == self.desk)
        refuse(self.above[broker][day] == ROOT)
        above = deepcopy(self.above)
        above[broker][day:] = [leader] * (DAYS - day)
        self._take(above)

    def succeed(self, broker: int, day: int) -> None:
        refuse(broker in self.left)
        old = self.root(day)
        refuse(old == broker)
        refuse(any(self.root(later) not in {old, broker} for later in range(day, DAYS)))
        above = deepcopy(self.above)
        for later in range(day, DAYS):
            above[broker][later] = ROOT
            above[old][later] = broker if later < self.left.get(old, DAYS) else OUT
        self._take(above)

    def leave(self, broker: int, day: int, heir: int | None) -> None:
        refuse(self.left.get(broker, DAYS) <= day)
        led = {
            x for x in self.above for later in range(day, DAYS) if self.above[x][later] == broker
        }
        refuse(bool(led) and heir is None)
        refuse(not led and self.above[broker][day] == ROOT)
        if heir is not None:
            refuse(heir in {broker, self.desk} or heir in self.left)
        above, serves = deepcopy(self.above), deepcopy(self.serves)
        for later in range(day, DAYS):
            for one in led:
                if self.above[one][later] == broker:
                    above[one][later] = self.above[broker][later] if one == heir else heir or OUT
            above[broker][later] = OUT
            for row in serves.values():
                if row[later] == broker:
                    row[later] = self.desk
        self._take(above)
        self.serves = serves
        self.left[broker] = day

    def assign(self, client: int, broker: int, day: int) -> None:
        refuse(broker in self.left or broker in self.frozen)
        self.serves[client][day:] = [broker] * (DAYS - day)

    def transfer(self, giver: int, receiver: int, day: int, chosen: set[int]) -> None:
        """Asked by the giver; done if whoever acts for each seat is there and free to say yes."""
        refuse(not self.acts(giver) or giver == receiver)
        refuse(receiver in self.left or receiver in self.frozen or receiver == self.desk)
        moved = {client for client, row in self.serves.items() if row[day] == giver}
        moved = moved & chosen if chosen else moved
        refuse(not moved or (bool(chosen) and moved != chosen))
        seats = {giver, receiver, self.leader(giver), self.leader(receiver)} - {ROOT, OUT}
        voters = [seat for seat in seats if self.acts(seat)]
        seats -= set(self.left) & {giver}  # a leaver's side is his manager's
        if all(any(seat in self.hands(voter) for voter in voters) for seat in seats):
            for client in moved:
                self.serves[client][day:] = [receiver] * (DAYS - day)

    def stand_in(self, absent: int, deputy: int, first: int, end: int) -> None:
        refuse(deputy in self.left or deputy in self.frozen or deputy in {absent, self.desk})
        refuse(end <= first or end <= self.today)
        days = set(range(first, end))
        for one in self.leaves:
            meets = not one.is_off and days & set(range(one.first, one.end))
            refuse(bool(meets) and one.absent in {deputy, absent})
        self.leaves.append(Leave(absent, deputy, first, end))

    def call_off(self, number: int) -> None:
        refuse(number >= len(self.leaves) or self.leaves[number].is_off)
        self.leaves[number].is_off = True

    def freeze(self, broker: int) -> None:
        self.frozen.add(broker)

    def thaw(self, broker: int) -> None:
        self.frozen.discard(broker)

    # What is so.

    def root(self, day: int) -> int:
        (found,) = (one for one, row in self.above.items() if row[day] == ROOT)
        return found

    def leader(self, broker: int) -> int:
        return self.above[broker][self.today]

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
        absent = {
            one.absent for one in self.leaves
            if one.deputy == broker and not one.is_off and one.first <= self.today < one.end
        }  # fmt: skip
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

    def _take(self, above: dict[int, list[int]]) -> None:
        """The new tree, if it is one on every day."""
        for day in range(DAYS):
            for broker in above:
                self.way_up(broker, day, above)
            refuse(sum(row[day] == ROOT for row in above.values()) != 1)
        self.above = above


def refuse(condition: bool) -> None:
    if condition:
        raise Refused
