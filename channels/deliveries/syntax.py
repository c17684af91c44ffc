"""What a message's template may consist of: little, so that no template can hang or fill the house.

Names, conditions, comparisons, joining and a few filters. No arithmetic, loops, calls, attributes
or assignments: each of them lets a short text ask for unbounded time or memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hub.kernel.errors import Invalid

MOST_NODES = 5_000
DEEPEST = 40
NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Const,
    nodes.Name, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Concat, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
# Each gives at most a few times what it is given.
FILTERS = frozenset({
    "default", "d", "upper", "lower", "title", "capitalize", "trim", "escape", "e", "length",
    "urlencode",
})  # fmt: skip
TESTS = frozenset({"defined", "undefined", "none"})
SIGNS: dict[type[nodes.Node], str] = {
    nodes.Pow: "**", nodes.Mul: "*", nodes.Add: "+", nodes.Sub: "-", nodes.Mod: "%",
    nodes.Div: "/", nodes.FloorDiv: "//", nodes.Neg: "-", nodes.Pos: "+", nodes.Getattr: ".",
    nodes.Getitem: "[]", nodes.Slice: "[:]", nodes.Call: "()", nodes.Dict: "{}",
    nodes.Assign: "set", nodes.AssignBlock: "set", nodes.FilterBlock: "filter",
    nodes.CallBlock: "call", nodes.FromImport: "from",
    nodes.ScopedEvalContextModifier: "autoescape",
}  # fmt: skip


class Missing(StrictUndefined):
    """A variable that has no value; the error's message is its bare name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return self._undefined_name or ""


def environment(*, escape: bool) -> ImmutableSandboxedEnvironment:
    """Where templates live: nothing but the filters and tests above."""
    made = ImmutableSandboxedEnvironment(
        autoescape=escape, undefined=Missing, keep_trailing_newline=True
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def compiled(part: str, source: str, made: ImmutableSandboxedEnvironment) -> Template:
    """A part's template, checked before anything of it is evaluated.

    Raises: Invalid naming the line that is wrong.
    """
    try:
        for place, (node, depth) in enumerate(_walk(made.parse(source))):
            if place >= MOST_NODES or depth > DEEPEST:
                raise Invalid({part: _("This is too intricate for a message. Make it simpler.")})
            refused = _refused(node)
            if refused:
                raise Invalid({part: _(
                    "Line %(line)s: “%(what)s” cannot be used in a message.",
                    line=node.lineno, what=refused,
                )})  # fmt: skip
        return made.from_string(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None) or 1
        why = error.message or str(error)
        raise Invalid({part: _("Line %(line)s: %(why)s", line=line, why=why)}) from error
    # Python's own limits: digits of a number, depth of what it reads and compiles.
    except (ValueError, RecursionError, MemoryError, SyntaxError) as error:
        raise Invalid({part: _("This is too intricate for a message. Make it simpler.")}) from error


def pieces(tree: nodes.Template) -> tuple[tuple[str, str], ...] | None:
    """A template that is nothing but text and bare names, as (text, name after it) pairs."""
    found: list[tuple[str, str]] = []
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            return None
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                before = found.pop()[0] if found and not found[-1][1] else ""
                found.append((before + node.data, ""))
            elif isinstance(node, nodes.Name) and node.name != "self":
                found.append(("", node.name))
            else:
                return None
    return tuple(found)


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with its depth; a stack of our own, since the template decides how deep."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]


def _refused(node: nodes.Node) -> str:
    """What a message may not use, as its author wrote it; "" when it may."""
    if type(node) not in NODES:
        return SIGNS.get(type(node), type(node).__name__.lower())
    if isinstance(node, nodes.Filter | nodes.Test):
        if node.name not in (FILTERS if isinstance(node, nodes.Filter) else TESTS):
            return node.name
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return "*"
    return ""
