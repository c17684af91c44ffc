"""What a person does with an import: choose the form, map, answer, check, take over, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext

from hub.kernel import access, audit, clock
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.imports import checking, staging
from hub.kernel.imports.intake import begin_pass
from hub.kernel.imports.kinds import Question, Refused, kind
from hub.kernel.imports.mapping import settled
from hub.kernel.imports.models import WORKING, Import, State
from hub.kernel.imports.passes import context_of, stop
from hub.kernel.imports.queries import one
from hub.kernel.imports.sniff import BOOK, DELIMITERS, ENCODINGS, Form
from hub.kernel.sentences import shown

_READABLE = frozenset({State.ASKING, State.STAGED, State.CHECKED, State.FAILED, State.STAGING})
_MAPPABLE = frozenset({State.STAGED, State.CHECKED})


def choose_form(
    import_id: int,
    encoding: str = ENCODINGS[0],
    delimiter: str = DELIMITERS[0],
    *,
    header: bool = True,
    sheet: str = "",
) -> None:
    """Read the file anew: a text with another encoding or delimiter, another sheet of a workbook.

    Raises: NotFound, Conflict, Invalid.
    """
    row = _open(import_id, _READABLE)
    present = Form(**row.form)
    if present.format == BOOK:
        form = _other_sheet(present, sheet)
    else:
        form = _other_text(present, encoding, delimiter)
    staging.restart(row, replace(form, header=header))
    _act(row)
    begin_pass(row, State.STAGING)


def _other_sheet(present: Form, sheet: str) -> Form:
    if sheet not in present.sheets:
        raise Invalid({"sheet": gettext("Choose one of the sheets.")})
    return replace(present, sheet=sheet)


def _other_text(present: Form, encoding: str, delimiter: str) -> Form:
    if encoding not in ENCODINGS:
        raise Invalid({"encoding": gettext("Choose one of the encodings.")})
    if delimiter not in DELIMITERS:
        raise Invalid({"delimiter": gettext("Choose one of the delimiters.")})
    skip = present.skip if encoding == "utf-8" else 0
    return replace(present, encoding=encoding, delimiter=delimiter, skip=skip)


def choose_mapping(import_id: int, mapping: Mapping[str, str]) -> None:
    """Say which column feeds which field.

    Raises: NotFound, Conflict, Invalid.
    """
    row = _open(import_id, _MAPPABLE)
    row.mapping = settled(kind(row.kind), row.header, mapping)
    row.state, row.changed_at = State.STAGED, clock.now()


def questions(row: Import) -> tuple[Question, ...]:
    """What the mapped columns raise."""
    return kind(row.kind).asked(frozenset(row.mapping.values()))


def answer(import_id: int, answers: Mapping[str, str]) -> None:
    """Answer the questions.

    Raises: NotFound, Conflict, Invalid naming the questions.
    """
    row = _open(import_id, _MAPPABLE)
    context = context_of(row)
    given: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for question in questions(row):
        text = given[question.name] = answers.get(question.name, "").strip()
        try:
            if not text:
                wrong[question.name] = _unanswered(question)
            else:
                question.parse(text, context)
        except Refused as problem:
            wrong[question.name] = shown([problem.text, problem.args_])
    if wrong:
        raise Invalid(wrong)
    row.answers, row.state, row.changed_at = dict(given), State.STAGED, clock.now()


def check(import_id: int) -> None:
    """Start the dry check.

    Raises: NotFound, Conflict, Invalid when the mapping or an answer is missing.
    """
    row = _open(import_id, _MAPPABLE)
    settled(kind(row.kind), row.header, row.mapping)
    missing = {q.name: _unanswered(q) for q in questions(row) if not row.answers.get(q.name)}
    if missing:
        raise Invalid(missing)
    _act(row)
    checking.restart(row)
    begin_pass(row, State.CHECKING)


def apply(import_id: int) -> None:
    """Take the good rows over.

    Raises: NotFound, Conflict when unchecked, Invalid when no row is good.
    """
    row = _open(import_id, frozenset({State.CHECKED}))
    if not row.good:
        raise Invalid({"rows": gettext("No row can be taken over.")})
    _act(row)
    row.created = row.updated = row.unchanged = 0
    begin_pass(row, State.APPLYING)


def resume(import_id: int) -> None:
    """Go on with a halted import where it stood; from now on it obeys the present actor's rights.

    Raises: NotFound, Forbidden, Conflict.
    """
    row = _open(import_id, frozenset({State.HALTED}))
    _act(row)
    state, row.halted, row.problem = State(row.halted or ""), None, None
    begin_pass(row, state, cursor=row.cursor)
    audit.append("import-resumed", row.kind, row.id)


def cancel(import_id: int) -> None:
    """Stop; what was taken over so far stays and is counted.

    Raises: NotFound, Conflict when it is over already.
    """
    row = _open(import_id, _READABLE | WORKING | {State.RECEIVING, State.HALTED})
    stop(row)


def _unanswered(question: Question) -> str:
    return str(gettext("Please answer: %(question)s", question=question.title))


def _act(row: Import) -> None:
    """From now on the import works for the present actor."""
    actor = access.current()
    row.actor_id, row.token_id = actor.user_id, actor.token_id


def _open(import_id: int, states: frozenset[State]) -> Import:
    row = one(import_id)
    if row.state not in states:
        raise Conflict(gettext("This import has moved on: load the page again."))
    access.demand(kind(row.kind).needs)
    return row
