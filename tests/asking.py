"""What a page asks the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from hub.kernel import work
from tests import staff


def asked(path: str, browser: staff.Browser) -> list[str]:
    """The questions that a page asks the database."""
    with work.unit(writes=False):
        engine = work.session().get_bind()
    seen: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return [one for one in seen if one.startswith(("SELECT", "WITH"))]
