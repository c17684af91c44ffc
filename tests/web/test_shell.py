"""The shell without a browser: headers, languages, themes, problems."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

ROOT = Path(__file__).parents[2]
CALLS = re.compile(r"\b(?:_|N_|gettext)\(\s*([\"'])(.+?)\1\s*[,)]")


def test_the_policy_allows_own_files_and_the_live_process_only(gallery_app: Flask) -> None:
    """No inline script or style; the websocket by the host the page was asked from."""
    answer = gallery_app.test_client().get("/gallery/list", headers={"Host": "hub.test:8000"})
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "connect-src 'self' http://hub.test:8001 ws://hub.test:8001;" in policy
    assert "default-src 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_language_and_theme_are_kept_in_a_cookie(gallery_app: Flask) -> None:
    """The cookie wins over what the browser asks for."""
    client = gallery_app.test_client()
    english = {"Accept-Language": "en"}
    page = client.get("/gallery/list", headers=english).get_data(as_text=True)
    token = {"X-CSRFToken": re.findall(r'"csrf-token" content="([^"]+)"', page)[0]}
    choice = {"language": "zh", "theme": "dark", "next": "//evil.example"}
    assert client.post("/preferences", data=choice).status_code == 400
    answer = client.post("/preferences", data=choice, headers=token)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    page = client.get("/gallery/list", headers=english).get_data(as_text=True)
    assert 'lang="zh-Hans"' in page
    assert 'data-bs-theme="dark"' in page
    assert "首页" in page
    bad = client.post("/preferences", data={"language": "tlh"}, headers=token)
    assert bad.status_code == 422


def test_a_fragment_comes_without_the_shell(gallery_app: Flask) -> None:
    """htmx asks for parts of a page."""
    headers = {"HX-Request": "true"}
    page = gallery_app.test_client().get("/gallery/list", headers=headers).get_data(as_text=True)
    assert 'id="list-people"' in page
    assert "<html" not in page
    assert "sidebar" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missing_page_says_what_to_do_next(gallery_app: Flask, language: str) -> None:
    """In the reader's language."""
    client = gallery_app.test_client()
    answer = client.get("/nowhere", headers={"Accept-Language": language})
    assert answer.status_code == 404
    text = {"zh": "找不到这个页面", "en": "This page is not here"}[language]
    assert text in answer.get_data(as_text=True)


def test_static_files_are_kept_for_a_year_under_a_name_of_their_content(gallery_app: Flask) -> None:
    """A new build has new names."""
    with gallery_app.test_client().get("/static/icons.svg") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    assert gallery_app.test_client().get("/static/../files.py").status_code == 404


@pytest.mark.parametrize("package", ["hub/pages", "hub/web"])
def test_every_text_has_a_chinese_form(package: str) -> None:
    """And none is translated that is not used."""
    folder = ROOT / package
    with (folder / "translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        known = {str(one.id) for one in read_po(file) if one.id and one.string and not one.context}
    files = [*folder.rglob("*.py"), *folder.rglob("*.html")]
    used = {text for path in files for _quote, text in CALLS.findall(path.read_text("utf-8"))}
    assert used == known
