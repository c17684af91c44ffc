"""The manifest of clients."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select

from hub.accounts import persons
from hub.clients import (
    addresses,
    api,
    contacts,
    erasure,
    erasure_views,
    facts,
    file_api,
    logged,
    merging,
    paper_views,
    queries,
    segment_api,
    segment_views,
    service,
    views,
)
from hub.clients.book_fields import live_fields
from hub.clients.care import api as care_api
from hub.clients.care import queries as care_queries
from hub.clients.care import service as care
from hub.clients.care import views as care_views
from hub.clients.care.rules import CareKind
from hub.clients.commands import clients
from hub.clients.custom import api as custom_api
from hub.clients.custom import contributions as custom
from hub.clients.custom import views as custom_views
from hub.clients.demo import fill
from hub.clients.duplicates import api as duplicate_api
from hub.clients.duplicates import jobs as duplicate_jobs
from hub.clients.duplicates import service as duplicates
from hub.clients.duplicates import views as duplicate_views
from hub.clients.events import ClientCreated, ContactRemoved
from hub.clients.fields import segment_fields
from hub.clients.frozen import api as frozen_api
from hub.clients.frozen import views as frozen_views
from hub.clients.gates import GATES
from hub.clients.imports import clients as client_import
from hub.clients.kin import api as kin_api
from hub.clients.kin import views as kin_views
from hub.clients.models import Contact
from hub.clients.notes import api as note_api
from hub.clients.notes import service as notes
from hub.clients.notes import views as note_views
from hub.clients.notes.importing import notes as note_import
from hub.clients.panels import PANELS
from hub.clients.rights import RIGHTS
from hub.clients.rules import AddressFlag, AddressKind, ClientFlag
from hub.clients.search import clients as client_search
from hub.clients.suitability import api as suitability_api
from hub.clients.suitability import service as suitability
from hub.clients.suitability import views as suitability_views
from hub.clients.tags import api as tag_api
from hub.clients.tags import views as tag_views
from hub.clients.timeline import api as timeline_api
from hub.clients.timeline import told
from hub.clients.timeline import views as timeline_views
from hub.kernel import clock, progress
from hub.kernel.approvals import ApprovalKind
from hub.kernel.config import Config
from hub.kernel.module import Cron, Demo, Flag, Job, Keep, Module, Nav, PersonalData
from hub.kernel.workitems import WorkKind


def init(app: Flask, config: Config) -> None:
    """Tell accounts which user is which client."""
    del app
    addresses.settle_in(config.secret_key)
    persons.stand_with("clients", queries.standing)


def _reached_by(kind: AddressKind) -> Select[Any]:
    return select(Contact.client_id).where(Contact.kind == kind)


def _in_care(kind: CareKind) -> Select[Any]:
    return care_queries.holding(kind, clock.firm_day())


module = Module(
    name="clients",
    title=_("Clients"),
    package="hub.clients",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    needs=("accounts", "pages", "imports"),
    blueprints=(
        views.door,
        paper_views.door,
        tag_views.door,
        erasure_views.door,
        segment_views.door,
        api.door,
        segment_api.door,
        file_api.door,
        tag_api.door,
        care_views.door,
        care_api.door,
        note_views.door,
        note_api.door,
        kin_views.door,
        kin_api.door,
        suitability_views.door,
        suitability_api.door,
        custom_views.door,
        custom_api.door,
        frozen_views.door,
        frozen_api.door,
        timeline_views.door,
        timeline_api.door,
        duplicate_views.door,
        duplicate_api.door,
    ),
    nav=(
        Nav(
            label=_("Clients"), endpoint="clients.index", needs="clients.read", icon="users",
            group=_("Clients"), order=20,
        ),
        Nav(
            label=_("Segments"), endpoint="segments.index", needs="segments.read", icon="segment",
            group=_("Clients"), order=30,
        ),
        Nav(
            label=_("Tags"), endpoint="tags.index", needs="clients.tags", icon="tag",
            group=_("Clients"), order=40,
        ),
        Nav(
            label=_("Custom fields"), endpoint="custom.index", needs="clients.fields",
            icon="adjustments", group=_("Clients"), order=45,
        ),
        Nav(
            label=_("Duplicates"), endpoint="duplicates.index", needs="clients.read",
            icon="copy", group=_("Clients"), order=47,
        ),
    ),
    panels=PANELS,
    approvals=(
        ApprovalKind(
            name=erasure.KIND, title=_("Erase a client"), needs="clients.erase.release",
            content=erasure.content, decided=erasure.decided,
            link=lambda client_id: f"/clients/{client_id}",
        ),
    ),
    permissions=RIGHTS,
    jobs=(
        Job(name="clients.catch_up", run=facts.catch_up),
        Job(name="clients.erase", run=erasure.erase),
        Job(name="clients.end_care", run=care.catch_up),
        Job(name=notes.FORGET, run=notes.forget_unasked),
        Job(name="clients.look_at_new", run=duplicate_jobs.look_at_new),
        progress.job(
            duplicates.FIND, duplicate_jobs.walk, link=lambda _id: "/clients/duplicates/"
        ),
    ),
    work_kinds=(
        WorkKind(
            name=duplicate_jobs.WORK_KIND, title=_("Look at possible duplicates of an import"),
            outcomes=(("looked", _("looked at")),), link=lambda _id: "/clients/duplicates/",
        ),
    ),
    cron=(
        Cron(job="clients.catch_up", every_s=3600),
        Cron(job="clients.end_care", every_s=3600),
        Cron(job=notes.FORGET, every_s=86_400),
    ),
    publishes=(ClientCreated, ContactRemoved),
    gates=GATES,
    segment_fields=segment_fields,
    live_fields=live_fields,
    flags=(
        Flag(
            name="has_sms", subject="client", bit=ClientFlag.HAS_SMS,
            truth=lambda: _reached_by(AddressKind.SMS),
        ),
        Flag(
            name="has_email", subject="client", bit=ClientFlag.HAS_EMAIL,
            truth=lambda: _reached_by(AddressKind.EMAIL),
        ),
        *(
            Flag(
                name=kind.value, subject="client", bit=ClientFlag[kind.name],
                truth=partial(_in_care, kind),
            )
            for kind in CareKind
        ),
        Flag(
            name="shared", subject="address", bit=AddressFlag.SHARED,
            truth=contacts.shared_addresses,
        ),
        Flag(name="invalid", subject="address", bit=AddressFlag.INVALID),
    ),
    searches=(client_search,),
    timeline=told.SOURCES,
    imports=(client_import, note_import, custom.columns),
    parameters=(notes.UNASKED_DAYS, suitability.PARAMETER),
    retention=(
        Keep(
            table="clients_note", title=_("Notes without consent"), job=notes.FORGET,
            days=notes.UNASKED_DAYS.name,
        ),
    ),
    commands=(clients,),
    demo=Demo(fill=fill),
    personal_data=PersonalData(
        moved=merging.MOVED,
        stays=("clients_frozen_member",),
        export=service.personal,
        erase=service.wipe,
        merge=merging.merge,
        settle=merging.settle,
    ),
    init=init,
)  # fmt: skip
