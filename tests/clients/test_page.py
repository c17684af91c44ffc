"""A client's page with all its panels: each field of each form has a name of its own."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask

from hub.clients.custom import service as custom
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.rules import CustomKind
from hub.kernel import access, work
from tests import make, staff

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
    page = staff.signed_in(app, user_id).get(f"/clients/{client}").text
    for name in PANELS:
        assert f'id="panel-{name}"' in page, name
    main = page.partition("<main")[2]
    ids = Counter(re.findall(r'\sid="([^"]+)"', main))
    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in re.findall(r'\sfor="([^"]+)"', main) if name not in ids] == []
