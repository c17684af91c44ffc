"""The places of this room on a broker's page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.brokers import parts
from hub.kernel.module import Panel

PANELS = (
    Panel(
        place="broker", name="results", title=_("Month"), render=parts.results,
        needs="brokers.read", order=2, later=True,
    ),
    Panel(
        place="broker", name="posts", title=_("Posts"), render=parts.held,
        needs="brokers.read", order=4, later=True,
    ),
    Panel(
        place="broker", name="reports", title=_("Direct reports"), render=parts.reports,
        needs="brokers.read", order=6, later=True,
    ),
    Panel(
        place="broker", name="places", title=_("Places in the tree"), render=parts.places,
        needs="brokers.read", order=8, later=True,
    ),
)  # fmt: skip
