"""The columns that a file of brokers, or of their moves, may have."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Date, String

from hub.brokers.rules import LineKind, QualificationKind
from hub.kernel.imports.kinds import ImportField, Parse
from hub.kernel.imports.values import choice_of, day, mailbox, text_of

NUMBERS = (
    "broker no", "broker number", "employee no", "employee number", "staff no", "number",
    "工号", "经纪人编号", "经纪人工号", "员工编号", "员工号", "编号",
)  # fmt: skip
LICENCES = {
    "broker": QualificationKind.BROKER.value, "securities broker": QualificationKind.BROKER.value,
    "证券经纪人": QualificationKind.BROKER.value, "经纪人": QualificationKind.BROKER.value,
    "adviser": QualificationKind.ADVISER.value, "advisor": QualificationKind.ADVISER.value,
    "investment adviser": QualificationKind.ADVISER.value,
    "投资顾问": QualificationKind.ADVISER.value, "证券投资顾问": QualificationKind.ADVISER.value,
}  # fmt: skip
LINES = {
    "management": LineKind.MANAGEMENT.value, "manager": LineKind.MANAGEMENT.value,
    "管理": LineKind.MANAGEMENT.value, "管理线": LineKind.MANAGEMENT.value,
    "mentor": LineKind.MENTOR.value, "导师": LineKind.MENTOR.value,
    "育成": LineKind.MENTOR.value, "育成线": LineKind.MENTOR.value,
    "师徒": LineKind.MENTOR.value,
}  # fmt: skip


def _field(name: str, title: Any, parse: Parse, *aliases: str, **more: Any) -> ImportField:
    return ImportField(name=name, title=title, parse=parse, aliases=aliases, **more)


_NUMBER = _field("no", l_("Number"), text_of(32), *NUMBERS, required=True, type=String(32))

BROKER_FIELDS = (
    _NUMBER,
    _field(
        "name", l_("Name"), text_of(120), "full name", "broker name", "姓名", "名称", "经纪人姓名",
        required=True, type=String(120),
    ),
    _field(
        "branch", l_("Branch"), text_of(80), "branch office", "office", "营业部", "分支机构",
        "网点", type=String(80),
    ),
    _field(
        "title", l_("Title"), text_of(80), "position", "job title", "职务", "职位", "岗位",
        type=String(80),
    ),
    _field(
        "joined_on", l_("Joined on"), day, "joined", "entry date", "start date", "hire date",
        "入职日期", "入职时间", "入司日期", type=Date(),
    ),
    _field(
        "left_on", l_("Left on"), day, "left", "leaving date", "end date", "离职日期", "离司日期",
        type=Date(),
    ),
    _field(
        "email", l_("Sign-in mailbox"), mailbox, "e-mail", "mail", "login", "user", "邮箱",
        "电子邮箱", "登录邮箱", type=String(254),
    ),
    _field(
        "manager", l_("Manager's number"), text_of(32), "manager no", "manager number", "superior",
        "superior no", "reports to", "上级", "上级工号", "上级编号", "直属上级", "主管工号",
        type=String(32),
    ),
    _field(
        "mentor", l_("Mentor's number"), text_of(32), "mentor no", "mentor number", "导师",
        "导师工号", "导师编号", "育成人", type=String(32),
    ),
    _field(
        "licence", l_("Qualification number"), text_of(64), "licence no", "license no",
        "certificate no", "certificate number", "qualification no", "执业证书编号", "资格证号",
        "证书编号", "执业编号", type=String(64),
    ),
    _field(
        "licence_kind", l_("Qualification"), choice_of(LICENCES), "licence kind", "license kind",
        "qualification kind", "资格类别", "执业类别", "证书类别", type=String(16),
    ),
    _field(
        "licence_from", l_("Qualification from"), day, "licence from", "license from",
        "取得日期", "发证日期", type=Date(),
    ),
    _field(
        "licence_to", l_("Qualification until"), day, "licence to", "license to", "valid to",
        "expiry", "expires", "有效期至", "到期日", "证书有效期", type=Date(),
    ),
)  # fmt: skip

MOVE_FIELDS = (
    _NUMBER,
    _field(
        "line", l_("Line of the tree"), choice_of(LINES), "line", "kind", "线", "关系",
        "线别", type=String(10),
    ),
    _field(
        "manager", l_("New superior's number"), text_of(32), "new manager", "manager no",
        "manager number", "superior", "new superior", "reports to", "上级", "新上级", "上级工号",
        "新上级工号", type=String(32),
    ),
    _field(
        "valid_from", l_("From day"), day, "from", "effective", "effective day", "effective date",
        "生效日期", "生效日", "起始日期", required=True, type=Date(),
    ),
)  # fmt: skip
