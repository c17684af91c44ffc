"""Who sets up a second factor: somebody signed in a short while ago, or on his way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import session

from hub.accounts import factors, signing
from hub.accounts.models import Session, User
from hub.accounts.security import actor_of
from hub.accounts.sessions import Proof
from hub.kernel import access, doors, work
from hub.kernel.errors import Forbidden, SignInNeeded

FRESH_CODES, NEXT = "recovery", "setup-next"


class NotFresh(Forbidden):
    """He signed in too long ago to change what he signs in with."""

    code = "sign-in-again"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose factors are set up; `half` when he is not in yet."""

    user: User
    half: signing.Half | None


def subject() -> Subject:
    """Who sets up his factors in this browser.

    Raises: SignInNeeded, NotFresh.
    """
    half = signing.half()
    if half is not None:
        if factors.ways(half.user):
            raise SignInNeeded  # whoever has a second factor proves it before he adds another
        return Subject(half.user, half)
    doors.recognise()
    user_id = access.current().user_id
    if user_id is None:
        raise SignInNeeded
    if not signing.is_fresh():
        raise NotFresh
    return Subject(work.session().get_one(User, user_id), None)


def write(who: Subject, act: Callable[[], None]) -> None:
    """Do it in a unit of its own, as him whose factors they are."""
    actor = actor_of(who.user)

    def run() -> None:
        with access.acting(actor):
            act()

    work.apart(run)


def finish(who: Subject, way: str) -> None:
    """A factor is set up: recovery codes with the first one, and in he goes who was half in."""
    user_id = who.user.id
    codes: list[str] = []

    def settle() -> None:
        user = work.session().get_one(User, user_id)
        if not factors.recovery_codes_left(user):
            codes.extend(factors.new_recovery_codes(user))
        row = signing.present()
        if row is not None and row.user_id == user_id:
            work.session().get_one(Session, row.id).factors = 2

    write(who, settle)
    if who.half is not None:
        proof = Proof(via=f"{who.half.via}+{way}", factors=2)
        signing.begin(who.user, proof, stays=who.half.stays)
        session[NEXT] = who.half.to
    keep(codes)


def keep(codes: list[str]) -> None:
    """Have the next page show these codes, once: sealed in the browser's own session."""
    if codes:
        session[FRESH_CODES] = factors.closed(codes)
