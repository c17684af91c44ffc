"""Which language a visitor reads, and the catalogues that every module brings along."""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from hub.kernel import modules
from hub.kernel.config import Config

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "hub_language"


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of all loaded modules, read from their .po files: nothing to compile."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the present language."""
        return catalogue(str(get_locale() or "en"), modules.loaded().packages)


@cache
def catalogue(language: str, packages: tuple[str, ...]) -> NullTranslations:
    """The texts of these packages in one language."""
    merged = Translations()
    for package in packages:
        path = _folder(package) / "translations" / language / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            found = _read(path)
            merged.merge(found)
            # `merge` takes the texts but not the rule that picks among plural forms.
            merged.plural = found.plural
    return merged


def _folder(package: str) -> Path:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else Path()


def _read(path: Path) -> Translations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def chosen() -> str:
    """The visitor's language: what he chose, else what his browser asks for, else the firm's."""
    config: Config = current_app.config["HUB"]
    if not has_request_context():
        return config.locale
    cookie = request.cookies.get(COOKIE, "")
    if cookie in LANGUAGES:
        return cookie
    return request.accept_languages.best_match(list(LANGUAGES)) or config.locale


def install(app: Flask, config: Config) -> None:
    """Make `app` speak the languages of its modules."""
    babel = Babel()
    babel.domain_instance = Catalogues()
    babel.init_app(
        app,
        default_locale=config.locale,
        default_timezone=config.zone,
        locale_selector=chosen,
    )
    app.jinja_env.globals.update(languages=LANGUAGES, get_locale=get_locale)
