"""The page of one broker: shown, acted upon by the forms on it, shown again with what is wrong."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from hub.brokers import cards, parts, queries
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, Form, answer


def page_of(broker_id: int) -> str:
    """Its address."""
    return url_for("brokers.show", broker_id=broker_id)


def do(broker_id: int, form: type[Form], name: str, act: Any) -> ResponseReturnValue:
    """Act on a form of the broker's page, and show the page; what is wrong stands at its form."""

    def acted(wish: Any) -> ResponseReturnValue:
        act(wish)
        return htmx.go(page_of(broker_id))

    return answer(form, Answer(show=lambda filled: show_page(broker_id, {name: filled}), act=acted))


def show_page(broker_id: int, forms: dict[str, Filled] | None = None) -> str:
    """The page as of the day that is asked for; `forms` as they were typed, by name."""
    around = parts.around(broker_id, forms)
    card, reading = cards.first(broker_id, around["reading"]), around["reading"]
    return render_template(
        "brokers/show.html",
        card=card, way=cards.way(broker_id, reading),
        team_of=cards.team_of(broker_id, reading.as_of.day),
        near=near() if around["may"]["brokers.place"] else [],
        drawn=parts.refused(broker_id, forms or {}),
        asked={"day": reading.day, "line": reading.line.value, "known_at": reading.known_at},
        **around,
    )  # fmt: skip


def near(verb: str = "brokers.write") -> list[tuple[str, str]]:
    """Numbers that a form suggests: the visitor, and those he operates on, as many as fit."""
    return [
        (one.no, f"{one.name} ({one.branch})") for one in queries.within_reach(verb, himself=True)
    ]
