"""Kill workers at random moments while a batch is sent; count at the receiving side.

One JSON line. `skipped` = snapshot − suppressed − cancelled − arrived − (uncertain −
uncertain_arrived): recipients nobody can account for. `in_flight` is the sandbox's own count.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from functools import partial
from typing import Any

from sqlalchemy import select

from bench import people
from bench.house import House, running, wait_until
from channels.deliveries import progress
from channels.deliveries.models import Batch, Delivery
from channels.deliveries.rules import BatchState, State
from channels.providers.mime import Composer
from channels.providers.twilio import TwilioSettings, twilio_for
from channels.sandbox import store as sandbox
from hub.clients.models import Client
from hub.kernel import clock, owners, store, work
from hub.kernel.messages import Content, Message, MessageClass, post_to

RECIPIENTS = 10_000  # by each of two channels
KILLS = 10
LONGEST_S = 900.0
TEXTS = {
    "zh": {
        "subject": "{{ name }},本周市场",
        "text": "{{ name }}您好:本周回顾。",
        "sms": "{{ name }}您好",
    },
    "en": {"subject": "{{ name }}, this week", "text": "Dear {{ name }}", "sms": "Dear {{ name }}"},
}


def main() -> int:
    """Run it; print the line; 1 when a promise is broken."""
    with running(workers=2) as house:
        people.fill(RECIPIENTS, prefix="CRASH")
        batch = _send()
        kills = _kill_while(batch)
        wait_until(lambda: _is_over(batch), LONGEST_S, "the end of the batch")
        wait_until(lambda: _settled(house), 60, "the last status reports")
        result = _count(house, batch) | {"kills": kills}
    print(json.dumps(result))
    holds = result["skipped"] == 0 == result["duplicated"]
    return 0 if holds and result["uncertain"] <= result["in_flight"] else 1


def _send() -> int:
    message = Message(
        cause=f"bench.crash:{int(clock.now().timestamp())}", klass=MessageClass.PROMOTION,
        content=Content(texts=TEXTS), channels=("email", "sms"),
    )  # fmt: skip
    with work.unit():
        return post_to(message, select(Client.id).where(Client.no.startswith("CRASH")))


def _kill_while(batch: int) -> int:
    """Kill a worker each time another random part of the batch is through.

    When both were killed a moment ago, the next kill waits until one is back.
    """
    chance = random.SystemRandom()
    moments = sorted(chance.uniform(0.02, 0.9) for _ in range(KILLS))
    kills = 0
    for moment in moments:
        wait_until(partial(_is_past, batch, moment), LONGEST_S, "progress")
        wait_until(lambda: bool(_workers()) or _is_over(batch), LONGEST_S, "a worker")
        if alive := _workers():
            os.kill(chance.choice(alive), signal.SIGKILL)
            kills += 1
    return kills


def _workers() -> list[int]:
    """Process ids of the workers that hold a claim, else of any that gave a sign of life."""
    claims = select(Delivery.owner).where(Delivery.state == State.SUBMITTING).distinct()
    with work.unit(writes=False):
        names = [name for name in work.session().scalars(claims) if name]
    names = names or store.alive()
    return [int(name.split(".")[1]) for name in names if not owners.is_dead(name)]


def _counts(batch: int) -> dict[str, Any]:
    with work.unit(writes=False):
        return progress.counts(batch)


def _done(batch: int) -> float:
    counts = _counts(batch)
    open_rows = sum(
        counts["states"].get(state, 0) for state in ("queued", "submitting", "checking")
    )
    return 1 - open_rows / counts["snapshot"] if counts["snapshot"] else 0.0


def _is_past(batch: int, moment: float) -> bool:
    return _done(batch) >= moment or _is_over(batch)


def _is_over(batch: int) -> bool:
    with work.unit(writes=False):
        state = work.session().scalar(select(Batch.state).where(Batch.id == batch))
    return state == BatchState.DONE


def _settled(house: House) -> bool:
    """Whether the sandbox has written down everything it took."""
    path = house.config.data / sandbox.FILE
    with work.unit(writes=False):
        sent = select(Delivery.id).where(Delivery.state.in_((State.SENT, State.DELIVERED)))
        expected = len(work.session().scalars(sent).all())
    file = sandbox.opened(path, reads=True)
    arrived = sum(sandbox.tally(file, peer).arrived for peer in ("mail", "sms"))
    file.close()
    return arrived >= expected


def _count(house: House, batch: int) -> dict[str, int]:
    file = sandbox.opened(house.config.data / sandbox.FILE, reads=True)
    tallies = [sandbox.tally(file, peer) for peer in ("mail", "sms")]
    keys = {row[0] for row in file.execute("SELECT key FROM mail UNION SELECT key FROM sms")}
    file.close()
    with work.unit(writes=False):
        rows = work.session().execute(
            select(Delivery.id, Delivery.channel, Delivery.state).where(Delivery.batch_id == batch)
        )
        deliveries = [(row.id, row.channel, row.state) for row in rows]
    states = Counter(state for _, _, state in deliveries)
    uncertain = [(row, channel) for row, channel, state in deliveries if state == State.UNCERTAIN]
    uncertain_arrived = sum(key in keys for key in _keys(house, uncertain))
    arrived = sum(tally.arrived for tally in tallies)
    known = states[State.SUPPRESSED] + states[State.CANCELLED] + arrived
    return {
        "snapshot": len(deliveries),
        "suppressed": states[State.SUPPRESSED],
        "cancelled": states[State.CANCELLED],
        "arrived": arrived,
        "uncertain": len(uncertain),
        "uncertain_arrived": uncertain_arrived,
        "skipped": len(deliveries) - known - (len(uncertain) - uncertain_arrived),
        "duplicated": sum(tally.duplicated for tally in tallies),
        "in_flight": sum(tally.in_flight for tally in tallies),
    }


def _keys(house: House, rows: list[tuple[int, str]]) -> list[str]:
    """By what the sandbox knows these deliveries: the Message-ID, the callback's address."""
    config = house.config
    mails = Composer(config.mail_from, config.mail_from_name, config.secret_key)
    texts = twilio_for(TwilioSettings.from_config(config))
    return [
        mails.message_id(row) if channel == "email" else texts.callback_url(row)
        for row, channel in rows
    ]


if __name__ == "__main__":
    sys.exit(main())
