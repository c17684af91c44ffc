"""What the peers count when a line breaks: begun, unread, or in order."""

from __future__ import annotations

import base64
import smtplib
import socket
import struct
import time

from channels.providers.twilio import sandbox_account
from tests import servers
from tests.channels.peers import SECRET, Peers


def half_sent(peers: Peers) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", peers.config.sandbox_smtp_port), timeout=5)
    with line.makefile("rb") as replies:
        replies.readline()
        line.sendall(b"HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n")
        for _ in range(4):
            said = replies.readline()
    assert said.startswith(b"354")
    return line


def broken(peers: Peers, peer: str = "mail") -> tuple[int, int]:
    servers.wait_for(lambda: peers.tally(peer).broken > 0, "the break", 5)
    counted = peers.tally(peer)
    return counted.begun, counted.broken


def test_a_body_that_had_begun_is_in_flight(peers: Peers) -> None:
    line = half_sent(peers)
    line.sendall(b"Subject: half")
    time.sleep(0.1)
    line.close()
    assert broken(peers) == (1, 1)
    assert peers.tally("mail").arrived == 0


def test_a_reply_that_nobody_read_is_in_flight(peers: Peers) -> None:
    line = half_sent(peers)
    line.sendall(b"Subject: whole\r\n\r\nx\r\n.\r\n")
    servers.wait_for(lambda: peers.tally("mail").arrived == 1, "the mail", 5)
    line.close()  # with the reply unread: the kernel resets the line
    assert broken(peers) == (1, 1)


def test_a_reply_that_was_read_is_not(peers: Peers) -> None:
    line = half_sent(peers)
    line.sendall(b"Subject: whole\r\n\r\nx\r\n.\r\n")
    assert line.recv(100).startswith(b"250")
    line.close()
    assert broken(peers) == (0, 1)


def test_a_farewell_is_no_break(peers: Peers) -> None:
    with smtplib.SMTP("127.0.0.1", peers.config.sandbox_smtp_port, timeout=5) as line:
        line.sendmail("a@x.example", "b@x.example", "\r\nhi\r\n")
    assert peers.tally("mail").broken == 0


def posting(peers: Peers, body: bytes) -> socket.socket:
    sid, token = sandbox_account(SECRET)
    line = socket.create_connection(("127.0.0.1", peers.config.sandbox_http_port), timeout=5)
    basic = base64.b64encode(f"{sid}:{token}".encode()).decode()
    head = (
        f"POST /2010-04-01/Accounts/{sid}/Messages.json HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Basic {basic}\r\nContent-Length: 30\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    line.sendall(head.encode() + body)
    return line


WHOLE = b"To=%2B861&From=%2B1&Body=hello"


def test_a_text_whose_body_had_begun_is_in_flight(peers: Peers) -> None:
    line = posting(peers, WHOLE[:10])
    time.sleep(0.1)
    line.close()
    assert broken(peers, "sms") == (1, 1)


def test_a_text_whose_answer_nobody_read_is_in_flight(peers: Peers) -> None:
    line = posting(peers, WHOLE)
    servers.wait_for(lambda: peers.tally("sms").arrived == 1, "the text", 5)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    assert broken(peers, "sms") == (1, 1)


def test_a_text_whose_answer_was_read_is_not(peers: Peers) -> None:
    line = posting(peers, WHOLE)
    assert b"201" in line.recv(4096)
    line.close()
    assert broken(peers, "sms") == (0, 1)
