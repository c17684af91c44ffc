"""Backups are made alone, whole or not at all, and the oldest go."""

from __future__ import annotations

import resource

import pytest

from hub.kernel.backups import making, shelf
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Unavailable
from tests.kernel.backups.archives import (
    command,
    fill,
    kill_when,
    silent,
)

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S21")]


def test_a_second_backup_waits_its_turn(config: Config) -> None:
    with shelf.alone(), pytest.raises(Conflict, match="another backup"):
        making.make(config, None, silent)
    making.make(config, None, silent)


def test_a_full_disk_leaves_nothing_half_written(config: Config) -> None:
    fill(5)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most in (100_000, 5_000):  # in the copy of the database, then in the archive
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, limit[1]))
        try:
            with pytest.raises(Unavailable, match="cannot write"):
                making.make(config, None, silent)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert [path.name for path in shelf.folder().iterdir()] == ["lock"]


def test_only_the_newest_stay_on_the_shelf(config: Config) -> None:
    names = [making.make(config, None, silent).path.name for _ in range(4)]
    assert shelf.thin_out(2) == 2
    assert [kept.path.name for kept in shelf.kept()] == [names[3], names[2]]


def test_a_killed_backup_leaves_nothing_that_counts_and_the_next_one_sweeps_up(
    config: Config,
) -> None:
    fill(50)
    kill_when(command(config, "backup"), lambda: bool(list(shelf.folder().glob("making.*"))))
    assert shelf.newest() is None or shelf.newest().size > 0  # type: ignore[union-attr]
    made = making.make(config, None, silent)
    left = {path.name for path in shelf.folder().iterdir()}
    assert made.path.name in left
    assert not [name for name in left if name.startswith("making.") or name.endswith(".part")]
