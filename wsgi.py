"""The WSGI application for servers of your own choice."""

from hub.app import create_app
from hub.kernel.config import Config

app = create_app(Config.from_env())
