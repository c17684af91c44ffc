"""Who may merge whom, and what makes no sense is refused with its reason."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts import service as accounts
from hub.clients import service
from hub.clients.duplicates import joining, listing
from hub.clients.duplicates import queries as pairs
from hub.clients.duplicates import service as duplicates
from hub.clients.duplicates.forms import MergeWish
from hub.clients.duplicates.models import Duplicate
from hub.clients.models import Client
from hub.kernel import access, work
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests import make, staff
from tests.clients import duplicate_world as world


def test_of_two_who_merge_at_once_one_is_told_that_it_is_done(app: Flask) -> None:
    ids, pair = world.made()
    with work.unit():
        users = [staff.user("compliance"), staff.user("compliance")]
    browsers = [staff.signed_in(app, user) for user in users]
    for browser in browsers:
        browser.get(f"/clients/duplicates/{pair}")
    start, answers = Barrier(2), list[int]()

    def press(browser: staff.Browser, keep: int) -> None:
        start.wait()
        path = f"/clients/duplicates/{pair}/merge"
        answers.append(browser.post(path, {"keep": str(keep)}).status_code)

    threads = [Thread(target=press, args=two) for two in zip(browsers, ids, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    with work.unit(writes=False):
        into = work.session().scalars(select(Client.merged_into).where(Client.id.in_(ids))).all()
        assert sorted(one is None for one in into) == [False, True]


def test_what_makes_no_sense_is_refused_with_its_reason(app: Flask) -> None:
    ids, pair = world.made()
    with work.unit(), access.acting(access.SYSTEM):
        stranger = make.client()
        no = work.session().get_one(Client, ids[0]).no
        with pytest.raises(Invalid, match="himself"):
            duplicates.name(no, no)
    with pytest.raises(Invalid, match="which of the two"):
        world.merged(pair, stranger)
    with pytest.raises(Invalid, match="no_such_field"):
        world.merged(pair, ids[0], "no_such_field")
    with work.unit(), access.acting(access.SYSTEM):
        users = [staff.user("client"), staff.user("client")]
        service.link_user(ids[1], users[1])
    with pytest.raises(Conflict, match="keep him"):
        world.merged(pair, ids[0])
    with work.unit(), access.acting(access.SYSTEM):
        service.link_user(ids[0], users[0])
    with pytest.raises(Conflict, match="Both sign in"):
        world.merged(pair, ids[0])
    with work.unit(), access.acting(access.SYSTEM):
        accounts.lock(users[1])
    world.merged(pair, ids[0])
    with pytest.raises(Conflict, match="merged already"):
        world.merged(pair, ids[0])
    with work.unit(), access.acting(access.SYSTEM):
        clue = work.session().scalars(select(Duplicate.clues)).first()
        assert "somebody" in listing.clues_of(clue)
        with pytest.raises(Conflict, match="merge back first"):
            duplicates.keep_apart(pair, "no")


def test_a_manager_merges_what_he_and_his_direct_reports_serve_and_no_more(app: Flask) -> None:
    with work.unit():
        staff.user("manager")
        boss = staff.user("manager")
        direct = staff.broker(under=staff.broker(boss))
        deep = staff.broker(under=direct)
        near, far = world.pair(direct, staff.broker(boss)), world.pair(direct, deep)
        aside = make.client(), make.client()
        actor = staff.actor(boss)
        ids = [world.named(two) for two in (near, far, aside)]
    wish = MergeWish(keep=near[0], take=frozenset(), why="")
    with work.unit(), access.acting(actor):
        joining.merge(ids[0], wish)
        assert pairs.may_decide(pairs.one(ids[0]))
    for pair, keep, refusal in ((ids[1], far[0], Forbidden), (ids[2], aside[0], NotFound)):
        with pytest.raises(refusal), work.unit(), access.acting(actor):
            joining.merge(pair, MergeWish(keep=keep, take=frozenset(), why=""))
