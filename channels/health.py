"""What channels asks of itself for `hub doctor`: providers, and what the dead left."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from hub.kernel import owners
from hub.kernel.checks import fault, ok, warning
from hub.kernel.config import Config
from hub.kernel.module import Finding, HealthCheck

ANSWER_S = 3.0  # seconds a provider has to take a line


def mail(config: Config) -> Iterable[Finding]:
    """A relay is named and takes a line."""
    host, port = config.smtp_host, config.smtp_port
    if config.sandbox:
        host, port = config.host, config.sandbox_smtp_port
    if not host:
        yield fault("no mail relay is named", "set HUB_SMTP_HOST and its neighbours")
        return
    if not config.sandbox and config.mail_from.endswith(".example"):
        yield fault(f"mails leave as {config.mail_from}", "set HUB_MAIL_FROM")
    yield from _reached(host, port)


def sms(config: Config) -> Iterable[Finding]:
    """An account is named, and its host takes a line."""
    if config.sandbox:
        yield from _reached(config.host, config.sandbox_http_port)
        return
    named = ("twilio_account_sid", "twilio_auth_token", "twilio_from")
    missing = [f"HUB_{name.upper()}" for name in named if not getattr(config, name)]
    if missing:
        yield warning("text messages cannot be sent", f"set {', '.join(missing)}")
        return
    where = urlsplit(config.twilio_base_url or "https://api.twilio.com")
    secure = where.scheme == "https"
    yield from _reached(where.hostname or "", where.port or (443 if secure else 80))


def _reached(host: str, port: int) -> Iterable[Finding]:
    try:
        with socket.create_connection((host, port), timeout=ANSWER_S):
            yield ok(f"{host}:{port} takes a line")
    except OSError as error:
        yield warning(f"{host}:{port} takes no line: {error.strerror or error}", "start it")


def journals(config: Config) -> Iterable[Finding]:
    """No dead process has left a journal that nobody read."""
    found = [path.stem for path in (config.data / "journal").glob("*.journal")]
    dead = [owner for owner in found if owners.is_dead(owner)]
    size = sum((config.data / "journal" / f"{owner}.journal").stat().st_size for owner in dead)
    if size:
        yield warning(f"{len(dead)} journals of dead workers hold notes", "start `hub cron`")
    yield ok(f"{len(found) - len(dead)} in use")


CHECKS = (
    HealthCheck(name="mail relay", check=mail),
    HealthCheck(name="text messages", check=sms),
    HealthCheck(name="journals", check=journals),
)
