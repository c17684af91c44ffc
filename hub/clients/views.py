"""Pages of the client book."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import contact_history, contacts, parts, queries, service
from hub.clients.duplicates import entry
from hub.clients.duplicates.entry import LikelyKnown, Likeness
from hub.clients.duplicates.listing import clues_of
from hub.clients.fields import CHANNELS, GENDERS, LANGUAGES
from hub.clients.forms import (
    ContactForm,
    NewClient,
    NewClientForm,
    NewContact,
    Profile,
    ProfileForm,
    RevealForm,
)
from hub.clients.listing import listing
from hub.clients.models import Client
from hub.clients.reveal_words import REASONS
from hub.kernel import access, facts, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse, refused

door = Door("clients", __name__, url_prefix="/clients", template_folder="templates")


@door.get("/", needs="clients.read")
def index() -> str:
    """The clients whom the visitor may see."""
    page = listing().page(queries.visible(), request.args)
    return render_template("clients/index.html", page=page)


@door.get("/export", needs="clients.export")
def export() -> Response:
    """The list as CSV, with a watermark."""
    return exports.csv_file(listing(), queries.visible(), request.args)


@door.get("/known/<name>", needs="clients.read")
def known(name: str) -> dict[str, list[str]]:
    """The cities or branches in use among those whom the visitor may see: what fields offer."""
    return {"names": queries.names_in_use(name)}


@door.get("/new", needs="clients.create")
def new() -> str:
    """The empty form."""
    return _form(blank({"language": "zh"}))


@door.post("/new", needs="clients.create")
def create() -> ResponseReturnValue:
    """Take a client in."""

    def act(new: NewClient) -> ResponseReturnValue:
        return htmx.go(url_for("clients.show", client_id=entry.take_in(new)))

    try:
        return answer(NewClientForm, Answer(show=_form, act=act))
    except LikelyKnown as error:
        if request.is_json:
            raise
        return refused(_form(Filled(request.form.to_dict()), alike=error.found))


@door.get("/<int:client_id>", needs="clients.read")
def show(client_id: int) -> ResponseReturnValue:
    """One client; a merged one leads to who he is now."""
    client = queries.one(client_id)
    if client.merged_into is not None:
        return redirect(url_for("clients.show", client_id=client.merged_into))
    return _page(client)


@door.get("/<int:client_id>/edit", needs="clients.write")
def edit(client_id: int) -> str:
    """The form with what is written now."""
    client = queries.operable(client_id, "clients.write")
    names = (*service.PROFILE, "stated_assets")
    return _form(blank({name: getattr(client, name) for name in names}), client)


@door.post("/<int:client_id>/edit", needs="clients.write")
def change(client_id: int) -> ResponseReturnValue:
    """Change what is written."""
    client = queries.operable(client_id, "clients.write")

    def act(profile: Profile) -> ResponseReturnValue:
        service.change(client_id, profile)
        return htmx.go(url_for("clients.show", client_id=client_id))

    return answer(ProfileForm, Answer(show=lambda filled: _form(filled, client), act=act))


@door.post("/<int:client_id>/contacts", needs="clients.write")
def add_contact(client_id: int) -> ResponseReturnValue:
    """Add a way to reach the client."""
    client = queries.operable(client_id, "clients.write")
    try:
        new: NewContact = parse(ContactForm, request.form)
    except Invalid as error:
        work.fail()
        # The page has one field for both kinds: what is wrong with either belongs there.
        faults = {"value": "; ".join(error.fields.values())}
        return make_response(_page(client, Filled(request.form.to_dict(), faults)), 422)
    contacts.add(client_id, new.point, label=new.label)
    return _back(client_id)


@door.post("/<int:client_id>/contacts/<int:contact_id>/remove", needs="clients.write")
def remove_contact(client_id: int, contact_id: int) -> ResponseReturnValue:
    """Forget a way to reach the client."""
    contacts.remove(client_id, contact_id)
    return _back(client_id)


@door.post("/<int:client_id>/contacts/<int:contact_id>/primary", needs="clients.write")
def choose_contact(client_id: int, contact_id: int) -> ResponseReturnValue:
    """Write to this contact first."""
    contacts.make_primary(client_id, contact_id)
    return _back(client_id)


@door.post("/<int:client_id>/contacts/<int:contact_id>/reveal", needs="clients.reveal", reads=True)
def reveal(client_id: int, contact_id: int) -> ResponseReturnValue:
    """The whole value; that it was read, and why, is logged."""
    queries.operable(client_id, "clients.reveal")
    value = service.reveal(client_id, contact_id, parse(RevealForm, request.form))
    if htmx.is_fragment():
        return render_template("clients/revealed.html", value=value)
    return _page(queries.one(client_id), revealed={contact_id: value})


@door.get("/<int:client_id>/contacts/<int:contact_id>/owners", needs="clients.read")
def owners(client_id: int, contact_id: int) -> str:
    """Who uses the address, and who used it."""
    queries.one(client_id)
    lines = contact_history.owners(client_id, contact_id)
    html = render_template("clients/owners.html", owners=lines)
    if htmx.is_fragment():
        return html
    return parts.page(client_id, _("Who uses this contact"), html, blank())


@door.get("/<int:client_id>/contacts/earlier", needs="clients.read")
def earlier(client_id: int) -> str:
    """The contacts that a client had before."""
    queries.one(client_id)
    html = render_template("clients/earlier.html", earlier=contact_history.earlier(client_id))
    if htmx.is_fragment():
        return html
    return parts.page(client_id, _("Earlier contacts"), html, blank())


@door.get("/<int:client_id>/panels/<name>", needs="clients.read")
def panel_of(client_id: int, name: str) -> str:
    """One panel of a client's page, when it comes into sight; nothing for one that stays away."""
    client = queries.present_row(client_id)
    html = render_template("clients/panel.html", client_id=client.id, name=name)
    return html if htmx.is_fragment() else parts.page(client.id, client.no, html, blank())


