"""Phone numbers and mailboxes: whoever reads them, one written form."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from hub.accounts import identities
from hub.accounts.commands import users
from hub.accounts.models import User
from hub.accounts.rules import Identity
from hub.clients import addresses as contact_points
from hub.kernel import addresses, work
from hub.kernel.addresses import LONGEST
from tests import staff


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("138 0000 0001", "+8613800000001"),
        (" +86 138-0000-0001 ", "+8613800000001"),
        ("008613800000001", "+8613800000001"),
        ("１３８０００００００１", "+8613800000001"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_phone_number_has_one_written_form(typed: str, written: str) -> None:
    number = addresses.phone(typed)
    assert number is not None
    assert number.value == written
    assert identities.read(typed) == Identity("sms", written)
    assert contact_points.phone(typed).value == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" Wang.Fang@Post.Example ", "wang.fang@post.example"),
        ("Li@EXAMPLE.中国", "li@example.中国"),
    ],
)
def test_a_mailbox_has_one_written_form(typed: str, written: str) -> None:
    assert addresses.mailbox(typed) == written
    assert identities.read(typed) == Identity("email", written)
    assert contact_points.mailbox(typed).value == written


@pytest.mark.parametrize(
    "typed",
    ["", " ", "12345", "no number", "138\x0000000001", "@", "a@", "a\x00@post.example",
     f"{'a' * LONGEST}@post.example", "1" * 10_000],
)  # fmt: skip
def test_what_is_neither_is_neither_in_any_room(typed: str) -> None:
    assert addresses.phone(typed) is None
    assert addresses.mailbox(typed) is None
    assert identities.read(typed) is None
    assert contact_points.read_phone(typed) is None
    assert contact_points.read_mailbox(typed) is None


def test_a_number_without_a_country_is_read_as_one_of_the_region() -> None:
    assert addresses.phone("020 7946 0018", "GB") == addresses.Number("+442079460018", "GB")


def test_commands_find_a_user_however_his_address_is_typed(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("operator", email="zhou@firm.example")
    done = CliRunner().invoke(users, ["lock", " Zhou@Firm.Example"])
    assert done.exit_code == 0, done.output
    with work.unit(writes=False):
        assert not work.session().get_one(User, user_id).active
