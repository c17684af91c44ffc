from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from channels.providers.base import State
from channels.providers.journal import Journal, read
from channels.providers.smtp import Smtp, SmtpSettings
from channels.sandbox.faults import Fault, Kind, Peer
from tests.channels.peers import SECRET, Notebook, Peers, config_for, mails, soon, states

SENDER = """
import sys
from pathlib import Path
from channels.providers.journal import Journal
from channels.providers.smtp import Smtp, SmtpSettings
from tests.channels.peers import SECRET, mails, soon
port, path = int(sys.argv[1]), Path(sys.argv[2])
smtp = Smtp(SmtpSettings(host="127.0.0.1", port=port, sender="s@hub.example", secret=SECRET))
print("ready", flush=True)
list(smtp.send(mails(20000), turn=soon(60), journal=Journal(path)))
"""


def smtp_to(peers: Peers, **changes: Any) -> Smtp:
    port = peers.config.sandbox_smtp_port
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": "service@hub.example",
        "secret": SECRET,
    }
    peers.providers.append(smtp := Smtp(SmtpSettings(**(settings | {"timeout_s": 5} | changes))))
    return smtp


@pytest.fixture(params=[True, False], ids=["pipelining", "plain"])
def both(request: pytest.FixtureRequest, peers: Peers) -> Peers:
    peers.sandbox.faults.pipelining = request.param
    return peers


@pytest.mark.feature("M01")
def test_a_batch_arrives_once_and_in_order(both: Peers) -> None:
    smtp, journal = smtp_to(both), Notebook()
    assert set(states(smtp.send(mails(50), turn=soon(), journal=journal)).values()) == {"sent"}
    assert [row["recipient"] for row in both.rows("SELECT recipient FROM mail ORDER BY id")] == [
        f"c{i}@clients.example" for i in range(1, 51)
    ]
    assert journal.lines == [(kind, i) for i in range(1, 51) for kind in "SR"]
    raw = both.rows("SELECT raw FROM mail WHERE id = 1")[0]["raw"]
    assert b"\r\n.hidden dot\r\n" in raw
    smtp.close()


def test_the_line_stays_open_between_batches(both: Peers) -> None:
    smtp = smtp_to(both)
    for _ in range(3):
        states(smtp.send(mails(5), turn=soon(), journal=Notebook()))
    assert len(smtp._idle) == 1
    smtp.close()
    assert both.tally("mail").in_flight == 0


def test_a_line_that_died_while_idle_is_replaced(both: Peers) -> None:
    smtp = smtp_to(both)
    states(smtp.send(mails(1), turn=soon(), journal=Notebook()))
    smtp._idle[0]._sock.shutdown(socket.SHUT_RDWR)
    assert states(smtp.send(mails(2), turn=soon(), journal=Notebook())) == {1: "sent", 2: "sent"}
    smtp.close()


def test_a_refusal_falls_on_its_recipient_alone(both: Peers) -> None:
    both.order(
        Fault(Peer.MAIL, Kind.REFUSE, code=550, match="c2@"),
        Fault(Peer.MAIL, Kind.REFUSE, code=451, match="c4@"),
    )
    outcomes = {
        o.delivery_id: o for o in smtp_to(both).send(mails(6), turn=soon(), journal=Notebook())
    }
    assert outcomes[2].state is State.FAILED
    assert (outcomes[2].code, outcomes[4].code) == ("550", "451")
    assert outcomes[4].state is State.RETRY
    assert {outcomes[i].state for i in (1, 3, 5, 6)} == {State.SENT}
    assert both.tally("mail").arrived == 4


def test_a_bad_address_never_stops_a_batch(both: Peers) -> None:
    batch = mails(3)
    batch[1] = mails(2, subject="a\r\nb")[1]
    assert states(smtp_to(both).send(batch, turn=soon(), journal=Notebook())) == {
        1: "sent",
        2: "failed",
        3: "sent",
    }


@pytest.mark.parametrize(("kind", "arrived"), [(Kind.DROP, 6), (Kind.LOSE, 5)])
def test_a_line_dropped_after_the_final_dot_leaves_one_uncertain(
    both: Peers, kind: Kind, arrived: int
) -> None:
    both.order(Fault(Peer.MAIL, kind, match="c3@"))
    journal = Notebook()
    found = states(smtp_to(both).send(mails(6), turn=soon(), journal=journal))
    assert found == {i: "uncertain" if i == 3 else "sent" for i in range(1, 7)}
    assert ("R", 3) not in journal.lines
    counted = both.tally("mail")
    assert (counted.arrived, counted.duplicated, counted.begun) == (arrived, 0, 1)


def test_a_busy_relay_closes_the_line_and_nothing_is_lost(both: Peers) -> None:
    both.order(Fault(Peer.MAIL, Kind.BUSY, match="c3@"))
    assert set(states(smtp_to(both).send(mails(6), turn=soon(), journal=Notebook())).values()) == {
        "sent"
    }
    assert both.tally("mail").duplicated == 0


