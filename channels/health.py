"""What channels asks of itself for `hub doctor`: providers, and what the dead left."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _

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
        yield fault(_("no mail relay is named"), _("set HUB_SMTP_HOST and its neighbours"))
        return
    if not config.sandbox and config.mail_from.endswith(".example"):
        yield fault(
            _("mails leave as %(mail_from)s", mail_from=config.mail_from), _("set HUB_MAIL_FROM")
        )
    yield from _reached(host, port)


def sms(config: Config) -> Iterable[Finding]:
    """An account is named, and its host takes a line."""
    if config.sandbox:
        yield from _reached(config.host, config.sandbox_http_port)
        return
    named = ("twilio_account_sid", "twilio_auth_token", "twilio_from")
    missing = [f"HUB_{name.upper()}" for name in named if not getattr(config, name)]
    if missing:
        yield warning(
            _("text messages cannot be sent"), _("set %(names)s", names=", ".join(missing))
        )
        return
    where = urlsplit(config.twilio_base_url or "https://api.twilio.com")
    secure = where.scheme == "https"
    yield from _reached(where.hostname or "", where.port or (443 if secure else 80))


def _reached(host: str, port: int) -> Iterable[Finding]:
    try:
        with socket.create_connection((host, port), timeout=ANSWER_S):
            yield ok(_("%(host)s:%(port)s takes a line", host=host, port=port))
    except OSError as error:
        yield warning(
            _(
                "%(host)s:%(port)s takes no line: %(strerror)s",
                host=host,
                port=port,
                strerror=error.strerror or error,
            ),
            _("start it"),
        )


def journals(config: Config) -> Iterable[Finding]:
    """No dead process has left a journal that nobody read."""
    found = [path.stem for path in (config.data / "journal").glob("*.journal")]
    dead = [owner for owner in found if owners.is_dead(owner)]
    size = sum((config.data / "journal" / f"{owner}.journal").stat().st_size for owner in dead)
    if size:
        yield warning(
            _("%(count)s journals of dead workers hold notes", count=len(dead)),
            _("start `hub cron`"),
        )
    yield ok(_("%(count)s in use", count=len(found) - len(dead)))


CHECKS = (
    HealthCheck(name=_("mail relay"), check=mail),
    HealthCheck(name=_("text messages"), check=sms),
    HealthCheck(name=_("journals"), check=journals),
)
