"""An HTTP server that speaks Twilio's Messages API and keeps what it is given."""

from __future__ import annotations

import asyncio
import secrets
import time
from base64 import b64encode
from email.utils import formatdate
from hmac import compare_digest
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from channels.providers.segments import segments
from channels.sandbox.callbacks import Callbacks
from channels.sandbox.faults import Faults, Kind, Peer
from channels.sandbox.store import Sms, Store
from channels.sandbox.watch import Watch

REFUSED = {  # Twilio's own magic numbers, and some of ours
    "+15005550001": (21211, "The 'To' number is not a valid phone number."),
    "+15005550002": (21612, "The 'To' number is not reachable from this sender."),
    "+15005550003": (21408, "Permission to send to this region is not enabled."),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient."),
    "+15005550009": (21614, "'To' number is not a valid mobile number."),
    "+15005550010": (21611, "This 'From' number has exceeded its queue."),
    "+15005550011": (21635, "'To' number cannot be a landline."),
}
UNDELIVERED = {  # taken, then reported undelivered
    "+15005550030": 30003,
    "+15005550031": 30004,
    "+15005550032": 30005,
    "+15005550033": 30006,
    "+15005550034": 30007,
    "+15005550035": 30008,
    "+15005550036": 30036,
}
_LONGEST = 1600  # characters


class Phone:
    """The routes of one account."""

    def __init__(self, account: tuple[str, str], *, store: Store, faults: Faults) -> None:
        self._sid, token = account
        self._basic = "Basic " + b64encode(f"{self._sid}:{token}".encode()).decode()
        self._store, self._faults = store, faults
        self.callbacks = Callbacks(account, store)
        self.watches: dict[asyncio.BaseTransport, Watch] = {}

    def routes(self) -> list[web.RouteDef]:
        """Twilio's addresses."""
        base = f"/2010-04-01/Accounts/{self._sid}/Messages"
        return [
            web.post(f"{base}.json", self.create),
            web.get(f"{base}.json", self.listed),
            web.get(base + "/{sid}.json", self.shown),
        ]

    @web.middleware
    async def note_answers(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the line's watch when a reply is about to be written."""
        response = await handler(request)
        transport = request.transport
        if transport is not None and (watch := self.watches.get(transport)):
            watch.answers()
        return response

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Take a message."""
        posted = await request.post()
        form = {name: str(posted[name]) for name in posted}
        if refusal := self._refusal(request, form):
            return refusal
        to = form["To"]
        lost = self._faults.take(Peer.SMS, to, Kind.LOSE)
        sms = self._kept(form, is_lost=bool(lost))
        if lost or self._faults.take(Peer.SMS, to, Kind.DROP):
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError
        await self._faults.dawdle(Peer.SMS, to)
        return web.json_response(self._as_json(sms), status=201)

    def _refusal(self, request: web.Request, form: dict[str, str]) -> web.Response | None:
        if not compare_digest(request.headers.get("Authorization", ""), self._basic):
            return _error(401, 20003, "Authenticate")
        to = form.get("To", "")
        if fault := self._faults.take(Peer.SMS, to, Kind.REFUSE):
            code = fault.code or 500
            is_status = code < 600  # noqa: PLR2004  # below: an HTTP status, above: Twilio's code
            return _error(code if is_status else 400, 20500 if is_status else code, "by order")
        if self._faults.take(Peer.SMS, to, Kind.BUSY):
            return _error(429, 20429, "Too Many Requests")
        told = _complaint(form)
        return _error(400, *told) if told else None

    def _kept(self, form: dict[str, str], *, is_lost: bool) -> Sms:
        sid, callback = f"SM{secrets.token_hex(16)}", form.get("StatusCallback", "")
        sms = Sms(
            at=time.time(),
            sid=sid,
            sender=form.get("From") or form["MessagingServiceSid"],
            recipient=form["To"],
            body=form["Body"],
            callback=callback,
            key=callback or sid,
            segments=segments(form["Body"]).count,
        )
        if not is_lost:
            self._store.add_sms(sms)
            self.callbacks.follow(sms, UNDELIVERED.get(sms.recipient))
        return sms

    async def shown(self, request: web.Request) -> web.Response:
        """One message by its sid."""
        row = (
            self._store.flush()
            .execute(f"{_SELECT} WHERE sid = ?", (request.match_info["sid"],))
            .fetchone()
        )
        if row is None:
            return _error(404, 20404, "The requested resource was not found.")
        return web.json_response(self._as_json(Sms(**dict(row))))

    async def listed(self, request: web.Request) -> web.Response:
        """Messages by recipient and day."""
        day = request.query.get("DateSent", "")
        rows = self._store.flush().execute(
            f"{_SELECT} WHERE (? = '' OR recipient = ?) AND (? = '' OR date(at, 'unixepoch') = ?)"
            " ORDER BY id DESC LIMIT ?",
            (*[request.query.get("To", "")] * 2, day, day, _page_size(request)),
        )
        found = [self._as_json(Sms(**dict(row))) for row in rows]
        return web.json_response({"messages": found, "next_page_uri": None, "page": 0})

    def _as_json(self, sms: Sms) -> dict[str, Any]:
        made = formatdate(sms.at)
        is_service = sms.sender.startswith("MG")
        return {
            "sid": sms.sid,
            "account_sid": self._sid,
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{self._sid}/Messages/{sms.sid}.json",
            "from": None if is_service else sms.sender,
            "messaging_service_sid": sms.sender if is_service else None,
            "to": sms.recipient,
            "body": sms.body,
            "direction": "outbound-api",
            "status": sms.status,
            "num_segments": str(sms.segments),
            "num_media": "0",
            "error_code": sms.error_code,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "date_created": made,
            "date_updated": made,
            "date_sent": made,
            "subresource_uris": {},
        }


_SELECT = (
    "SELECT at, sid, sender, recipient, body, callback, key, segments, status, error_code FROM sms"
)


def _complaint(form: dict[str, str]) -> tuple[int, str] | None:
    """What Twilio has against the form; None when it is in order."""
    to, body = form.get("To", ""), form.get("Body", "")
    if not to:
        return 21604, "A 'To' phone number is required."
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return 21603, "A 'From' phone number is required."
    if not body:
        return 21602, "Message body is required."
    if len(body) > _LONGEST:
        return 21617, f"The message body exceeds {_LONGEST} characters."
    return REFUSED.get(to)


def _page_size(request: web.Request) -> int:
    size = request.query.get("PageSize", "50")
    return min(int(size), 1000) if size.isdigit() else 50


def _error(status: int, code: int, message: str) -> web.Response:
    told = {"code": code, "message": message, "status": status, "more_info": ""}
    headers = {"Retry-After": "1"} if status == web.HTTPTooManyRequests.status_code else {}
    return web.json_response(told, status=status, headers=headers)
