"""The files of clients that a newcomer brings along."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass


@dataclass(frozen=True)
class Own:
    """A file, and what the walk knows about the people in it.

    Shape: `meant` is a pattern of the count that the segment shows; `leaver` unsubscribes;
        `silent` said nothing about messages; `strange` is the column whose name nobody knows.
    """

    name: str
    encoding: str
    text: str
    city: str
    people: int
    meant: str
    leaver: str
    leaver_no: str
    silent: str
    strange: str
    bad_lines: tuple[int, int]

    def bytes(self) -> bytes:
        """As it lies on the disk."""
        return self.text.encode(self.encoding)


def _table(rows: list[list[str]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue()


DAY = "2026-06-30"


def chinese() -> Own:
    """Saved by a Chinese spreadsheet: GB18030, Chinese names of columns."""
    head = "客户号 姓名 手机 电邮 城市 总资产 资产日期 语言 短信同意 邮件同意"
    rows = (
        f"W001 沈嘉怡 13800137001 jiayi@walk.example 上海 80万 {DAY} 中文 是 是",
        f"W002 欧阳明轩 13800137002 mingxuan@walk.example 上海 1,250,000.50 {DAY} 中文 是 是",
        f"W003 龚雪 13800137003 gongxue@walk.example 上海 600000 {DAY} 中文 - -",
        f"W004 没有电话 12345 nobody@walk.example 上海 900000 {DAY} 中文 是 是",
        f"W005 洪涛 13800137005 hongtao@walk.example 北京 2000000 {DAY} 中文 是 是",
        f"W006 - 13800137006 anonym@walk.example 上海 700000 {DAY} 中文 是 是",
        f"W007 李小 13800137007 lixiao@walk.example 上海 300000 {DAY} 中文 是 否",
    )
    cells = [["" if cell == "-" else cell for cell in row.split()] for row in (head, *rows)]
    return Own(
        name="我的客户.csv", encoding="gb18030", text=_table(cells), city="上海", people=5,
        meant="[1-9]", leaver="jiayi@walk.example", leaver_no="W001", silent="W003",
        strange="电邮", bad_lines=(5, 7),
    )  # fmt: skip


def english(people: int = 40) -> Own:
    """UTF-8 with English names of columns, and enough people to watch them pass."""
    head = ["Client no", "Name", "Mobile", "Electronic post", "City", "Stated assets", "As of",
            "Language", "SMS consent", "Email consent"]  # fmt: skip
    rows = [_person(number) for number in range(1, people + 1)]
    rows[2][8:] = ["", ""]  # said nothing
    wrong_number, wrong_sum = _person(901), _person(902)
    wrong_number[2], wrong_sum[5] = "12345", "a lot"
    return Own(
        name="clients.csv", encoding="utf-8",
        text=_table([head, *rows[:3], wrong_number, wrong_sum, *rows[3:]]),
        city="Shanghai", people=people, meant=f"^{people}$", leaver="ada1@walk.example",
        leaver_no="E001", silent="E003", strange="Electronic post", bad_lines=(5, 6),
    )  # fmt: skip


def _person(number: int) -> list[str]:
    return [
        f"E{number:03}", f"Ada Walker {number}", f"+86 139 0013 7{number:03}",
        f"ada{number}@walk.example", "Shanghai", "750000", DAY, "English", "yes", "yes",
    ]  # fmt: skip
