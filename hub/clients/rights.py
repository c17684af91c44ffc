"""The rights that this room names, and the roles that have them from the start."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.kernel.module import Permission

SEERS = ("broker", "manager", "compliance", "marketing", "principal", "agent")

RIGHTS = (
    Permission(name="clients.read", title=_("See clients"), roles=SEERS),
    Permission(
        name="clients.write",
        title=_("Change clients"),
        roles=("broker", "manager", "agent"),
    ),
    Permission(
        name="clients.create",
        title=_("Take clients in"),
        roles=("broker", "manager", "marketing"),
    ),
    Permission(
        name="clients.import",
        title=_("Import clients"),
        roles=("broker", "manager", "marketing"),
    ),
    Permission(
        name="clients.reveal",
        title=_("See whole contact points"),
        roles=("broker", "manager", "agent", "compliance"),
    ),
    Permission(name="clients.export", title=_("Export lists"), roles=("manager", "compliance")),
    Permission(
        name="clients.disclose", title=_("Give a client his own file"), roles=("compliance",)
    ),
    Permission(name="clients.erase", title=_("Ask for a client's wipe"), roles=("compliance",)),
    Permission(
        name="clients.erase.release", title=_("Release a client's wipe"), roles=("principal",)
    ),
    Permission(
        name="clients.merge",
        title=_("Merge clients, and part them again"),
        roles=("manager", "compliance"),
    ),
    Permission(name="clients.tags", title=_("Keep the firm's list of tags"), roles=("manager",)),
    Permission(
        name="clients.fields",
        title=_("Define custom fields"),
        roles=("manager", "operator"),
    ),
    Permission(
        name="clients.classify",
        title=_("Set suitability classes"),
        roles=("compliance", "principal"),
    ),
    Permission(name="segments.read", title=_("See segments"), roles=SEERS),
    Permission(
        name="segments.write",
        title=_("Make segments"),
        roles=("broker", "manager", "marketing"),
    ),
)
