"""Callbacks of providers: verified by their signature, kept, and put to use."""

from __future__ import annotations

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from channels.deliveries import receipts
from channels.providers.twilio import CALLBACK_PATH, TwilioSettings, twilio_for
from hub.kernel.config import Config
from hub.kernel.doors import Door
from hub.kernel.errors import Forbidden, NotFound

door = Door("deliveries", __name__)


@door.post(f"{CALLBACK_PATH}<token>", needs="signed")
def twilio_status(token: str) -> ResponseReturnValue:
    """Twilio says how a text message fares."""
    config: Config = current_app.config["HUB"]
    account = twilio_for(TwilioSettings.from_config(config))
    signature = request.headers.get("X-Twilio-Signature", "")
    path = request.full_path.rstrip("?")
    if not account.signed(path, request.form.to_dict(), signature):
        raise Forbidden("the signature is not Twilio's")
    delivery_id = account.delivery_of(token)
    if delivery_id is None:
        raise NotFound
    receipts.note(
        delivery_id,
        request.form.get("MessageStatus", ""),
        code=request.form.get("ErrorCode", ""),
        provider_id=request.form.get("MessageSid", ""),
    )
    return Response(status=204)
