"""The manifest of web."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_babel import lazy_gettext as _
from jinja2 import ChoiceLoader, FileSystemLoader

from hub.kernel.config import Config
from hub.kernel.module import HealthCheck, Module, Nav, Panel
from hub.web import api, files, policy, shell, views

TEMPLATES = Path(__file__).parent / "templates"


def init(app: Flask, config: Config) -> None:
    """Put the shell around every page; its templates come before those of libraries."""
    own = FileSystemLoader(TEMPLATES)
    loaders = [own, app.jinja_loader] if app.jinja_loader else [own]
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_env.globals["asset"] = files.asset
    shell.install(app, config)
    policy.install(app, config)


module = Module(
    name="web",
    title=_("Home"),
    package="hub.web",
    needs=("pages",),
    blueprints=(files.door, views.door, api.door),
    nav=(Nav(label=_("Home"), endpoint="web.home", needs="own", icon="home", order=0),),
    health=(HealthCheck(name=_("front end"), check=files.bundle),),
    panels=(
        Panel(
            place="home",
            name="places",
            title=_("Where to go"),
            render=views.places,
            needs="own",
            order=950,
            width="full",
        ),
    ),
    init=init,
)
