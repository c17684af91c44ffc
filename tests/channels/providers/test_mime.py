from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.providers.base import Envelope, MailParts
from channels.providers.headers import Unsendable
from channels.providers.mime import Composer, Letter, body
from channels.providers.plaintext import text_of

composer = Composer("service@hub.example", "华泰 Service", "secret")
lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=1500)


def parsed(content: bytes) -> EmailMessage:
    assert content.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in content[:-5]
    raw = content[:-3].replace(b"\r\n..", b"\r\n.")
    return message_from_bytes(raw, policy=policy.default)


def as_read(text: str) -> str:
    return "".join(line.decode() + "\n" for line in text.encode().splitlines()) or "\n"


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def letter(number: int = 7, address: str = "zhang@clients.example", **parts: Any) -> Letter:
    said = {"subject": "Report", "text": "Hello"} | parts
    return composer.letter(Envelope(number, address, MailParts(**said)))


@settings(deadline=None)
@given(lines, bodies, st.one_of(st.just(""), bodies))
def test_any_mail_is_read_back_as_it_was_written(subject: str, text: str, html: str) -> None:
    if not text and not html:
        return
    text = text or "x"
    mail = parsed(letter(subject=subject, text=text, html=html).content)
    assert str(mail["Subject"]).split() == subject.split()
    assert content(mail, "plain").replace("\r\n", "\n") == as_read(text)
    if html:
        assert content(mail, "html").replace("\r\n", "\n") == as_read(html)


@pytest.mark.feature("M01")
def test_chinese_arrives_whole() -> None:
    sent = letter(
        subject="收盘报告：张伟先生，您的持仓 📈" * 6, text="您好。\n.\n再见", html="<p>您好</p>"
    )
    mail = parsed(sent.content)
    assert mail["Subject"] == "收盘报告：张伟先生，您的持仓 📈" * 6
    assert str(mail["From"]) == "华泰 Service <service@hub.example>"
    assert content(mail, "plain") == "您好。\r\n.\r\n再见\r\n"
    assert max(map(len, sent.content.split(b"\r\n"))) <= 78


@pytest.mark.feature("M11")
def test_a_mail_carries_what_one_click_unsubscribe_needs() -> None:
    mail = parsed(letter(unsubscribe_url="https://hub.example/u/abc").content)
    assert mail["List-Unsubscribe"] == "<https://hub.example/u/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_message_id_of_a_delivery_never_changes() -> None:
    assert letter(7).message_id == letter(7, subject="again").message_id
    assert letter(8).message_id != letter(7).message_id
    assert letter(7).message_id.startswith("d.7.")


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: all@x.example", "a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b"]
)
def test_no_header_can_be_smuggled_in(evil: str) -> None:
    smuggled: tuple[dict[str, Any], ...] = (
        {"subject": evil},
        {"from_name": evil},
        {"reply_to": f"{evil}@x.example"},
        {"unsubscribe_url": f"https://x.example/{evil}"},
        {"return_path": f"{evil}@x.example"},
    )
    for parts in smuggled:
        with pytest.raises(Unsendable):
            letter(**parts)
    with pytest.raises(Unsendable):
        letter(address=f"{evil}@x.example")


@pytest.mark.parametrize(
    "address", ["", "a", "a@b@c", "a@b>", "<a@b>", "a b@c", "a@b,c@d", "张@x.example"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Unsendable):
        letter(address=address)


def test_a_domain_beyond_ascii_goes_out_in_ascii() -> None:
    assert letter(address="li@bücher.example").recipient == b"li@xn--bcher-kva.example"


def test_long_lines_and_a_guessed_boundary_are_wrapped() -> None:
    assert body("a" * 998).encoding == "7bit"
    assert body("a" * 999).encoding == "base64"
    assert body("--mark", b"mark").encoding == "base64"


def test_a_text_is_made_from_html_where_none_is_given() -> None:
    html = "<html><head><title>x</title><style>p{}</style></head><body><h1>Hi 张</h1>"
    html += "<p>one<br>two &amp; "
    html += "<a href='https://x.example/a'>see</a></p><ul><li>a<li>b</ul></body></html>"
    assert text_of(html) == "Hi 张\n\none\ntwo & see (https://x.example/a)\n\n- a\n- b"
    mail = parsed(letter(text="", html=html).content)
    assert content(mail, "plain").startswith("Hi 张")
