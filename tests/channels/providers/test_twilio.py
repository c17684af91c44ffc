from __future__ import annotations

import time
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from channels.providers.base import Envelope, SmsParts, State, Turn
from channels.providers.twilio import Twilio, TwilioSettings
from channels.sandbox.faults import Fault, Kind, Peer
from tests.channels.peers import Notebook, Peers, soon, states, texts


def twilio_to(peers: Peers, **changes: Any) -> Twilio:
    settings = TwilioSettings.from_config(peers.config)
    known = {name: getattr(settings, name) for name in TwilioSettings.__slots__}
    peers.providers.append(twilio := Twilio(TwilioSettings(**(known | {"timeout_s": 3} | changes))))
    return twilio


@pytest.mark.feature("M01")
def test_texts_arrive_once_with_their_status_address(peers: Peers) -> None:
    twilio, journal = twilio_to(peers), Notebook()
    outcomes = list(twilio.send(texts(60), turn=soon(), journal=journal))
    assert {o.state for o in outcomes} == {State.SENT}
    assert all(o.provider_id.startswith("SM") for o in outcomes)
    counted = peers.tally("sms")
    assert (counted.arrived, counted.duplicated) == (60, 0)
    token = peers.rows("SELECT callback FROM sms WHERE recipient LIKE '%00000007'")[0][
        0
    ].rpartition("/")[2]
    assert twilio.delivery_of(token) == 7
    assert twilio.delivery_of("8" + token[1:]) is None
    assert sorted(journal.lines) == sorted((kind, i) for i in range(1, 61) for kind in "SR")


def test_requests_run_side_by_side(peers: Peers) -> None:
    peers.order(Fault(Peer.SMS, Kind.SLOW, times=-1, seconds=0.2))
    began = time.monotonic()
    assert set(
        states(twilio_to(peers).send(texts(48), turn=soon(), journal=Notebook())).values()
    ) == {"sent"}
    assert time.monotonic() - began < 48 * 0.2 / 4


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        (Fault(Peer.SMS, Kind.REFUSE, code=500), "uncertain", "20500"),
        (Fault(Peer.SMS, Kind.REFUSE, code=503), "uncertain", "20500"),
        (Fault(Peer.SMS, Kind.BUSY), "retry", "20429"),
        (Fault(Peer.SMS, Kind.REFUSE, code=30001), "retry", "30001"),
        (Fault(Peer.SMS, Kind.REFUSE, code=21610), "failed", "21610"),
        (Fault(Peer.SMS, Kind.DROP), "uncertain", ""),
        (Fault(Peer.SMS, Kind.LOSE), "uncertain", ""),
        (Fault(Peer.SMS, Kind.HANG), "uncertain", ""),
    ],
)
def test_each_answer_has_its_meaning(peers: Peers, fault: Fault, state: str, code: str) -> None:
    peers.order(fault)
    journal = Notebook()
    twilio = twilio_to(peers, timeout_s=0.5)
    outcomes = list(twilio.send(texts(1), turn=soon(), journal=journal))
    assert [(o.state.value, o.code) for o in outcomes] == [(state, code)]
    assert (("R", 1) in journal.lines) == (state != "uncertain")


@pytest.mark.parametrize(("number", "code"), [("+15005550001", "21211"), ("+15005550004", "21610")])
def test_magic_numbers_are_refused_as_twilio_refuses_them(
    peers: Peers, number: str, code: str
) -> None:
    batch = [Envelope(1, number, SmsParts("hi")), *texts(3)[1:]]
    outcomes = {
        o.delivery_id: o for o in twilio_to(peers).send(batch, turn=soon(), journal=Notebook())
    }
    assert (outcomes[1].state, outcomes[1].code) == (State.FAILED, code)
    assert {outcomes[2].state, outcomes[3].state} == {State.SENT}


def test_a_wrong_password_sends_nothing_and_blames_nobody(peers: Peers) -> None:
    outcomes = list(
        twilio_to(peers, auth_token="wrong", lines=1).send(
            texts(5), turn=soon(), journal=Notebook()
        )
    )
    assert {(o.state, o.code) for o in outcomes} == {(State.UNSENT, "20003")}
    assert len(outcomes) == 5
    assert peers.tally("sms").copies == 0


def test_a_carrier_that_is_not_there_leaves_everything_unsent(peers: Peers) -> None:
    twilio = twilio_to(peers, base_url="http://127.0.0.1:1")
    assert set(states(twilio.send(texts(30), turn=soon(), journal=Notebook())).values()) == {
        "unsent"
    }


def test_nothing_is_started_after_the_deadline(peers: Peers) -> None:
    assert set(
        states(twilio_to(peers).send(texts(5), turn=Turn(0), journal=Notebook())).values()
    ) == {"unsent"}


def test_only_what_twilio_signed_is_believed(peers: Peers) -> None:
    twilio = twilio_to(peers)
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    url = peers.config.public_url + "/channels/twilio/status/1.ab?x=1"
    good = RequestValidator(twilio._settings.auth_token).compute_signature(url, form)
    assert twilio.signed("/channels/twilio/status/1.ab?x=1", form, good)
    assert not twilio.signed("/channels/twilio/status/2.ab?x=1", form, good)
    assert not twilio.signed("/channels/twilio/status/1.ab?x=1", form | {"a": "b"}, good)
    assert not twilio.signed("/channels/twilio/status/1.ab?x=1", form, "")
