"""The world of the campaigns' tests: a broker, a marketer, clients in Shanghai and Beijing."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from campaigns.models import Campaign
from hub.clients.models import Segment
from hub.kernel import access, clock, work
from hub.relationship import service as relationship
from tests import make, staff

SHANGHAI = {"all": [{"field": "city", "op": "is", "value": "上海"}]}
NOBODY = {"all": [{"field": "city", "op": "is", "value": "Atlantis"}]}
WORDS = {
    "zh_subject": "{{ name }}您好",
    "zh_text": "{{ name }},市场周报。",
    "zh_sms": "{{ name }}您好",
}


class Desk:
    """Four clients in Shanghai, of whom the broker serves two; one in Beijing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with work.unit(), access.acting(access.SYSTEM):
            self.broker_user, self.other_user = staff.user("broker"), staff.user("broker")
            self.broker, self.other = staff.broker(self.broker_user), staff.broker(self.other_user)
            self.marketer = staff.user("marketing")
            self.manager = staff.user("manager")
            agreed: dict[str, Any] = {"consent_to": ("promotion", "service"), "city": "上海"}
            self.li = make.client(name="李", email="li@post.example", sms="13800000001", **agreed)
            self.wang = make.client(name="王", email="wang@post.example", city="上海")
            self.zhao = make.client(name="Bartholomew Zhao", sms="13800000003", **agreed)
            self.sun = make.client(name="孙", email="sun@post.example", **agreed)
            self.qian = make.client(name="钱", email="qian@post.example", city="北京",
                                    consent_to=("promotion",))  # fmt: skip
            for client, broker in ((self.li, self.broker), (self.wang, self.broker),
                                   (self.zhao, self.other)):  # fmt: skip
                relationship.assign(client, broker, valid_from=clock.firm_day())
            self.shanghai = self.segment("Shanghai", SHANGHAI)
            self.atlantis = self.segment("Atlantis", NOBODY)

    def segment(self, name: str, rule: dict[str, Any]) -> int:
        """A shared segment; inside an open unit."""
        row = Segment(name=name, rule=rule, owner_id=self.marketer, shared=True,
                      created_at=clock.now(), changed_at=clock.now())  # fmt: skip
        work.session().add(row)
        work.session().flush()
        return row.id

    def form(self, **changes: Any) -> dict[str, Any]:
        """What the editor of a campaign sends."""
        base = {
            "name": "Weekly", "klass": "promotion", "channels": ["email", "sms"],
            "segment_id": str(self.shanghai), **WORDS,
        }  # fmt: skip
        return {name: value for name, value in (base | changes).items() if value is not None}

    def draft(self, browser: staff.Browser, **changes: Any) -> int:
        """A draft made in the browser → its id."""
        answer = browser.post("/campaigns/new", self.form(**changes))
        assert answer.status_code == 303, answer.text
        return int(answer.headers["Location"].split("#")[0].rsplit("/", 1)[1])


def stored(campaign_id: int) -> Campaign:
    """The campaign as it is stored, cut loose from its unit."""
    with work.unit(writes=False):
        row = work.session().get_one(Campaign, campaign_id)
        work.session().expunge(row)
        return row


def order(page: str, **changes: str) -> dict[str, str]:
    """What the confirm dialog of a check page sends."""
    found = dict(re.findall(r'name="(version|people)" value="(\d+)"', page))
    assert found, page
    return found | {"when": "now"} | changes
