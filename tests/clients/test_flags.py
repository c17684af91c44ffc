"""Flags: one writer, a check against their owners."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from hub.clients import flags
from hub.clients.models import Client
from hub.kernel import modules, work
from tests import make

FORM = {
    "no": "C-1", "name": "王芳", "language": "zh", "city": "上海", "gender": "female",
    "birthday": "1980-02-29", "opened_on": "2020-05-06", "branch": "浦东",
    "stated_assets": "1,234,567.80", "sms": "138 0000 0001", "email": "Wang.Fang@Post.Example",
}  # fmt: skip


def kept(client_id: int) -> Client:
    with work.unit(writes=False):
        row = work.session().get_one(Client, client_id)
        work.session().expunge(row)
        return row


def test_flags_are_rebuilt_from_their_owners(app: Flask) -> None:
    with work.unit():
        one, other = make.client(sms="13800000001"), make.client()
        flags.set_flags("has_sms", select(Client.id).where(Client.id == one), False)
        flags.set_flags("has_email", select(Client.id), True)
    with work.unit():
        assert flags.wrong("has_sms") == 1
        assert flags.wrong("has_email") == 2
        for name in ("has_sms", "has_email", "shared"):
            flags.rebuild(name)
        assert [flags.wrong(name) for name in ("has_sms", "has_email", "shared")] == [0, 0, 0]
    assert kept(one).flags == flags.mask("has_sms")
    assert kept(other).flags == 0


def test_a_flag_leaves_the_other_bits_alone(app: Flask) -> None:
    with work.unit():
        one = make.client(sms="13800000001", email="a@post.example")
        flags.set_flags("has_sms", select(Client.id), False)
    assert kept(one).flags == flags.mask("has_email")
    assert modules.loaded().flags["has_email"].bit == 1
