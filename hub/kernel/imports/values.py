"""Parsers of everyday values, for the fields of any kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from hub.kernel import addresses
from hub.kernel.base import MONEY_SCALE
from hub.kernel.imports.kinds import Context, Parse, Refused
from hub.kernel.sentences import N_

_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")
_LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_YES = frozenset(("1", "y", "yes", "true", "t", "on", "是", "同意", "有", "已同意", "√", "✓", "✔"))
_NO = frozenset(("0", "n", "no", "false", "f", "off", "否", "不同意", "无", "未同意", "x", "✗"))
MOST = 10**15  # units: nobody states more


def text_of(most: int) -> Parse:
    """A parser of text of at most `most` characters on one line."""

    def parse(text: str, context: Context) -> str:
        del context
        if _SHORTENED.fullmatch(text):
            raise Refused(N_("“%(text)s” was shortened by a spreadsheet"), text=text)
        clean = " ".join(text.split())
        if len(clean) > most:
            raise Refused(N_("%(count)s characters, at most %(most)s"), count=len(clean), most=most)
        if not clean.isprintable():
            raise Refused(N_("holds characters that cannot be printed"))
        return clean

    return parse


def choice_of(words: Mapping[str, str]) -> Parse:
    """A parser of one of a few words, in any language, to its value."""
    known = {word.casefold(): value for word, value in words.items()}
    listed = ", ".join(sorted(set(words.values())))

    def parse(text: str, context: Context) -> str:
        del context
        value = known.get(text.casefold())
        if value is None:
            raise Refused(N_("“%(text)s” is none of: %(words)s"), text=text[:40], words=listed)
        return value

    return parse


def yes_no(text: str, context: Context) -> int:
    """1 for yes, 0 for no."""
    del context
    word = text.casefold()
    if word in _YES:
        return 1
    if word in _NO:
        return 0
    raise Refused(N_("“%(text)s” is neither yes nor no"), text=text[:40])


def day(text: str, context: Context) -> str:
    """A day as ISO text: year first, or day first where it can be nothing else."""
    del context
    plain = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text)).strip()
    found = _YEAR_FIRST.fullmatch(plain)
    if found:
        year, month, number = (int(part) for part in found.groups() if part)
        return _date(year, month, number, text)
    last = _YEAR_LAST.fullmatch(plain)
    if last is None:
        raise Refused(N_("“%(text)s” is no date; write it as 2026-03-31"), text=text[:40])
    first, second, year = map(int, last.groups())
    if first <= 12 and second <= 12 and first != second:  # noqa: PLR2004 - months
        raise Refused(N_("“%(text)s” can be two dates; write the year first"), text=text)
    if second > 12:  # noqa: PLR2004
        first, second = second, first
    return _date(year, second, first, text)


def _date(year: int, month: int, number: int, text: str) -> str:
    try:
        found = date(year, month, number)
    except ValueError as error:
        raise Refused(N_("“%(text)s” is no day of the calendar"), text=text) from error
    if not 1900 <= year <= 2200:  # noqa: PLR2004 - a slip of the pen
        raise Refused(N_("“%(text)s” is no day of the calendar"), text=text)
    return found.isoformat()


def mailbox(text: str, context: Context) -> str:
    """An e-mail address, in lower case."""
    del context
    found = addresses.mailbox(text)
    if found is None:
        raise Refused(
            N_("“%(text)s” is no e-mail address; write it like name@firm.example"), text=text[:40]
        )
    return found


def past_day(text: str, context: Context) -> str:
    """A day that is not in the future."""
    found = day(text, context)
    if found > context.today.isoformat():
        raise Refused(N_("“%(text)s” lies in the future"), text=text)
    return found


def amount(text: str, context: Context) -> int:
    """An amount of money: "1,234,567.89", "¥1 234", "123.4万".

    Units: integer ten-thousandths.
    """
    del context
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").strip("¥￥元$")
    factor = _LARGE.get(plain[-1:], Decimal(1))
    number = plain[:-1] if plain[-1:] in _LARGE else plain
    if not _GROUPED.fullmatch(number):
        raise Refused(N_("“%(text)s” is no amount; write it as 1234567.89"), text=text[:40])
    try:
        scaled = Decimal(number.replace(",", "")) * factor * MONEY_SCALE
    except InvalidOperation as error:
        raise Refused(N_("“%(text)s” is no amount"), text=text[:40]) from error
    if scaled != scaled.to_integral_value() or abs(scaled) > MOST * MONEY_SCALE:
        raise Refused(N_("“%(text)s” has too many digits"), text=text[:40])
    return int(scaled)
