"""From words and a person's values to what goes on the wire: the same for preview and send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from channels.deliveries import words
from channels.providers.base import MailParts
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass

_MARK = "\0"
BUILT_IN = "unsubscribe_url"  # a variable every e-mail may use

# The last tags of a document: </body> and </html>, or the one that is there.
CLOSING = re.compile(r"</body\s*>(?:\s*</html\s*>)?|</html\s*>", re.IGNORECASE)

_LEAVE = {"zh": "不想再收到此类邮件?点此退订", "en": "No more mail like this? Unsubscribe here"}

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The firm's own part of every message."""

    signature: str  # of text messages, as registered
    opt_out: str  # the line that ends a promotion by text message


def mail(
    texts: Texts, language: str, values: Mapping[str, Any], *, klass: MessageClass, leave: str
) -> MailParts:
    """One person's e-mail; `leave` is the signed address that unsubscribes.

    Raises: Invalid naming the part that cannot be filled.
    """
    known = {**values, BUILT_IN: leave}
    used, subject = words.for_language(texts, language, "subject")
    if not subject:
        raise Invalid({"subject": _("Write this part in at least one language.")})
    filled = {}
    for part in ("text", "html"):
        source = texts.get(used, {}).get(part, "")
        if source.strip():
            write = _with_leave if klass is MessageClass.PROMOTION else _plainly
            filled[part] = write(part, used, source, known)
    if not filled:
        raise Invalid({"text": _("Write the text or the HTML of the e-mail.")})
    asks = klass in {MessageClass.PROMOTION, MessageClass.SERVICE}
    return MailParts(
        subject=words.fill("subject", subject, known),
        text=filled.get("text", ""),
        html=filled.get("html", ""),
        unsubscribe_url=leave if asks else "",
    )


def _plainly(part: str, language: str, source: str, known: Mapping[str, Any]) -> str:
    del language
    return words.fill(part, source, known)


def _with_leave(part: str, language: str, source: str, known: Mapping[str, Any]) -> str:
    """The part with the address that unsubscribes; a footer has it when the author did not."""
    pieces = _footed(part, language, source)
    whole = None if pieces is None else words.joined(part, pieces, known)
    if whole is not None:
        return whole
    body, leave = words.fill(part, source, known), known[BUILT_IN]
    if (str(escape(leave)) if part == "html" else leave) in body:
        return body
    return _with_footer(part, body, _footer(part, language, leave))


@lru_cache(maxsize=512)
def _footed(part: str, language: str, source: str) -> words.Pieces | None:
    """The pieces of a straight part, with the footer among them unless it names the address."""
    pieces = words.straight(part, source)
    if pieces is None or any(name == BUILT_IN for _, name in pieces):
        return pieces
    before, after = _footer(part, language, _MARK).split(_MARK)
    footer = ((before, BUILT_IN), (after, ""))
    ends = [at for at, (text, _) in enumerate(pieces) if part == "html" and CLOSING.search(text)]
    if len(ends) > 1:
        return None  # what stands between them may be empty: the whole text decides
    if not ends:
        return pieces + footer
    text, name = pieces[ends[-1]]
    cut = list(CLOSING.finditer(text))[-1].start()
    return (*pieces[: ends[-1]], (text[:cut], ""), *footer, (text[cut:], name),
            *pieces[ends[-1] + 1 :])  # fmt: skip


def _footer(part: str, language: str, leave: str) -> str:
    line = _LEAVE.get(language, _LEAVE["en"])
    if part == "text":
        return f"\n\n{line}: {leave}\n"
    return f'<hr><p><a href="{escape(leave)}">{escape(line)}</a></p>'


def _with_footer(part: str, body: str, footer: str) -> str:
    """The body with the footer at its end; in a whole HTML document before what closes it."""
    ends = list(CLOSING.finditer(body)) if part == "html" else []
    at = ends[-1].start() if ends else len(body)
    return body[:at] + footer + body[at:]


def sms(
    texts: Texts, language: str, values: Mapping[str, Any], *, klass: MessageClass, house: House
) -> str:
    """One person's text message: 【signature】 text, and the opt-out line of a promotion.

    Raises: Invalid naming the part that cannot be filled.
    """
    source = words.for_language(texts, language, "sms")[1]
    if not source:
        raise Invalid({"sms": _("Write this part in at least one language.")})
    body = words.fill("sms", source, values).strip()
    if "【" in body or "】" in body:
        raise Invalid({"sms": _("The text itself holds no 【】: they mark the signature.")})
    ending = f" {house.opt_out}" if klass is MessageClass.PROMOTION and house.opt_out else ""
    return f"【{house.signature}】{body}{ending}"
