"""The world of the client book's tests."""

from __future__ import annotations

from tests.clients.import_world import firm

__all__ = ["firm"]
