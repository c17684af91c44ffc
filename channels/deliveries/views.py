"""Callbacks of providers: verified by their signature, kept, and put to use."""

from __future__ import annotations

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from channels.consent.links import Signer
from channels.deliveries import receipts
from channels.providers.signatures import is_signed
from hub.kernel.config import Config
from hub.kernel.doors import Door
from hub.kernel.errors import Forbidden, NotFound

door = Door("deliveries", __name__)

CALLBACK = "/twilio/status/<token>"


@door.post(CALLBACK, needs="signed")
def twilio_status(token: str) -> ResponseReturnValue:
    """Twilio says how a text message fares."""
    config: Config = current_app.config["HUB"]
    if not is_signed(config, request.path, request.form, request.headers):
        raise Forbidden("the signature is not Twilio's")
    delivery_id = Signer(config.secret_key, "receipt").delivery_of(token)
    if delivery_id is None:
        raise NotFound
    receipts.note(
        delivery_id,
        request.form.get("MessageStatus", ""),
        code=request.form.get("ErrorCode", ""),
        provider_id=request.form.get("MessageSid", ""),
    )
    return Response(status=204)
