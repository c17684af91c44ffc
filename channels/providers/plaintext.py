"""The text of an HTML message, for readers whose mail program shows text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HIDDEN = frozenset({"head", "script", "style", "template", "title"})
_BREAKS = frozenset({"br", "tr", "li", "dt", "dd", "option"})
_BLOCKS = frozenset(
    {"p", "div", "table", "ul", "ol", "blockquote", "section", "article", "header", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"}
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.words.append("\n\n")
        elif tag in _BREAKS:
            self.words.append("\n- " if tag == "li" else "\n")
        elif tag in {"td", "th"}:
            self.words.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
        elif tag == "img" and not self._hidden:
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.words.append("\n\n")
        elif tag == "a" and self._link:
            if self._link not in "".join(self.words[-1:]):
                self.words.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """The words of `html`, a line per block, links in brackets after their words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.words))
    text = re.sub(r"[ \t]{2,}", " ", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
