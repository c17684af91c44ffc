"""The places of this room on a client's page and on the homes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients import erasure_views, paper_views, views
from hub.clients.care import views as care_views
from hub.clients.custom import views as custom_views
from hub.clients.duplicates import views as duplicate_views
from hub.clients.kin import views as kin_views
from hub.clients.notes import views as note_views
from hub.clients.suitability import views as suitability_views
from hub.clients.tags import views as tag_views
from hub.clients.timeline import views as timeline_views
from hub.kernel.module import Panel

PANELS = (
    Panel(
        place="client", name="care", title=_("Care"), render=care_views.panel,
        needs="clients.read", order=2,
    ),
    Panel(
        place="client", name="tags", title=_("Tags"), render=tag_views.panel,
        needs="clients.read", order=5,
        later=True,
    ),
    Panel(
        place="client", name="notes", title=_("Needs and events"), render=note_views.panel,
        needs="clients.reveal", order=8,
        later=True,
    ),
    Panel(
        place="portal", name="notes", title=_("What we noted of you"),
        render=note_views.own_panel, needs="own", order=50,
    ),
    Panel(
        place="client", name="kin", title=_("Family and household"), render=kin_views.panel,
        needs="clients.read", order=9,
        later=True,
    ),
    Panel(
        place="client", name="suitability", title=_("Suitability"),
        render=suitability_views.panel, needs="clients.read", order=3,
    ),
    Panel(
        place="portal", name="suitability", title=_("Your suitability"),
        render=suitability_views.own_panel, needs="own", order=40,
    ),
    Panel(
        place="client", name="custom", title=_("Further data"), render=custom_views.panel,
        needs="clients.read", order=6,
        later=True,
    ),
    Panel(
        place="client", name="timeline", title=_("Timeline"), render=timeline_views.panel,
        needs="clients.read", order=4,
        later=True,
    ),
    Panel(
        place="client", name="duplicates", title=_("Possible duplicates"),
        render=duplicate_views.panel, needs="clients.read", order=1,
        later=True,
    ),
    Panel(
        place="client", name="papers", title=_("Papers"), render=paper_views.panel,
        needs="clients.read", order=10,
        later=True,
    ),
    Panel(
        place="client", name="erasure", title=_("Data protection"),
        render=erasure_views.panel, needs="clients.disclose", order=90,
        later=True,
    ),
    Panel(
        place="client", name="facts", title=_("Dated facts"), render=views.known_facts,
        needs="clients.read", order=80, width="full", later=True,
    ),
    Panel(
        place="home", name="clients", title=_("Clients"), render=views.panel,
        needs="clients.read", order=40,
    ),
    Panel(
        place="portal", name="contacts", title=_("How we reach you"),
        render=views.own_contacts, needs="own", order=20,
    ),
)  # fmt: skip
