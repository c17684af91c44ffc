"""What is written to people who sign in: codes and links, as class code, unreadable once sent."""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.rules import LINK_S, Identity, LinkPurpose, Locale
from hub.kernel import messages
from hub.kernel.messages import Content, Message, MessageClass

CODE_TEXTS = {
    Locale.ZH: {
        "sms": "验证码 {{ code }},{{ minutes }} 分钟内有效。请勿告诉任何人,包括本公司员工。",
        "subject": "您的验证码",
        "text": "验证码:{{ code }}\n\n{{ minutes }} 分钟内有效。请勿告诉任何人,包括本公司员工。\n"
        "如果不是您本人操作,请忽略此邮件。",
    },
    Locale.EN: {
        "sms": "Your code is {{ code }}, good for {{ minutes }} minutes. Tell it to nobody, "
        "not even to our staff.",
        "subject": "Your code",
        "text": "Your code is {{ code }}\n\nIt is good for {{ minutes }} minutes. Tell it to "
        "nobody, not even to our staff.\nIf you did not ask for it, leave this letter alone.",
    },
}
LINK_TEXTS = {
    LinkPurpose.INVITATION: {
        Locale.ZH: {
            "subject": "您的登录账户",
            "text": "已为您创建账户。请在三天内打开此链接设置密码:\n\n{{ link }}\n\n"
            "链接只能使用一次。",
        },
        Locale.EN: {
            "subject": "Your account",
            "text": "An account was made for you. Open this link within three days and choose a "
            "password:\n\n{{ link }}\n\nIt works once.",
        },
    },
    LinkPurpose.RESET: {
        Locale.ZH: {
            "subject": "重设密码",
            "text": "请在一小时内打开此链接重设密码:\n\n{{ link }}\n\n"
            "链接只能使用一次。如果不是您本人操作,请忽略此邮件。",
        },
        Locale.EN: {
            "subject": "A new password",
            "text": "Open this link within an hour and choose a new password:\n\n{{ link }}\n\n"
            "It works once. If you did not ask for it, leave this letter alone.",
        },
    },
}


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A code on its way: the id it is known by, its digits, how long it is good."""

    id: int
    digits: str
    locale: Locale
    left_s: int


def code(letter: CodeLetter, to: Identity, person_id: int | None) -> None:
    """Send a code; it is never sent, nor tried again, after its time."""
    minutes = str(max(1, letter.left_s // 60))
    wish = Message(
        cause=f"accounts.code:{letter.id}", klass=MessageClass.CODE, channels=(to.kind,),
        content=Content(texts={letter.locale: CODE_TEXTS[letter.locale]}),
        variables={"minutes": minutes}, secret={"code": letter.digits}, valid_s=letter.left_s,
    )  # fmt: skip
    messages.post_to_address(wish, to.value, person_id=person_id)


def link(purpose: LinkPurpose, address: str, to: str, *, cause: str, locale: Locale) -> None:
    """Send a link to a mailbox; whoever opens it has proved that it is his."""
    wish = Message(
        cause=cause, klass=MessageClass.CODE, channels=("email",),
        content=Content(texts={locale: LINK_TEXTS[purpose][locale]}),
        secret={"link": address}, valid_s=LINK_S[purpose],
    )  # fmt: skip
    messages.post_to_address(wish, to)
