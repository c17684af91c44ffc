"""Sentences that are kept in tables and translated when shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext


def N_(text: str) -> str:  # noqa: N802 - the name that string extraction knows
    """Mark a sentence for translation; it stays English until shown."""
    return text


def kept(text: str, args: Mapping[str, Any] | None = None) -> str:
    """A sentence and its values as they are stored.

    Shape: a value may be a sentence itself, as [msgid, args]; text that is no msgid stays as it is.
    """
    return json.dumps([text, dict(args or {})], ensure_ascii=False)


def shown(stored: str | list[Any] | tuple[Any, ...] | None) -> str:
    """A stored sentence in the reader's language."""
    if not stored:
        return ""
    text, args = json.loads(stored) if isinstance(stored, str) else stored
    if not text:
        return ""  # gettext answers "" with the head of its catalogue
    return str(gettext(text, **{name: _shown_value(value) for name, value in args.items()}))


def template(stored: str) -> str:
    """A stored sentence in the reader's language, its values left out."""
    text: str = json.loads(stored)[0]
    return str(gettext(text)) if text else ""


def _shown_value(value: Any) -> Any:
    return shown(value) if isinstance(value, list) else value
