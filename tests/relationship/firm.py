"""What is done to the firm that is written down as a table of days."""

from __future__ import annotations

from copy import deepcopy

from tests.relationship.plain import DAYS, OUT, ROOT, Handing, Leave, Table, refuse


class Firm(Table):
    """The table, and what changes it."""

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
        above = deepcopy(self.above)
        for later in range(day, DAYS):
            for one in led:
                if self.above[one][later] == broker:
                    above[one][later] = self.above[broker][later] if one == heir else heir or OUT
            above[broker][later] = OUT
        self._take(above)
        if day <= self.today:  # what is agreed to already goes before
            self.left[broker] = day
            self.settle()
        serves = deepcopy(self.serves)
        for client, row in serves.items():
            for later in range(day, DAYS):
                if row[later] == broker:
                    row[later], self.behind[client, later] = self.desk, broker
        self.serves, self.left[broker] = serves, day

    def assign(self, client: int, broker: int, day: int) -> None:
        refuse(broker in self.left or broker in self.frozen)
        self._serve(client, broker, day)

    def _serve(self, client: int, broker: int, day: int) -> None:
        self.serves[client][day:] = [broker] * (DAYS - day)
        for later in range(day, DAYS):
            self.behind.pop((client, later), None)

    def ask(self, giver: int, receiver: int, day: int, chosen: set[int]) -> None:
        """Asked by the giver himself, for those whom he serves on the day, or has left behind."""
        refuse(not self.acts(giver) or giver == receiver)
        refuse(receiver in self.left or receiver in self.frozen or receiver == self.desk)
        given = self.given(giver, receiver, day)
        given = given & chosen if chosen else given
        refuse(not given or (bool(chosen) and given != chosen))
        handing = Handing(giver, receiver, day, given)
        self._agree(handing, giver)
        self.handings.append(handing)

    def say(self, number: int, broker: int, *, agrees: bool) -> None:
        """Somebody fills the seats that are his, or whose holder he stands in for."""
        refuse(number >= len(self.handings) or not self.handings[number].is_open)
        refuse(not self.acts(broker) or not self.mine(self.handings[number], broker))
        if agrees:
            self._agree(self.handings[number], broker)
        else:
            self.handings[number].is_open = False

    def _agree(self, handing: Handing, broker: int) -> None:
        for seat, holder in self.mine(handing, broker).items():
            handing.said[seat] = (holder, broker)

    def settle(self) -> None:
        """What has become due: leavers hold nothing more, what all agreed to is done."""
        for one in self.leaves:
            if not (self.at_work(one.absent) and self.at_work(one.deputy)) and one.end > self.today:
                one.is_off = True
        for handing in self.handings:
            if not handing.is_open:
                continue
            receiver = handing.receiver
            if not self.at_work(receiver):
                handing.is_open = False
            elif not self.open_seats(handing) and receiver not in {*self.left, *self.frozen}:
                day = max(handing.day, self.today)
                for client in handing.chosen & self.given(handing.giver, receiver, day):
                    self._serve(client, receiver, day)
                handing.is_open = False

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

    def _take(self, above: dict[int, list[int]]) -> None:
        """The new tree, if it is one on every day."""
        for day in range(DAYS):
            for broker in above:
                self.way_up(broker, day, above)
            refuse(sum(row[day] == ROOT for row in above.values()) != 1)
        self.above = above
