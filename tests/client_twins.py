"""The twins of the client book's pages."""

from __future__ import annotations

# Page → the operations that do the same.
TWINS: dict[str, tuple[str, ...]] = {
    "tags.put": ("tags_api.put",),
    "tags.take_off": ("tags_api.take_off",),
    "tags.index": ("tags_api.index",),
    "tags.enlist": ("tags_api.enlist",),
    "tags.retire": ("tags_api.retire",),
    "care.show": ("care_api.shown",),
    "care.put": ("care_api.put",),
    "care.end": ("care_api.end",),
    "notes.show": ("notes_api.shown",),
    "notes.record": ("notes_api.record",),
    "notes.agree": ("notes_api.agree",),
    "notes.meet": ("notes_api.meet",),
    "notes.remove": ("notes_api.remove",),
    "notes.agree_own": ("notes_api.agree_own",),
    "notes.refuse_own": ("notes_api.refuse_own",),
    "kin.show": ("kin_api.shown",),
    "kin.relate": ("kin_api.relate",),
    "kin.part": ("kin_api.part",),
    "kin.found": ("kin_api.found",),
    "kin.join": ("kin_api.join",),
    "kin.leave": ("kin_api.leave",),
    "clients.owners": ("clients_api.owners",),
    "suitability.show": ("suitability_api.shown",),
    "suitability.classify": ("suitability_api.classify",),
    "custom.show": ("custom_api.shown",),
    "custom.write": ("custom_api.write",),
    "custom.index": ("custom_api.index",),
    "custom.define": ("custom_api.define",),
    "custom.edit": ("custom_api.show",),
    "custom.change": ("custom_api.change",),
    "custom.retire": ("custom_api.retire",),
    "custom.restore": ("custom_api.restore",),
}
