"""A page against its floor: the same questions on the driver's cursor, the same templates filled.

What a page asks and shows is written down while it is served once; the floor repeats just that:
no gate, no mapper, no form, no routing, no session.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, template_rendered
from sqlalchemy import event, inspect

from hub.kernel import access, work
from tests import staff

QUESTIONS = ("SELECT", "WITH")


@dataclass
class Score:
    """What one page asked the database, and what it put into which template, in order."""

    path: str
    asked: list[tuple[str, Any]] = field(default_factory=list)
    filled: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    panels: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """A browser that is signed in, and who it is."""

    app: Flask
    browser: staff.Browser
    actor: access.Actor

    def ours(self, path: str) -> float:
        """CPU of this process for one request, in ms."""
        began = time.process_time()
        status = self.browser.client.get(path).status_code
        took = (time.process_time() - began) * 1000
        if status != 200:  # noqa: PLR2004 - a page
            raise RuntimeError(f"{path}: {status}")
        return took

    def score(self, path: str) -> Score:
        """Serve a page once and write down what it does."""
        found = Score(path)
        with _heard(self.app, found):
            self.ours(path)
        return found

    def floor(self, score: Score) -> float:
        """CPU of the same questions and templates alone, in ms."""
        canned = _drawing(self.app, lambda *key: score.panels.get(key, []))
        with canned, self.app.test_request_context(score.path), _reading(self.actor):
            began = time.process_time()
            connection = work.session().connection()
            for statement, values in score.asked:
                connection.exec_driver_sql(statement, values).all()
            for template, context in score.filled:
                template.render(context)
            return (time.process_time() - began) * 1000


@contextlib.contextmanager
def _reading(actor: access.Actor) -> Iterator[None]:
    with work.within_context(work.Unit(writes=False)), access.acting(actor):
        yield


@contextlib.contextmanager
def _drawing(app: Flask, draw: Any) -> Iterator[None]:
    """Have `draw` give the panels of pages inside the block, and the application's own after it."""
    own: Any = app.jinja_env.globals["panels"]
    app.jinja_env.globals["panels"] = draw
    try:
        yield
    finally:
        app.jinja_env.globals["panels"] = own


@contextlib.contextmanager
def _heard(app: Flask, score: Score) -> Iterator[None]:
    """Write what a request asks, fills and draws into `score`."""
    draw: Any = app.jinja_env.globals["panels"]

    def drawn(*key: Any) -> list[Any]:
        score.panels[key] = list(draw(*key))
        return score.panels[key]

    def hear(_a: Any, _b: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith(QUESTIONS):
            score.asked.append((statement, values))

    def fill(_sender: Any, template: Any, context: Mapping[str, Any], **_more: Any) -> None:
        score.filled.append((template, dict(context)))
        # Who is signed in stays: what comes after the first template asks for him, too.
        for row in _rows([value for name, value in context.items() if name != "current_user"]):
            if row in work.session():
                work.session().expunge(row)

    with app.app_context(), work.within_context(work.Unit(writes=False)):
        engine = work.session().get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    with _drawing(app, drawn), template_rendered.connected_to(fill, app):
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", hear)


def _rows(values: list[Any]) -> Iterator[Any]:
    """Mapped objects among these, one level down: they shall outlive their session."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _rows(list(value))
        elif inspect(value, raiseerr=False) is not None and hasattr(value, "__table__"):
            yield value
