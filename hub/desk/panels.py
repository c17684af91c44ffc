"""The desk's place on other pages."""

from __future__ import annotations

from flask import render_template

from hub.desk import queries, words
from hub.kernel import clock, workitems
from hub.kernel.access import Actor

SHOWN = 5


def todo(actor: Actor, subject_id: int | None) -> str:
    """The first things to do; nothing for a client, who has a page of his own."""
    del subject_id
    if actor.client_id is not None or actor.user_id is None:
        return ""
    count, late = workitems.waiting()
    return render_template(
        "desk/panel.html", items=queries.next_items(SHOWN), count=count, late=late,
        to_release=queries.to_release(), kinds=words.item_kinds(), now=clock.now(),
    )  # fmt: skip


def may_join(actor: Actor, number: int) -> bool:
    """Whether somebody may hear that a pool has something new: staff, of the one room there is."""
    return number == 0 and actor.user_id is not None and actor.client_id is None
