"""The matrix names every door, and whoever is named in a form is behind the same gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from hub.brokers.models import Broker
from hub.clients.models import Client
from hub.kernel import clock, work
from tests.relationship.levels import Knocker, Line, gated, said
from tests.relationship.rows import doors_to_rows, pooled_lead, refusals

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S03")]

OWN = "one's own rows, or shared with him"
OFFICE = "an office: by right alone, about nobody of the tree"
STRANGERS = "before anybody signs in, or by a signed link"
LISTS = "a list: holds whom one sees (test_levels, test_rows)"
FORMS = "an empty form, or names somebody in it: below, test_levels, test_import_serving"
MERGED = "what is merged alone is parted: tests/clients/test_merge_refusals.py"
# Blueprint → why none of its other doors is in the matrix.
REASONS = {
    OWN: """
        approvals approvals_api campaigns campaigns_api desk desk_api details details_api factors
        files files_api frozen frozen_api imports imports_api live me me_api notes notes_api
        operations operations_api passkeys portal segments segments_api tokens tokens_api
    """,
    OFFICE: """
        accounts audit_api audit_log calendars calendars_api campaign_templates custom custom_api
        jobs jobs_api sandbox system system_api tags tags_api templates_api users_api
    """,
    STRANGERS: "activation api consent deliveries healthz probes signin signout static_files",
    LISTS: "consents_api search_api tree web",
}
# What the addresses of those doors may name; a new argument is a new kind of row: place it.
ARGUMENTS = {
    OWN: """act approval_id campaign_id file_id frozen_id import_id item_id note_id operation_id
        passkey_id segment_id session_id token_id user_id""",
    OFFICE: "field_id name number row_id source_id tag_id task_id template_id user_id year",
    STRANGERS: "name token", LISTS: "name", FORMS: "", MERGED: "pair_id",
}  # fmt: skip
ENDPOINTS = {
    LISTS: """
        agreements.export agreements.index agreements_api.export agreements_api.index
        brokers.export brokers_api.export teams.export teams_api.export transfers.export
        transfers_api.export brokers.index brokers_api.index brokers_api.top
        clients.export clients.index clients_api.export clients_api.index clients.known
        duplicates.export duplicates.index duplicates_api.export duplicates_api.index
        leads.export leads.index leads_api.export leads_api.index teams.index teams_api.index
        transfers.index transfers_api.index
    """,
    FORMS: """
        brokers.create brokers.new brokers_api.create clients.create clients.new
        clients_api.create duplicates.name duplicates.search duplicates_api.name
        duplicates_api.search leads.create leads.new leads_api.create teams.create teams.new
        teams_api.create transfers.create transfers.new transfers_api.create
    """,
    OFFICE: "leads.define leads.retire leads.sources leads_api.define leads_api.retire "
    "leads_api.sources",
    MERGED: "duplicates.undo duplicates_api.undo",
}


def test_every_door_is_in_the_matrix_or_has_a_reason(app: Flask) -> None:
    knocked = {rule.endpoint for rule, _method in [*gated(app), *doors_to_rows(app)]}
    rooms = {room for names in REASONS.values() for room in names.split()}
    named = {name for names in ENDPOINTS.values() for name in names.split()}
    left = {rule.endpoint for rule in app.url_map.iter_rules()} - knocked
    assert {name for name in left if name.partition(".")[0] not in rooms} == named
    assert rooms == {name.partition(".")[0] for name in left} & rooms


def test_no_door_beside_the_matrix_names_a_row_that_nobody_thought_of(app: Flask) -> None:
    knocked = {rule.endpoint for rule, _method in [*gated(app), *doors_to_rows(app)]}
    for why, allowed in ARGUMENTS.items():
        rooms, named = REASONS.get(why, "").split(), ENDPOINTS.get(why, "").split()
        found = {
            argument
            for rule in app.url_map.iter_rules() if rule.endpoint not in knocked
            if rule.endpoint in named or rule.endpoint.partition(".")[0] in rooms
            for argument in rule.arguments
        }  # fmt: skip
        assert found == set(allowed.split()), why


@pytest.fixture
def knocker(app: Flask) -> Knocker:
    """A manager in the middle of the line."""
    line = Line("manager")
    with work.unit():
        line.build()
    return Knocker(app, line)


WANT = {"self": "open", "direct": "open", "deep": "forbidden", "above": "unknown",
        "aside": "unknown"}  # fmt: skip


def test_a_transfer_is_asked_for_ones_own_and_a_direct_reports_clients_alone(
    knocker: Knocker,
) -> None:
    day = clock.firm_day().isoformat()
    for ask in (by_page(knocker, "/transfers/new"), by_program(knocker, "/transfers")):
        for name, broker in knocker.line.brokers.items():
            wish = {"giver": broker, "receiver_no": "none", "valid_from": day, "reason": "x"}
            before = refusals(knocker.line.user)
            assert said(ask(wish)) == WANT[name], name
            assert (refusals(knocker.line.user) > before) == (WANT[name] != "open"), name


def test_a_broker_is_taken_in_under_oneself_or_a_direct_report_alone(knocker: Knocker) -> None:
    day = clock.firm_day().isoformat()
    for number, ask in enumerate(
        (by_page(knocker, "/brokers/new"), by_program(knocker, "/brokers"))
    ):
        for name, broker in knocker.line.brokers.items():
            wish = {
                "no": f"N{number}-{name}", "name": "New", "branch": "Pudong", "title": "-",
                "joined_on": day, "superior": broker,
            }  # fmt: skip
            before = refusals(knocker.line.user)
            assert said(ask(wish)) == WANT[name], name
            assert (refusals(knocker.line.user) > before) == (WANT[name] != "open"), name


def test_two_clients_are_named_as_one_person_only_by_who_sees_both(
    knocker: Knocker,
) -> None:
    with work.unit(writes=False):
        session = work.session()
        nos = {name: session.get_one(Client, one).no for name, one in knocker.line.clients.items()}
    doors = (by_page(knocker, "/clients/duplicates/"), by_program(knocker, "/clients/duplicates"))
    for ask in doors:
        for name in ("direct", "deep", "above", "aside"):
            status = ask({"first": nos["self"], "second": nos[name]})
            # A number out of reach is answered like one that is not there: by the form.
            want = {201, 303} if name in {"direct", "deep"} else {422}
            assert status in want, (name, status)


def test_a_lead_is_given_to_nobody_past_a_direct_report(knocker: Knocker) -> None:
    with work.unit():
        session = work.session()
        nos = {n: session.get_one(Broker, one).no for n, one in knocker.line.brokers.items()}
        lead = pooled_lead()
    answers = {"self": {200, 303}, "direct": {200, 303}, "deep": {403}}
    for ask in (by_page(knocker, f"/leads/{lead}/assign"),
                by_program(knocker, f"/leads/{lead}/assign")):  # fmt: skip
        for name, no in nos.items():
            assert ask({"broker_no": no}) in answers.get(name, {422}), name


Ask = Callable[[dict[str, Any]], int]


def by_page(knocker: Knocker, path: str) -> Ask:
    return lambda wish: knocker.browser.post(path, wish).status_code


def by_program(knocker: Knocker, path: str) -> Ask:
    return lambda wish: knocker.program.post(path, wish).status_code
