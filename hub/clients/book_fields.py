"""What rules may ask of what is written about a client: each with its history."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.tags import queries as tags
from hub.kernel import clock
from hub.kernel.module import SegmentField
from hub.kernel.rules import Field


def fields() -> tuple[SegmentField, ...]:
    """The fields, as they hold now and on a day."""
    return (
        SegmentField(
            field=Field(name="tag", title=_("Tag"), kind="set"),
            now=lambda: tags.names_on(clock.firm_day()),
            as_of=tags.names_on,
        ),
    )
