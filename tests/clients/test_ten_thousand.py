"""Ten thousand clients under two thousand brokers: lists narrow and sort at once, in reach only."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from flask import Flask

from bench import firm
from tests import staff
from tests.staff import Browser

CLIENTS, BROKERS = 10_000, 2_000
LIMIT_S, TRIES, PAGE = 0.3, 5, 50
LOOKS: tuple[dict[str, str], ...] = (
    {}, {"sort": "-no"}, {"sort": "-stated_assets"}, {"city": "上海"},
    {"city": "上海", "sort": "-stated_assets"}, {"language": "en", "branch": "营业部7"},
    {"q": "B1000"}, {"q": "户99", "sort": "-no"},
)  # fmt: skip

pytestmark = pytest.mark.feature("S24")


def client(number: int) -> dict[str, Any]:
    """What the list shows of a client, by the rule that made him."""
    return {
        "no": f"B{10_000_000 + number}",
        "name": f"客户{number}",
        "city": "上海" if number % 1000 * 7919 % 1000 < 234 else "北京",
        "branch": f"营业部{number % 50}",
        "language": "zh" if number % 10 else "en",
        "stated_assets": 500_001 + number % 1000,
        "broker": 1 + (number - 1) % BROKERS,
        "id": number,
    }


PEOPLE = [client(number) for number in range(1, CLIENTS + 1)]


def below(head: int) -> set[int]:
    """A broker and everybody whose way up leads to him."""
    found = {head}
    for number in range(1, BROKERS + 1):
        way: list[int] = []
        over: int | None = number
        while over is not None:
            way.append(over)
            over = firm.superior(over, BROKERS)
        if head in way:
            found.add(number)
    return found


def meets(one: dict[str, Any], look: dict[str, str]) -> bool:
    text = look.get("q", "")
    return (text in one["name"] or one["no"].startswith(text)) and all(
        one[name] == value for name, value in look.items() if name not in {"q", "sort"}
    )


def expected(mine: set[int], look: dict[str, str]) -> list[str]:
    """The numbers of the first page, from plain Python."""
    sort = look.get("sort", "no")
    found = [one for one in PEOPLE if one["broker"] in mine and meets(one, look)]
    name, down = sort.lstrip("-"), sort[0] == "-"
    found.sort(key=lambda one: (one[name], one["id"]), reverse=down)
    return [one["no"] for one in found[:PAGE]]


def seen(browser: Browser, look: dict[str, str]) -> tuple[list[str], float]:
    """The numbers of a page, in order, and how long a look takes, in seconds."""
    taken = []
    for _ in range(TRIES):
        began = time.perf_counter()
        answer = browser.client.get("/clients/", query_string=look)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200
    numbers = re.findall(r">\s*(B1\d{7})\s*<", answer.text)
    return list(dict.fromkeys(numbers)), statistics.median(taken)


def test_lists_of_ten_thousand_narrow_and_sort_at_once_and_in_reach_only(app: Flask) -> None:
    made = firm.found(CLIENTS, brokers=BROKERS)
    reach = {made.head: below(1), made.manager: below(2), made.broker: below(BROKERS)}
    assert [len(each) for each in reach.values()] == [2_000, 40, 1]
    for user_id, mine in reach.items():
        browser = staff.signed_in(app, user_id)
        for look in LOOKS:
            numbers, seconds = seen(browser, look)
            assert numbers == expected(mine, look), look
            assert seconds < LIMIT_S, (look, seconds)


def test_a_manager_of_two_thousand_brokers_finds_those_below_him(app: Flask) -> None:
    made = firm.found(100, brokers=BROKERS)
    browser = staff.signed_in(app, made.manager)
    for look in ({}, {"sort": "-no"}, {"q": "经纪人1", "sort": "-name"}):
        began = time.perf_counter()
        answer = browser.client.get("/brokers/", query_string=look)
        seconds = time.perf_counter() - began
        numbers = list(dict.fromkeys(re.findall(r">\s*J(\d{5})\s*<", answer.text)))
        mine = sorted(below(2), reverse="-" in look.get("sort", ""))
        if "q" in look:
            mine = sorted((one for one in mine if str(one)[0] == "1"), key=str, reverse=True)
        assert [int(number) for number in numbers] == mine[:PAGE], look
        assert seconds < LIMIT_S, (look, seconds)
