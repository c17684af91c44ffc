"""A client's page with all its panels: each field of each form has a name of its own."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask

from hub.clients import contacts
from hub.clients.addresses import mailbox
from hub.clients.custom import service as custom
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.rules import CustomKind
from hub.clients.tags import service as tags
from hub.kernel import access, work
from tests import make, staff
from tests.asking import asked

PANELS = ("care", "suitability", "tags", "custom", "notes", "kin", "papers", "erasure")


@pytest.mark.database("sqlite")
def test_every_field_of_the_page_has_an_id_and_a_label_of_its_own(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker", "compliance")
        client = make.client(sms="13800000001", email="wang@post.example")
        staff.tie(user_id, client=make.client(), serves=client, branch="x")
        wish = FieldWish(
            kind=CustomKind.TEXT, title_zh="爱好", title_en="Hobby", choices=[], is_filter=False
        )
        with access.acting(access.SYSTEM):
            custom.define(wish)
    page = staff.signed_in(app, user_id).get(f"/clients/{client}?panels=all").text
    for name in PANELS:
        assert f'id="panel-{name}"' in page, name
    main = page.partition("<main")[2]
    ids = Counter(re.findall(r'\sid="([^"]+)"', main))
    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in re.findall(r'\sfor="([^"]+)"', main) if name not in ids] == []


@pytest.mark.parametrize("roles", [("broker",), ("manager", "broker")])
def test_the_first_screen_asks_twelve_times_at_most_and_a_panel_twice(
    app: Flask, roles: tuple[str, ...]
) -> None:
    """However much is known of the client."""
    with work.unit():
        staff.head()
        user_id = staff.user(*roles)
        client = make.client(sms="13800000001", email="wang@post.example")
        staff.tie(user_id, client=make.client(), serves=client, branch="x")
    browser, path = staff.signed_in(app, user_id), f"/clients/{client}"
    before = len(asked(path, browser))
    with work.unit(), access.acting(access.SYSTEM):
        for number in range(20):
            contacts.attach(client, mailbox(f"w{number}@post.example"))
            tags.put(client, f"tag {number}")
    assert len(asked(path, browser)) == before <= 12
    shell = len(asked(f"{path}/panels/none", browser))
    for name in ("tags", "kin", "papers", "facts", "custom"):
        assert len(asked(f"{path}/panels/{name}", browser)) <= shell + 3, name


def test_a_panel_comes_alone_and_nothing_comes_of_one_that_is_not_there(app: Flask) -> None:
    with work.unit():
        user_id, client = staff.user("compliance"), make.client()
        with access.acting(access.SYSTEM):
            tags.put(client, "VIP")
    browser = staff.signed_in(app, user_id)
    page = browser.get(f"/clients/{client}").text
    assert "VIP" not in page
    assert f'hx-get="/clients/{client}/panels/tags"' in page
    part = browser.get(f"/clients/{client}/panels/tags", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<section")
    assert "VIP" in part
    assert "VIP" in browser.get(f"/clients/{client}/panels/tags").text
    assert not browser.get(
        f"/clients/{client}/panels/none", headers={"HX-Request": "true"}
    ).text.strip()
