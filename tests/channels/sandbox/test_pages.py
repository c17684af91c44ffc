"""The pretend phone and mailbox, as a visitor sees them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from channels.providers.base import Envelope, MailParts
from channels.providers.mime import Composer
from channels.sandbox.store import FILE, Mail, Sms, Store
from channels.sandbox.views import register
from hub.kernel.config import Config
from tests.channels.peers import Peers

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def arrived(app: Flask) -> Iterator[FlaskClient]:
    config: Config = app.config["HUB"]
    store = Store(config.data / FILE)
    composer = Composer("service@hub.example", "Hub", "s")
    for number in range(1, 61):
        parts = MailParts(
            f"Report {number}", "See https://x.example/a now", f"<p>你好 <b>{number}</b></p>",
            unsubscribe_url=f"{config.public_url}/u/{number}.abc",
        )  # fmt: skip
        letter = composer.letter(Envelope(number, f"c{number}@clients.example", parts))
        raw = letter.content[:-3].replace(b"\r\n..", b"\r\n.")
        store.add_mail(
            Mail(time.time(), "s@hub.example", f"c{number}@clients.example", letter.message_id, raw)
        )
    for number, body in ((1, "first <b>"), (2, "other"), (1, "second")):
        sid = f"SM{number}{body}"
        store.add_sms(Sms(time.time(), sid, "+1500", f"+861380000000{number}", body, "", sid, 1))
    store.close()
    yield app.test_client()
    for path in config.data.glob(f"{FILE}*"):
        path.unlink()


def test_the_mailbox_lists_the_newest_first_and_turns_pages(arrived: FlaskClient) -> None:
    page = arrived.get("/sandbox/mail").text
    assert page.index("Report 60") < page.index("Report 59")
    assert "Report 10<" not in page
    older = re.search(r'href="(/sandbox/mail\?before=\d+)"', page)
    assert older
    assert "Report 10<" in arrived.get(older.group(1)).text


def test_a_mail_is_found_by_its_recipient(arrived: FlaskClient) -> None:
    page = arrived.get("/sandbox/mail?q=C17@").text
    assert "Report 17" in page
    assert "Report 16" not in page
    assert "Show all" in arrived.get("/sandbox/mail?q=nobody").text


@pytest.mark.feature("M11")
def test_a_mail_offers_one_click_unsubscribe_as_mail_programs_do(arrived: FlaskClient) -> None:
    page = arrived.get("/sandbox/mail/7").text
    assert 'action="/u/7.abc"' in page
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page
    assert 'href="https://x.example/a"' in page


def test_the_html_of_a_mail_is_locked_in(arrived: FlaskClient) -> None:
    answer = arrived.get("/sandbox/mail/7/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer.text.startswith('<base target="_blank">')
    assert "你好 <b>7</b>" in answer.text
    assert arrived.get("/sandbox/mail/999").status_code == 404


def test_a_phone_shows_its_texts_newest_first_and_escaped(arrived: FlaskClient) -> None:
    page = arrived.get("/sandbox/phone?number=%2B8613800000001").text
    assert page.index("second</div>") < page.index("first &lt;b&gt;</div>")
    assert "other" in arrived.get("/sandbox/phone?q=0002").text


def test_empty_pages_say_what_to_do(app: Flask) -> None:
    visitor = app.test_client()
    assert "No mail yet" in visitor.get("/sandbox/mail").text
    assert "No text message yet" in visitor.get("/sandbox/phone").text
    assert "does not answer" in visitor.get("/sandbox/faults").text
    assert visitor.get("/sandbox/").status_code == 302


def test_the_pages_speak_chinese(app: Flask) -> None:
    visitor = app.test_client()
    visitor.set_cookie("hub_language", "zh")
    page = visitor.get("/sandbox/mail").text
    assert "沙盒邮箱" in page
    assert "No mail yet" not in page


def test_only_this_machine_may_look(app: Flask) -> None:
    visitor = app.test_client()
    far = {"REMOTE_ADDR": "10.0.0.9"}
    assert visitor.get("/sandbox/mail", environ_overrides=far).status_code == 404
    proxied = {"X-Forwarded-For": "10.0.0.9"}
    assert visitor.get("/sandbox/mail", headers=proxied).status_code == 404


def test_outside_sandbox_mode_the_pages_do_not_exist(tmp_path: Path) -> None:
    app = Flask("bare")
    register(app, Config(data=tmp_path, sandbox=False))
    assert app.test_client().get("/sandbox/mail").status_code == 404


def test_a_fault_is_ordered_from_the_page(
    app: Flask, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = app.config["HUB"]
    monkeypatch.setitem(app.config, "HUB", peers.config)
    visitor = app.test_client()
    page = visitor.get("/sandbox/faults").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token.group(1), "peer": "sms", "kind": "busy", "times": "2"}
    assert visitor.post("/sandbox/faults", data=form).status_code == 303
    assert [f.kind.value for f in peers.sandbox.faults.orders] == ["busy"]
    monkeypatch.setitem(app.config, "HUB", config)
