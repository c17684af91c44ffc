"""The page of one broker: shown, acted upon by the forms on it, shown again with what is wrong."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.brokers import cards, queries, words
from hub.brokers.forms import ReadingForm
from hub.brokers.measures import every
from hub.kernel import access, clock
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank, parse


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
    reading = parse(ReadingForm, request.args)
    actor, today = access.current(), clock.firm_day()
    fresh = blank({"valid_from": today, "valid_to": today, "left_on": today, "month": today})
    return render_template(
        "brokers/show.html",
        card=cards.card(broker_id, reading), reading=reading, today=today, words=words,
        forms=forms or {}, fresh=fresh, measures=[(one.name, one.title) for one in every()],
        team_of=cards.team_of(broker_id),
        may={verb: access.may(actor, verb, broker_id, queries.KIND) for verb in VERBS},
        near=near(), teams=cards.team_choices(),
    )  # fmt: skip


VERBS = ("brokers.write", "brokers.place", "brokers.appoint", "brokers.office", "teams.write")


def near(verb: str = "brokers.write") -> list[tuple[str, str]]:
    """Numbers that a form suggests: the visitor, and those he operates on, as many as fit."""
    own = access.current().broker_id
    mine = [] if own is None else [queries.name_of(own)]
    return [(one.no, f"{one.name} ({one.branch})") for one in (*mine, *queries.within_reach(verb))]
