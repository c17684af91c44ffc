"""The rule builder: rows of field, op and value in groups, as a form and as a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.kernel import facts
from hub.kernel.errors import Conflict
from hub.kernel.rules import OPS, Field, Rule

MOST_GROUPS, MOST_ROWS = 10, 20
_COMMA = re.compile(r"\s*[,;\uff0c\uff1b\u3001]\s*")  # Latin and Chinese ones
_NAME = re.compile(r"c-(\d{1,3})-(\d{1,3})-field")


@dataclass(slots=True, kw_only=True)
class Line:
    """One condition as typed; `value2` is the upper end of “between”."""

    field: str
    op: str
    value: str = ""
    value2: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether it asks something."""
        return self.op in {"known", "unknown"} or bool(self.value or self.value2)


@dataclass(slots=True, kw_only=True)
class Group:
    """Conditions of which all or any must hold."""

    match: str = "all"
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Draft:
    """What stands in the builder: groups of which all or any must hold."""

    match: str = "all"
    groups: list[Group] = field(default_factory=list)

    def rule(self) -> Rule:
        """The rule that the rows say."""
        parts = [_of_group(group) for group in self.groups if group.lines]
        # No part at all means everybody, whatever joins the parts.
        if not parts:
            return {"all": []}
        return parts[0] if len(parts) == 1 else {self.match: parts}

    def filled(self) -> Draft:
        """The draft without the rows that still wait for a value: what can be counted."""
        groups = [
            Group(match=group.match, lines=[line for line in group.lines if line.is_filled])
            for group in self.groups
        ]
        return Draft(match=self.match, groups=[group for group in groups if group.lines])

    def edited(self, action: str) -> Draft:
        """The draft after a button: `add-<group>`, `remove-<group>-<line>`, `group`."""
        word, *places = action.split("-")
        numbers = [int(place) for place in places if place.isdigit()]
        if word == "group" and len(self.groups) < MOST_GROUPS:
            self.groups.append(Group(lines=[first_line()]))
        elif word == "add" and len(numbers) == 1 and numbers[0] < len(self.groups):
            lines = self.groups[numbers[0]].lines
            if len(lines) < MOST_ROWS:
                lines.append(first_line())
        elif word == "remove" and len(numbers) == 2:  # noqa: PLR2004 - group and line
            self._remove(*numbers)
        return self

    def _remove(self, group: int, line: int) -> None:
        if group < len(self.groups) and line < len(self.groups[group].lines):
            del self.groups[group].lines[line]
            self.groups = [each for each in self.groups if each.lines]


def choices() -> dict[str, Field]:
    """The fields that may be asked, by name, in the order of the modules."""
    return {name: item.field for name, item in facts.fields().items()}


def first_line() -> Line:
    """The row a new line begins with."""
    first = next(iter(choices().values()))
    return Line(field=first.name, op=OPS[first.kind][0])


def empty() -> Draft:
    """A builder with one row."""
    return Draft(groups=[Group(lines=[first_line()])])


def read(form: Mapping[str, str]) -> Draft:
    """The draft that a posted form holds; an op that does not fit its field becomes its first."""
    known = choices()
    groups: dict[int, Group] = {}
    for place in sorted(_places(form)):
        group = groups.setdefault(
            place[0], Group(match=_match(form.get(f"group-{place[0]}-match")))
        )
        prefix = f"c-{place[0]}-{place[1]}-"
        name = form.get(f"{prefix}field", "")
        if name not in known or len(group.lines) >= MOST_ROWS:
            continue
        ops, op = OPS[known[name].kind], form.get(f"{prefix}op", "")
        group.lines.append(
            Line(
                field=name,
                op=op if op in ops else ops[0],
                value=form.get(f"{prefix}value", "").strip(),
                value2=form.get(f"{prefix}value2", "").strip(),
            )
        )
    return Draft(match=_match(form.get("match")), groups=list(groups.values())[:MOST_GROUPS])


def write(rule: Rule) -> Draft:
    """The draft that shows a rule.

    Raises: Conflict for a rule with more levels than the builder has.
    """
    match, parts = _parts(rule)
    if all("field" in part for part in parts):
        return Draft(groups=[Group(match=match, lines=[_line(part) for part in parts])])
    groups = []
    for part in parts:
        inner, lines = _parts(part)
        if not all("field" in line for line in lines):
            raise Conflict("this rule is nested deeper than this page shows", code="rule-too-deep")
        groups.append(Group(match=inner, lines=[_line(line) for line in lines]))
    return Draft(match=match, groups=groups)


def _parts(rule: Rule) -> tuple[str, list[Rule]]:
    if "field" in rule:
        return "all", [rule]
    for match in ("all", "any"):
        if match in rule:
            return match, list(rule[match])
    raise Conflict("this rule is nested deeper than this page shows", code="rule-too-deep")


def _line(rule: Rule) -> Line:
    value = rule.get("value")
    line = Line(field=str(rule["field"]), op=str(rule["op"]))
    if rule["op"] == "between" and isinstance(value, list):
        line.value, line.value2 = (str(end) for end in value)
    elif isinstance(value, list):
        line.value = ", ".join(str(item) for item in value)
    elif value is not None:
        line.value = str(value)
    return line


def _of_group(group: Group) -> Rule:
    parts = [_condition(line) for line in group.lines]
    return {group.match: parts}


def _condition(line: Line) -> Rule:
    found: dict[str, Any] = {"field": line.field, "op": line.op}
    if line.op == "between":
        return found | {"value": [line.value, line.value2]}
    if line.op in {"in", "has_any"}:
        return found | {"value": [part for part in _COMMA.split(line.value) if part]}
    return found if line.op in {"known", "unknown"} else found | {"value": line.value}


def _places(form: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    for name in form:
        if found := _NAME.fullmatch(name):
            yield int(found[1]), int(found[2])


def _match(word: str | None) -> str:
    return "any" if word == "any" else "all"
