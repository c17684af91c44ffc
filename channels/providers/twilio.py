"""SMS through Twilio's own client, on connections that stay open."""

from __future__ import annotations

import functools
import hmac
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import urllib3
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from channels.providers.base import (
    Due,
    Envelope,
    Notes,
    Outcome,
    Provider,
    SmsParts,
    State,
    Turn,
    side_by_side,
)
from channels.providers.seal import Seal
from hub.kernel.config import Config

CALLBACK_PATH = "/channels/twilio/status/"
SANDBOX_SENDER = "+15005550006"  # Twilio's own test number
_SERVER_ERROR = 500  # first HTTP status of its class
_TOO_MANY = 429
_SLOW_DOWN = frozenset({"20429", "30001", "21611"})  # retry, with a slower bucket
_NOT_US = frozenset({401})  # the account, not the recipient: nothing more is tried
_RETRY_S = 5  # seconds

# The client's own log would show numbers of people.
_silent = logging.getLogger("channels.providers.twilio.wire")
_silent.propagate = False
_silent.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """One account."""

    account_sid: str
    auth_token: str
    sender: str  # E.164 number, or sid of a messaging service
    public_url: str  # where Twilio reaches us
    secret: str  # signs delivery ids in callback addresses
    base_url: str = ""  # other origin than Twilio's
    lines: int = 16  # concurrent requests of one worker
    timeout_s: float = 15  # seconds for connecting, and for the answer

    @classmethod
    def from_config(cls, config: Config) -> TwilioSettings:
        """The account of this installation; in sandbox mode the peer on loopback."""
        settings = cls(
            account_sid=config.twilio_account_sid,
            auth_token=config.twilio_auth_token,
            sender=config.twilio_from,
            public_url=config.public_url,
            secret=config.secret_key,
            base_url=config.twilio_base_url,
        )
        if not config.sandbox:
            return settings
        sid, token = sandbox_account(config.secret_key)
        origin = f"http://127.0.0.1:{config.sandbox_http_port}"
        return replace(
            settings, account_sid=sid, auth_token=token, sender=SANDBOX_SENDER, base_url=origin
        )


def sandbox_account(secret: str) -> tuple[str, str]:
    """Sid and token of the sandbox's account: both sides of loopback derive the same."""
    mark = hmac.digest(secret.encode(), b"sandbox account", "sha256").hex()
    return f"AC{mark[:32]}", mark[32:]


class _Wire(HttpClient):  # type: ignore[misc]  # untyped library
    """Twilio's requests on kept-alive connections, to another origin if there is one."""

    def __init__(self, settings: TwilioSettings) -> None:
        super().__init__(_silent, is_async=False, timeout=settings.timeout_s)
        self._origin = urlsplit(settings.base_url)
        self._pool = urllib3.PoolManager(
            maxsize=settings.lines, retries=False, timeout=settings.timeout_s
        )

    def request(  # noqa: PLR0913, PLR0917  # Twilio's signature
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the pool's own holds
        allow_redirects: bool = False,  # noqa: FBT001, FBT002  # the same
    ) -> Response:
        """One request, never repeated by itself: create is not idempotent."""
        url = urlsplit(uri)
        if self._origin.netloc:
            url = url._replace(scheme=self._origin.scheme, netloc=self._origin.netloc)
        if params:
            url = url._replace(query=urlencode(params, doseq=True))
        sent = dict(headers or {})
        if auth:
            sent |= urllib3.make_headers(basic_auth=f"{auth[0]}:{auth[1]}")
        body = urlencode(data, doseq=True) if data else None
        answer = self._pool.request(
            method.upper(), urlunsplit(url), body=body, headers=sent, redirect=allow_redirects
        )
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def close(self) -> None:
        """Close what is kept open."""
        self._pool.clear()


