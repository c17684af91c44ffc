"""The parts of a broker's page that come when they are in sight; those with forms come refused."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from hub.brokers import cards, posts, queries, team_queries, words
from hub.brokers.forms import Reading, ReadingForm
from hub.brokers.measures import every
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.pages.forms import Filled, blank, parse

Forms = dict[str, Filled]
VERBS = ("brokers.write", "brokers.place", "brokers.appoint", "brokers.office", "teams.write")


def reading() -> Reading:
    """The day and the line that the address asks for."""
    found: Reading = parse(ReadingForm, request.args)
    return found


def around(broker_id: int, forms: Forms | None = None) -> dict[str, Any]:
    """What every part with forms is filled from: the words, the days, what the visitor may do."""
    actor, today = access.current(), clock.firm_day()
    return {
        "words": words, "today": today, "forms": forms or {}, "reading": reading(),
        "fresh": blank(
            {"valid_from": today, "valid_to": today, "left_on": today, "month": today}
        ),
        "may": {verb: access.may(actor, verb, broker_id, queries.KIND) for verb in VERBS},
    }  # fmt: skip


def refused(broker_id: int, forms: Forms) -> dict[str, str]:
    """Parts that hold one of these forms, by name, with what is wrong with it."""
    found = {}
    if "aim" in forms:
        found["results"] = _results(broker_id, forms)
    if any(name == "appoint" or name.startswith("post-") for name in forms):
        found["posts"] = _posts(broker_id, forms)
    return found


def results(actor: Actor, broker_id: int | None) -> str:
    """What he aims at and has reached in a month."""
    del actor
    return "" if broker_id is None else _results(broker_id, {})


def held(actor: Actor, broker_id: int | None) -> str:
    """His posts."""
    del actor
    return "" if broker_id is None else _posts(broker_id, {})


def reports(actor: Actor, broker_id: int | None) -> str:
    """Who stands directly below him."""
    del actor
    if broker_id is None:
        return ""
    asked = reading()
    return render_template(
        "brokers/part_reports.html", rows=cards.below(broker_id, asked)["items"], words=words,
        then={"day": asked.day, "known_at": asked.known_at},
    )  # fmt: skip


def places(actor: Actor, broker_id: int | None) -> str:
    """Where he stood and will stand."""
    del actor
    if broker_id is None:
        return ""
    as_of = reading().as_of
    return render_template(
        "brokers/part_places.html", rows=cards.places(broker_id, as_of), words=words,
        stations=cards.stations(broker_id, as_of), day=as_of.day,
    )  # fmt: skip


def _results(broker_id: int, forms: Forms) -> str:
    rows = team_queries.results_of(broker_id, reading().as_of.day)
    return render_template(
        "brokers/part_results.html", broker=queries.one(broker_id),
        rows=[one.told() for one in rows], measures=[(one.name, one.title) for one in every()],
        **around(broker_id, forms),
    )  # fmt: skip


def _posts(broker_id: int, forms: Forms) -> str:
    row = queries.one(broker_id)
    return render_template(
        "brokers/part_posts.html", broker=row, state=cards.state_of(row),
        posts=posts.of_broker(broker_id), teams=cards.team_choices(), **around(broker_id, forms),
    )  # fmt: skip
