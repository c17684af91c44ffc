"""Untrusted input of the operator's pages."""

from __future__ import annotations

from hub.pages.fields import Text
from hub.pages.forms import Form


class CalendarForm(Form):
    """The days of a year that are unlike their weekday, one a line."""

    lines = Text(most=40_000, load_default="")


class JobNameForm(Form):
    """The name of a job."""

    job = Text(most=120, required=True)