class Twilio(Provider[SmsParts]):
    """An account; its connections stay open between batches, each process has its own."""

    name: ClassVar[str] = "twilio"
    channel: ClassVar[str] = "sms"

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self._seal = Seal(settings.secret, "sms-status")
        self._client: Client | None = None
        self._process = 0
        self._trouble = ("", "")

    def send(
        self, envelopes: Iterable[Envelope[SmsParts]], *, turn: Turn, journal: Notes
    ) -> Iterator[Outcome]:
        """Send what can be started in this turn, many requests at a time."""
        due = Due(envelopes, turn)
        self._trouble = ("", "")
        client = self._connected()
        lines = min(self._settings.lines, len(due))
        yield from side_by_side(lambda: self._work(client, due, journal), lines)
        yield from due.rest(*self._trouble)

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None and self._process == os.getpid():
            self._client.http_client.close()
        self._client = None

    def callback_url(self, delivery_id: int) -> str:
        """Where Twilio reports the status of this delivery."""
        return f"{self._settings.public_url}{CALLBACK_PATH}{self._seal.token(delivery_id)}"

    def delivery_of(self, token: str) -> int | None:
        """The delivery a callback address names; None when we did not make it."""
        return self._seal.opened(token)

    def signed(self, full_path: str, form: Mapping[str, Any], signature: str) -> bool:
        """Whether Twilio sent this request.

        Shape: `full_path` with its query, as it was asked of the configured public address.
        """
        url = self._settings.public_url + full_path
        validator = RequestValidator(self._settings.auth_token)
        return bool(validator.validate(url, form, signature))

    def _connected(self) -> Client:
        if self._client is None or self._process != os.getpid():
            account = self._settings
            self._process = os.getpid()
            self._client = Client(
                account.account_sid, account.auth_token, http_client=_Wire(account)
            )
        return self._client

    def _work(self, client: Client, due: Due[SmsParts], journal: Notes) -> Iterator[Outcome]:
        while envelope := due.take():
            number = envelope.delivery_id
            try:
                journal.about_to_send(number)
            except OSError as error:
                due.stop()
                self._trouble = ("journal", str(error))
                yield Outcome(number, State.UNSENT, "", *self._trouble)
                return
            outcome = self._one(client, envelope)
            if outcome.state is State.UNSENT:
                due.stop()
                self._trouble = (outcome.code, outcome.raw)
            if outcome.state is not State.UNCERTAIN:
                journal.replied(number, outcome.code or outcome.state.value, outcome.provider_id)
            yield outcome

    def _one(self, client: Client, envelope: Envelope[SmsParts]) -> Outcome:
        number = envelope.delivery_id
        try:
            message = client.messages.create(**self._form(envelope))
        except TwilioRestException as error:
            return _refused(number, error)
        except (NewConnectionError, ConnectTimeoutError) as error:
            return Outcome(number, State.UNSENT, "", "unreachable", str(error))
        except (HTTPError, OSError, TwilioException, ValueError) as error:
            return Outcome(number, State.UNCERTAIN, "", "", repr(error))
        code = str(message.error_code or "")
        state = State.FAILED if code else State.SENT
        return Outcome(number, state, str(message.sid), code, str(message.status))

    def _form(self, envelope: Envelope[SmsParts]) -> dict[str, Any]:
        parts = envelope.opened()
        sender = parts.sender or self._settings.sender
        kind = "messaging_service_sid" if sender.startswith("MG") else "from_"
        form: dict[str, Any] = {
            "to": envelope.address,
            "body": parts.body,
            kind: sender,
            "status_callback": self.callback_url(envelope.delivery_id),
        }
        return form | {"validity_period": parts.valid_s} if parts.valid_s else form


def _refused(number: int, error: TwilioRestException) -> Outcome:
    """What an error answer makes of a message; a 5xx may have been accepted after all."""
    code, raw = str(error.code or error.status), f"{error.status} {error.msg}"
    if error.status >= _SERVER_ERROR:
        return Outcome(number, State.UNCERTAIN, "", code, raw)
    if error.status in _NOT_US:
        return Outcome(number, State.UNSENT, "", code, raw)
    if error.status == _TOO_MANY or code in _SLOW_DOWN:
        return Outcome(number, State.RETRY, "", code, raw, _RETRY_S)
    return Outcome(number, State.FAILED, "", code, raw)


@functools.cache
def twilio_for(settings: TwilioSettings) -> Twilio:
    """The provider of these settings: one in a process, so that its connections are kept."""
    return Twilio(settings)
