"""Passkeys: what the browser asks for and sends back, as JSON."""

from __future__ import annotations

import json

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from hub.accounts import passkeys, setting_up, signing
from hub.accounts.models import User
from hub.accounts.sessions import Proof
from hub.kernel import work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx
from hub.pages.forms import posted

door = Door("passkeys", __name__, url_prefix="/login/passkey")


@door.post("/question", needs="public", reads=True)
def question() -> ResponseReturnValue:
    """What the browser needs to prove a key: of him who is half in, else of anybody."""
    half = signing.half()
    return jsonify(
        passkeys.question(signing.site(), signing.new_challenge(), half.user if half else None)
    )


@door.post("", needs="public", reads=True)
def enter() -> ResponseReturnValue:
    """Come in by a key, which is two factors at once; half in, only by a key of one's own."""
    sent, half = posted(), signing.half()
    site, asked, answer = signing.site(), signing.challenge(), json.dumps(sent.get("credential"))
    counted = signing.count_second(half.user.id, "passkey") if half else signing.count("")
    try:
        user_id = work.apart(lambda: passkeys.check(site, challenge=asked, answer=answer).id)
    except Invalid:
        signing.fail_second(half.user if half else None, "passkey", "wrong", counted)
        raise
    user = work.session().get_one(User, user_id)
    if not user.active or (half is not None and half.user.id != user_id):
        signing.note_failure(user, "passkey", "another's" if user.active else "locked")
        raise passkeys.WrongPasskey
    signing.forgive(counted)
    to = half.to if half else htmx.local(str(sent.get("next") or ""))
    stays = half.stays if half else bool(sent.get("remember"))
    via = f"{half.via}+passkey" if half else "passkey"
    signing.begin(user, Proof(via=via, factors=2), stays=stays)
    return jsonify(to=to)


@door.post("/new", needs="public", reads=True)
def new() -> ResponseReturnValue:
    """What the browser needs to make a key for him who sets up his factors."""
    user = setting_up.subject().user
    return jsonify(passkeys.registration(user, signing.site(), signing.new_challenge()))


@door.post("/keep", needs="public", reads=True)
def keep() -> ResponseReturnValue:
    """Keep a key that the browser made."""
    who, sent, site, asked = setting_up.subject(), posted(), signing.site(), signing.challenge()
    answer, name, user_id = (
        json.dumps(sent.get("credential")),
        str(sent.get("name") or ""),
        who.user.id,
    )

    def register() -> None:
        user = work.session().get_one(User, user_id)
        passkeys.register(user, site, challenge=asked, answer=answer, name=name)

    setting_up.write(who, register)
    setting_up.finish(who, "passkey")
    return jsonify(to=url_for("factors.done"))
