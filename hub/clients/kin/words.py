"""How relations are called: what the other one is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.kin.rules import RelationKind

TITLES = {
    RelationKind.SPOUSE: _("Spouse"),
    RelationKind.PARENT: _("Parent"),
    RelationKind.CHILD: _("Child"),
    RelationKind.GUARDIAN: _("Guardian"),
    RelationKind.WARD: _("Ward"),
    RelationKind.REPRESENTATIVE: _("Authorised representative"),
    RelationKind.REPRESENTED: _("Represented by the client"),
    RelationKind.BENEFICIAL_OWNER: _("Beneficial owner"),
    RelationKind.OWNED: _("Owned by the client"),
}
