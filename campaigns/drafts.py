"""Drafts: begin, change, take a template, duplicate, throw away."""

from __future__ import annotations

from flask_babel import gettext as _

from campaigns import queries, versions, wording
from campaigns.models import Campaign
from campaigns.rules import NAME_MOST, Draft
from hub.clients import queries as clients
from hub.kernel import access, audit, work
from hub.kernel.errors import Conflict, Forbidden, Invalid


class NotADraft(Conflict):
    """It was sent already: what went out cannot be changed."""

    code = "not-a-draft"


def begin(draft: Draft) -> int:
    """Make a draft → its id.

    Raises: Forbidden, Invalid.
    """
    row = Campaign(**versions.stamps())
    _check(draft)
    _write(row, draft)
    return versions.keep(row, "campaign")


def change(campaign_id: int, draft: Draft, *, version: int) -> Campaign:
    """Change a draft that is still as it was at `version`.

    Raises: NotFound, Forbidden, NotADraft, Invalid.
    """
    row = open_draft(campaign_id, version=version)
    _check(draft)
    _write(row, draft)
    versions.touch(row)
    return row


def take_template(campaign_id: int, draft: Draft, *, version: int, template_id: int) -> None:
    """Change a draft and replace its words by a template's.

    Raises: as `change`.
    """
    template = queries.template(template_id)
    row = change(campaign_id, draft, version=version)
    row.texts, row.klass, row.template_id = template.texts, template.klass, template.id


def duplicate(campaign_id: int) -> int:
    """A new draft with the words and the segment of a campaign → its id.

    Raises: NotFound, Forbidden.
    """
    old, actor = queries.one(campaign_id), access.demand("campaigns.write")
    name = _("%(name)s (copy)", name=old.name)[:NAME_MOST]
    row = Campaign(
        name=name, firm=old.firm and actor.holds("campaigns.firm"),
        klass=old.klass, channels=old.channels, texts=old.texts, template_id=old.template_id,
        segment_id=old.segment_id, **versions.stamps(),
    )  # fmt: skip
    return versions.keep(row, "campaign", copy_of=old.id)


def discard(campaign_id: int) -> None:
    """Throw a draft away; what was sent stays.

    Raises: NotFound, Forbidden, NotADraft.
    """
    row = open_draft(campaign_id)
    audit.append("discarded", "campaign", row.id)
    work.session().delete(row)


def open_draft(campaign_id: int, *, version: int | None = None) -> Campaign:
    """A draft the present actor may change, locked against a second writer.

    Raises: NotFound, Forbidden, NotADraft, Invalid when it is not at `version` any more.
    """
    row = locked(campaign_id)
    if row.batch_id is not None:
        raise NotADraft(_("This campaign was sent already. Duplicate it to change it."))
    if version is not None:
        versions.expect(row, version, _(
            "This draft was changed in another window. What you typed is still here: "
            "copy what you need, then open the campaign again."
        ))  # fmt: skip
    return row


def locked(campaign_id: int) -> Campaign:
    """A campaign the present actor may change; whoever comes second waits and sees the result.

    Raises: NotFound, Forbidden.
    """
    row = queries.one(campaign_id)
    if not queries.may_change(row):
        raise Forbidden(code="not-your-campaign")
    work.session().refresh(row, with_for_update=True)
    return row


def _check(draft: Draft) -> None:
    actor = access.current()
    if draft.firm:
        access.demand("campaigns.firm")
    elif actor.broker_id is None:
        raise Invalid({"firm": _("You serve no clients yourself: send it in the firm's name.")})
    if draft.segment_id is not None:
        clients.segment(draft.segment_id)
    wording.check_written(draft.texts, draft.klass)


def _write(row: Campaign, draft: Draft) -> None:
    row.name, row.klass, row.firm = draft.name, draft.klass, draft.firm
    row.channels = list(draft.channels)
    row.texts = {language: dict(parts) for language, parts in draft.texts.items()}
    row.segment_id = draft.segment_id
