"""A tree of brokers for an empty installation: the firm's head, branches, teams."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from hub.accounts import demo as accounts
from hub.accounts.rules import RoleName
from hub.brokers import desks, stations
from hub.brokers.models import Broker, Line, Post, Qualification
from hub.brokers.rules import LineKind, PostKind, QualificationKind
from hub.brokers.team_models import Member, Team
from hub.kernel import clock, work

BRANCHES = ("上海陆家嘴", "北京金融街", "深圳福田", "广州天河", "杭州西湖", "成都高新")
TITLES = ("客户经理", "高级客户经理", "投资顾问")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超")
CLIENTS_EACH = 100
MOST = 400
TEAM = 8  # brokers of a team
SINCE = date(2020, 1, 1)


def fill(clients: int, seed: int) -> None:
    """Make the tree: its root has the demo sign-in of a manager, a leaf that of a broker."""
    chance = random.Random(f"brokers {seed}")  # noqa: S311 - made-up people
    with work.unit():
        if work.session().scalar(select(Broker.id).limit(1)) is not None:
            return
        branches = [desks.branch(name) for name in BRANCHES]
        staff = _Staff(chance, branches)
        staff.hire(max(4, min(MOST, clients // CLIENTS_EACH)))
        staff.place()
        desks.settle()
        staff.give_posts()


class _Staff:
    """Made-up people and who stands under whom; ids are given as they are stored."""

    def __init__(self, chance: random.Random, branches: list[int]) -> None:
        self.chance, self.branches = chance, branches
        self.rows: list[dict[str, Any]] = []
        self.under: list[int | None] = []
        self.heads: list[int] = []  # place in `rows` of each branch's manager
        self.leads: list[tuple[int, int]] = []  # place of a team's lead, branch
        self.ids: list[int] = []

    def hire(self, count: int) -> None:
        """The head first; then a manager a branch, then teams, branch by branch in turn."""
        self._hire(0, "总经理", None, RoleName.MANAGER)
        for branch in range(min(len(self.branches), max(1, count // 12))):
            self.heads.append(self._hire(branch, "营业部总经理", 0))
        left = max(2, count - len(self.rows))
        for team in range(-(-left // TEAM)):
            branch = team % len(self.heads)
            lead = self._hire(branch, "团队长", self.heads[branch])
            self.leads.append((lead, branch))
            for number in range(min(TEAM, left - team * TEAM) - 1):
                role = RoleName.BROKER if not team and not number else None
                self._hire(branch, self.chance.choice(TITLES), lead, role)

    def _hire(self, branch: int, title: str, under: int | None, role: Any = None) -> int:
        made_up = self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)
        self.rows.append({
            "no": f"B{len(self.rows) + 1:04d}", "title": title, "kind": "person",
            "name": accounts.PEOPLE[role] if role else made_up,
            "user_id": accounts.user_of(role) if role else None,
            "branch_id": self.branches[branch], "joined_on": SINCE, "created_at": clock.now(),
        })  # fmt: skip
        self.under.append(under)
        return len(self.rows) - 1

    def place(self) -> None:
        """Store everybody, and where he stands."""
        session = work.session()
        session.execute(insert(Broker), self.rows)
        by_no = dict(session.execute(select(Broker.no, Broker.id)).all())
        self.ids = [by_no[row["no"]] for row in self.rows]
        stations.begin(Broker.id.in_(self.ids))
        session.execute(insert(Line), [
            {"broker_id": one, "superior_id": None if under is None else self.ids[under],
             "line": LineKind.MANAGEMENT, "valid_from": SINCE, "known_from": clock.now()}
            for one, under in zip(self.ids, self.under, strict=True)
        ])  # fmt: skip

    def give_posts(self) -> None:
        """Posts of those who lead, teams with their members, a licence for everybody."""
        session, now, today = work.session(), clock.now(), clock.firm_day()
        head = {"broker_id": self.ids[0], "kind": PostKind.FIRM_HEAD, "branch_id": None}
        posts = [head | {"team_id": None, "valid_from": SINCE, "given_at": now}]
        for number, place in enumerate(self.heads):
            desks.hand_to(self.ids[place], self.branches[number], today, None)
            posts.append(posts[0] | {
                "broker_id": self.ids[place], "kind": PostKind.BRANCH_MANAGER,
                "branch_id": self.branches[number],
            })  # fmt: skip
        for number, (place, branch) in enumerate(self.leads, 1):
            team = Team(name=f"第{number}团队", branch_id=self.branches[branch], starts_on=SINCE,
                        created_at=now)  # fmt: skip
            session.add(team)
            session.flush()
            posts.append(posts[0] | {
                "broker_id": self.ids[place], "kind": PostKind.TEAM_LEAD, "team_id": team.id,
            })  # fmt: skip
            session.execute(insert(Member), [
                {"team_id": team.id, "broker_id": one, "valid_from": SINCE}
                for one, under in zip(self.ids, self.under, strict=True)
                if under == place or one == self.ids[place]
            ])  # fmt: skip
        session.execute(insert(Post), posts)
        session.execute(insert(Qualification), [
            {"broker_id": one, "kind": QualificationKind.BROKER, "number": f"S{one:010d}",
             "scope": "", "valid_from": SINCE, "noted_at": now}
            for one in self.ids
        ])  # fmt: skip
