"""The settings of this process, where a unit is open."""

from __future__ import annotations

from flask import current_app

from hub.kernel.config import Config


def config() -> Config:
    """The settings of the application."""
    found: Config = current_app.config["HUB"]
    return found
