"""Pages of pairs: the list, two clients side by side, what is decided."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients.duplicates import comparing, entry, joining, queries, service, words
from hub.clients.duplicates.forms import (
    ApartForm,
    MergeForm,
    MergeWish,
    PairForm,
    UndoForm,
    UndoWish,
)
from hub.clients.duplicates.listing import listing
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import PairState, told
from hub.clients.models import Client
from hub.kernel import work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door(
    "duplicates", __name__, url_prefix="/clients/duplicates", template_folder="../templates"
)


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page; nothing where nobody is like him."""
    del actor
    if client_id is None:
        return ""
    lines, unseen = queries.of_client(client_id), queries.unseen(client_id)
    if not lines and not unseen:
        return ""
    return render_template(
        "clients/duplicate_panel.html", lines=lines, words=words,
        unseen=entry.unseen_text(unseen) if unseen else "",
    )  # fmt: skip


@door.get("/", needs="clients.read")
def index() -> str:
    """Pairs of whom the visitor sees both."""
    return _index(blank())


@door.get("/export", needs="clients.export")
def export() -> Response:
    """The list as CSV, with a watermark."""
    return exports.csv_file(listing(), queries.visible(), request.args)


@door.post("/search", needs=queries.RIGHT)
def search() -> ResponseReturnValue:
    """Look through the whole book in the background."""
    service.search()
    flash(_("The search runs in the background; new pairs appear here."), "info")
    return _to_list()


@door.post("/", needs=queries.RIGHT)
def name() -> ResponseReturnValue:
    """Name two clients who are held for one person."""

    def act(wish: dict[str, str]) -> ResponseReturnValue:
        return _to(service.name(wish["first"], wish["second"]))

    return answer(PairForm, Answer(show=_index, act=act))


@door.get("/<int:pair_id>", needs="clients.read")
def show(pair_id: int) -> str:
    """Two clients side by side."""
    return _page(pair_id, blank())


@door.post("/<int:pair_id>/merge", needs=queries.RIGHT)
def merge(pair_id: int) -> ResponseReturnValue:
    """Make the two one."""

    def act(wish: MergeWish) -> ResponseReturnValue:
        joining.merge(pair_id, wish)
        flash(_("The two are one client now. It can be taken back here."), "success")
        return _to(pair_id)

    return answer(MergeForm, Answer(show=lambda filled: _page(pair_id, filled), act=act))


@door.post("/<int:pair_id>/apart", needs=queries.RIGHT)
def keep_apart(pair_id: int) -> ResponseReturnValue:
    """They are two people."""

    def act(wish: dict[str, str]) -> ResponseReturnValue:
        service.keep_apart(pair_id, wish["why"])
        return _to_list()

    return answer(ApartForm, Answer(show=lambda filled: _page(pair_id, filled), act=act))


@door.post("/<int:pair_id>/undo", needs=queries.RIGHT)
def undo(pair_id: int) -> ResponseReturnValue:
    """Take the merge back."""

    def act(wish: UndoWish) -> ResponseReturnValue:
        joining.undo(pair_id, wish)
        flash(_("The two are two clients again."), "success")
        return _to(pair_id)

    return answer(UndoForm, Answer(show=lambda filled: _page(pair_id, filled), act=act))


def _to(pair_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("duplicates.show", pair_id=pair_id))


def _to_list() -> ResponseReturnValue:
    return htmx.go(url_for("duplicates.index"))


def _link(row: Any) -> str:
    return url_for("duplicates.show", pair_id=row.id)


def _sides(pair: Duplicate, wanted: str) -> tuple[Client, Client]:
    """Who is kept and who goes: as it was wished, else the one who signs in."""
    session = work.session()
    low, high = session.get_one(Client, pair.low_id), session.get_one(Client, pair.high_id)
    if pair.kept_id is not None:
        wanted = str(pair.kept_id)
    elif wanted not in {str(low.id), str(high.id)}:
        wanted = str(high.id) if high.user_id and not low.user_id else str(low.id)
    return (high, low) if wanted == str(high.id) else (low, high)


def _index(form: Filled) -> str:
    page = listing(_link).page(queries.visible(), request.args)
    return render_template("clients/duplicates.html", page=page, form=form)


def _page(pair_id: int, form: Filled) -> str:
    pair = queries.one(pair_id)
    kept, gone = _sides(pair, str(form.value("keep") or request.args.get("keep", "")))
    is_merged = pair.state == PairState.MERGED
    return render_template(
        "clients/duplicate.html", pair=pair, kept=kept, gone=gone, form=form, words=words,
        lines=comparing.lines(kept, gone), clues=told(pair.clues), is_merged=is_merged,
        may_decide=queries.may_decide(pair),
        changed=joining.changed_since(pair) if is_merged else [],
    )  # fmt: skip
