"""The columns that a client file may have, and what is asked once about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import BigInteger, Date, String

from hub.clients import addresses
from hub.clients.addresses import Point
from hub.clients.paper_rules import PaperKind
from hub.clients.paper_rules import read as read_paper
from hub.clients.rules import AddressKind, Gender, Language
from hub.kernel.imports.kinds import Context, ImportField, Parse, Question, Refused
from hub.kernel.imports.values import amount, choice_of, past_day, text_of
from hub.kernel.sentences import N_

_SEPARATORS = re.compile(r"[;；、|\n]|,\s*(?=[^\d\s]|\d{7,})|/\s*(?=\+?\d{6,})")
_SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_FLOAT = re.compile(r"(\d{7,})\.0")
NO_PHONE = N_("“%(text)s” is no phone number; write it like +86 138 0000 0001")
NO_MAILBOX = N_("“%(text)s” is no e-mail address; write it like name@firm.example")

LANGUAGES = {
    "zh": Language.ZH.value, "cn": Language.ZH.value, "chinese": Language.ZH.value,
    "zh-cn": Language.ZH.value, "中文": Language.ZH.value, "汉语": Language.ZH.value,
    "en": Language.EN.value, "english": Language.EN.value, "英文": Language.EN.value,
    "英语": Language.EN.value,
}  # fmt: skip
CHANNELS = {
    "email": AddressKind.EMAIL.value, "e-mail": AddressKind.EMAIL.value,
    "mail": AddressKind.EMAIL.value, "邮件": AddressKind.EMAIL.value,
    "邮箱": AddressKind.EMAIL.value, "电子邮件": AddressKind.EMAIL.value,
    "sms": AddressKind.SMS.value, "text": AddressKind.SMS.value, "phone": AddressKind.SMS.value,
    "短信": AddressKind.SMS.value, "手机": AddressKind.SMS.value,
}  # fmt: skip
GENDERS = {
    "female": Gender.FEMALE.value, "f": Gender.FEMALE.value, "女": Gender.FEMALE.value,
    "女士": Gender.FEMALE.value, "ms": Gender.FEMALE.value, "w": Gender.FEMALE.value,
    "male": Gender.MALE.value, "m": Gender.MALE.value, "男": Gender.MALE.value,
    "先生": Gender.MALE.value, "mr": Gender.MALE.value,
}  # fmt: skip


def _points(read: Callable[[str, Context], Point | None], wish: str) -> Parse:
    """A parser of one or several contact points in a cell."""

    def parse(text: str, context: Context) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for part in filter(None, (piece.strip() for piece in _SEPARATORS.split(text))):
            point = read(part, context)
            if point is None:
                raise Refused(wish, text=part[:40])
            item = {"value": point.value, "region": point.region or "", "raw": point.raw}
            if all(other["value"] != point.value for other in found):
                found.append(item)
        return found

    return parse


def _phone(text: str, context: Context) -> Point | None:
    if _SHORTENED.fullmatch(text):
        raise Refused(N_("“%(text)s” was shortened by a spreadsheet"), text=text)
    whole = _FLOAT.fullmatch(text)
    return addresses.read_phone(whole[1] if whole else text, context.region)


def _mailbox(text: str, context: Context) -> Point | None:
    del context
    return addresses.read_mailbox(text)


def phone_of(text: str, context: Context) -> str:
    """A parser of one phone number."""
    point = _phone(text, context)
    if point is None:
        raise Refused(NO_PHONE, text=text[:40])
    return point.value


def mailbox_of(text: str, context: Context) -> str:
    """A parser of one mailbox."""
    point = _mailbox(text, context)
    if point is None:
        raise Refused(NO_MAILBOX, text=text[:40])
    return point.value


def _paper(kind: PaperKind) -> Parse:
    """A parser of an identity number or a bank card."""

    def parse(text: str, context: Context) -> str:
        del context
        number = read_paper(kind, text)
        if number is None or _SHORTENED.fullmatch(text):
            raise Refused(N_("a number with a slip in it, or one shortened by a spreadsheet"))
        return number

    return parse


def assets(text: str, context: Context) -> int:
    """An amount that is not negative.

    Units: integer ten-thousandths.
    """
    value = amount(text, context)
    if value < 0:
        raise Refused(N_("“%(text)s” is negative"), text=text[:40])
    return value


def _field(name: str, title: Any, parse: Parse, *aliases: str, **more: Any) -> ImportField:
    return ImportField(name=name, title=title, parse=parse, aliases=aliases, **more)


FIELDS = (
    _field(
        "no", l_("Client number"), text_of(64),
        "client no", "client number", "customer no", "customer number", "customer id",
        "client id", "account no", "number", "id",
        "客户号", "客户编号", "客户代码", "编号", "资金账号", "客户ID",
        required=True, type=String(64),
    ),
    _field(
        "name", l_("Name"), text_of(120),
        "client name", "customer name", "full name", "客户姓名", "姓名", "客户名称", "名称", "户名",
        required=True, type=String(255),
    ),
    _field(
        "phones", l_("Phone"),
        _points(_phone, NO_PHONE),
        "phone", "mobile", "mobile phone", "cell", "cellphone", "telephone", "tel", "phone number",
        "mobile number", "手机", "手机号", "手机号码", "电话", "联系电话", "移动电话", "电话号码",
        many=True,
    ),
    _field(
        "emails", l_("E-mail"),
        _points(_mailbox, NO_MAILBOX),
        "email", "e-mail", "mail", "email address", "邮箱", "电子邮箱", "电子邮件", "邮件",
        "邮箱地址", "邮件地址",
        many=True,
    ),
    _field(
        "language", l_("Language"), choice_of(LANGUAGES), "lang", "语言", "语种", type=String(2),
    ),
    _field("city", l_("City"), text_of(80), "town", "城市", "所在城市", type=String(80)),
    _field(
        "gender", l_("Gender"), choice_of(GENDERS), "sex", "性别", type=String(8),
    ),
    _field(
        "preferred_channel", l_("Preferred channel"), choice_of(CHANNELS),
        "preferred channel", "contact by", "prefers", "首选渠道", "联系方式偏好", "通知方式",
        type=String(8),
    ),
    _field(
        "birthday", l_("Birthday"), past_day,
        "date of birth", "birth date", "birthdate", "dob", "生日", "出生日期", "出生年月日",
        type=Date(),
    ),
    _field(
        "branch", l_("Branch"), text_of(80),
        "branch office", "office", "营业部", "分支机构", "网点", "开户营业部", type=String(80),
    ),
    _field(
        "opened_on", l_("Account opened on"), past_day,
        "opened", "open date", "opening date", "account opened", "opened on",
        "开户日期", "开户日", "开户时间", type=Date(),
    ),
    _field(
        "stated_assets", l_("Stated assets"), assets,
        "assets", "stated assets", "total assets", "wealth",
        "资产", "总资产", "申报资产", "声明资产", "资产总额", "资产规模",
        type=BigInteger(),
        hint=l_("1,234,567.89 or 123.4万"),
    ),
    _field(
        "stated_on", l_("Assets as of"), past_day,
        "as of", "assets as of", "stated on", "资产日期", "截至日期", "资产截止日", "统计日期",
        type=Date(),
    ),
    _field(
        "id_no", l_("Identity number"), _paper(PaperKind.ID_NO),
        "identity number", "id number", "id card", "passport", "passport number", "credit code",
        "身份证", "身份证号", "身份证号码", "证件号", "证件号码", "护照号", "统一社会信用代码",
        type=String(18),
    ),
    _field(
        "bank_card", l_("Bank card"), _paper(PaperKind.BANK_CARD),
        "bank card", "bank account", "card number", "银行卡", "银行卡号", "银行账号",
        type=String(19),
    ),
)  # fmt: skip


def _asked_when(mapped: frozenset[str]) -> bool:
    return "stated_assets" in mapped and "stated_on" not in mapped


QUESTIONS = (
    Question(
        name="assets_as_of",
        title=l_("On which day did the stated assets hold?"),
        hint=l_("They are kept as a dated fact."),
        parse=past_day,
        when=_asked_when,
        widget="day",
        default=lambda context: context.today.isoformat(),
    ),
)
