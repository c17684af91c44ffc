"""A client's own data, on his side: he reads them and keeps them right."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts import codes, signing
from hub.accounts.models import User
from hub.accounts.rules import CODE_S
from hub.clients import past_profile
from hub.clients import queries as clients
from hub.clients.fields import CHANNELS, GENDERS, LANGUAGES
from hub.clients.timeline.told import title
from hub.kernel import access, work
from hub.kernel.doors import Door
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank
from hub.portal import details
from hub.portal.forms import OwnDetailsForm

door = Door("details", __name__, url_prefix="/my/details", template_folder="templates")

WAITING = "own-data"
ACTS: tuple[details.Act, ...] = ("add", "remove", "first")


@door.get("/", needs="own")
def show() -> str:
    """What is written about him, with its history."""
    return _page(_present())


@door.post("/", needs="own")
def change() -> ResponseReturnValue:
    """Change what is not sensitive."""

    def act(wish: dict[str, Any]) -> ResponseReturnValue:
        details.change(wish)
        flash(_("Saved."), "success")
        return htmx.go(url_for("details.show"))

    return answer(OwnDetailsForm, Answer(show=_page, act=act))


@door.post("/contacts/<act>", needs="own", reads=True)
def ask(act: str) -> ResponseReturnValue:
    """Begin a change of his contacts: codes are sent."""
    wanted = next((one for one in ACTS if one == act), None)
    if wanted is None:
        raise NotFound
    details.me()
    what = request.form.get("address", request.form.get("contact", ""))[:254]
    signing.count(f"own-data:{access.current().user_id}", asks=True)
    try:
        pending = work.apart(lambda: details.ask(wanted, what))
    except (Invalid, Conflict) as error:
        work.fail()
        told = error.fields if isinstance(error, Invalid) else {"address": error.detail}
        form = Filled({**_present().values, "address": what}, told)
        return make_response(_page(form), error.status)
    session[WAITING] = asdict(pending)
    return redirect(url_for("details.prove"))


@door.get("/confirm", needs="own")
def prove() -> ResponseReturnValue:
    """Where the codes are typed."""
    pending = _pending()
    return redirect(url_for("details.show")) if pending is None else _proof(pending, blank(), 200)


@door.post("/confirm", needs="own", reads=True)
def confirm() -> ResponseReturnValue:
    """Do it, once they fit."""
    pending = _pending()
    if pending is None:
        return redirect(url_for("details.show"))
    attempt = signing.count(f"own-data:{access.current().user_id}")
    for code_id in filter(None, (pending.agreed, pending.shown)):
        work.apart(lambda code_id=code_id: codes.count_try(code_id))  # type: ignore[misc]
    typed = [request.form.get(name, "")[:20] for name in ("agreed", "shown")]
    actor = access.current()

    def act() -> None:
        with access.acting(actor):
            details.confirm(pending, *typed)

    try:
        work.apart(act)
    except (Invalid, Conflict) as error:
        user = work.session().get_one(User, actor.user_id)
        signing.note_failure(user, "own-data", error.code)
        work.fail()
        told = str(error.fields["code"]) if isinstance(error, Invalid) else error.detail
        return _proof(pending, Filled({}, {"agreed": told}), 422)
    signing.forgive(attempt)
    session.pop(WAITING)
    flash(_("Saved."), "success")
    return redirect(url_for("details.show") + "#contacts")


def _pending() -> details.Pending | None:
    found = session.get(WAITING)
    return details.Pending(**found) if isinstance(found, dict) else None


def _present() -> Filled:
    row = clients.one(details.me())
    return blank({name: getattr(row, name) for name in details.PLAIN})


def _proof(pending: details.Pending, form: Filled, status: int) -> Response:
    page = render_template(
        "portal/confirm.html", form=form, minutes=CODE_S // 60, is_new=pending.shown is not None
    )
    return make_response(page, status)


def _page(form: Filled) -> str:
    return render_template(
        "portal/details.html", form=form, own=details.mine(), languages_of=LANGUAGES,
        genders=dict(GENDERS), channels=CHANNELS,
        names={name: title(name) for name in past_profile.KEPT},
    )  # fmt: skip
