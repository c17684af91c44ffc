"""The three things a health check can find."""

from __future__ import annotations

from typing import Any

from hub.kernel.module import Finding


def ok(said: Any) -> Finding:
    """All is well."""
    return Finding(state="ok", text=said)


def warning(said: Any, cure: Any) -> Finding:
    """It works, and will not for ever."""
    return Finding(state="warning", text=said, cure=cure)


def fault(said: Any, cure: Any) -> Finding:
    """It does not work."""
    return Finding(state="fault", text=said, cure=cure)
