"""Untrusted input of the operator's pages."""

from __future__ import annotations

from hub.pages.fields import Text
from hub.pages.forms import Form


class JobNameForm(Form):
    """The name of a job."""

    job = Text(most=120, required=True)
