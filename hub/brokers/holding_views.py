"""What a broker holds, on his page: posts, licences, targets."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from hub.brokers import licensing, posts, teams
from hub.brokers.forms import (
    Appointment,
    AppointmentForm,
    End,
    Licence,
    LicenceForm,
    UntilForm,
)
from hub.brokers.page import do
from hub.brokers.team_forms import Aim, AimForm
from hub.kernel.doors import Door

door = Door("holding", __name__, url_prefix="/brokers", template_folder="templates")


@door.post("/<int:broker_id>/posts", needs="brokers.appoint")
def appoint(broker_id: int) -> ResponseReturnValue:
    """Give a broker a post."""

    def act(wish: Appointment) -> None:
        posts.appoint(broker_id, wish)

    return do(broker_id, AppointmentForm, "appoint", act)


@door.post("/<int:broker_id>/posts/<int:post_id>/end", needs="brokers.appoint")
def end_post(broker_id: int, post_id: int) -> ResponseReturnValue:
    """End a post."""

    def act(end: End) -> None:
        posts.end(broker_id, post_id, end.valid_to)

    return do(broker_id, UntilForm, f"post-{post_id}", act)


@door.post("/<int:broker_id>/licences", needs="brokers.write")
def qualify(broker_id: int) -> ResponseReturnValue:
    """Note a qualification."""

    def act(licence: Licence) -> None:
        licensing.note(broker_id, licence)

    return do(broker_id, LicenceForm, "qualify", act)


@door.post("/<int:broker_id>/licences/<int:licence_id>/end", needs="brokers.write")
def end_licence(broker_id: int, licence_id: int) -> ResponseReturnValue:
    """A qualification holds no more."""

    def act(end: End) -> None:
        licensing.end(broker_id, licence_id, end.valid_to)

    return do(broker_id, UntilForm, f"licence-{licence_id}", act)


@door.post("/<int:broker_id>/target", needs="teams.write")
def aim(broker_id: int) -> ResponseReturnValue:
    """Set what a direct report shall reach."""

    def act(wish: Aim) -> None:
        teams.aim_broker(broker_id, wish)

    return do(broker_id, AimForm, "aim", act)
