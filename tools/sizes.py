"""Hold the house's sizes: no Python file over 250 lines, no function over 30 lines of code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.step import ROOT

FILE_LINES = 250
FUNCTION_LINES = 30
EXCEPTED = {"migrations", "node_modules", "var", "build"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[Path]:
    """Every Python file of the work tree but migrations and what is built."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if not any(part in EXCEPTED or part.startswith(".") for part in parts):
            yield path


def faults(path: Path) -> Iterator[str]:
    """What is too long in one file."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    name = path.relative_to(ROOT)
    if len(lines) > FILE_LINES:
        yield f"{name}: {len(lines)} lines, over {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            length = code_lines(node, lines)
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines of code"


def code_lines(function: Function, lines: list[str]) -> int:
    """Lines of a function's body that hold code: no docstring, comment, blank or long text."""
    first = function.body[0].lineno
    end = function.end_lineno or first
    text = set(_text_lines(function))
    return sum(
        1
        for number in range(first, end + 1)
        if number not in text and (line := lines[number - 1].strip()) and not line.startswith("#")
    )


def _text_lines(function: Function) -> Iterable[int]:
    """Lines inside docstrings and texts that run over several lines, such as SQL."""
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
        elif isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno != node.lineno:
            yield from range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)


def main() -> int:
    """Print what is too long; 1 when anything is."""
    found = [fault for path in sources() for fault in faults(path)]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
