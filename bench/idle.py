"""P3.idle: from the commit of a code to the provider, while nothing else goes on."""

from __future__ import annotations

import random
import statistics
import time
from contextlib import closing

from sqlalchemy import select

from bench import people
from bench.figures import Figure, ratio
from bench.house import House, running, wait_until
from channels.deliveries.models import Delivery
from channels.providers.mime import Composer
from channels.sandbox import store as sandbox
from hub.clients.models import Client
from hub.kernel import demo, work
from hub.kernel.messages import Content, Message, MessageClass, post

ROUNDS = 3
SAMPLES = 200
LIMIT_MS = 50.0
TEXTS = {"zh": {"subject": "验证码", "text": "123456"}, "en": {"subject": "Code", "text": "123456"}}


def measure() -> Figure:
    """The 99th percentile of each round against the limit."""
    with running(workers=1) as house:
        mark = house.config.data / demo.MARK
        wait_until(lambda: mark.is_file() and not mark.read_text(), 120, "the demo data")
        people.fill(1)
        _round(house)  # the first one opens the lines
        waits = [_round(house) for _ in range(ROUNDS)]
    worst = [statistics.quantiles(one, n=100)[98] for one in waits]
    floor = [LIMIT_MS] * ROUNDS
    return Figure(
        id="P3.idle", better="lower", ours_raw=worst, floor_raw=floor, ratio=ratio(worst, floor),
        goal=1.0, rounds=ROUNDS, sizes=[SAMPLES], unit="ms",
    )  # fmt: skip


def _round(house: House) -> list[float]:
    """Milliseconds from commit to the mail server's last byte, one message after the other."""
    chance = random.Random(1)
    with work.unit(writes=False):
        query = select(Client.id).where(Client.no.startswith("BENCH"))
        person = work.session().scalars(query).one()
    committed: dict[int, float] = {}
    moments: list[float] = []
    for _ in range(SAMPLES):
        with work.unit():
            work.after_commit(lambda: moments.append(time.time()))
            batch = post(_message(), person)
        committed[batch] = moments[-1]
        time.sleep(chance.uniform(0.05, 0.15))
    wait_until(lambda: len(_arrivals(house, committed)) == SAMPLES, 60, "all codes")
    arrived = _arrivals(house, committed)
    return [1000 * (arrived[batch] - moment) for batch, moment in committed.items()]


def _message() -> Message:
    return Message(
        cause=f"bench.idle:{time.time_ns()}", klass=MessageClass.CODE,
        content=Content(texts=TEXTS), channels=("email",),
    )  # fmt: skip


def _arrivals(house: House, batches: dict[int, float]) -> dict[int, float]:
    """Batch → when its mail was there."""
    config = house.config
    composer = Composer(config.mail_from, config.mail_from_name, config.secret_key)
    with work.unit(writes=False):
        query = select(Delivery.id, Delivery.batch_id).where(Delivery.batch_id.in_(batches))
        sent = work.session().execute(query).all()
    batch_of = {composer.message_id(delivery): batch for delivery, batch in sent}
    with closing(sandbox.opened(config.data / sandbox.FILE, reads=True)) as file:
        rows = file.execute("SELECT key, at FROM mail").fetchall()
    return {batch_of[row["key"]]: row["at"] for row in rows if row["key"] in batch_of}
