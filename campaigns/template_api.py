"""Templates for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaigns import api_outs, forms, library, listings, queries
from campaigns.api_outs import TemplateOut
from campaigns.models import Template
from campaigns.rules import Words
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Guard
from hub.pages.lists import Listing

door = ApiDoor("templates_api", __name__, path="/templates", about="Words to begin with.")


def _listing() -> Listing:
    return listings.templates()[0]


@door.get("", needs="campaigns.read", listing=_listing)
def index() -> Any:
    """Templates of the house, those put away too."""
    return listings.templates()


@door.get("/export", needs="campaigns.read", listing=_listing, exports=True)
def export() -> Any:
    """The same, all of it."""
    return listings.templates()


@door.post("", needs="campaigns.write", takes=forms.TemplateForm, gives=out.Made, status=201)
def create(words: Words) -> dict[str, int]:
    """Keep a new template."""
    return {"id": library.write(words)}


@door.get("/<int:template_id>", needs="campaigns.read", gives=TemplateOut)
def show(template_id: int) -> dict[str, Any]:
    """One template."""
    return api_outs.told_template(queries.template(template_id))


@door.put(
    "/<int:template_id>", needs="campaigns.write", takes=forms.TemplateForm, gives=TemplateOut,
    guard=Guard(view=show, gives=TemplateOut, model=Template, key="template_id"),
)  # fmt: skip
def change(words: Words, template_id: int) -> dict[str, Any]:
    """Keep the changes of a template."""
    library.rewrite(template_id, words, version=queries.template(template_id).version)
    return show(template_id)


@door.post(
    "/<int:template_id>/archive", needs="campaigns.write", takes=forms.ArchiveForm,
    gives=TemplateOut,
)  # fmt: skip
def archive(wish: Mapping[str, bool], template_id: int) -> dict[str, Any]:
    """Put a template away, or take it out again."""
    library.archive(template_id, back=wish["back"])
    return show(template_id)