def test_a_recipient_who_always_breaks_the_line_does_not_stop_the_others(both: Peers) -> None:
    both.order(Fault(Peer.MAIL, Kind.BUSY, times=-1, match="c3@"))
    found = states(smtp_to(both).send(mails(6), turn=soon(), journal=Notebook()))
    assert found == {i: "retry" if i == 3 else "sent" for i in range(1, 7)}


def test_a_relay_that_hangs_leaves_one_uncertain_in_bounded_time(both: Peers) -> None:
    both.order(Fault(Peer.MAIL, Kind.HANG, match="c2@"))
    began = time.monotonic()
    found = states(smtp_to(both, timeout_s=0.5).send(mails(3), turn=soon(), journal=Notebook()))
    assert found == {1: "sent", 2: "uncertain", 3: "sent"}
    assert time.monotonic() - began < 5


def test_no_relay_at_all_leaves_everything_unsent(tmp_path: Path) -> None:
    settings = SmtpSettings(host="127.0.0.1", port=1, sender="s@hub.example", secret=SECRET)
    outcomes = list(Smtp(settings).send(mails(3), turn=soon(), journal=Notebook()))
    assert {o.state for o in outcomes} == {State.UNSENT}
    assert "refused" in outcomes[0].raw


def test_nothing_is_started_after_the_deadline(both: Peers) -> None:
    both.order(Fault(Peer.MAIL, Kind.SLOW, times=-1, seconds=0.1))
    found = states(smtp_to(both).send(mails(40), turn=soon(0.35), journal=Notebook()))
    counts = {state: list(found.values()).count(state) for state in set(found.values())}
    assert set(counts) == {"sent", "unsent"}
    assert both.tally("mail").arrived == counts["sent"] < 8


def test_several_lines_share_a_batch(both: Peers) -> None:
    both.order(Fault(Peer.MAIL, Kind.SLOW, times=-1, seconds=0.05))
    smtp = smtp_to(both, lines=8)
    assert set(states(smtp.send(mails(40), turn=soon(), journal=Notebook())).values()) == {"sent"}
    assert len(smtp._idle) > 1  # the lines that were opened stay open
    assert both.tally("mail").duplicated == 0
    smtp.close()


def test_a_journal_that_takes_nothing_stops_the_sending(both: Peers, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "w.log")
    os.close(journal._handle)
    journal._handle = os.open("/dev/full", os.O_WRONLY)
    assert set(states(smtp_to(both).send(mails(3), turn=soon(), journal=journal)).values()) == {
        "unsent"
    }
    assert both.tally("mail").arrived == 0
    journal.close()


@pytest.mark.feature("M14")
def test_after_kill_9_the_journal_knows_all_but_what_was_in_flight(
    both: Peers, tmp_path: Path
) -> None:
    path = tmp_path / "w.log"
    port = str(both.config.sandbox_smtp_port)
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, port, str(path)], stdout=subprocess.PIPE
    )
    assert sender.stdout is not None
    sender.stdout.readline()
    while not path.exists() or len(read(path)) < 50:
        time.sleep(0.005)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    sender.stdout.close()
    time.sleep(0.2)
    noted, counted = read(path), both.tally("mail")
    replied = sum(note.is_replied for note in noted.values())
    uncertain = len(noted) - replied
    assert counted.duplicated == 0
    assert replied <= counted.arrived <= len(noted)
    assert uncertain <= counted.in_flight <= 2


def odd_relay(listener: socket.socket, heard: list[bytes]) -> None:
    """Refuses every recipient and still says 354."""
    answers = {
        b"EHLO": b"250-x\r\n250 PIPELINING\r\n",
        b"RCPT": b"550 no\r\n",
        b"DATA": b"354 go\r\n",
        b".\r\n": b"554 none\r\n",
        b"QUIT": b"221 bye\r\n",
    }
    line, _ = listener.accept()
    with line, line.makefile("rb") as file:
        line.sendall(b"220 x\r\n")
        for said in file:
            heard.append(said.strip())
            line.sendall(answers.get(said[:4].upper(), b"250 ok\r\n"))
            if said.startswith(b"QUIT"):
                return


def test_a_relay_that_says_354_to_nobody_is_given_no_body() -> None:
    """RFC 2920 §3.1 allows it."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=odd_relay, args=(listener, heard))
    thread.start()
    port = listener.getsockname()[1]
    settings = SmtpSettings(host="127.0.0.1", port=port, sender="s@hub.example", secret=SECRET)
    smtp = Smtp(settings)
    found = states(smtp.send(mails(2), turn=soon(), journal=Notebook()))
    assert found == {1: "failed", 2: "failed"}
    smtp.close()
    thread.join(5)
    listener.close()
    assert heard.count(b".") == 2
    assert not any(b"hidden" in said for said in heard)


def test_settings_follow_the_mode(tmp_path: Path) -> None:
    near = SmtpSettings.from_config(config_for(tmp_path, smtp_user="u", smtp_password="p"))
    assert (near.host, near.user, near.starttls) == ("127.0.0.1", "", False)
    far = SmtpSettings.from_config(config_for(tmp_path, sandbox=False, smtp_host="relay.example"))
    assert (far.host, far.port, far.starttls, far.lines) == ("relay.example", 587, True, 8)
