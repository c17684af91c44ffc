"""Status reports: sent, then delivered, signed as Twilio signs them, tried until they are taken."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import aiohttp
from twilio.request_validator import RequestValidator

from channels.sandbox.store import Sms, Store

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_POSTMEN = 4  # concurrent reports
_WAITS_S = (0.2, 1.0, 5.0, 15.0, 60.0)  # seconds before each further try
_SERVER_ERROR = 500


class Callbacks:
    """Reports on every message that was taken; only addresses on loopback are called."""

    def __init__(self, account: tuple[str, str], store: Store) -> None:
        self._sid = account[0]
        self._validator = RequestValidator(account[1])
        self._store = store
        self._waiting: asyncio.Queue[tuple[Sms, int | None]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._late: set[asyncio.Task[None]] = set()

    def follow(self, sms: Sms, error_code: int | None) -> None:
        """Report on this message from now on."""
        self._waiting.put_nowait((sms, error_code))

    async def start(self) -> None:
        """Begin to report."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        self._tasks = [asyncio.create_task(self._carry()) for _ in range(_POSTMEN)]

    async def stop(self) -> None:
        """Stop reporting; what was not reported is lost with the process."""
        for task in (*self._tasks, *self._late):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._late, return_exceptions=True)
        await self._session.close()

    async def _carry(self) -> None:
        while True:
            sms, error_code = await self._waiting.get()
            last = "undelivered" if error_code else "delivered"
            await self._report(sms, "sent", None)
            await self._report(sms, last, error_code)

    async def _report(self, sms: Sms, status: str, error_code: int | None) -> None:
        self._store.set_status(sms.sid, status, error_code)
        if urlsplit(sms.callback).hostname not in _LOOPBACK:
            return
        form = {
            "AccountSid": self._sid,
            "ApiVersion": "2010-04-01",
            "From": sms.sender,
            "MessageSid": sms.sid,
            "MessageStatus": status,
            "SmsSid": sms.sid,
            "SmsStatus": status,
            "To": sms.recipient,
        }
        if error_code:
            form["ErrorCode"] = str(error_code)
        if not await self._post(sms.callback, form):
            self._late.add(task := asyncio.create_task(self._again(sms.callback, form)))
            task.add_done_callback(self._late.discard)

    async def _again(self, url: str, form: dict[str, str]) -> None:
        for wait_s in _WAITS_S:
            await asyncio.sleep(wait_s)
            if await self._post(url, form):
                return

    async def _post(self, url: str, form: dict[str, str]) -> bool:
        """Whether it was taken, or refused for good."""
        signature = self._validator.compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature}
        try:
            async with self._session.post(url, data=form, headers=headers) as answer:
                return answer.status < _SERVER_ERROR
        except (aiohttp.ClientError, TimeoutError):
            return False
