"""Answers to errors, and what of them reaches the log."""

from __future__ import annotations

import sys

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from hub.accounts.models import User
from hub.kernel import clock, traces, work
from hub.kernel.errors import brief
from tests import staff

SECRET = "wang.fang@post.example"


def clash(app: Flask) -> IntegrityError:
    row = {
        "email": SECRET, "name": "Wang", "active": True, "fs_uniquifier": "x", "locale": "zh",
        "created_at": clock.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError) as caught, work.unit():
        work.session().execute(insert(User), row)
        work.session().execute(insert(User), row)
    return caught.value


def test_an_error_of_the_database_tells_no_value(app: Flask) -> None:
    error = clash(app)
    assert SECRET not in brief(error)
    assert "\n" not in brief(error)
    assert "IntegrityError" in brief(error)


def test_a_logged_error_shows_where_and_what_but_no_value(app: Flask) -> None:
    try:
        raise clash(app)
    except IntegrityError as error:
        try:
            raise RuntimeError("it failed") from error
        except RuntimeError:
            found = sys.exc_info()
            assert found[0] is not None
            text = traces.render(found)
    assert SECRET not in text
    assert "test_problems.py" in text
    assert text.index("it failed") < text.index("caused by") < text.index("IntegrityError")


@pytest.mark.parametrize(("path", "status"), [("/sandbox/", 302), ("/login", 200)])
def test_a_sandbox_does_not_answer_to_a_foreign_name(app: Flask, path: str, status: int) -> None:
    browser = staff.Browser(app)
    for mine in ("http://localhost", "http://127.0.0.1:8000", "http://[::1]:8000"):
        assert browser.get(path, base_url=mine).status_code == status
    assert browser.get(path, base_url="http://evil.example:8000").status_code == 404
    assert browser.get(path, base_url="http://localhost.evil.example").status_code == 404
