"""The pretend phone and mailbox: sandbox mode only, from this machine only."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from channels.sandbox import queries
from channels.sandbox.faults import Kind, Peer, fault_of
from channels.sandbox.store import FILE
from hub.kernel.config import Config
from hub.kernel.doors import Door, recognise
from hub.kernel.errors import NotFound, Unavailable

door = Door("sandbox", __name__, url_prefix="/sandbox", template_folder="templates")

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_WAIT_S = 3  # for the peers' process

KINDS = {
    Kind.REFUSE: _("refuse with the code"),
    Kind.BUSY: _("say it is busy (421, 429)"),
    Kind.HANG: _("take it, then hang"),
    Kind.SLOW: _("answer late"),
    Kind.DROP: _("take it, then break the line before the reply"),
    Kind.LOSE: _("lose it and break the line"),
}
PEERS = {Peer.MAIL: _("Mailbox"), Peer.SMS: _("Phone")}
# What a sender wrote stays in its frame: no script, no form, no request to anywhere.
_FRAME_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}


def register(app: Flask, config: Config) -> None:
    """Open these pages; outside sandbox mode they do not exist."""
    if config.sandbox:
        app.register_blueprint(door)


@door.before_request
def _only_from_here() -> None:
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if request.remote_addr not in _LOOPBACK or forwarded:
        raise NotFound
    recognise()


def _config() -> Config:
    config: Config = current_app.config["HUB"]
    return config


def _file() -> Path:
    return _config().data / FILE


@door.get("/", needs="public")
def home() -> ResponseReturnValue:
    """The mailbox comes first."""
    return redirect(url_for("sandbox.mailbox"))


@door.get("/phone", needs="public")
def phone() -> ResponseReturnValue:
    """Phones on the left, what one of them got on the right."""
    sought = request.args.get("q", "").strip()
    found = queries.threads(_file(), sought)
    number = request.args.get("number", "") or (found[0].number if found else "")
    got = queries.bubbles(_file(), number) if number else []
    return render_template(
        "sandbox/phone.html", threads=found, number=number, bubbles=got, sought=sought
    )


@door.get("/mail", needs="public")
def mailbox() -> ResponseReturnValue:
    """All e-mails, newest first."""
    sought = request.args.get("q", "").strip()
    before = request.args.get("before", 0, int)
    lines = queries.mailbox(_file(), sought, before)
    older = lines[queries.PAGE - 1].id if len(lines) > queries.PAGE else 0
    return render_template(
        "sandbox/mailbox.html",
        lines=lines[: queries.PAGE], sought=sought, before=before, older=older,
    )  # fmt: skip


def _mail(number: int) -> queries.Opened:
    found = queries.mail(_file(), number)
    if found is None:
        raise NotFound
    return found


@door.get("/mail/<int:number>", needs="public")
def mail(number: int) -> ResponseReturnValue:
    """One e-mail as a mail program shows it."""
    opened = _mail(number)
    # Our own address without its origin: the page may have been asked for by another name.
    path = opened.unsubscribe.removeprefix(_config().public_url)
    return render_template("sandbox/mail.html", mail=replace(opened, unsubscribe=path))


@door.get("/mail/<int:number>/html", needs="public")
def html(number: int) -> ResponseReturnValue:
    """Its HTML, for the frame; links open in a tab of their own."""
    return Response('<base target="_blank">' + _mail(number).html)


html.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": _FRAME_POLICY,
    "content_security_policy_nonce_in": [],
}


@door.get("/faults", needs="public")
def faults() -> ResponseReturnValue:
    """What the peers do wrong on demand."""
    try:
        now = _ask("GET", "faults")
    except Unavailable:
        now = None
    return render_template("sandbox/faults.html", now=now, kinds=KINDS, peers=PEERS)


@door.post("/faults", needs="public", reads=True)
def order_fault() -> ResponseReturnValue:
    """Have a peer misbehave."""
    form = request.form.to_dict()
    fault_of(form)
    _ask("POST", "faults", form)
    flash(gettext("From now on."), "success")
    return redirect(url_for("sandbox.faults"), 303)


@door.post("/faults/clear", needs="public", reads=True)
def clear_faults() -> ResponseReturnValue:
    """Have the peers behave."""
    _ask("DELETE", "faults")
    return redirect(url_for("sandbox.faults"), 303)


@door.post("/faults/pipelining", needs="public", reads=True)
def set_pipelining() -> ResponseReturnValue:
    """Offer PIPELINING or not, from the next connection on."""
    _ask("POST", "faults", {"pipelining": request.form.get("on") == "1"})
    return redirect(url_for("sandbox.faults"), 303)


@door.post("/empty", needs="public", reads=True)
def empty() -> ResponseReturnValue:
    """Throw all messages away."""
    _ask("DELETE", "messages")
    return redirect(url_for("sandbox.mailbox"), 303)


def _ask(method: str, what: str, form: dict[str, Any] | None = None) -> Any:
    """Speak to the peers' process.

    Raises: Unavailable when it does not run.
    """
    url = f"http://127.0.0.1:{_config().sandbox_http_port}/_sandbox/{what}"
    body = None if form is None else json.dumps(form).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=_WAIT_S) as answer:  # noqa: S310  # loopback
            return json.load(answer)
    except OSError as error:
        raise Unavailable("the sandbox process does not answer: start it with make run") from error
