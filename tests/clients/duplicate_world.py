"""Two rows of one person with something in every table, and all rows as they stand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from hub.clients import contacts, facts, papers
from hub.clients.addresses import point
from hub.clients.care import service as care
from hub.clients.care.forms import CareWish
from hub.clients.care.rules import CareKind
from hub.clients.duplicates import joining
from hub.clients.duplicates import service as duplicates
from hub.clients.duplicates.forms import MergeWish, UndoWish
from hub.clients.kin import service as kin
from hub.clients.kin.forms import RelationWish
from hub.clients.kin.rules import RelationKind
from hub.clients.models import Client
from hub.clients.notes import service as notes
from hub.clients.notes.forms import NoteWish
from hub.clients.notes.rules import Consent, NoteKind, Source
from hub.clients.paper_rules import PaperKind
from hub.clients.rules import AddressKind
from hub.clients.suitability import service as suitability
from hub.clients.suitability.forms import Assessment
from hub.clients.suitability.rules import SuitabilityClass
from hub.clients.tags import service as tags
from hub.kernel import access, clock, work
from hub.kernel.base import Base
from hub.relationship import service as relationship
from tests import make, staff

PHONE, OTHER_PHONE = "13800000001", "13800000002"
ROOMS = ("clients_", "relationship_", "channels_", "accounts_")
# The pair itself says what was decided; it is no row of either client's.
BESIDE = frozenset({"clients_duplicate"})


def pair(broker: int, other: int) -> tuple[int, int]:
    """Two rows of one person, served by two brokers → their ids; inside an open unit."""
    with access.acting(access.SYSTEM):
        child = make.client(name="Child")
        ids = (
            make.client(name="王芳", sms=PHONE, email="w@post.example", city="上海",
                        stated_assets=Decimal(10), consent_to=("promotion",)),
            make.client(name="王 芳", sms=PHONE, birthday=date(1980, 2, 3), city="北京",
                        stated_assets=Decimal(20)),
        )  # fmt: skip
        contacts.attach(ids[1], point(AddressKind.SMS, OTHER_PHONE))
        contacts.attach(ids[1], point(AddressKind.EMAIL, "old@post.example"))
        for who, server, number in zip(ids, (broker, other), (0, 1), strict=True):
            _fill(who, child, number)
            relationship.assign(who, server, valid_from=clock.firm_day())
        kin.found(ids[1], "House")
        kin.join(ids[1], work.session().get_one(Client, child).no)
        kin.relate(ids[0], RelationWish(
            kind=RelationKind.SPOUSE, no=work.session().get_one(Client, ids[1]).no,
            since=clock.firm_day(),
        ))  # fmt: skip
        relationship.introduced(ids[1], other)
    return ids


def _fill(who: int, child: int, number: int) -> None:
    """What both know alike, and what each knows alone."""
    today = clock.firm_day()
    before = today - timedelta(days=40 - number * 10)
    no = work.session().get_one(Client, child).no
    for name in ("both", f"only {number}"):
        tags.put(who, name)
    care.put(who, CareWish(kind=CareKind.VULNERABLE, reason=f"told {number}", last_day=None))
    if number:
        care.put(who, CareWish(kind=CareKind.BEREAVED, reason="told", last_day=today))
        papers.put(who, PaperKind.BANK_CARD, "4111111111111111")
        about = Assessment(klass=SuitabilityClass.C3, assessed_on=before, source="form")
        suitability.classify(who, about)
    papers.put(who, PaperKind.ID_NO, "11010519491231002X" if number else "E12345678")
    facts.record(who, "stated_assets", Decimal(5 + number), valid_from=before, source="form")
    for text in ("a flat", f"a car {number}"):
        consent = Consent.SPOKEN if number else Consent.NOT_ASKED
        notes.record(who, NoteWish(
            kind=NoteKind.HOME, text=text, on_day=today, source=Source.TALK, consent=consent,
        ))  # fmt: skip
    kin.relate(who, RelationWish(kind=RelationKind.CHILD, no=no, since=before))
    kin.relate(who, RelationWish(kind=RelationKind.PARENT, name=f"Old {number}", since=before))


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every room that holds something of clients; inside an open unit."""
    work.session().expire_all()
    return {
        table.name: sorted(
            (dict(row) for row in work.session().execute(select(table)).mappings()), key=str
        )
        for table in Base.metadata.sorted_tables
        if table.name.startswith(ROOMS) and table.name not in BESIDE
    }


def named(ids: tuple[int, int]) -> int:
    """The pair of two clients → its id."""
    with access.acting(access.SYSTEM):
        nos = [work.session().get_one(Client, one).no for one in ids]
        return duplicates.name(*nos)


def merged(pair_id: int, keep: int, *take: str) -> None:
    """The system merges a pair."""
    with work.unit(), access.acting(access.SYSTEM):
        joining.merge(pair_id, MergeWish(keep=keep, take=frozenset(take), why="one person"))


def undone(pair_id: int, **how: Any) -> None:
    """And takes it back."""
    with work.unit(), access.acting(access.SYSTEM):
        joining.undo(pair_id, UndoWish(why="two after all", **how))


def made() -> tuple[tuple[int, int], int]:
    """Two rows of one person, and the pair of them."""
    with work.unit():
        ids = pair(staff.broker(), staff.broker())
        return ids, named(ids)
