"""An import of an empty installation: a list of brokers that waits to be looked at."""

from __future__ import annotations

import io

from sqlalchemy import select

from hub.accounts import demo as accounts
from hub.accounts.models import User
from hub.accounts.rules import RoleName
from hub.accounts.security import actor_of
from hub.kernel import access, work
from hub.kernel.imports import intake
from hub.kernel.imports.driving import drive
from hub.kernel.imports.kinds import kinds
from hub.kernel.imports.models import Import

KIND = "brokers"
FILE = """工号,姓名,营业部,职务,入职日期
B9001,钱多,上海陆家嘴,客户经理,2026-07-01
B9002,孙少,未知营业部,,
"""


def fill(clients: int, seed: int) -> None:
    """Bring the file as the demo's manager; he has not said yet that it may be taken over."""
    del clients, seed
    with work.unit(writes=False):
        session = work.session()
        user = session.get(User, accounts.user_of(RoleName.MANAGER) or 0)
        if KIND not in kinds() or user is None or session.scalar(select(Import.id).limit(1)):
            return
        with access.acting(actor_of(user)):
            number = intake.receive(KIND, "新员工.csv", io.BytesIO(FILE.encode()))
    for _done in drive(number):
        pass
