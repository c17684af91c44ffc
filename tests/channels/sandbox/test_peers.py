"""The peers as their own clients see them."""

from __future__ import annotations

import contextlib
import json
import signal
import smtplib
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels.providers.twilio import TwilioSettings, _Wire, sandbox_account
from channels.sandbox.faults import Fault, Kind, Peer, fault_of
from channels.sandbox.process import run
from hub.kernel.errors import Invalid
from tests import servers
from tests.channels.peers import SECRET, Notebook, Peers, config_for, soon, states, texts
from tests.channels.providers.test_twilio import twilio_to

PROCESS = """
import sys
from pathlib import Path
from channels.sandbox.process import run
from hub.kernel.config import Config
run(Config(data=Path(sys.argv[1]), secret_key="s", sandbox_smtp_port=int(sys.argv[2]),
           sandbox_http_port=int(sys.argv[3])))
"""


def smtp(peers: Peers) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", peers.config.sandbox_smtp_port, timeout=5)


def control(peers: Peers, method: str, what: str, form: Any = None) -> Any:
    url = f"http://127.0.0.1:{peers.config.sandbox_http_port}/_sandbox/{what}"
    body = None if form is None else json.dumps(form).encode()
    asked = urllib.request.Request(url, data=body, method=method)
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


def client(peers: Peers) -> Client:
    settings = TwilioSettings.from_config(peers.config)
    wire = _Wire(settings)
    peers.providers.append(wire)
    return Client(settings.account_sid, settings.auth_token, http_client=wire)


def test_any_mail_program_can_leave_a_mail(peers: Peers) -> None:
    with smtp(peers) as line:
        line.sendmail("a@x.example", ["b@x.example", "c@x.example"], "Subject: hi\r\n\r\n.dot\r\n")
    rows = peers.rows("SELECT sender, recipient, raw FROM mail ORDER BY id")
    assert [(r["sender"], r["recipient"]) for r in rows] == [
        ("a@x.example", "b@x.example"),
        ("a@x.example", "c@x.example"),
    ]
    assert rows[0]["raw"].endswith(b"\r\n.dot\r\n")


@pytest.mark.parametrize("offered", [True, False])
def test_pipelining_is_offered_or_not(peers: Peers, offered: bool) -> None:
    control(peers, "POST", "faults", {"pipelining": offered})
    with smtp(peers) as line:
        line.ehlo()
        assert line.has_extn("pipelining") is offered
        assert line.has_extn("8bitmime")
        assert line.has_extn("smtputf8")


def test_a_message_that_comes_twice_is_a_duplicate(peers: Peers) -> None:
    with smtp(peers) as line:
        for _ in range(2):
            line.sendmail("a@x.example", "b@x.example", "Message-ID: <d.1@x>\r\n\r\nhi\r\n")
        line.sendmail("a@x.example", "b@x.example", "Message-ID: <d.2@x>\r\n\r\nhi\r\n")
    counted = peers.tally("mail")
    assert (counted.arrived, counted.copies, counted.duplicated, counted.in_flight) == (2, 3, 1, 0)
    assert control(peers, "GET", "tally")["mail"]["duplicated"] == 1


def hub_that_hears(
    heard: list[tuple[str, bool]], answers: Iterator[int]
) -> type[BaseHTTPRequestHandler]:
    """Notes each status report, and whether its signature holds."""

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(raw))
            url = f"http://{self.headers['Host']}{self.path}"
            validator = RequestValidator(sandbox_account(SECRET)[1])
            good = validator.validate(url, form, self.headers["X-Twilio-Signature"])
            heard.append((form["MessageStatus"] + form.get("ErrorCode", ""), good))
            self.send_response(next(answers))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Hub


def test_status_reports_come_in_order_signed_and_until_taken(peers: Peers) -> None:
    heard: list[tuple[str, bool]] = []
    answers = iter([503, 204, 204, 204])
    hub = HTTPServer(("127.0.0.1", 0), hub_that_hears(heard, answers))
    thread = threading.Thread(target=hub.serve_forever)
    thread.start()
    try:
        made = client(peers).messages.create(
            to="+15005550030", from_="+1500", body="hi",
            status_callback=f"http://127.0.0.1:{hub.server_port}/cb/1?a=b",
        )  # fmt: skip
        assert (made.status, made.sid[:2]) == ("queued", "SM")
        servers.wait_for(lambda: len(heard) >= 3, "the reports", 10)
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
    assert heard == [("sent", True), ("undelivered30003", True), ("sent", True)]
    found = client(peers).messages(made.sid).fetch()
    assert (found.status, found.error_code) == ("undelivered", 30003)


def test_a_report_goes_to_no_other_machine(peers: Peers) -> None:
    made = client(peers).messages.create(
        to="+8613800000001", from_="+1", body="hi", status_callback="http://hub.example/cb"
    )
    servers.wait_for(
        lambda: client(peers).messages(made.sid).fetch().status == "delivered", "the status", 5
    )


def test_messages_are_found_by_recipient_and_day(peers: Peers) -> None:
    states(twilio_to(peers).send(texts(3), turn=soon(), journal=Notebook()))
    found = client(peers).messages.list(to="+8613800000002")
    assert [message.to for message in found] == ["+8613800000002"]
    assert client(peers).messages.list(to="+8613800000002", date_sent="2001-01-01") == []


def test_faults_are_ordered_over_http_and_used_up(peers: Peers) -> None:
    order = {"peer": "mail", "kind": "refuse", "code": 552, "times": 1, "match": "b@"}
    assert len(control(peers, "POST", "faults", order)["orders"]) == 1
    with smtp(peers) as line, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        line.sendmail("a@x.example", "b@x.example", "hi")
    assert refused.value.recipients["b@x.example"][0] == 552
    assert control(peers, "GET", "faults")["orders"] == []
    with pytest.raises(urllib.error.HTTPError, match="422"):
        control(peers, "POST", "faults", {"kind": "nonsense"})


@pytest.mark.parametrize(
    "form", [{}, {"peer": "mail"}, {"peer": "mail", "kind": "drop", "times": "x"},
             {"peer": "sms", "kind": "hang", "seconds": 1e9}],
)  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        fault_of(form)


def test_an_order_holds_for_its_recipient_as_often_as_it_says(peers: Peers) -> None:
    faults = peers.sandbox.faults
    faults.add(Fault(Peer.MAIL, Kind.DROP, times=2, match="b@"))
    assert faults.take(Peer.MAIL, "a@x", Kind.DROP) is None
    assert faults.take(Peer.SMS, "b@x", Kind.DROP) is None
    assert [bool(faults.take(Peer.MAIL, "b@x", Kind.DROP)) for _ in range(3)] == [True, True, False]


def test_the_process_runs_alone_and_stops_politely(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    ports = [str(config.sandbox_smtp_port), str(config.sandbox_http_port)]
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(tmp_path), *ports])

    def is_up() -> bool:
        with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", int(ports[0])) as line:
            line.sendmail("a@x.example", "b@x.example", "hi")
            return True
        return False

    servers.wait_for(is_up, "the sandbox", 20)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert (tmp_path / "sandbox.db").is_file()


def test_outside_sandbox_mode_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        run(config_for(tmp_path, sandbox=False))
