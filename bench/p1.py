"""P1: bulk e-mail, the whole path after the gates, 4 workers, against smtplib re-sending one mail.

Ours: claim, render subject + text + HTML per person, unsubscribe token, MIME, SMTP, status and
attempt rows. The floor: 4 processes, smtplib, one prebuilt 2 KB message. Both to `smtp-sink`.
"""

from __future__ import annotations

import multiprocessing
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from sqlalchemy import select

from bench import people, sink
from bench.figures import Figure, exponent, interleaved, ratio
from bench.house import ROOT, free_ports, wait_until
from channels.deliveries import prepare
from channels.deliveries.models import Batch
from channels.deliveries.rules import BatchState
from hub.app import create_app
from hub.clients.models import Client
from hub.kernel import clock, modules, parameters, schema, valkey, work
from hub.kernel.config import Config
from hub.kernel.messages import Content, Message, MessageClass, post_to

WORKERS = 4
FAR = datetime(2100, 1, 1, tzinfo=UTC)
SIZES = (10_000, 100_000)
ROUNDS = 3
GOAL = 0.9
LINE = "本周市场回顾:指数小幅上行,成交活跃,详情请登录查看。"
PLAIN = "The market moved little this week; volumes were up. Sign in to read the details.\n"
TEXTS = {
    "zh": {
        "subject": "{{ name }},本周市场回顾",
        "text": "{{ name }}您好:\n" + LINE * 3,
        "html": "<html><body><h1>{{ name }}您好</h1>" + f"<p>{LINE}</p>" * 8 + "</body></html>",
    },
    "en": {
        "subject": "{{ name }}, the week in review",
        "text": "Dear {{ name }},\n" + PLAIN * 6,
        "html": "<html><body><h1>Dear {{ name }}</h1>" + f"<p>{PLAIN}</p>" * 12 + "</body></html>",
    },
}


def measure() -> list[Figure]:
    """Rates at two sizes."""
    rows = []
    small_cost = 0.0
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="hub-p1-") as folder:
            port = free_ports(1)
            with sink.running(port), Office(Path(folder), port, size) as office:
                ours, floor = interleaved(ROUNDS, office.send, partial(_floor, port, size))
        cost = size / statistics.median(ours)
        if size == SIZES[0]:
            small_cost = cost
        rows.append((size, ours, floor, cost))
    size, ours, floor, cost = rows[-1]
    grows = exponent((SIZES[0], small_cost), (size, cost))
    return [
        Figure(
            id="P1", better="higher", ours_raw=ours, floor_raw=floor, ratio=ratio(ours, floor),
            goal=GOAL, rounds=ROUNDS, sizes=list(SIZES), exponent=grows, unit="mails/s",
        )
    ]  # fmt: skip


class Office:
    """A hub outside sandbox mode with its queue, its clients and four real workers."""

    def __init__(self, folder: Path, port: int, size: int) -> None:
        self.folder, self.port, self.size = folder, port, size

    def __enter__(self) -> Self:
        server = valkey.prepare(self.folder)
        self.processes = [subprocess.Popen(server.child().command, stdout=subprocess.DEVNULL)]
        wait_until(server.answers, 20, "Valkey")
        settings = {
            "DATA": str(self.folder), "SANDBOX": "0", "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port), "SMTP_TLS": "0", "REDIS_URL": server.url,
        }  # fmt: skip
        environment = os.environ | {f"HUB_{name}": value for name, value in settings.items()}
        create_app(replace(Config.from_env(environment), testing=True))
        with work.unit():
            schema.upgrade(work.session().connection(), modules.loaded())
            today = clock.firm_day()
            parameters.set_from("channels.email_rate", "1000000", valid_from=today)
        people.fill(self.size)
        command = [sys.executable, "-m", "hub", "worker"]
        self.processes += [
            subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(WORKERS)
        ]
        return self

    def __exit__(self, *error: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)

    def send(self) -> float:
        """Prepare a batch, then time it from its start to its end → mails a second."""
        message = Message(
            cause=f"bench.p1:{time.time_ns()}", klass=MessageClass.PROMOTION,
            content=Content(texts=TEXTS), channels=("email",),
        )  # fmt: skip
        with work.unit():
            batch = post_to(replace(message, at=FAR), select(Client.id))
        wait_until(lambda: _state(batch) == BatchState.SCHEDULED, 120, "the gates")
        began = time.perf_counter()
        with work.unit():
            work.session().get_one(Batch, batch).due_at = clock.now()
            prepare.start(batch)
        wait_until(lambda: _state(batch) == BatchState.DONE, 300, "the end of the batch")
        return self.size / (time.perf_counter() - began)


def _state(batch: int) -> str | None:
    with work.unit(writes=False):
        return work.session().scalar(select(Batch.state).where(Batch.id == batch))


def _floor(port: int, size: int) -> float:
    """Smtplib from as many processes, one prebuilt message → mails a second."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(WORKERS + 1)
    arguments = (port, size // WORKERS, gate)
    hands = [context.Process(target=_resend, args=arguments) for _ in range(WORKERS)]
    for hand in hands:
        hand.start()
    gate.wait()
    began = time.perf_counter()
    for hand in hands:
        hand.join()
    return size / (time.perf_counter() - began)


def _resend(port: int, count: int, gate: object) -> None:
    head = b"From: a@hub.example\r\nTo: b@mail.example\r\nSubject: The week in review\r\n\r\n"
    raw = head + (b"y" * 70 + b"\r\n") * 27
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        gate.wait()  # type: ignore[attr-defined]
        for _ in range(count):
            line.sendmail("a@hub.example", ["b@mail.example"], raw)
