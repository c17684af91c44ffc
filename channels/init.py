"""What channels does when the application is made: installs its side of the kernel's ports."""

from __future__ import annotations

from flask import Flask

from channels.deliveries import recovery, wire
from channels.deliveries.service import Poster
from channels.live.port import RedisLive
from channels.sandbox import views as sandbox
from hub.kernel import live, messages
from hub.kernel.config import Config


def init(app: Flask, config: Config) -> None:
    """Install the messages port, the live port, the journals' folder and the providers."""
    sandbox.register(app, config)
    messages.implement(Poster())
    live.implement(RedisLive(config.redis_url))
    recovery.bind(config.data / "journal")
    wire.bind(config)
