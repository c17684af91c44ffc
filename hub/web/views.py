"""The front door: home, language and theme."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hub.kernel import access
from hub.kernel import search as port
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx, language
from hub.web import shell

door = Door("web", __name__, template_folder="templates")

MOST_WORDS = 100  # characters
YEAR_S = 365 * 24 * 3600


@door.get("/", needs="own")
def home() -> ResponseReturnValue:
    """The day at a glance: what the modules have to say to this person; a client has his own."""
    own = shell.address_of("portal.home")
    if own and shell.is_client(access.current()):
        return redirect(own)
    return render_template("web/home.html", person=access.current(), panels=shell.panels("home"))


def places(actor: Actor, subject: int | None) -> str:
    """The menu, as doors to go through."""
    del actor, subject
    lines = [line for line in shell.lines() if line.endpoint != "web.home"]
    return render_template("web/places.html", lines=lines) if lines else ""


@door.get("/search", needs="own")
def search() -> str:
    """What the words find, room by room, of what this person may see."""
    words, actor = request.args.get("q", "").strip()[:MOST_WORDS], access.current()
    open_kinds = [kind for kind in port.kinds().values() if actor.holds(kind.needs)]
    found = [(kind, port.find(kind.name, words)) for kind in open_kinds] if words else []
    return render_template(
        "web/search.html", words=words, found=[(kind, hits) for kind, hits in found if hits]
    )


@door.post("/preferences", needs="public", reads=True)
def preferences() -> ResponseReturnValue:
    """Keep the visitor's language or theme in a cookie of his own."""
    response = redirect(htmx.local(request.form.get("next")), 303)
    _keep(response, "language", language.COOKIE, tuple(language.LANGUAGES))
    _keep(response, "theme", shell.THEME_COOKIE, shell.THEMES)
    return response


def _keep(response: Response, field: str, cookie: str, known: tuple[str, ...]) -> None:
    value = request.form.get(field)
    if value is None:
        return
    if value not in known:
        raise Invalid({field: " / ".join(known)})
    response.set_cookie(cookie, value, max_age=YEAR_S, samesite="Lax")
