"""What the shell around every page shows: menu, language, theme, sandbox banner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from hub.kernel import access, doors, modules, work
from hub.kernel.access import Actor
from hub.kernel.config import Config
from hub.kernel.module import Nav, Panel

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "hub_theme"
TABS = 4  # lines of the menu that fit at the foot of a phone


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the menu under one heading."""

    title: Any
    items: tuple[Nav, ...]


def lines() -> tuple[Nav, ...]:
    """The menu lines of the present actor, in order: asked many times for one page."""
    return work.once(("menu", access.current().user_id), _lines)


def _lines() -> tuple[Nav, ...]:
    mine = "portal" if is_client(access.current()) else "firm"
    found = [
        line
        for module in modules.loaded().items
        for line in module.nav
        if line.side == mine and doors.endpoint_allowed(line.endpoint, line.needs)
    ]
    return tuple(sorted(found, key=lambda line: (line.order, line.endpoint)))


def is_client(actor: Actor) -> bool:
    """Whether somebody is a client and nothing else: he sees the client's shell."""
    return bool(actor.roles) and not actor.is_staff


def nav() -> tuple[Group, ...]:
    """The menu, in groups as their first lines come."""
    groups: dict[str, list[Nav]] = {}
    titles: dict[str, Any] = {}
    for line in lines():
        groups.setdefault(str(line.group), []).append(line)
        titles.setdefault(str(line.group), line.group)
    return tuple(Group(titles[name], tuple(items)) for name, items in groups.items())


def tab_lines() -> tuple[Nav, ...]:
    """The few lines a phone shows at its foot."""
    return lines()[:TABS]


def is_here(line: Nav) -> bool:
    """Whether the present page belongs to this line of the menu."""
    endpoint = request.endpoint or ""
    if endpoint == line.endpoint:
        return True
    if _room(endpoint) != _room(line.endpoint):
        return False
    twins = [other for other in lines() if _room(other.endpoint) == _room(line.endpoint)]
    return len(twins) == 1


def _room(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def theme() -> str:
    """The visitor's theme: auto, light or dark."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def live_url(config: Config) -> str:
    """Where the page finds the websocket process: the page's own host, the live port."""
    host = request.host.rsplit(":", 1)[0]
    scheme = "https" if request.is_secure else "http"
    return f"{scheme}://{host}:{config.live_port}"


def panels(
    place: str, subject: int | None = None, name: str = ""
) -> Iterable[tuple[Panel, str | None]]:
    """The panels that modules put on `place`, drawn for the present actor; empty ones stay away.

    Shape: with None for what comes later, unless it is the one that is asked for by `name`, or the
        address asks for all of them.
    """
    actor, whole = access.current(), bool(name) or request.args.get("panels") == "all"
    wanted = [
        panel
        for module in modules.loaded().items
        for panel in module.panels
        if panel.place == place
        and name in {"", panel.name}
        and (panel.needs == "own" or actor.holds(panel.needs))
    ]
    for panel in sorted(wanted, key=lambda panel: (panel.order, panel.name)):
        if panel.later and not whole:
            yield panel, None
        elif html := panel.render(actor, subject):
            yield panel, html


def demo_accounts() -> tuple[tuple[str, str], ...]:
    """E-mail and password of each sign-in of the demo data; only in sandbox mode."""
    if not current_app.config["HUB"].sandbox:
        return ()
    demos = (module.demo for module in modules.loaded().items)
    texts = (demo.accounts() for demo in demos if demo is not None and demo.accounts)
    lines = (line.split() for text in texts for line in text.splitlines())
    return tuple((email, password) for _role, email, password in lines)


def address_of(endpoint: str) -> str:
    """The address of a page that its module brings along; "" when that is not loaded."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def install(app: Flask, config: Config) -> None:
    """Give the templates of `app` the shell's parts."""
    app.jinja_env.globals.update(
        nav=nav,
        tab_lines=tab_lines,
        is_here=is_here,
        theme=theme,
        actor=access.current,
        address_of=address_of,
        panels=panels,
        demo_accounts=demo_accounts,
        live_url=lambda: live_url(config),
        hub_config=config,
    )
