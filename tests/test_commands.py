"""Every command of `hub` as a process: it runs where docs/security.md says, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from hub import cli
from hub.__main__ import GROUP
from hub.kernel import modules, supervise
from hub.kernel.manifest import module as kernel
from tests import roles
from tests.house import ROOT

pytestmark = pytest.mark.feature("S93")

CSV = "客户号,姓名,手机\nA1,王芳,13800001111\n"
FILES = {  # of those that take another than of clients
    "import notes": "客户号,类型,了解到的内容,日期\nA1,退休,明年退休,2026-01-05\n",
    "import brokers": "工号,姓名,营业部,入职日期\nB1,王芳,总部,2020-01-01\n",
    "import tree": "工号,新上级工号,生效日期\nB1,B2,2026-01-05\n",
    "import relationships": "客户号,经纪人,生效日期\nA1,B1,2026-01-05\n",
    "import leads": (
        "手机,姓名,来源,同意方式,同意日期,凭证\n13800001111,王芳,fair,书面,2026-01-05,表 1\n"
    ),
}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command below one, as it is typed."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from leaves(below, (*path, name))


def registry() -> set[str]:
    """Every command that the wiring, the modules and the processes bring along."""
    own = [(name, command) for name, command in cli.hub.commands.items()]
    found = (kernel, *modules.manifests(()))
    own += [(str(one.name), one) for item in found for one in item.commands]
    typed = {leaf for name, command in own for leaf in leaves(command, (name,))}
    return typed | {point.name for point in entry_points(group=GROUP)}


@pytest.mark.database("sqlite")
def test_every_command_stands_in_the_list(app: object) -> None:
    del app  # kinds of import are those of the loaded modules
    assert registry() == set(roles.COMMANDS)


class Shell:
    """Runs commands, each in a process of its own."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.commanding"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, data: Path, command: str, **settings: str) -> tuple[int, str]:
        """A command on a data folder → its exit code and its words."""
        file, out = data.parent / "given", data.parent / "said"
        file.write_text(FILES.get(command, CSV), "utf-8")
        typed = f"{command} {roles.COMMANDS[command][1]}".split()
        words = [str(file) if word == "FILE" else word for word in typed]
        wish = {"words": words, "settings": {"HUB_DATA": str(data), **settings}, "out": str(out)}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(wish) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline()), out.read_text("utf-8")

    def close(self) -> None:
        self._server.communicate()


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    shell = Shell()
    yield shell
    shell.close()


def those(*rules: str) -> list[str]:
    return [command for command, (rule, _) in roles.COMMANDS.items() if rule in rules]


@pytest.mark.parametrize("command", those("tables", "process", "sandbox"))
def test_without_its_tables_a_command_says_what_to_do_first(
    shell: Shell, tmp_path: Path, command: str
) -> None:
    code, words = shell.run(tmp_path / "var", command)
    assert code == 2, words
    assert "hub: the tables are not those of this version: run `hub migrate`" in words
    assert "Traceback" not in words


@pytest.mark.parametrize("command", those("anywhere"))
def test_some_run_in_an_empty_folder(shell: Shell, tmp_path: Path, command: str) -> None:
    code, words = shell.run(tmp_path / "var", command)
    assert code in {0, 1}, words
    assert "Traceback" not in words


@pytest.mark.parametrize("command", those("redis"))
def test_without_redis_no_websocket_is_served(tmp_path: Path, command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    done = subprocess.run(  # it has an interpreter of its own: gevent must patch first
        [sys.executable, "-m", "hub", command], cwd=ROOT, check=False, capture_output=True,
        text=True, timeout=120, env=environment | {"HUB_DATA": str(tmp_path / "var")},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "hub: websockets hear through Redis: set HUB_REDIS_URL\n"


@pytest.fixture(scope="module")
def in_use(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables and a user."""
    data = tmp_path_factory.mktemp("in-use") / "var"
    for command in ("migrate", "users add"):
        assert shell.run(data, command)[0] == 0
    return data


@pytest.mark.parametrize("command", [name for name in those("tables") if name != "users add"])
def test_beside_a_running_hub_a_command_does_its_work(
    shell: Shell, in_use: Path, command: str
) -> None:
    with supervise.held(in_use):
        code, words = shell.run(in_use, command)
    assert code in {0, 1}, words
    assert "Traceback" not in words


@pytest.mark.parametrize("command", those("alone"))
def test_beside_a_running_hub_no_other_begins(shell: Shell, in_use: Path, command: str) -> None:
    with supervise.held(in_use):
        code, words = shell.run(in_use, command)
    assert code == 2
    assert f"runs on {in_use}: stop it or set HUB_DATA" in words


@pytest.mark.parametrize("command", those("bare"))
def test_what_compares_with_an_empty_database_refuses_another(
    shell: Shell, in_use: Path, command: str
) -> None:
    before = [path.read_bytes() for path in sorted(ROOT.glob("*/migrations/0001.py"))]
    code, words = shell.run(in_use, command)
    assert code == 2
    assert "empty" in words
    assert [path.read_bytes() for path in sorted(ROOT.glob("*/migrations/0001.py"))] == before


def test_made_up_people_come_into_an_unused_sandbox_only(
    shell: Shell, in_use: Path, tmp_path: Path
) -> None:
    (command,) = those("sandbox")
    code, words = shell.run(in_use, command)
    assert code == 2
    assert "this installation is in use" in words
    assert shell.run(tmp_path / "var", "migrate")[0] == 0
    code, words = shell.run(tmp_path / "var", command, HUB_SANDBOX="0")
    assert code == 2
    assert "made-up people belong in a sandbox only" in words
    assert shell.run(tmp_path / "var", command)[0] == 0
