"""A token is worth what its owner is: his factors, his roles, his lock, his lost password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts import links, tokens
from hub.accounts import service as accounts
from hub.accounts.models import User
from hub.accounts.rules import LinkPurpose, RoleName
from hub.accounts.token_models import Token
from hub.kernel import access, tally, work
from hub.kernel.audit import AuditRow
from tests import programs, staff
from tests.accounts.factor_world import real, set_up
from tests.programs import Program

pytestmark = pytest.mark.feature("S19")
ZHOU = "zhou@firm.example"


def zhou(*, is_demo: bool) -> tuple[int, tokens.Made]:
    """A manager and a token of his."""
    with work.unit():
        user_id = staff.user("manager", email=ZHOU, is_demo=is_demo)
        return user_id, programs.token(user_id)


def as_operator(act: Callable[[], None]) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        act()


def refusals(token_id: int) -> list[str]:
    """Why the audit says the token was turned away."""
    with work.unit(writes=False):
        rows = select(AuditRow.detail).where(
            AuditRow.verb == "token-refused", AuditRow.subject_id == token_id
        )
        return [detail["reason"] for detail in work.session().scalars(rows)]


def counted(why: str) -> float:
    return tally.sums().get(("refused", "token", why), 0)


def test_staff_without_a_second_factor_are_told_so_by_their_token(app: Flask) -> None:
    _user, token = zhou(is_demo=False)
    before = counted("second-factor-needed")
    answer = Program(app, token.text).get("/clients")
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    told = answer.get_json()
    assert told["title"] == "second-factor-needed"
    assert "second factor" in told["detail"]
    assert refusals(token.id) == ["second-factor-needed"]
    assert counted("second-factor-needed") == before + 1


def test_the_same_token_opens_once_its_owner_has_set_one_up(app: Flask) -> None:
    _user, token = zhou(is_demo=False)
    program = Program(app, token.text)
    assert program.post("/clients", {"no": "A1", "name": "Li"}).status_code == 403
    browser = staff.Browser(app)
    browser.sign_in(ZHOU)
    set_up(browser)
    assert program.get("/clients").status_code == 200


def test_a_second_factor_that_is_forced_binds_tokens_from_the_next_request_on(app: Flask) -> None:
    user_id, token = zhou(is_demo=True)
    program = Program(app, token.text)
    assert program.get("/me").status_code == 200
    as_operator(lambda: accounts.force_second_factor(user_id, forced=True))
    assert program.get("/me").get_json()["title"] == "second-factor-needed"
    as_operator(lambda: accounts.force_second_factor(user_id, forced=False))
    assert program.get("/me").status_code == 200


def test_a_token_of_somebody_without_a_second_factor_spends_its_requests_all_the_same(
    app: Flask,
) -> None:
    _user, token = zhou(is_demo=False)
    as_operator(lambda: tokens.set_quota(token.id, 2))
    program = Program(app, token.text)
    assert [program.get("/me").status_code for _number in range(3)] == [403, 403, 429]


def test_a_locked_owner_is_logged_and_the_caller_learns_nothing(app: Flask) -> None:
    user_id, token = zhou(is_demo=True)
    before = counted("locked-user")
    as_operator(lambda: accounts.lock(user_id))
    answer = Program(app, token.text).get("/me")
    assert (answer.status_code, answer.get_json()["title"]) == (401, "invalid-token")
    assert answer.get_json()["detail"] == ""
    assert refusals(token.id) == ["locked-user"]
    assert counted("locked-user") == before + 1


def test_a_role_taken_away_takes_its_rights_from_the_token(app: Flask) -> None:
    user_id, token = zhou(is_demo=True)
    program = Program(app, token.text)
    assert program.get("/clients").status_code == 200
    as_operator(lambda: accounts.set_roles(user_id, [RoleName.FINANCE]))
    assert program.get("/clients").status_code == 403
    as_operator(lambda: accounts.set_roles(user_id, []))
    assert program.get("/me").get_json()["permissions"] == []


def test_a_password_chosen_by_a_link_ends_the_tokens_made_before(app: Flask) -> None:
    user_id, token = zhou(is_demo=True)
    with work.unit(writes=False):
        user = work.session().get_one(User, user_id)
        link = "/login" + links.address(user, LinkPurpose.RESET).partition("/login")[2]
    browser = staff.Browser(app)
    browser.get(link)
    new = {"password": "another good one", "again": "another good one"}
    assert browser.post(link, new).status_code == 302
    assert Program(app, token.text).get("/me").status_code == 401
    with work.unit(writes=False):
        verbs = work.session().scalars(select(AuditRow.verb).where(AuditRow.subject_id == user_id))
        assert "tokens-revoked" in set(verbs)
    with work.unit():
        again = programs.token(user_id)
    assert Program(app, again.text).get("/me").status_code == 200


def test_a_password_changed_by_its_owner_leaves_his_tokens(app: Flask) -> None:
    user_id, token = zhou(is_demo=True)
    browser = staff.signed_in(app, user_id)
    browser.get("/me/")
    new = {"password": "another good one", "again": "another good one"}
    assert browser.post("/me/password", new).status_code == 302
    with work.unit(writes=False):
        verbs = work.session().scalars(select(AuditRow.verb).where(AuditRow.subject_id == user_id))
        assert "password-set" in set(verbs)
    assert Program(app, token.text).get("/me").status_code == 200


def test_a_second_factor_that_an_operator_resets_ends_the_tokens(app: Flask) -> None:
    user_id = real("manager")
    browser = staff.Browser(app)
    browser.sign_in(ZHOU)
    set_up(browser)
    with work.unit():
        token, other = programs.token(user_id), programs.token(staff.user("finance"))
    as_operator(lambda: accounts.reset_second_factor(user_id))
    assert Program(app, token.text).get("/me").status_code == 401
    assert Program(app, other.text).get("/me").status_code == 200
    with work.unit(writes=False):
        ended = work.session().scalars(select(Token.user_id).where(Token.revoked_at.is_not(None)))
        assert ended.all() == [user_id]
        assert work.session().get_one(User, user_id).totp is None
