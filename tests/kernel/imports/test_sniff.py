"""What a file is, told from its bytes."""

from __future__ import annotations

import pytest

from hub.kernel.imports import sniff
from hub.kernel.imports.kinds import Refused

CHINESE = "客户号,姓名,城市\n1,王小明,上海\n2,李丽,北京\n"


def form(data: bytes, *, is_utf8: bool | None = None) -> sniff.Form:
    if is_utf8 is None:
        try:
            data.decode()
            is_utf8 = True
        except UnicodeDecodeError:
            is_utf8 = False
    return sniff.form(data, is_utf8=is_utf8, whole=True)


def test_utf8_is_sure_with_and_without_its_mark() -> None:
    assert form(CHINESE.encode()) == sniff.Form("utf-8", ",")
    assert form(CHINESE.encode("utf-8-sig")) == sniff.Form("utf-8", ",", skip=3)


def test_everyday_chinese_in_gb18030_is_sure() -> None:
    assert form(CHINESE.encode("gb18030")) == sniff.Form("gb18030", ",")


def test_rare_characters_in_gb18030_are_read() -> None:
    text = CHINESE * 5 + "3,𠮷㐀䶮,深圳\n"
    found = form(text.encode("gb18030"))
    assert (found.encoding, found.sure) == ("gb18030", True)


def test_latin_1_is_asked_about() -> None:
    found = form("no,name\n1,Jürgen Müller\n2,René\n".encode("latin-1"))
    assert (found.encoding, found.sure) == ("windows-1252", False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_and_says_what_to_do(encoding: str) -> None:
    with pytest.raises(Refused, match=r"UTF-16.*CSV UTF-8"):
        sniff.refuse_foreign("no,name\n1,Wang\n2,Li\n".encode(encoding))


@pytest.mark.parametrize("head", [b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7", b""])
def test_what_is_no_table_of_text_is_refused(head: bytes) -> None:
    with pytest.raises(Refused):
        sniff.refuse_foreign(head)


def test_only_white_space_is_empty() -> None:
    with pytest.raises(Refused, match="empty"):
        sniff.refuse_foreign(b"\r\n \r\n")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    text = f'no{mark}name{mark}note\n1{mark}Wang{mark}"a{mark}b"\n2{mark}Li{mark}c, d\n'
    assert sniff.delimiter(text) == mark


def test_one_column_has_a_comma() -> None:
    assert sniff.delimiter("no\n1\n2\n") == ","
