"""Custom fields are defined, changed and retired; their values written down, dated."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from hub.clients import facts
from hub.clients import queries as clients
from hub.clients.custom import queries
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.models import CustomField
from hub.clients.custom.rules import FIELDS_MOST, read
from hub.clients.models import Client
from hub.kernel import access, audit, clock, work
from hub.kernel.errors import Conflict, Invalid

RIGHT = "clients.fields"


def define(wish: FieldWish) -> int:
    """Define a field → its id.

    Raises: Forbidden, Invalid, Conflict when there are too many.
    """
    access.demand(RIGHT)
    _refuse_taken(wish, but=0)
    if (work.session().scalar(select(func.count()).select_from(CustomField)) or 0) >= FIELDS_MOST:
        raise Conflict(_("There are %(most)s fields already.", most=FIELDS_MOST), code="full")
    row = CustomField(made_at=clock.now(), **_columns(wish))
    work.session().add(row)
    work.session().flush()
    audit.append("defined", "client-field", row.id, {"kind": row.kind})
    return row.id


def change(field_id: int, wish: FieldWish) -> None:
    """Change a field; never what values that are known already would be.

    Raises: NotFound, Forbidden, Invalid naming the place and the reason.
    """
    access.demand(RIGHT)
    row = queries.one(field_id)
    _refuse_taken(wish, but=row.id)
    _refuse_loss(row, wish)
    for name, value in _columns(wish).items():
        setattr(row, name, value)
    work.session().flush()
    audit.append("changed", "client-field", row.id)


def retire(field_id: int) -> None:
    """Ask for a field no more; what is known stays, and rules may ask for it still.

    Raises: NotFound, Forbidden.
    """
    access.demand(RIGHT)
    queries.one(field_id).retired_at = clock.now()
    audit.append("retired", "client-field", field_id)


def restore(field_id: int) -> None:
    """Ask for a retired field again.

    Raises: NotFound, Forbidden.
    """
    access.demand(RIGHT)
    queries.one(field_id).retired_at = None
    audit.append("restored", "client-field", field_id)


def write(client_id: int, given: Mapping[str, Any], *, source: str) -> None:
    """Write down values from today on: by the field's name; an empty one is known no longer.

    Raises: NotFound, Forbidden; Invalid naming each wrong field, and nothing is written.
    """
    clients.operable(client_id, "clients.write")
    wanted = _read(given)
    known, today = queries.values_of(client_id), clock.firm_day()
    changed = [name for name, value in wanted.items() if known.get(name) != value]
    for name in changed:
        value = wanted[name]
        if value is None:
            here = select(Client.id).where(Client.id == client_id)
            facts.end_all(name, here, valid_from=today)
        else:
            facts.record(client_id, name, value, valid_from=today, source=source)
    if changed:
        audit.append("changed", "client", client_id, {"fields": changed})


def _read(given: Mapping[str, Any]) -> dict[str, Decimal | str | None]:
    fields = {field.name: field for field in queries.present()}
    faults: dict[str, str] = {
        name: _("There is no such field.") for name in given if name not in fields
    }
    wanted: dict[str, Decimal | str | None] = {}
    for name, field in fields.items():
        if name not in given:
            continue
        text = "" if given[name] is None else str(given[name]).strip()
        wanted[name] = read(field.custom_kind, text, field.values) if text else None
        if text and wanted[name] is None:
            faults[name] = _("%(title)s: this value does not fit.", title=queries.title(field))
    if faults:
        raise Invalid(faults)
    return wanted


def _columns(wish: FieldWish) -> dict[str, Any]:
    return {
        "kind": wish.kind.value, "title_zh": wish.title_zh, "title_en": wish.title_en,
        "choices": wish.choices, "is_filter": wish.is_filter,
    }  # fmt: skip


def _refuse_taken(wish: FieldWish, *, but: int) -> None:
    same = select(CustomField.id).where(
        CustomField.title_zh == wish.title_zh, CustomField.id != but
    )
    if work.session().scalar(same) is not None:
        raise Invalid({"title_zh": _("There is a field of this name.")})


def _refuse_loss(row: CustomField, wish: FieldWish) -> None:
    count = queries.in_use(row)
    if wish.kind != row.kind and count:
        text = _("%(count)s clients have a value of the present kind: retire this field and "
                 "define another.", count=count)  # fmt: skip
        raise Invalid({"kind": text})
    kept = {one["zh"] for one in wish.choices}
    for value in row.values:
        if value not in kept and (worn := queries.in_use(row, value)):
            text = _("“%(value)s” is known of %(count)s clients: it must stay.", value=value,
                     count=worn)  # fmt: skip
            raise Invalid({"choices": text})
