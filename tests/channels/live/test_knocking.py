"""Websockets by every role: who comes in, which rooms he hears, what is refused and counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from flask import Flask

from campaigns.models import Campaign
from channels.live import tickets
from hub.accounts import service as accounts
from hub.accounts.rules import RoleName
from hub.kernel import access, clock, live, progress, store, tally, work
from hub.kernel.sentences import kept
from tests import roles, servers, staff
from tests.channels.live.browsers import WAIT_S, Browser, connected, hears, refused, run, say

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S93")]


def foreign() -> dict[str, str]:
    """A room of each kind that belongs to somebody else."""
    with work.unit():
        owner = staff.user("broker")
        now = clock.now()
        row = Campaign(
            name="Theirs", owner_id=owner, klass="promotion", channels=[], texts={}, rule=None,
            created_at=now, changed_at=now,
        )  # fmt: skip
        work.session().add(row)
        with access.acting(staff.actor(owner)):
            long = progress.begin("test.long", kept("Theirs"))
        work.session().flush()
        found = {"campaign": row.id, "desk": 7, "operation": long}
        return {kind: f"{kind}:{number}" for kind, number in found.items()}


def expected(room: str, role: str) -> bool:
    at_least, opens = roles.ROOMS[room]
    holds = roles.rights()
    member = at_least == "own" or role in holds[at_least]
    return member and bool(opens) and role in holds[opens]


def refusals(what: str) -> float:
    return store.added_up().get((*tickets.REFUSED, what), 0)


def ask(browser: staff.Browser, *rooms: str) -> tuple[str, list[str]]:
    """A ticket, and the rooms that it names beside its owner's."""
    answer = browser.client.get("/live/ticket", query_string=[("room", room) for room in rooms])
    text = answer.get_json()["ticket"]
    found = tickets.opened(browser.client.application.config["SECRET_KEY"], text)
    assert found is not None
    return text, [room for room in found.rooms if not room.startswith("session:")]


def test_every_kind_of_room_has_a_foreign_one_to_knock_at(app: Flask) -> None:
    assert set(foreign()) == set(roles.ROOMS)


def test_a_stranger_gets_no_ticket_and_no_line(app: Flask, port: int) -> None:
    assert staff.Browser(app).get("/live/ticket").status_code in {302, 401}
    before = refusals("ticket")
    assert refused(port, "")
    servers.wait_for(lambda: refusals("ticket") == before + 1, "its count")


def test_a_role_hears_the_foreign_rooms_of_its_rights_and_no_others(
    app: Flask, port: int, redis_url: str
) -> None:
    rooms = foreign()
    for role in map(str, RoleName):
        with work.unit():
            user_id = staff.user(role)
        browser = staff.signed_in(app, user_id)
        text, named = ask(browser, *rooms.values(), "nothing:1", "user:1")
        wanted = {room for kind, room in rooms.items() if expected(kind, role)}
        assert set(named) == wanted, role

        assert run(knock(port, redis_url, text, user_id, rooms.values())) == wanted, role


async def knock(
    port: int, redis_url: str, ticket: str, user_id: int, rooms: Iterable[str]
) -> set[str]:
    """The rooms that whoever has the ticket hears, though he asks for each."""
    socket = await connected(port, ticket)
    await asyncio.to_thread(
        servers.wait_for, lambda: hears(redis_url, tickets.QUEUE), "its ear for pushes"
    )
    try:
        for room in rooms:
            await socket.call("join", {"room": room}, timeout=WAIT_S)  # nobody listens to that
        return {room for room in rooms if await hears_of(socket, room, user_id)}
    finally:
        await socket.disconnect()


async def hears_of(browser: Browser, room: str, user_id: int) -> bool:
    """Whether a push to the room arrives before a later one to the user himself."""
    await say(lambda: live.push(room, "progress", {"n": 1}))
    await say(lambda: live.push(f"user:{user_id}", "end", {}))
    found: list[str] = []
    while f"user:{user_id}" not in found:
        _event, told = await browser.receive(WAIT_S)
        found.append(told["room"])
    return room in found


def test_what_is_refused_is_counted(app: Flask, port: int) -> None:
    with work.unit():
        broker, operator = staff.user("broker"), staff.user("operator")
    browser = staff.signed_in(app, broker)
    rooms = foreign()
    tally.flush()  # what earlier tests counted
    before = {what: refusals(what) for what in ("room", "event", "dropped")}
    text, named = ask(browser, rooms["operation"], rooms["campaign"])
    assert named == []

    async def say_things() -> None:
        socket = await connected(port, text)
        for event in ("join", "push", "message"):
            await socket.call(event, {"room": rooms["operation"]}, timeout=WAIT_S)
        await socket.disconnect()

    run(say_things())
    with work.unit(), access.acting(access.SYSTEM):
        accounts.lock(broker)
    assert refused(port, text)
    servers.wait_for(lambda: refusals("event") == before["event"] + 3, "the count of events")
    servers.wait_for(lambda: refusals("dropped") == before["dropped"] + 1, "the count of cuts")
    page = staff.signed_in(app, operator).get("/metrics").text
    assert 'hub_refused_total{door="socket",reason="room"}' in page
    assert refusals("room") == before["room"] + 2
