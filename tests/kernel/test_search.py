"""Search: Chinese and English, rights applied, in step with the rows, rebuilt from them."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from flask import Flask

from hub.clients import service
from hub.kernel import access, clock, runner, search, work
from hub.kernel.config import Config
from hub.kernel.manifest import rebuild_search
from hub.kernel.whoosh_index import WhooshIndex, cut
from hub.relationship import service as serving
from tests import make, staff


@pytest.fixture(autouse=True)
def index(app: Flask) -> WhooshIndex:
    """An empty index in the folder of this application."""
    config: Config = app.config["HUB"]
    shutil.rmtree(config.data / "search", ignore_errors=True)
    made = WhooshIndex(config.data / "search")
    search.implement(made)
    return made


def found(words: str, actor: access.Actor = access.SYSTEM) -> list[str]:
    with work.unit(writes=False), access.acting(actor):
        return [hit.hint for hit in search.find("clients", words)]


def take_in(**fields: Any) -> int:
    with work.unit():
        client_id = make.client(**fields)
    runner.drain()
    return client_id


def test_names_are_cut_into_words() -> None:
    assert list(cut("华泰证券开户 Wang C-10")) == ["华泰", "证券", "开户", "wang", "c", "10"]


@pytest.mark.parametrize(
    "words", ["王芳华", "芳华", "王", "C-1001", "c 100", "１００１", "王芳 C-1001"]
)
def test_a_client_is_found_by_name_number_and_parts_of_them(app: Flask, words: str) -> None:
    take_in(no="C-1001", name="王芳华")
    take_in(no="D-2", name="Li Wei")
    with app.test_request_context():
        assert found(words) == ["C-1001"]
        assert found("li we") == ["D-2"]
        assert found("李") == found("") == found("!?") == []


def test_a_page_finds_only_whom_its_reader_may_see(app: Flask) -> None:
    mine, _other = take_in(no="C-1", name="王芳"), take_in(no="C-2", name="王芳")
    with work.unit(), access.acting(access.SYSTEM):
        user_id = staff.user("broker")
        serving.assign(mine, staff.broker(user_id), valid_from=clock.firm_day())
    with work.unit():
        manager_id, finance_id = staff.user("manager"), staff.user("finance")
    assert staff.signed_in(app, user_id).get("/search?q=王芳").text.count("data-hit") == 1
    assert staff.signed_in(app, manager_id).get("/search?q=王芳").text.count("data-hit") == 2
    assert staff.signed_in(app, finance_id).get("/search?q=王芳").text.count("data-hit") == 0


def test_an_erased_client_and_an_old_name_are_found_no_more(app: Flask) -> None:
    client_id = take_in(no="C-1", name="王芳")
    with work.unit(), access.acting(access.SYSTEM):
        service.wipe(client_id)
    runner.drain()
    with app.test_request_context():
        assert found("王芳") == found("C-1") == []


def test_what_a_dead_consumer_had_taken_is_indexed_by_the_next(app: Flask) -> None:
    with work.unit():
        make.client(no="C-1", name="王芳")
    with work.unit():
        assert search.index_job.claim("dead") is not None
    with work.unit():
        assert not isinstance(search.index_job.claim("living"), search._Batch)
    with work.unit():
        search.index_job.recover("dead")
    runner.drain()
    with app.test_request_context():
        assert found("王芳") == ["C-1"]


def test_a_lost_index_is_rebuilt_from_the_rows(app: Flask, index: WhooshIndex) -> None:
    take_in(no="C-1", name="王芳")
    shutil.rmtree(index.folder)
    with app.test_request_context():
        assert found("王芳") == []
        assert rebuild_search.callback is not None
        rebuild_search.callback()
        rebuild_search.callback()
        assert found("王芳") == ["C-1"]
