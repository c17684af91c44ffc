"""The live process as it runs: who may join, what arrives, who is cut."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Any

import pytest
import redis
import simple_websocket  # type: ignore[import-untyped]
from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from channels.live import tickets
from channels.live.tickets import Ticket
from hub.accounts import service as accounts
from hub.accounts import sessions
from hub.kernel import beats, clock, live, tally, work
from tests import servers, staff
from tests.channels.live.browsers import WAIT_S, connected, hears, refused, run, say

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.feature("M26")
def test_progress_reaches_the_rooms_of_the_ticket_and_no_other(
    app: Flask, port: int, redis_url: str
) -> None:
    ticket = tickets.issue(app.config["SECRET_KEY"], Ticket(7, ["batch:3"]))

    async def watch() -> tuple[Any, Any]:
        browser = await connected(port, ticket)
        try:
            await asyncio.to_thread(
                servers.wait_for, lambda: hears(redis_url, tickets.QUEUE), "its ear for pushes"
            )
            await say(lambda: live.push("batch:4", "progress", {"done": 9}))
            await say(lambda: live.push("batch:3", "progress", {"done": 1, "total": 2}))
            first = await browser.receive(WAIT_S)
            await say(lambda: live.push("user:7", "progress", {"done": 2}))
            return first, await browser.receive(WAIT_S)
        finally:
            await browser.disconnect()

    first, second = run(watch())
    assert first == [
        "push", {"room": "batch:3", "event": "progress", "payload": {"done": 1, "total": 2}},
    ]  # fmt: skip
    assert second[1]["room"] == "user:7"


def test_a_ticket_that_is_missing_forged_or_old_opens_nothing(app: Flask, port: int) -> None:
    secret = app.config["SECRET_KEY"]
    good = tickets.issue(secret, Ticket(7, []))
    forged = tickets.issue("another secret", Ticket(7, []))

    class Old(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock.now().timestamp()) - tickets.AGE_S - 2

    old = URLSafeTimedSerializer(secret, salt="live-ticket", signer=Old).dumps([7, []])
    assert not refused(port, good)
    for bad in ("", forged, good[:-1] + ("A" if good[-1] != "A" else "B"), str(old)):
        assert refused(port, bad)


def test_a_locked_user_is_cut_at_once_and_his_ticket_opens_nothing_more(
    app: Flask, port: int
) -> None:
    with work.unit():
        locked, other = staff.user("broker"), staff.user("broker")
    secret = app.config["SECRET_KEY"]
    ticket = tickets.issue(secret, Ticket(locked, ["batch:3"]))
    others = tickets.issue(secret, Ticket(other, ["batch:3"]))

    async def watch() -> bool:
        browser, colleague = await connected(port, ticket), await connected(port, others)
        gone = asyncio.Event()
        browser.client.on("disconnect", lambda *_: gone.set())
        await say(lambda: accounts.lock(locked))
        await asyncio.wait_for(gone.wait(), WAIT_S)
        stays = bool(colleague.connected)
        await colleague.disconnect()
        return stays

    assert run(watch())
    assert refused(port, ticket)
    assert not refused(port, others)
    key = ("refused", "socket", "dropped")
    servers.wait_for(lambda: tally.sums().get(key, 0) > 0, "the count of what was refused")


def test_a_device_that_is_signed_out_is_cut_and_the_others_stay(app: Flask, port: int) -> None:
    with work.unit():
        user = staff.user("broker")
    phone, desk = staff.signed_in(app, user), staff.signed_in(app, user)
    made = [browser.get("/live/ticket").get_json()["ticket"] for browser in (phone, desk)]
    with work.unit(writes=False):
        ended = min(row.id for row in sessions.open_ones(user))

    async def watch() -> bool:
        first, second = await connected(port, made[0]), await connected(port, made[1])
        gone = asyncio.Event()
        first.client.on("disconnect", lambda *_: gone.set())
        await say(lambda: sessions.end(user, ended))
        await asyncio.wait_for(gone.wait(), WAIT_S)
        stays = bool(second.connected)
        await second.disconnect()
        return stays

    assert run(watch())
    assert [refused(port, ticket) for ticket in made] == [True, False]


def test_a_user_who_is_locked_by_page_loses_his_open_socket(app: Flask, port: int) -> None:
    with work.unit():
        user, operator = staff.user("broker"), staff.user("operator")
    browser, desk = staff.signed_in(app, user), staff.signed_in(app, operator)
    ticket = browser.get("/live/ticket").get_json()["ticket"]

    async def watch() -> None:
        socket = await connected(port, ticket)
        gone = asyncio.Event()
        socket.client.on("disconnect", lambda *_: gone.set())
        await asyncio.to_thread(desk.post, f"/users/{user}/lock")
        await asyncio.wait_for(gone.wait(), WAIT_S)

    run(watch())
    assert refused(port, ticket)
    assert browser.get("/live/ticket").status_code == 302


def test_a_browser_is_let_go_so_that_it_comes_back_by_itself(
    app: Flask, port: int, redis_url: str
) -> None:
    """The line is closed; a farewell by name ("41") would tell the browser to stay away."""
    ticket = tickets.issue(app.config["SECRET_KEY"], Ticket(7, []))
    with redis.Redis.from_url(redis_url) as server:
        servers.wait_for(lambda: sockets(server) == 0, "its beat")
        address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        browser = simple_websocket.Client(address)
        heard = [browser.receive(WAIT_S)]
        browser.send("40" + json.dumps({"ticket": ticket}))
        while not str(heard[-1]).startswith("40"):  # on a busy machine a ping comes before
            heard.append(browser.receive(WAIT_S))
        last = len(heard)
        servers.wait_for(lambda: sockets(server) == 1, "a beat with the socket")
        (beat,) = [one for one in beats.every(server) if one.kind == "live"]
        os.kill(int(beat.owner.split(".")[1]), signal.SIGTERM)
        with pytest.raises(simple_websocket.ConnectionClosed):
            while True:
                heard.append(browser.receive(WAIT_S))
        assert [one for one in heard[last:] if one != "2"] in ([], ["1"])
        servers.wait_for(lambda: sockets(server) is None, "its farewell")


def sockets(server: Any) -> int | None:
    """How many sockets the live process says it has; None when it is gone."""
    found = [one for one in beats.every(server) if one.kind == "live"]
    return int(found[0].facts["sockets"]) if found else None
