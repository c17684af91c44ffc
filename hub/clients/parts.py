"""One panel of a client's page on a page of its own: where a form that was refused is shown."""

from __future__ import annotations

from typing import Any

from flask import render_template

from hub.clients import queries
from hub.pages.forms import Filled


def page(client_id: int, title: Any, html: str, form: Filled) -> str:
    """The panel `html` alone, with what is wrong with its form.

    Raises: NotFound.
    """
    client = queries.one(client_id)
    return render_template("clients/part.html", client=client, title=title, html=html, form=form)
