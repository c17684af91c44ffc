"""What counts as a line of code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import sizes

LONG = "def f():\n" + "".join(f"    x{n} = {n}\n" for n in range(31))
WORDY = (
    'def f():\n    """Say\n' + "    much.\n" * 30 + '    """\n\n    # why\n'
    '    return """\n' + "    select\n" * 30 + '    """\n'
)


@pytest.mark.parametrize(
    ("text", "count"), [(LONG, 1), (WORDY, 0), ("x = 1\n" * 250, 0), ("x = 1\n" * 251, 1)]
)
def test_code_counts_and_text_does_not(
    text: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    path = tmp_path / "sample.py"
    path.write_text(text)
    assert len(list(sizes.faults(path))) == count
