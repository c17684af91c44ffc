"""People who do not exist: names, cities, assets, numbers of ranges that nobody owns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hub.clients.rules import AddressKind, Gender, Language

SURNAMES = (
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"),
    ("黄", "huang"), ("赵", "zhao"), ("吴", "wu"), ("周", "zhou"), ("徐", "xu"), ("孙", "sun"),
    ("马", "ma"), ("朱", "zhu"), ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("高", "gao"),
    ("林", "lin"), ("罗", "luo"), ("欧阳", "ouyang"), ("司徒", "situ"),
)  # fmt: skip
GIVEN = (
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("秀英", "xiuying"), ("敏", "min"),
    ("静", "jing"), ("丽", "li"), ("强", "qiang"), ("磊", "lei"), ("军", "jun"), ("洋", "yang"),
    ("勇", "yong"), ("艳", "yan"), ("杰", "jie"), ("娟", "juan"), ("涛", "tao"), ("明", "ming"),
    ("超", "chao"), ("桂英", "guiying"), ("文博", "wenbo"), ("子涵", "zihan"), ("雨桐", "yutong"),
    ("浩然", "haoran"), ("思远", "siyuan"), ("建国", "jianguo"), ("淑珍", "shuzhen"),
)  # fmt: skip
FOREIGN = (
    "Oliver Grant", "Emma Clarke", "Lucas Meyer", "Sofia Rossi", "James Whitfield", "Anna Novak",
    "Daniel O'Brien", "Maria Lindqvist", "Peter van Dijk", "Grace Bennett",
)  # fmt: skip
CITIES = (
    ("上海", "上海陆家嘴", 24), ("北京", "北京金融街", 18), ("深圳", "深圳福田", 14),
    ("广州", "广州天河", 12), ("杭州", "杭州西湖", 10), ("成都", "成都高新", 8),
    ("武汉", "上海陆家嘴", 6), ("南京", "上海陆家嘴", 5), ("重庆", "成都高新", 3),
)  # fmt: skip
HOSTS = ("post.example", "mail.example", "inbox.example")

ENGLISH_EVERY = 12  # one client in so many reads English
SHARES_EVERY = 250  # one client in so many uses the phone of the one before him
NO_MAIL, NO_PHONE, NO_ASSETS = 0.12, 0.04, 0.15  # shares of all clients
UK_NUMBERS = 1000  # +44 7700 900xxx: Source: Ofcom, numbers for drama use
YEAR_D = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up client.

    Shape: `assets` are (amount, from, to) stretches, the present one last.
    """

    no: str
    name: str
    language: Language
    city: str
    branch: str
    gender: Gender | None
    birthday: date | None
    opened_on: date
    phone: str
    mailbox: str
    assets: tuple[tuple[Decimal, date, date | None], ...]

    def named(self, name: str) -> Person:
        """The same person with another name."""
        return replace(self, name=name)

    def profile(self) -> dict[str, Any]:
        """The row of the client's table."""
        names = ("no", "name", "language", "city", "branch", "gender", "birthday", "opened_on")
        values = {name: getattr(self, name) for name in names}
        return values | {"stated_assets": self.assets[-1][0] if self.assets else None}

    def points(self) -> list[tuple[AddressKind, str, str | None]]:
        """The contact points as (kind, value, region)."""
        found: list[tuple[AddressKind, str, str | None]] = []
        if self.phone:
            region = "GB" if self.phone.startswith("+44") else "CN"
            found.append((AddressKind.SMS, self.phone, region))
        if self.mailbox:
            found.append((AddressKind.EMAIL, self.mailbox, None))
        return found


def people(count: int, chance: random.Random, today: date) -> Iterator[Person]:
    """`count` people, the same for the same state of `chance`."""
    cities = chance.choices(CITIES, weights=[weight for *_names, weight in CITIES], k=count)
    last_phone = ""
    for number in range(count):
        english = number % ENGLISH_EVERY == ENGLISH_EVERY - 1
        name, login = _name(number, chance, english=english)
        phone = _phone(number, english=english)
        if number % SHARES_EVERY == SHARES_EVERY - 1:
            phone = last_phone
        elif number and chance.random() < NO_PHONE:
            phone = ""
        last_phone = phone or last_phone
        city, branch, _weight = cities[number]
        opened = today - timedelta(days=chance.randrange(30, 15 * YEAR_D))
        yield Person(
            no=f"C{number + 1:08d}",
            name=name,
            language=Language.EN if english else Language.ZH,
            city=city,
            branch=branch,
            gender=chance.choice((Gender.FEMALE, Gender.MALE, None)),
            birthday=today - timedelta(days=chance.randrange(19 * YEAR_D, 85 * YEAR_D)),
            opened_on=opened,
            phone=phone,
            mailbox="" if number and chance.random() < NO_MAIL else _mailbox(login, number),
            assets=_assets(chance, opened, today),
        )


def _name(number: int, chance: random.Random, *, english: bool) -> tuple[str, str]:
    if english:
        name = FOREIGN[number // ENGLISH_EVERY % len(FOREIGN)]
        return name, name.split()[0].lower()
    surname, given = chance.choice(SURNAMES), chance.choice(GIVEN)
    return surname[0] + given[0], f"{surname[1]}.{given[1]}"


def _phone(number: int, *, english: bool) -> str:
    if english and number < UK_NUMBERS:
        return f"+447700900{number:03d}"
    return f"+8613800{number:06d}"


def _mailbox(login: str, number: int) -> str:
    return f"{login}{number + 1}@{HOSTS[number % len(HOSTS)]}"


def _assets(
    chance: random.Random, opened: date, today: date
) -> tuple[tuple[Decimal, date, date | None], ...]:
    if chance.random() < NO_ASSETS:
        return ()
    amount = Decimal(round(chance.lognormvariate(12.4, 1.3) / 100) * 100)
    turn = date(today.year, 1, 1)
    if opened >= turn or chance.random() > 0.3:  # noqa: PLR2004 - three in ten have a history
        return ((amount, opened, None),)
    before = Decimal(round(float(amount) * chance.uniform(0.6, 1.3) / 100) * 100)
    return ((before, opened, turn), (amount, turn, None))