def known_facts(actor: Actor, client_id: int | None) -> str:
    """The dated facts of a client."""
    del actor
    if client_id is None:
        return ""
    known = facts.fields()
    return render_template(
        "clients/facts.html",
        facts=queries.facts_of(client_id),
        fact_names={name: item.field.title for name, item in known.items()},
        fact_words={name: dict(item.field.choices) for name, item in known.items()},
    )


def panel(actor: Actor, subject: int | None) -> str:
    """How many clients one reaches, for the home of those who may see any."""
    del subject
    count = queries.count_visible()
    return render_template(
        "clients/home.html", count=count, most=queries.COUNTED,
        may_create=actor.holds("clients.create"),
    )  # fmt: skip


def own_contacts(actor: Actor, client_id: int | None) -> str:
    """A client's contact points on his own home, masked."""
    del actor
    if client_id is None:
        return ""
    return render_template("clients/portal.html", contacts=queries.contacts(client_id))


def _back(client_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("clients.show", client_id=client_id) + "#contacts")


def _form(filled: Filled, client: Client | None = None, alike: Sequence[Likeness] = ()) -> str:
    unseen = sum(one.client_id is None for one in alike)
    return render_template(
        "clients/form.html", form=filled, client=client, languages_of=LANGUAGES, genders=GENDERS,
        channels=CHANNELS,
        alike=alike, clues=clues_of, unseen=entry.unseen_text(unseen) if unseen else "",
    )  # fmt: skip


def _page(
    client: Client, contact_form: Filled | None = None, revealed: dict[int, str] | None = None
) -> str:
    actor = access.current()
    return render_template(
        "clients/show.html",
        client=client,
        contacts=queries.contacts(client.id),
        form=contact_form or blank(),
        revealed=revealed or {},
        reasons=REASONS,
        may_write=access.may(actor, "clients.write", client.id),
        may_reveal=access.may(actor, "clients.reveal", client.id),
        kinds=(("sms", _("Phone")), ("email", _("E-mail"))),
        gender_names=dict(GENDERS),
        channel_names=dict(CHANNELS),
        language_names=dict(LANGUAGES),
    )
