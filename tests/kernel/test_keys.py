"""Seals: opened by the right key only, wrapped anew, gone with their person."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from flask import Flask

from hub.kernel import keys, ring, runner, work
from hub.kernel.config import Config
from hub.kernel.errors import HubError


@pytest.fixture(autouse=True)
def _ring(app: Flask, tmp_path: Path) -> None:
    del app
    ring.bind(tmp_path / "keys.json")


def sealed(person: int, text: str = "310101199001011234") -> str:
    with work.unit():
        return keys.sealer(person).seal(text)


def opened(person: int, seal: str) -> str:
    with work.unit(writes=False):
        return keys.opener(person).open(seal)


def test_a_seal_opens_for_its_person_only() -> None:
    seal = sealed(1)
    assert "3101" not in seal
    assert opened(1, seal) == "310101199001011234"
    sealed(2)
    with pytest.raises(keys.BrokenSeal):
        opened(2, seal)


def test_two_seals_of_the_same_text_differ() -> None:
    assert sealed(1) != sealed(1)


def test_a_seal_that_was_changed_is_refused() -> None:
    seal = sealed(1)
    for broken in (seal[:-4] + "AAAA", seal[2:], "1.!!", "", "2." + seal[2:]):
        with pytest.raises(keys.BrokenSeal):
            opened(1, broken)


def test_what_was_sealed_is_gone_with_the_key() -> None:
    seal = sealed(1)
    with work.unit():
        keys.destroy(1)
    with pytest.raises(keys.Erased):
        opened(1, seal)
    with pytest.raises(keys.Erased):
        sealed(1)
    with pytest.raises(keys.Erased):
        opened(99, seal)


def test_a_rotated_ring_opens_old_seals_and_wraps_with_the_new_key() -> None:
    seals = {number: sealed(number) for number in range(1, 6)}
    old = ring.ring().newest
    with work.unit():
        new = keys.rotate()
    runner.drain()
    with work.unit(writes=False):
        assert keys.in_use() == {new: 5}
    with work.unit():
        assert keys.prune() == [old]
    assert list(ring.ring().keys) == [new]
    for number, seal in seals.items():
        assert opened(number, seal) == "310101199001011234"


def test_a_ring_that_lacks_a_key_says_which(tmp_path: Path) -> None:
    seal = sealed(1)
    lost = ring.ring().newest
    ring.save(ring.ring().with_new_key().without(lost))
    with pytest.raises(ring.KeyMissing, match=lost):
        opened(1, seal)
    with work.unit(writes=False):
        assert keys.missing() == {lost: 1}
    (tmp_path / "keys.json").write_text("{}", "ascii")
    with pytest.raises(ring.KeyMissing, match="put it back"):
        opened(1, seal)


def test_the_ring_is_for_its_owner_only_and_does_not_print(tmp_path: Path) -> None:
    sealed(1)
    path = tmp_path / "keys.json"
    assert path.stat().st_mode & 0o077 == 0
    secret = next(iter(json.loads(path.read_text("ascii"))["keys"].values()))
    with work.unit():
        shown = repr(ring.ring()) + repr(keys.sealer(1))
    assert secret not in shown


def test_many_at_once_make_one_ring(tmp_path: Path) -> None:
    ring.bind(tmp_path / "new.json")
    found: list[str] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        found.append(ring.ring().newest)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.glob("new.json*")] == ["new.json"]


def test_equal_texts_have_equal_fingerprints_and_kinds_are_apart() -> None:
    one = keys.fingerprint("id_no", "310101199001011234")
    assert one == keys.fingerprint("id_no", "310101199001011234")
    assert one != keys.fingerprint("bank_card", "310101199001011234")
    assert "3101" not in one


def test_many_people_cost_a_few_statements(app: Flask) -> None:
    del app
    with work.unit():
        first = keys.sealers(range(1, 501))
        again = keys.sealers(range(1, 501))
        assert again[7].open(first[7].seal("text")) == "text"


def test_errors_are_answers_not_crashes() -> None:
    assert issubclass(keys.Erased, HubError)
    assert (keys.Erased.status, ring.KeyMissing.status) == (410, 503)


def test_each_installation_has_its_ring_in_its_data_folder(app: Flask) -> None:
    config: Config = app.config["HUB"]
    assert config.keys_file == str(config.data / "keys.json")
