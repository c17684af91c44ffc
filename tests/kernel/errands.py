"""An application with one more door, whose writes can be made to fail or to die.

`python -m tests.kernel.errands` sends one POST that kills its process in the middle.
"""

from __future__ import annotations

import os
import sys

from flask import Flask, Response, request

from hub.app import create_app
from hub.kernel import audit, doors, work
from hub.kernel.access import Actor
from hub.kernel.config import Config
from hub.kernel.errors import Conflict

WRITER = Actor(user_id=7, name="Wang", permissions=frozenset({"errand.write"}))


def make_door() -> doors.Door:
    """Writes that count themselves in the log."""
    door = doors.Door("errand", __name__, url_prefix="/api/errand")

    @door.post("/write", needs="errand.write")
    def write() -> Response:
        audit.append("written", "errand", detail={"text": request.get_data(as_text=True)})
        wish = request.args.get("then", "")
        if wish == "die":
            work.session().flush()
            os._exit(9)
        if wish == "fail":
            raise ZeroDivisionError
        if wish == "refuse":
            raise Conflict("not now")
        answer = Response(f"written {os.urandom(4).hex()}", 201)
        answer.headers["Location"] = "/somewhere"
        answer.headers["Set-Cookie"] = "secret=1"
        return answer

    @door.post("/upload", needs="errand.write", reads=True)
    def upload() -> Response:
        work.apart(lambda: audit.append("uploaded", "errand"))
        if request.args.get("then") == "die":
            os._exit(9)
        return Response(f"{len(request.stream.read())} bytes {os.urandom(4).hex()}", 201)

    return door


def make(config: Config) -> Flask:
    """The whole application, the door, and one who writes; no page's token is asked for."""
    app = create_app(config)
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False, WTF_CSRF_METHODS=set())
    app.register_blueprint(make_door())
    doors.load_actor_with(app, lambda: WRITER)
    return app


def main() -> None:
    """Send one POST: to `path` with `key`."""
    path, key = sys.argv[1:]
    client = make(Config.from_env()).test_client()
    client.post(path, data=b"x", headers={"Idempotency-Key": key}, content_type="text/plain")


if __name__ == "__main__":
    main()
