"""create_app: wiring only."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.kernel import (
    addresses,
    calendars,
    clock,
    doors,
    filestore,
    modules,
    problems,
    ring,
    scanning,
    seals,
    search,
    store,
    traces,
    work,
)
from hub.kernel.config import Config
from hub.kernel.doors import HubFlask, Lock
from hub.kernel.errors import NotFound
from hub.kernel.manifest import module as kernel_module
from hub.kernel.whoosh_index import WhooshIndex

csrf = CSRFProtect()

PUBLIC_BYTES = 64 * 1024  # of a request by somebody who is not known yet


def create_app(config: Config) -> Flask:
    """Make the application of this process from its settings.

    Raises: BadModules when the modules do not fit together.
    """
    configure_logging()
    app = _bare(config)
    _settle(config)
    work.bind(app, config)
    store.bind(config.redis_url)
    search.implement(WhooshIndex(config.data / "search"))
    loaded = modules.install((kernel_module, *modules.manifests(config.modules)))
    _guard(app)
    for module in loaded.items:
        for blueprint in module.blueprints:
            app.register_blueprint(blueprint)
        if module.init is not None:
            module.init(app, config)
    return app


def _bare(config: Config) -> HubFlask:
    """An application with its settings and nothing in it."""
    app = HubFlask("hub", static_folder=None)
    app.config.update(
        HUB=config,
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME=config.cookie_name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=config.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        TESTING=config.testing,
    )
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _settle(config: Config) -> None:
    """Tell the parts of the kernel where this process lives and what its keys are."""
    clock.live_in(config.zone)
    calendars.live_in(config.region)
    addresses.settle_in(config.region)
    ring.bind(Path(config.keys_file))
    filestore.bind(config.data / "files")
    scanning.bind(config.clamd)
    seals.bind(config.secret_key)


def _guard(app: Flask) -> None:
    """What stands before every route, whichever modules are loaded."""
    csrf.init_app(app)
    app.before_request(_check_host)
    app.before_request(_check_size)
    app.before_request(_check_csrf)
    problems.install(app)
    app.add_url_rule("/healthz", "healthz", _healthz)
    doors.name_lock(app, "healthz", Lock("public", reads=True))


def _check_host() -> None:
    """A sandbox answers to its own names only: a page elsewhere whose name leads here gets nothing.

    Raises: NotFound.
    """
    config: Config = current_app.config["HUB"]
    if config.sandbox and urlsplit(f"//{request.host}").hostname not in config.names:
        raise NotFound


def _check_size() -> None:
    """A door that is open to everybody takes short forms only; the body is not read beyond."""
    lock = doors.lock_of(current_app, request.endpoint)
    if lock is not None and lock.needs in {"public", "signed"}:
        request.max_content_length = PUBLIC_BYTES


def _check_csrf() -> None:
    """Every form carries its token; a signed address or a bearer token is no cookie's request."""
    lock = doors.lock_of(current_app, request.endpoint)
    if request.routing_exception is not None:
        return  # nothing is done there: the answer says that there is no such way
    if lock is None or not (lock.needs == "signed" or doors.by_token(lock)):
        csrf.protect()


def _healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


# One list for all: a logger keeps the one it found, and a test must reach it.
LINES: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(traces.render),  # type: ignore[arg-type]
    structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
]


def configure_logging() -> None:
    """Structured lines on standard error; values, never secrets."""
    structlog.configure(
        processors=LINES,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
