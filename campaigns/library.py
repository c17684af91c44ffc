"""Templates: write, change, put away."""

from __future__ import annotations

from flask_babel import gettext as _

from campaigns import queries, versions, wording
from campaigns.models import Template
from campaigns.rules import Words
from hub.kernel import audit, clock, work
from hub.kernel.errors import Forbidden, Invalid


def write(words: Words) -> int:
    """Make a template → its id.

    Raises: Forbidden, Invalid.
    """
    row = Template(**versions.stamps())
    _check(words)
    _put(row, words)
    return versions.keep(row, "template")


def rewrite(template_id: int, words: Words, *, version: int) -> None:
    """Change a template; campaigns made from it keep the words they took.

    Raises: NotFound, Forbidden, Invalid.
    """
    row = _own(template_id)
    versions.expect(row, version, _(
        "This template was changed in another window. What you typed is still here: "
        "copy what you need, then open the template again."
    ))  # fmt: skip
    _check(words)
    _put(row, words)
    versions.touch(row)
    audit.append("changed", "template", row.id)


def archive(template_id: int, *, back: bool = False) -> None:
    """Put a template away, or take it out again.

    Raises: NotFound, Forbidden.
    """
    row = _own(template_id)
    row.archived_at = None if back else clock.now()
    audit.append("restored" if back else "archived", "template", row.id)


def _own(template_id: int) -> Template:
    row = queries.template(template_id)
    if not queries.may_change_template(row):
        raise Forbidden(code="not-your-template")
    work.session().refresh(row, with_for_update=True)
    return row


def _check(words: Words) -> None:
    if not any(source.strip() for parts in words.texts.values() for source in parts.values()):
        raise Invalid({"zh.sms": _("Write at least one text.")})
    wording.check_written(words.texts, words.klass)


def _put(row: Template, words: Words) -> None:
    row.name, row.klass = words.name, words.klass
    row.texts = {language: dict(parts) for language, parts in words.texts.items()}
