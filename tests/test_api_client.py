"""A client made from the description drives the API: nothing is written by hand."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from flask import Flask

from hub.kernel import work
from tests import programs, staff

NAME = "hub_made_client"

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def library(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client as a partner would make it."""
    described = tmp_path / "openapi.json"
    described.write_bytes(app.test_client().get("/api/v1/openapi.json").data)
    settings = tmp_path / "settings.yml"
    settings.write_text(f"post_hooks: []\npackage_name_override: {NAME}\n")
    command: list[str | Path] = [
        Path(sys.executable).with_name("openapi-python-client"), "generate", "--path", described,
        "--meta", "none", "--output-path", tmp_path / NAME, "--config", settings,
        "--fail-on-warning",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def operation(room: str, name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.api.{room}.{room}_{name}")


def made(kind: str, /, **values: Any) -> Any:
    return getattr(importlib.import_module(f"{NAME}.models"), kind).from_dict(values)


def walked(client: Any, pages: int) -> list[Any]:
    """All clients, page by page."""
    listed: list[Any] = []
    cursor: Any = importlib.import_module(NAME).types.UNSET
    for _ in range(pages):
        page = operation("clients", "index").sync(client=client, limit=2, cursor=cursor)
        listed += page.items
        cursor = page.next_
    assert cursor is None
    return listed


def change(client: Any, number: int) -> None:
    """Change a client as he was seen; what was seen counts once."""
    seen = operation("clients", "show").sync_detailed(number, client=client)
    asked = {"client": client, "body": made("ProfileForm", no="P2", name="Changed")}
    asked["if_match"] = seen.headers["ETag"]
    changed = operation("clients", "change").sync_detailed(number, **asked)
    assert changed.parsed.name == "Changed"
    late = operation("clients", "change").sync_detailed(number, **asked)
    assert (late.status_code, late.parsed.title) == (412, "precondition-failed")


def test_a_made_client_takes_clients_in_and_checks_a_campaign(app: Flask, library: None) -> None:
    with work.unit():
        user_id = staff.user("broker", "marketing")
        staff.broker(user_id)  # he serves whom he takes in
        token = programs.token(user_id)
    root = importlib.import_module(NAME)
    client = root.AuthenticatedClient(
        base_url="http://localhost", token=token.text,
        httpx_args={"transport": httpx.WSGITransport(app=app)},
    )  # fmt: skip
    assert "clients.create" in operation("me", "me").sync(client=client).permissions

    for number in range(3):
        answer = operation("clients", "create").sync_detailed(
            client=client, idempotency_key=f"key-{number}",
            body=made("NewClientForm", no=f"P{number}", name=f"客户{number}", language="zh",
                      sms=f"1380000000{number}", city="Shanghai"),
        )  # fmt: skip
        assert answer.status_code == 201, answer.content

    listed = walked(client, pages=2)
    assert [item.no for item in listed] == ["P0", "P1", "P2"]
    change(client, listed[-1].id)
    check(client)


def check(client: Any) -> None:
    """Make a segment and a draft, and ask who would get it."""
    rule = {"field": "city", "op": "is", "value": "Shanghai"}
    segment = operation("segments", "create").sync(
        client=client, body=made("SegmentForm", name="Shanghai", rule=rule)
    )
    draft = operation("campaigns", "create").sync(
        client=client,
        body=made("CampaignForm", name="May", klass="service", channels=["sms"], zh_sms="您好",
                  segment_id=segment.id, firm=True),
    )  # fmt: skip
    checked = operation("campaigns", "check").sync(draft.id, client=client)
    assert checked.people == 2
    assert sum(line.count for line in checked.lines) == 2
