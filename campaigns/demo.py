"""Templates and one draft for an empty installation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from campaigns.models import Campaign, Template
from campaigns.rules import Klass
from hub.accounts import demo as accounts
from hub.accounts.models import User
from hub.accounts.rules import RoleName
from hub.clients.models import Segment
from hub.kernel import clock, work

HTML = (
    '<div style="font-family:sans-serif;max-width:560px">'
    '<h1 style="font-size:20px;color:#1d4ed8">{title}</h1><p>{hello}</p><p>{body}</p></div>'
)

BRIEFING = {
    "zh": {
        "subject": "{{ name }},您的秋季策略会邀请",
        "text": "{{ name }}您好：\n\n我们在{{ city | default('本市') }}举办秋季策略会，诚邀参加。",
        "html": HTML.format(
            title="秋季策略会",
            hello="{{ name }}您好：",
            body="我们在{{ city | default('本市') }}举办秋季策略会，诚邀参加。",
        ),
        "sms": "{{ name }}您好，秋季策略会将在{{ city | default('本市') }}举行，欢迎垂询。",
    },
    "en": {
        "subject": "{{ name }}, join our autumn briefing",
        "text": "Dear {{ name }},\n\nthe briefing is coming to {{ city | default('town') }}.",
        "html": HTML.format(
            title="Autumn briefing",
            hello="Dear {{ name }},",
            body="our autumn briefing is coming to {{ city | default('town') }}.",
        ),
        "sms": "Dear {{ name }}, our autumn briefing is coming to {{ city | default('town') }}.",
    },
}

REVIEW = {
    "zh": {
        "subject": "请核对您的联系方式",
        "text": "{{ name }}您好：\n\n客户号{{ no }}的联系方式是否仍然有效？如有变动，请告知我们。",
        "sms": "{{ name }}您好，请核对您在我司预留的联系方式，如有变动请告知客户经理。",
    },
    "en": {
        "subject": "Please check your contact details",
        "text": "Dear {{ name }},\n\nare the contact details of account {{ no }} still right?",
        "sms": "Dear {{ name }}, please check the contact details you left with us.",
    },
}

BIRTHDAY = {
    "zh": {"sms": "{{ name }}您好，祝您生日快乐，万事如意！"},
    "en": {"sms": "Happy birthday, {{ name }}!"},
}

TEMPLATES: tuple[tuple[str, Klass, dict[str, Any]], ...] = (
    ("秋季策略会邀请 · Autumn briefing", Klass.PROMOTION, BRIEFING),
    ("联系方式核对 · Contact review", Klass.SERVICE, REVIEW),
    ("生日祝福 · Birthday wishes", Klass.SERVICE, BIRTHDAY),
)


def fill(clients: int, seed: int) -> None:
    """Make a few templates and one draft to the demo segment."""
    del clients, seed
    with work.unit():
        session = work.session()
        if session.scalar(select(Template.id).limit(1)) is not None:
            return
        owner_id = accounts.user_of(RoleName.MARKETING) or session.scalar(select(User.id).limit(1))
        if owner_id is None:
            return
        now = clock.now()
        rows = [
            Template(name=name, klass=klass, texts=texts, owner_id=owner_id, created_at=now,
                     changed_at=now)
            for name, klass, texts in TEMPLATES
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add(
            Campaign(
                name="上海客户秋季策略会 · Autumn briefing, Shanghai", owner_id=owner_id, firm=True,
                klass=rows[0].klass, channels=["email", "sms"], texts=rows[0].texts,
                template_id=rows[0].id, created_at=now, changed_at=now,
                segment_id=session.scalar(select(Segment.id).order_by(Segment.id).limit(1)),
            )
        )  # fmt: skip
