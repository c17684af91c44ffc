"""Doors for programs: each operation names who may pass, what it takes and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from flask.blueprints import BlueprintSetupState
from flask_smorest import Blueprint
from werkzeug.exceptions import RequestEntityTooLarge

from hub.kernel.doors import Lock, name_lock
from hub.pages.api import bodies
from hub.pages.api.operations import Operation

PREFIX = "/api/v1"

View = TypeVar("View", bound=Callable[..., Any])


class ApiDoor(Blueprint):  # type: ignore[misc]
    """A blueprint of operations under /api/v1, like `hub.kernel.doors.Door` of pages.

    Shape: an operation's options are the fields of `Operation`; `operations` has them by endpoint.
    """

    def __init__(self, name: str, import_name: str, *, path: str, about: str = "") -> None:
        super().__init__(name, import_name, url_prefix=PREFIX + path, description=about)
        self.room = name.removesuffix("_api")
        self.operations: dict[str, Operation] = {}
        self.before_request(self._bound)

    def get(self, rule: str, *, needs: str, **options: Any) -> Callable[[View], View]:
        """A reading."""
        return self._serve(rule, "GET", Operation(lock=_lock(needs, reads=True), **options))

    def post(
        self, rule: str, *, needs: str, reads: bool = False, **options: Any
    ) -> Callable[[View], View]:
        """A writing, unless `reads` (counts, previews, dry runs)."""
        return self._serve(rule, "POST", Operation(lock=_lock(needs, reads=reads), **options))

    def put(self, rule: str, *, needs: str, **options: Any) -> Callable[[View], View]:
        """What stands there is replaced."""
        return self._serve(rule, "PUT", Operation(lock=_lock(needs), **options))

    def delete(self, rule: str, *, needs: str, **options: Any) -> Callable[[View], View]:
        """What stands there goes."""
        return self._serve(rule, "DELETE", Operation(lock=_lock(needs), **options))

    def _serve(self, rule: str, method: str, operation: Operation) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            endpoint = view.__name__

            def served(**path: Any) -> Any:
                return operation.run(view, path)

            def name(setup: BlueprintSetupState) -> None:
                name_lock(setup.app, f"{setup.name}.{endpoint}", operation.lock)

            served.__name__, served.__doc__ = endpoint, view.__doc__
            self.operations[endpoint] = operation
            self.record(name)
            self.add_url_rule(rule, endpoint, served, methods=[method], tags=[self.room])
            return view

        return decorate

    def _bound(self) -> None:
        """Refuse a body that is larger than JSON of ours may be, before anybody reads it."""
        operation = self.operations.get((request.endpoint or "").rpartition(".")[2])
        if operation is not None and not operation.upload:
            request.max_content_length = bodies.MOST_BYTES
            if (request.content_length or 0) > bodies.MOST_BYTES:
                raise RequestEntityTooLarge


def _lock(needs: str, *, reads: bool = False) -> Lock:
    return Lock(needs, reads=reads, api=True)
