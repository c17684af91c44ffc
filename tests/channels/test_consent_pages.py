"""The client's page: what he said about messages, and the forms that record it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from channels.consent import service as consent
from channels.consent.models import Consent, Suppression
from channels.consent.rules import Stop
from channels.deliveries import asking, dry_run
from hub.clients.models import Contact
from hub.kernel import access, clock, work
from hub.kernel.audit import AuditRow
from hub.relationship import service as relationship
from tests import make, staff


class Desk:
    """A broker with one client, a colleague with another; both use one phone number too."""

    def __init__(self, app: Flask) -> None:
        with work.unit(), access.acting(access.SYSTEM):
            user, other = staff.user("broker"), staff.user("broker")
            self.mine = make.client(email="li@mail.example", sms="13800000001")
            self.theirs = make.client(sms="13800000001")
            for person, who in ((self.mine, user), (self.theirs, other)):
                relationship.assign(person, staff.broker(who), valid_from=clock.firm_day())
            marketing = staff.user("marketing")
        self.broker = staff.signed_in(app, user)
        self.marketing = staff.signed_in(app, marketing)

    def contact(self, kind: str) -> int:
        with work.unit(writes=False):
            here = select(Contact.id).where(Contact.client_id == self.mine, Contact.kind == kind)
            return work.session().scalars(here).one()

    def note(self, **fields: str) -> dict[str, Any]:
        return {
            "contact": self.contact("email"), "klass": "both", "said": "yes",
            "wording": "I agree to messages.", "note": "letter 12",
            "said_on": clock.firm_day().isoformat(),
        } | fields  # fmt: skip

    def post(self, what: str, data: dict[str, Any], browser: staff.Browser | None = None) -> Any:
        return (browser or self.broker).post(f"/clients/{self.mine}/consents{what}", data)

    def why(self) -> str:
        with work.unit(writes=False):
            return dry_run.why(asking.of_message(make.message()), self.mine)["email"]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.mark.feature("M05")
def test_a_consent_recorded_on_the_clients_page_opens_the_gate(desk: Desk) -> None:
    page = desk.broker.get(f"/clients/{desk.mine}?panels=all").text
    assert "nothing said" in page
    assert "li@mail.example" not in page
    assert desk.why() == "no_consent"
    assert desk.post("", desk.note()).status_code == 303
    assert desk.why() == ""
    page = desk.broker.get(f"/clients/{desk.mine}?panels=all").text
    assert "l***@mail.example" in page
    assert "letter 12" in page
    assert desk.post("", desk.note(said="no", wording="", klass="promotion")).status_code == 303
    assert desk.why() == "consent_refused"
    with work.unit(writes=False):
        rows = work.session().execute(
            select(Consent.klass, Consent.granted, Consent.source, Consent.proof).order_by(
                Consent.id
            )
        )
        assert [tuple(row) for row in rows] == [
            ("service", True, "staff", "letter 12"), ("promotion", True, "staff", "letter 12"),
            ("promotion", False, "staff", "letter 12"),
        ]  # fmt: skip
        audited = select(AuditRow.id).where(AuditRow.verb == "consent.recorded")
        assert len(work.session().scalars(audited).all()) == 2


@pytest.mark.feature("M05")
def test_what_proves_nothing_is_shown_again_as_it_was_typed(desk: Desk) -> None:
    tomorrow = (clock.firm_day() + timedelta(days=1)).isoformat()
    for fields, wrong in (
        ({"wording": ""}, "wording"), ({"note": ""}, "note"), ({"said_on": tomorrow}, "said_on"),
        ({"klass": "code"}, "klass"), ({"contact": "999999"}, "contact"),
        ({"contact": str(desk.contact("sms"))}, "contact"),  # a colleague's client uses it too
    ):  # fmt: skip
        kept = {"note": "folder 9", **fields}
        answer = desk.post("", desk.note(**kept))
        assert answer.status_code == 422, wrong
        assert f'id="error-{wrong}"' in answer.text
        assert kept["note"] in answer.text
    with work.unit(writes=False):
        assert work.session().scalars(select(Consent.id)).all() == []


@pytest.mark.feature("M06")
def test_an_address_is_closed_and_opened_again_with_a_reason(desk: Desk) -> None:
    desk.post("", desk.note())
    email = desk.contact("email")
    stop = {"stop_contact": email, "stop_reason": "asked for letters only"}
    assert desk.post("/stop", stop | {"stop_reason": " "}).status_code == 422
    assert desk.post("/stop", stop).status_code == 303
    assert desk.why() == "suppressed"
    page = desk.broker.get(f"/clients/{desk.mine}?panels=all").text
    assert "asked for letters only" in page
    assert "Open a contact again" in page
    assert desk.post("/lift", {"lift_contact": email, "lift_reason": ""}).status_code == 422
    lift = {"lift_contact": email, "lift_reason": "asked for mail again"}
    assert desk.post("/lift", lift).status_code == 303
    assert desk.why() == ""
    with work.unit(writes=False):
        rows = work.session().execute(
            select(Suppression.active, Suppression.reason).order_by(Suppression.id)
        )
        assert [tuple(row) for row in rows] == [
            (True, "asked for letters only"), (False, "asked for mail again"),
        ]  # fmt: skip


@pytest.mark.feature("M06")
def test_a_bounce_is_told_in_words_in_both_languages(desk: Desk) -> None:
    contact_id = desk.contact("email")
    with work.unit():
        contact = work.session().get_one(Contact, contact_id)
        consent.suppress(contact.address_id, Stop.BOUNCED, days=3)
    path = f"/clients/{desk.mine}/consents"
    for language, told in (("en", "mail came back"), ("zh", "邮件被退回")):
        desk.broker.client.set_cookie("hub_language", language)
        assert told in desk.broker.get(path).text


@pytest.mark.feature("M05")
def test_only_who_may_record_does(desk: Desk) -> None:
    note = desk.note()
    assert desk.post("", note, desk.marketing).status_code == 403
    page = desk.marketing.get(f"/clients/{desk.mine}/consents")
    assert page.status_code == 200
    assert "Record a consent" not in page.text
    for what in ("", "/stop", "/lift"):
        path = f"/clients/{desk.theirs}/consents{what}"
        assert desk.broker.post(path, note).status_code == 404
    assert desk.broker.get(f"/clients/{desk.theirs}/consents").status_code == 404


@pytest.mark.feature("M05")
def test_the_ledger_masks_each_address_by_its_kind(app: Flask, desk: Desk) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        make.agree(desk.mine)
        overseer = staff.user("compliance")
    compliance = staff.signed_in(app, overseer)
    assert desk.broker.get("/consents.csv").status_code == 403
    for reader, path in ((desk.broker, "/consents"), (compliance, "/consents.csv")):
        text = reader.get(path, buffered=True).text
        assert "+86 138****0001" in text
        assert "l***@mail.example" in text
        assert "13800000001" not in text
        assert "li@mail.example" not in text
