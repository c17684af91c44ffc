"""What the API gives of brokers and teams."""

from __future__ import annotations

from hub.pages.api import out


class BrokerOut(out.Out):
    """A broker; `state` is "at-work", "frozen", "to-come" or "left"."""

    id = out.whole()
    no = out.text()
    name = out.text()
    kind = out.text()
    branch = out.text()
    title = out.text()
    joined_on = out.day()
    left_on = out.day(null=True)
    state = out.text()


class NodeOut(out.Out):
    """A broker in the tree: `reports` stand directly below him, `below` at any depth."""

    id = out.whole()
    no = out.text()
    name = out.text()
    kind = out.text()
    branch = out.text()
    title = out.text()
    reports = out.whole()
    below = out.whole()


class TreeOut(out.Out):
    """One step of the tree, as of a day."""

    day = out.day()
    line = out.text()
    items = out.many(NodeOut)


class PostOut(out.Out):
    """A post on the days before `valid_to`."""

    id = out.whole()
    kind = out.text()
    branch = out.text(null=True)
    team = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)


class LicenceOut(out.Out):
    """A qualification on the days before `valid_to`."""

    id = out.whole()
    kind = out.text()
    number = out.text()
    scope = out.text()
    valid_from = out.day()
    valid_to = out.day(null=True)


class PlaceOut(out.Out):
    """A place on a line on the days before `valid_to`; no superior at the root."""

    line = out.text()
    superior = out.text(null=True)
    superior_no = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)


class StationOut(out.Out):
    """A branch and a title on the days before `valid_to`."""

    branch = out.text()
    title = out.text()
    valid_from = out.day()
    valid_to = out.day(null=True)


class ResultOut(out.Out):
    """A measure's month: what is aimed at, what is reached."""

    measure = out.text()
    aim = out.amount(null=True)
    reached = out.amount()


class CardOut(out.Out):
    """A broker with what he holds; `path` leads from the top of the line down to him."""

    broker = out.one(BrokerOut)
    path = out.many(NodeOut)
    reports = out.many(NodeOut)
    places = out.many(PlaceOut)
    stations = out.many(StationOut)
    team = out.text(null=True)
    posts = out.many(PostOut)
    licences = out.many(LicenceOut)
    may = out.texts()
    results = out.many(ResultOut)


class TeamOut(out.Out):
    """A team on the days before `ends_on`."""

    id = out.whole()
    name = out.text()
    branch = out.text()
    lead = out.text(null=True)
    starts_on = out.day()
    ends_on = out.day(null=True)


class TeamMemberOut(out.Out):
    """A broker in a team, and what he reached as its member in the month."""

    broker_id = out.whole()
    no = out.text()
    name = out.text()
    valid_from = out.day()
    valid_to = out.day(null=True)
    reached = out.table()


class TeamMonthOut(out.Out):
    """A team in a month."""

    team = out.one(TeamOut)
    month = out.day()
    members = out.many(TeamMemberOut)
    results = out.many(ResultOut)
