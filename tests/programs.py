"""Programs for tests: they act for a user by a token and speak JSON."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hub.accounts import tokens
from hub.accounts.token_forms import TokenWish
from hub.accounts.token_models import Token as Token
from hub.kernel import access, work
from tests import staff

API = "/api/v1"


def token(user_id: int, *scopes: str, days: int | None = None) -> tokens.Made:
    """A token of a user's with these rights, all of his when none is named; inside an open unit."""
    actor = staff.actor(user_id)
    wish = TokenWish(name="test", scopes=frozenset(scopes) or actor.permissions, days=days)
    with access.acting(actor):
        return tokens.create(wish)


class Program:
    """A program with a token."""

    def __init__(self, app: Flask, text: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {text}"}

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = self.headers | options.pop("headers", {})
        return self.client.open(API + path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, **(options if body is None else {"json": body} | options))

    def put(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.ask("DELETE", path, **options)


def of(app: Flask, *roles: str) -> Program:
    """A program of a new user with these roles, and all their rights; outside any unit."""
    with work.unit():
        user_id = staff.user(*roles)
        if "broker" in roles:
            staff.broker(user_id)
        made = token(user_id)
    return Program(app, made.text)
