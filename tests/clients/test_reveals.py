"""A whole contact or number is shown for a reason, which the log keeps; exports name who took."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import papers, queries, reveals, service
from hub.clients.forms import RevealWish
from hub.clients.paper_rules import PaperKind
from hub.clients.rules import RevealReason
from hub.kernel import access, audit, keys, work
from hub.kernel.audit import AuditRow
from tests import make, programs, staff

pytestmark = pytest.mark.feature("S93")

PHONE, ID_NO = "+8613800000001", "11010519491231002X"


def kept(user_id: int) -> int:
    """A client whom the user serves, with a phone and an identity number; inside an open unit."""
    client = make.client(sms=PHONE)
    staff.tie(user_id, client=make.client(), serves=client, branch="x")
    with access.acting(access.SYSTEM):
        papers.put(client, PaperKind.ID_NO, ID_NO)
    return client


def test_nothing_is_shown_without_a_reason_and_other_needs_words(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        client = kept(user_id)
        contact = queries.contacts(client)[0].id
    browser = staff.signed_in(app, user_id)
    page = browser.get(f"/clients/{client}?panels=all").text
    assert "Why do you need it?" in page
    for path in (f"contacts/{contact}", "papers/id_no"):
        place = f"/clients/{client}/{path}/reveal"
        for form in ({}, {"why": "curious"}, {"why": "other"}, {"why": "other", "said": "  "}):
            answer = browser.post(place, form, headers={"HX-Request": "true"})
            assert answer.status_code == 422
            assert PHONE not in answer.text
            assert ID_NO not in answer.text
    with work.unit(writes=False):
        assert (
            not work.session().scalars(select(AuditRow.id).where(AuditRow.verb == "revealed")).all()
        )
    shown = browser.post(
        f"/clients/{client}/contacts/{contact}/reveal", {"why": "other", "said": "报警"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert shown.text.strip() == PHONE


def test_the_words_are_sealed_in_the_log_and_read_by_compliance(app: Flask) -> None:
    with work.unit():
        user_id, compliance = staff.user("broker"), staff.user("compliance")
        client = kept(user_id)
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        wish = RevealWish(why=RevealReason.COMPLAINT, said="王芳的投诉")
        assert papers.reveal(client, PaperKind.ID_NO, wish) == ID_NO
    with work.unit(writes=False):
        found = select(AuditRow.detail).where(AuditRow.verb == "revealed")
        detail = work.session().scalars(found).one()
        assert detail["why"] == "complaint"
        assert "王芳" not in str(detail)
        (one,) = reveals.of_client(client)
        assert (one.what, one.said) == ("id_no", "王芳的投诉")
    page = staff.signed_in(app, compliance).get(f"/clients/{client}?panels=all").text
    assert 'data-reveal="id_no"' in page
    assert "王芳的投诉" in page
    told = programs.of(app, "compliance").get(f"/clients/{client}/reveals").json
    assert told is not None
    assert told["items"][0]["said"] == "王芳的投诉"
    assert (
        "王芳的投诉" not in staff.signed_in(app, user_id).get(f"/clients/{client}?panels=all").text
    )


def test_after_a_wipe_the_log_still_holds_and_the_words_are_gone(app: Flask) -> None:
    del app
    with work.unit():
        user_id = staff.user("broker")
        client = kept(user_id)
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        papers.reveal(client, PaperKind.ID_NO, RevealWish(why=RevealReason.OTHER, said="王芳"))
    with work.unit(), access.acting(access.SYSTEM):
        service.wipe(client)
        make.session().flush()
    with work.unit():
        keys.destroy(client)
    with work.unit(writes=False):
        (one,) = reveals.of_client(client)
        assert (one.why, one.said) == ("other", "")
        assert not audit.verify().faults


@pytest.mark.database("sqlite")
def test_a_list_of_clients_names_who_took_it_and_by_which_request(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("manager")
        make.client(name="王芳")
    browser = staff.signed_in(app, user_id)
    answer = browser.get("/clients/export", headers={"X-Request-Id": "watermark-1"})
    head, names, row = answer.get_data().decode("utf-8-sig").splitlines()
    assert "# User" in head
    assert f"(user {user_id})" in head
    assert "request watermark-1" in head
    assert names.startswith("Number,Name")
    assert "王芳" in row
    answer.close()
    with work.unit():
        program = programs.Program(app, programs.token(user_id).text)
    answer = program.ask("GET", "/clients/export", headers={"X-Request-Id": "watermark-2"})
    told = answer.get_json()
    assert f"(user {user_id})" in told["watermark"]
    assert "request watermark-2" in told["watermark"]
    assert [one["name"] for one in told["items"]] == ["王芳"]
    answer.close()
