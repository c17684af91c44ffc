"""The examples of docs/api.md do what they say."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from flask import Flask

from hub.kernel import work
from tests import programs, staff
from tests.house import ROOT
from tests.served import served

EXAMPLE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.database("sqlite")
def test_every_example_runs(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        staff.broker(user_id)  # he serves whom he takes in
        token = programs.token(user_id)
    said = []
    with served(app.config["HUB"]) as server:
        environment = {"HUB": server.url, "TOKEN": token.text, "PATH": "/usr/bin:/bin"}
        for example in EXAMPLE.findall((ROOT / "docs/api.md").read_text("utf-8")):
            done = subprocess.run(
                ["/bin/bash", "-euo", "pipefail", "-c", example],
                env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, (example, done.stdout, done.stderr)
            said.append(done.stdout)
    me, taken, listed, changed, imported = said
    assert json.loads(me)["token_id"] == token.id
    assert [json.loads(line) for line in taken.split("\n") if line] == [{"id": 1}, {"id": 1}]
    assert [item["no"] for item in json.loads(listed)["items"]] == ["4711"]
    assert json.loads(changed)["city"] == "Hangzhou"
    assert json.loads(imported)["id"] == 1
