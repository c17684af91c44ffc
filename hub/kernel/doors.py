"""Doors: routes that each name who may pass. One request is one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from hub.kernel import access, idempotency, tracing, work
from hub.kernel.errors import Forbidden, NotFound, SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Lock:
    """Who may pass a door, and whether it only reads whatever its verb.

    Shape: `needs` is a permission, or "public", "signed" (a signature in the address is
        the right), "own" (anybody signed in, own data only). `api` opens to a bearer token too.
    """

    needs: str
    reads: bool = False
    api: bool = False


class Door(Blueprint):
    """A blueprint whose every route names a permission."""

    def get(self, rule: str, *, needs: str, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A page or fragment: reads only."""
        return self._lock(rule, Lock(needs, reads=True), methods=["GET"], **options)

    def post(  # type: ignore[override]
        self, rule: str, *, needs: str, reads: bool = False, **options: Any
    ) -> Callable[[View], View]:
        """A write, unless `reads` (counts, previews, dry runs)."""
        return self._lock(rule, Lock(needs, reads=reads), methods=["POST"], **options)

    def _lock(self, rule: str, lock: Lock, **options: Any) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            endpoint = options.setdefault("endpoint", view.__name__)

            def name(setup: BlueprintSetupState) -> None:
                full = f"{setup.name_prefix}.{setup.name}.{endpoint}".lstrip(".")
                name_lock(setup.app, full, lock)

            self.record(name)
            self.add_url_rule(rule, view_func=view, **options)
            return view

        return decorate


_ACTOR: str = "hub_actor_loader"
_LOCKS: str = "hub_locks"


def lock_of(app: Flask, endpoint: str | None) -> Lock | None:
    """The lock of an endpoint; None for one that names nobody."""
    if endpoint is None:
        return None
    named: Lock | None = app.extensions.get(_LOCKS, {}).get(endpoint)
    return named


def name_lock(app: App, endpoint: str, lock: Lock) -> None:
    """Give an endpoint its lock: a library's (static files, sign-in), or a door's."""
    app.extensions.setdefault(_LOCKS, {})[endpoint] = lock


def by_token(lock: Lock | None) -> bool:
    """Whether the present request shows a token at a door that takes one: no cookie counts."""
    shown = request.headers.get("Authorization", "")
    return lock is not None and lock.api and shown[:7].lower() == "bearer "


def load_actor_with(app: Flask, loader: Callable[[], access.Actor]) -> None:
    """Install how the actor of a request is found."""
    app.extensions[_ACTOR] = loader


def recognise() -> None:
    """On a page for everybody, act as whoever is signed in: he keeps his menu."""
    loader: Callable[[], access.Actor] = current_app.extensions[_ACTOR]
    access.act_as(loader())


LAST_ROW = 2**63 - 1  # the largest number that a row can have


class RowNumber(IntegerConverter):
    """A row's number in an address; one that no row can have leads nowhere.

    Shape: refused at the door and not here: a converter that refuses has the router say "wrong
        verb" wherever the address takes other verbs too.
    """

    regex = r"\d{1,19}"

    def __init__(self, map: Map, *, max: int = LAST_ROW, **options: Any) -> None:  # noqa: A002
        super().__init__(map, max=max, **options)

    def to_python(self, value: str) -> int:
        """The number, whatever its size."""
        return int(value)


class HubFlask(Flask):
    """Flask, with each request one unit of work and each route behind its lock."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url_map.converters["int"] = RowNumber

    def full_dispatch_request(self) -> Response:
        """Open the unit, answer, commit; an error handler may have it roll back.

        The actor stays until the answer is made: a refusal is noted, and its page drawn, as his.
        """
        lock = lock_of(self, request.endpoint)
        reads = request.method in SAFE or (lock is not None and lock.reads)
        line = tracing.Line(request)
        number = tracing.id_of(request.headers.get(tracing.HEADER))
        with tracing.following(number, tracing.network_of(request.remote_addr)):
            with access.acting(access.STRANGER):
                with work.within_context(work.Unit(writes=not reads)):
                    response = super().full_dispatch_request()
                    idempotency.keep(response)
                line.know(access.current())
            line.end(response)
            return response

    def dispatch_request(self) -> ResponseReturnValue:
        """Check the lock with the request's actor, then run the view."""
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        _refuse_beyond(request.view_args or {})
        lock = lock_of(self, request.endpoint)
        if lock is None:
            raise Forbidden(code="no-lock")
        if lock.needs not in {"public", "signed"}:
            recognise()
            if lock.needs != "own":
                access.demand(lock.needs)
            elif access.current().user_id is None:
                raise SignInNeeded
        answered = idempotency.begin(reads=lock.reads)
        return self._answer() if answered is None else answered

    def _answer(self) -> Response:
        # Rendered here, so that what a template reads is inside the actor's and the unit's reach.
        return self.make_response(super().dispatch_request())


def _refuse_beyond(values: Mapping[str, Any]) -> None:
    if any(isinstance(value, int) and value > LAST_ROW for value in values.values()):
        raise NotFound


def endpoint_allowed(endpoint: str, needs: str) -> bool:
    """Whether the present actor may use a menu line to `endpoint`."""
    actor = access.current()
    if endpoint not in current_app.view_functions:
        return False
    return actor.user_id is not None if needs == "own" else actor.holds(needs)
