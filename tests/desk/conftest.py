"""What a desk's tests find: a firm that imports clients."""

from __future__ import annotations

from tests.clients.import_world import firm

__all__ = ["firm"]
