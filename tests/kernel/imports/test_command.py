"""`hub import KIND FILE`: the same passes, an exit code, a file of rejects."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from hub.kernel.errors import Invalid
from hub.kernel.imports.command import import_commands
from tests.kernel.imports.conftest import Shelf

GOOD = "编号,书名,可借\n1,道,是\n2,易,否\n"


def run(folder: Path, text: str, *options: str) -> Result:
    file = folder / "books.csv"
    file.write_bytes(text.encode("gb18030"))
    return CliRunner().invoke(import_commands, ["books", str(file), *options])


def test_a_good_file_exits_with_0(shelf: Shelf, tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--encoding", "gb18030", "--wording", "as told")
    assert result.exit_code == 0, result.output
    assert "2 rows: 2 created, 0 updated, 0 unchanged, 0 refused" in result.output


def test_rejects_exit_with_1_and_name_their_file(shelf: Shelf, tmp_path: Path) -> None:
    text = "编号,Heading\n1,道\n,易\n"
    result = run(tmp_path, text, "--encoding", "gb18030", "--map", "Heading=title")
    assert result.exit_code == 1
    rejects = tmp_path / "books.csv.rejects.csv"
    assert str(rejects) in result.output
    assert "must not be empty" in rejects.read_text("utf-8-sig")


def test_a_dry_run_takes_nothing_over(shelf: Shelf, tmp_path: Path) -> None:
    options = ("--encoding", "gb18030", "--wording", "as told")
    assert run(tmp_path, GOOD, *options, "--dry-run").exit_code == 0
    assert "2 created" in run(tmp_path, GOOD, *options).output


def test_a_missing_answer_is_named_as_its_option(shelf: Shelf, tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--encoding", "gb18030")
    assert isinstance(result.exception, Invalid)
    assert "--wording" in str(result.exception)


def test_an_unsure_encoding_must_be_named(shelf: Shelf, tmp_path: Path) -> None:
    result = run(tmp_path, "no,title\n1,㐀䶮𠮷\n2,㐁\n")
    assert isinstance(result.exception, Invalid)
    assert "--encoding" in str(result.exception)


def test_help_lists_kinds_and_fields(shelf: Shelf) -> None:
    runner = CliRunner()
    assert "books" in runner.invoke(import_commands, ["--help"]).output
    assert "may_lend" in runner.invoke(import_commands, ["books", "--help"]).output
