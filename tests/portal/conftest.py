"""The world of the portal."""

from __future__ import annotations

from tests.channels.mailing import mailbox as mailbox
