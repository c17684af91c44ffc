"""What the import contracts cannot see: where a commit, a setting, an import may stand."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import ROOT, SIBLINGS, modules_of, name_of

pytestmark = pytest.mark.feature("S95")

LOADERS = {"hub/__main__.py", "hub/kernel/modules.py"}
HTTP = {"flask", "werkzeug", "flask_wtf", "flask_security", "flask_login"}
ORM = {"sqlalchemy", "flask_sqlalchemy", "alembic"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports when it runs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_contract_that_is_broken_would_be_seen(tmp_path: Path) -> None:
    """The linter is bound to this tree: a file that breaks a rule must be reported."""
    for name in ("hub", *SIBLINGS, "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "hub").unlink()
    (tmp_path / "hub").mkdir()
    for part in (ROOT / "hub").iterdir():
        (tmp_path / "hub" / part.name).symlink_to(part)
    (tmp_path / "hub" / "app.py").unlink()
    (tmp_path / "hub" / "app.py").write_text("import channels.module\n", "utf-8")
    linter = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [linter, "--no-cache"], cwd=tmp_path, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "hub imports nobody BROKEN" in done.stdout


@pytest.mark.parametrize("sibling", SIBLINGS)
def test_a_sibling_imports_only_the_hub(sibling: str) -> None:
    others = set(SIBLINGS) - {sibling}
    found = [
        f"{path}:{line} imports {name}"
        for path, tree in modules_of(sibling)
        for line, name in imports(tree)
        if name.split(".")[0] in others
    ]
    assert found == []


def test_every_sibling_is_under_contract() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.importlinter]")[2]
    roots = text.partition("root_packages = ")[2].partition("\n")[0]
    assert [name for name in SIBLINGS if f'"{name}"' not in roots] == []


def test_only_the_unit_of_work_commits() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in modules_of("hub", *SIBLINGS)
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    files = {place.partition(":")[0] for place in found}
    # The search index is written outside any unit, by a writer of its own.
    assert files - {"hub/kernel/whoosh_index.py"} == {"hub/kernel/work.py"}, found


def test_only_config_reads_the_environment() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules_of("hub", *SIBLINGS)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
            and isinstance(node.value, ast.Name) and node.value.id == "os")
    ]  # fmt: skip
    assert {place.partition(":")[0] for place in found} <= {"hub/kernel/config.py"}, found


def test_nothing_is_imported_inside_a_function() -> None:
    found = []
    for path, tree in modules_of("hub", *SIBLINGS):
        functions = [
            node for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        ]  # fmt: skip
        for function in functions:
            found += [f"{path}:{line} {name}" for line, name in imports(function)]
            found += [
                f"{path}:{call.lineno} {name_of(call)}"
                for call in calls(function)
                if name_of(call) in {"import_module", "__import__"} and path not in LOADERS
                and path != "hub/kernel/schema.py"
            ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("names", "forbidden"),
    [
        ({"rules"}, HTTP | ORM),
        ({"events"}, HTTP | ORM),
        ({"service", "models", "queries"}, HTTP),
    ],
)
def test_rules_know_no_orm_and_services_no_http(names: set[str], forbidden: set[str]) -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path, tree in modules_of("hub", *SIBLINGS)
        if Path(path).stem in names and not path.startswith("hub/kernel/")
        for line, name in imports(tree)
        if name.split(".")[0] in forbidden
        # Accounts' models are Flask-Security's: the one room that may know it.
        and not (path == "hub/accounts/models.py" and name.startswith("flask_security."))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("twilio", {"channels"}),
        ("flask_mail", {"channels"}),
        ("flask_socketio", {"channels/live"}),
        ("socketio", {"channels/live"}),
        ("aiosmtpd", {"channels/sandbox"}),
        ("rq", {"hub/kernel"}),
        ("redis", {"hub/kernel", "channels/live"}),
        ("flask_security", {"hub/accounts"}),
        ("flask_sqlalchemy", {"hub/kernel"}),
        ("flask_smorest", {"hub/pages/api"}),
        ("apispec", {"hub/pages/api"}),
        ("phonenumbers", {"hub/kernel/addresses.py"}),
        ("email_validator", {"hub/kernel/addresses.py"}),
    ],
)
def test_a_library_is_known_in_one_place(library: str, places: set[str]) -> None:
    found = [
        f"{path}:{line}"
        for path, tree in modules_of("hub", *SIBLINGS)
        for line, name in imports(tree)
        if name.split(".")[0] == library and not any(path.startswith(place) for place in places)
    ]
    assert found == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "lib"}
    assert [path for path, _ in modules_of("hub", *SIBLINGS) if Path(path).stem in empty] == []
