"""What arrived in a mailbox, as a person reads it: the code, the link."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from typing import Any

from hub.kernel import runner, work
from hub.kernel.base import Base
from tests.channels.mailing import Mailbox


def text_of(envelope: Any) -> str:
    """The words of a letter."""
    letter: Any = email.message_from_bytes(envelope.content, policy=email.policy.default)
    body = letter.get_body(("plain",))
    return f"{letter['subject']}\n{body.get_content() if body else ''}"


def last(mailbox: Mailbox, to: str) -> str:
    """The newest letter to an address, once all work is done."""
    runner.drain()
    found = [mail for mail in mailbox.mails if to in mail.rcpt_tos]
    assert found, f"nothing came to {to}"
    return text_of(found[-1])


def code_for(mailbox: Mailbox, to: str) -> str:
    """The code in the newest letter."""
    found = re.search(r"\b(\d{6})\b", last(mailbox, to))
    assert found
    return found[1]


def link_for(mailbox: Mailbox, to: str) -> str:
    """The path of the link in the newest letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", last(mailbox, to))
    assert found
    return found[1]


def rows_that_hold(
    *traces: str, leave_out: Callable[[str], bool] = lambda _table: False
) -> list[str]:
    """Every row of every table in which one of the traces can be read."""
    with work.unit(writes=False):
        return [
            f"{table.name}: {row}"
            for table in Base.metadata.sorted_tables
            if not leave_out(table.name)
            for row in work.session().execute(table.select())
            if any(trace in str(row) for trace in traces)
        ]
