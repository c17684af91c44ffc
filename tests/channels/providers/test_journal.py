import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.providers.journal import Journal, Noted, read

WRITER = """
import sys
from pathlib import Path
from channels.providers.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(10_000_000):
    journal.about_to_send(number)
    print(number, "S", flush=True)
    journal.replied(number, "250", f"id-{number}")
    print(number, "R", flush=True)
"""


def test_the_last_word_about_each_delivery_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "w1.log"
    journal = Journal(path)
    journal.about_to_send(1)
    journal.replied(1, "250", "d.1.ab@hub.example")
    journal.about_to_send(2)
    assert read(path) == {1: Noted(True, "250", "d.1.ab@hub.example"), 2: Noted(False)}
    journal.clear()
    journal.about_to_send(3)
    assert read(path) == {3: Noted(False)}
    journal.close()


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == {}


@given(cut=st.integers(0, 200), extra=st.text(max_size=20))
def test_a_torn_entry_counts_as_not_written(
    tmp_path_factory: pytest.TempPathFactory, cut: int, extra: str
) -> None:
    path = tmp_path_factory.mktemp("journal") / "w.log"
    journal = Journal(path)
    for number in range(1, 9):
        journal.about_to_send(number)
        journal.replied(number, extra, extra)
    journal.close()
    whole, raw = read(path), path.read_bytes()
    path.write_bytes(raw[:cut])
    for number, noted in read(path).items():
        assert noted in {whole[number], Noted(False)}
    path.write_bytes(raw[:cut] + b"\nS 77;")
    assert read(path)[77] == Noted(False)


@pytest.mark.feature("M01")
def test_what_was_noted_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "w.log"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    for _ in range(500):
        last = writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read()
    writer.wait()
    said = [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    number, kind = (said[-1] if said else last).split()
    noted = read(path)
    assert int(number) in noted
    if kind == "R":
        assert noted[int(number)].is_replied
    writer.stdout.close()


def test_a_full_disk_stops_the_send_and_not_the_reply(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "w.log")
    os.close(journal._handle)
    journal._handle = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space"):
        journal.about_to_send(1)
    journal.replied(1, "250", "")
    journal.close()
