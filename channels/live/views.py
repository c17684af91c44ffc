"""The ticket a browser fetches before each connect."""

from __future__ import annotations

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from channels.live import tickets
from hub.kernel import access, modules, tally
from hub.kernel.doors import Door
from hub.kernel.errors import SignInNeeded

door = Door("live", __name__, url_prefix="/live")

MOST_ROOMS = 20


@door.get("/ticket", needs="own")
def ticket() -> ResponseReturnValue:
    """A ticket for those of the rooms asked for that the actor may join."""
    actor = access.current()
    user_id = actor.user_id
    if user_id is None:
        raise SignInNeeded
    asked = request.args.getlist("room")
    rooms = [room for room in asked[:MOST_ROOMS] if _may_join(room)]
    if refused := len(asked) - len(rooms):
        tally.count(*tickets.REFUSED, "room", by=refused)
    if actor.session_id is not None:
        rooms.append(tickets.room_of_session(actor.session_id))
    made = tickets.issue(current_app.config["SECRET_KEY"], tickets.Ticket(user_id, rooms))
    response = jsonify(ticket=made)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_join(room: str) -> bool:
    kind, _, number = room.partition(":")
    if not number.isdecimal():
        return False
    for module in modules.loaded().items:
        if kind in module.rooms:
            return module.rooms[kind](access.current(), int(number))
    return False
