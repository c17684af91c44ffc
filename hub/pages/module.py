"""The manifest of pages: templates, formats and languages for every room."""

from __future__ import annotations

from flask import Blueprint, Flask

from hub.kernel import doors
from hub.kernel.config import Config
from hub.kernel.module import Module
from hub.pages import formats, htmx, language, logged
from hub.pages.api.views import door


def init(app: Flask, config: Config) -> None:
    """Give every template what it draws with."""
    language.install(app, config)
    formats.install(app)
    app.jinja_env.globals.update(is_fragment=htmx.is_fragment, may_open=doors.endpoint_allowed)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


module = Module(
    name="pages",
    package="hub.pages",
    acts=logged.ACTS,
    blueprints=(Blueprint("pages", __name__, template_folder="templates"), door),
    init=init,
)
