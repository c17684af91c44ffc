"""Sign-in: who gets in, what a stranger learns, how a session ends."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from hub.accounts import service
from hub.accounts.models import User
from hub.kernel import access, live, work
from hub.kernel.audit import AuditRow
from tests import staff


def make_user(*roles: str, email: str = "") -> int:
    with work.unit():
        return staff.user(*roles, email=email)


def test_a_user_signs_in_with_mailbox_and_password(app: Flask) -> None:
    make_user("manager", email="zhou@firm.example")
    browser = staff.Browser(app)
    answer = browser.sign_in("ZHOU@Firm.example")
    assert answer.status_code == 302
    assert browser.get("/clients/").status_code == 200


def test_the_cookie_is_named_by_the_port_and_out_of_reach_of_scripts(app: Flask) -> None:
    make_user("manager", email="zhou@firm.example")
    cookies = staff.Browser(app).sign_in("zhou@firm.example").headers.getlist("Set-Cookie")
    session = next(text for text in cookies if text.startswith(app.config["HUB"].cookie_name))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


def test_a_wrong_password_and_an_unknown_mailbox_get_the_same_answer(app: Flask) -> None:
    make_user("manager", email="zhou@firm.example")

    def problem(email: str) -> str:
        text = staff.Browser(app).sign_in(email, "not this one").text
        return text.split('role="alert"')[1].split("</div>")[0]

    assert problem("zhou@firm.example") == problem("nobody@firm.example")


def test_a_stranger_is_led_to_the_sign_in(app: Flask) -> None:
    answer = staff.Browser(app).get("/clients/?city=x")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")
    refused = app.test_client().get("/clients/", headers={"Accept": "application/json"})
    assert refused.status_code == 401


def test_signing_out_ends_the_session_and_is_never_a_get(app: Flask) -> None:
    browser = staff.signed_in(app, make_user("manager"))
    assert browser.get("/logout").status_code == 405
    assert browser.get("/clients/").status_code == 200
    assert browser.post("/logout").status_code == 302
    assert browser.get("/clients/").status_code == 302


def test_a_post_without_the_token_is_refused(app: Flask) -> None:
    browser = staff.signed_in(app, make_user("manager"))
    assert browser.client.post("/clients/new", data={"no": "1", "name": "x"}).status_code == 400


def test_the_librarys_other_pages_are_closed(app: Flask) -> None:
    browser = staff.signed_in(app, make_user("operator"))
    for path in ("/register", "/reset", "/change", "/confirm", "/verify"):
        assert browser.get(path).status_code in {403, 404}, path


def test_a_locked_user_is_signed_out_at_once(app: Flask) -> None:
    user_id, operator_id = make_user("manager"), make_user("operator")
    first, second = staff.signed_in(app, user_id), staff.signed_in(app, user_id)
    dropped: list[str] = []

    class Ear:
        def emit(self, room: str, event: str, payload: object) -> None: ...

        def drop(self, room: str) -> None:
            dropped.append(room)

    before = live._live[0]
    live.implement(Ear())
    try:
        operator = staff.signed_in(app, operator_id)
        assert operator.post(f"/users/{user_id}/lock").status_code == 303
    finally:
        live.implement(before)
    assert dropped == [f"user:{user_id}"]
    assert first.get("/clients/").status_code == 302
    assert second.get("/clients/").status_code == 302
    with work.unit(writes=False):
        email = work.session().get_one(User, user_id).email
        verbs = work.session().scalars(
            select(AuditRow.verb).where(AuditRow.subject == "user", AuditRow.subject_id == user_id)
        )
        assert "locked" in set(verbs)
    assert staff.Browser(app).sign_in(email or "").status_code == 422


def test_an_unlocked_user_signs_in_again_but_old_sessions_stay_dead(app: Flask) -> None:
    user_id = make_user("manager", email="zhou@firm.example")
    browser = staff.signed_in(app, user_id)
    with work.unit(), access.acting(access.SYSTEM):
        service.lock(user_id)
    with work.unit(), access.acting(access.SYSTEM):
        service.unlock(user_id)
    assert browser.get("/clients/").status_code == 302
    assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302


def test_nobody_locks_himself_out(app: Flask) -> None:
    operator_id = make_user("operator")
    operator = staff.signed_in(app, operator_id)
    assert operator.post(f"/users/{operator_id}/lock").status_code == 409
    assert operator.post(f"/users/{operator_id}/roles", {"role": "client"}).status_code == 409


def test_new_roles_bind_from_the_next_request(app: Flask) -> None:
    user_id, operator_id = make_user("client"), make_user("operator")
    browser, operator = staff.signed_in(app, user_id), staff.signed_in(app, operator_id)
    assert browser.get("/clients/").status_code == 403
    assert operator.post(f"/users/{user_id}/roles", {"role": "manager"}).status_code == 303
    assert browser.get("/clients/").status_code == 200
    assert operator.post(f"/users/{user_id}/roles", {"role": "emperor"}).status_code == 422


def test_only_an_operator_sees_and_locks_users(app: Flask) -> None:
    user_id = make_user("client")
    manager = staff.signed_in(app, make_user("manager"))
    assert manager.get("/users/").status_code == 403
    assert manager.post(f"/users/{user_id}/lock").status_code == 403
    operator = staff.signed_in(app, make_user("operator"))
    assert operator.get("/users/?role=client").text.count("data-row") == 1
    assert "may sign in" in operator.get(f"/users/{user_id}").text


def test_passwords_are_kept_as_argon2(app: Flask) -> None:
    user_id = make_user("client")
    with work.unit(writes=False):
        password = work.session().get_one(User, user_id).password
    assert password is not None
    assert password.startswith("$argon2id$")
