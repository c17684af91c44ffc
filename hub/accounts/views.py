"""Pages for the operator: who signs in, what he may do and reach, whether he may at all."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.accounts import factors, forms, listings, queries, service, sessions
from hub.accounts.forms import Invitation, InvitationForm
from hub.accounts.rules import LinkPurpose, Locale, ScopeKind
from hub.accounts.words import device_name, role_names, way_names
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("accounts", __name__, url_prefix="/users", template_folder="templates")


@door.get("/", needs="accounts.read")
def index() -> str:
    """Everybody who may sign in."""
    page = listings.users().page(queries.users(), request.args)
    return render_template("accounts/index.html", page=page)


@door.get("/export", needs="accounts.read")
def export() -> Response:
    """The list as CSV."""
    return exports.csv_file(listings.users(), queries.users(), request.args)


@door.get("/new", needs="accounts.write")
def new() -> str:
    """The empty form."""
    return _form(blank({"locale": Locale.ZH.value}))


@door.post("/new", needs="accounts.write")
def invite() -> ResponseReturnValue:
    """Make a user and write to him."""

    def act(wish: Invitation) -> ResponseReturnValue:
        user_id = service.invite(
            wish.email, wish.name, roles=forms.roles(wish.role), locale=Locale(wish.locale)
        )
        return htmx.go(url_for("accounts.show", user_id=user_id))

    return answer(InvitationForm, Answer(show=_form, act=act))


def _form(filled: Filled) -> str:
    languages = ((Locale.ZH.value, "中文"), (Locale.EN.value, "English"))
    return render_template(
        "accounts/new.html", form=filled, role_names=role_names(), locales=languages
    )


@door.get("/<int:user_id>", needs="accounts.read")
def show(user_id: int) -> str:
    """One user: state, roles, reach, second factor, devices."""
    actor, user = access.current(), queries.user(user_id)
    branches = [scope.value for scope in user.scopes if scope.kind == ScopeKind.BRANCH]
    return render_template(
        "accounts/show.html",
        user=user,
        branches=branches,
        role_names=role_names(),
        ways=factors.ways(user),
        way_names=way_names(),
        sessions=sessions.open_ones(user_id),
        device_name=device_name,
        may_write=actor.holds("accounts.write"),
        is_self=actor.user_id == user_id,
    )


@door.get("/<int:user_id>/sign-ins", needs="accounts.read")
def sign_ins(user_id: int) -> str:
    """When, from where and how a user has signed in of late."""
    page = listings.sign_ins().page(sessions.of_user(user_id), request.args)
    return render_template("accounts/sign_ins.html", page=page, user=queries.user(user_id))


@door.get("/<int:user_id>/sign-ins/export", needs="accounts.read")
def export_sign_ins(user_id: int) -> Response:
    """The same as CSV."""
    return exports.csv_file(
        listings.sign_ins(), sessions.of_user(queries.user(user_id).id), request.args
    )


@door.post("/<int:user_id>/lock", needs="accounts.write")
def lock(user_id: int) -> ResponseReturnValue:
    """End his sessions and let him in no more."""
    service.lock(user_id)
    return _back(user_id)


@door.post("/<int:user_id>/unlock", needs="accounts.write")
def unlock(user_id: int) -> ResponseReturnValue:
    """Let him sign in again."""
    service.unlock(user_id)
    return _back(user_id)


@door.post("/<int:user_id>/roles", needs="accounts.write")
def set_roles(user_id: int) -> ResponseReturnValue:
    """Give him the ticked roles."""
    service.set_roles(user_id, forms.roles(request.form.getlist("role")))
    return _back(user_id)


@door.post("/<int:user_id>/scope", needs="accounts.write")
def set_scope(user_id: int) -> ResponseReturnValue:
    """Have him reach these branches."""
    service.set_scope(user_id, ScopeKind.BRANCH, forms.names(request.form.get("branches", "")))
    return _back(user_id)


@door.post("/<int:user_id>/factor/force", needs="accounts.write")
def force_factor(user_id: int) -> ResponseReturnValue:
    """Demand a second factor of him, or no longer."""
    service.force_second_factor(user_id, forced=request.form.get("forced") == "1")
    return _back(user_id)


@door.post("/<int:user_id>/factor/reset", needs="accounts.write")
def reset_factor(user_id: int) -> ResponseReturnValue:
    """Take a lost second factor away."""
    service.reset_second_factor(user_id)
    return _back(user_id)


@door.post("/<int:user_id>/sessions/end", needs="accounts.write")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign him out everywhere."""
    service.end_sessions(user_id)
    return _back(user_id)


@door.post("/<int:user_id>/address", needs="accounts.write")
def set_address(user_id: int) -> ResponseReturnValue:
    """Have him sign in by another address."""
    kind = request.form.get("kind", "")
    typed = request.form.get("address", "")
    service.set_address(user_id, "email" if kind == "email" else "sms", typed)
    return _back(user_id)


@door.post("/<int:user_id>/link", needs="accounts.write")
def send_link(user_id: int) -> ResponseReturnValue:
    """Write him a link to a new password."""
    service.want_link(user_id, LinkPurpose.RESET)
    return _back(user_id)


def panel(actor: Actor, subject: int | None) -> str:
    """Who may sign in, in numbers, for the home of those who look after it."""
    del actor, subject
    return render_template("accounts/users_panel.html", counts=queries.counts())


def _back(user_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("accounts.show", user_id=user_id))
