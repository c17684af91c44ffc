"""Brokers for an empty installation."""

from __future__ import annotations

import random

from sqlalchemy import insert, select

from hub.accounts import demo as accounts
from hub.accounts.rules import RoleName
from hub.brokers.models import Broker
from hub.kernel import clock, work

BRANCHES = ("上海陆家嘴", "北京金融街", "深圳福田", "广州天河", "杭州西湖", "成都高新")
TITLES = ("客户经理", "高级客户经理", "投资顾问")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超")
CLIENTS_EACH = 100
MOST = 400


def fill(clients: int, seed: int) -> None:
    """Make brokers, the first two of them with the demo sign-ins of a broker and a manager."""
    chance = random.Random(f"brokers {seed}")  # noqa: S311 - made-up people
    with work.unit():
        session = work.session()
        if session.scalar(select(Broker.id).limit(1)) is not None:
            return
        users = [accounts.user_of(RoleName.BROKER), accounts.user_of(RoleName.MANAGER)]
        names = [accounts.PEOPLE[RoleName.BROKER], accounts.PEOPLE[RoleName.MANAGER]]
        rows = []
        for number in range(max(4, min(MOST, clients // CLIENTS_EACH))):
            made_up = chance.choice(SURNAMES) + chance.choice(GIVEN)
            rows.append({
                "no": f"B{number + 1:04d}",
                "name": names[number] if number < len(names) else made_up,
                "user_id": users[number] if number < len(users) else None,
                "branch": BRANCHES[number % len(BRANCHES)],
                "title": chance.choice(TITLES),
                "active": True,
                "created_at": clock.now(),
            })  # fmt: skip
        session.execute(insert(Broker), rows)
