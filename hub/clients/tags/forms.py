"""Tags as they are sent."""

from __future__ import annotations

from hub.clients.tags.rules import NAME_MOST
from hub.pages.fields import Text
from hub.pages.forms import Form


class TagForm(Form):
    """The name of a tag."""

    name = Text(most=NAME_MOST, required=True)
