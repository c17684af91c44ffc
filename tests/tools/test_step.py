"""Steps of the set-up: taken once for a state of their inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import step
from tools.step import Step, Trouble, call, take


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(step, "ROOT", tmp_path)
    monkeypatch.setattr(step, "STAMPS", tmp_path / ".stamps")
    monkeypatch.setattr(step, "LOG", tmp_path / ".stamps" / "log")
    return tmp_path


def test_a_step_is_taken_when_its_input_changed_or_its_output_is_gone(root: Path) -> None:
    source, output, taken = root / "in", root / "out", []

    def build() -> None:
        taken.append(source.read_text())
        output.write_text("built")

    made = Step("made", "Making", build, (source,), (output,))
    source.write_text("one")
    take([made])
    take([made])
    assert taken == ["one"]
    source.write_text("two")
    take([made])
    output.unlink()
    take([made])
    assert taken == ["one", "two", "two"]


def test_a_step_that_failed_is_taken_again(root: Path) -> None:
    broken = Step("broken", "Breaking", lambda: call(["sh", "-c", "echo why it broke; exit 3"]))
    for _ in range(2):
        with pytest.raises(Trouble, match="why it broke"):
            take([broken])
    assert not (root / ".stamps" / "broken").exists()
