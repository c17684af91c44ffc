"""What the kernel asks of itself for `hub doctor`: settings, disk, database, Redis, queue, log."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, text

from hub.kernel import audit, clock, metrics, modules, outbox, owners, schema, search, store, work
from hub.kernel.backups import shelf
from hub.kernel.config import Config
from hub.kernel.module import Finding, HealthCheck
from hub.kernel.outbox import RowState

GB = 1024**3
LITTLE, VERY_LITTLE = 2 * GB, GB // 4  # bytes free
LONG_WAL = GB // 4  # bytes
SKEW_S = 2.0
LATE = timedelta(minutes=5)
OLD_BACKUP = timedelta(hours=48)
LONG_TAIL = 20_000  # audit rows that are not sealed


def ok(said: Any) -> Finding:
    """All is well."""
    return Finding(state="ok", text=said)


def warning(said: Any, cure: Any) -> Finding:
    """It works, and will not for ever."""
    return Finding(state="warning", text=said, cure=cure)


def fault(said: Any, cure: Any) -> Finding:
    """It does not work."""
    return Finding(state="fault", text=said, cure=cure)


def settings(config: Config) -> Iterable[Finding]:
    """Values that fit together."""
    ports = [config.port, config.live_port]
    if config.sandbox:
        ports += [config.sandbox_smtp_port, config.sandbox_http_port]
    try:
        ZoneInfo(config.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield fault(
            _("there is no time zone %(zone)s", zone=config.zone),
            _("set HUB_ZONE, Asia/Shanghai for one"),
        )
    if len(set(ports)) < len(ports):
        yield fault(
            _("two parts want one port: %(ports)s", ports=ports),
            _("set HUB_PORT and its neighbours apart"),
        )
    if config.sandbox:
        yield warning(
            _("sandbox mode: no message leaves this machine"), _("set HUB_SANDBOX=0 to send")
        )
    elif not config.public_url.startswith("https://"):
        yield warning(
            _("clients reach the pages without TLS"), _("set HUB_PUBLIC_URL to https://…")
        )
    yield ok(_("read"))


def folder(config: Config) -> Iterable[Finding]:
    """The data folder: ours alone, with room to write."""
    probe = config.data / ".doctor"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield fault(
            _("cannot write to %(data)s: %(strerror)s", data=config.data, strerror=error.strerror),
            _("give it to this user"),
        )
        return
    private = ("secret.key", "redis.url", "hub.db", "keys", "keys.json", shelf.FOLDER)
    loose = [name for name in private if (config.data / name).exists()
             and (config.data / name).stat().st_mode & 0o077]  # fmt: skip
    if loose:
        places = " ".join(str(config.data / name) for name in loose)
        yield fault(
            _("others may read %(value)s", value=", ".join(loose)),
            _("chmod go= %(places)s", places=places),
        )
    free = shutil.disk_usage(config.data).free
    if free < LITTLE:
        say = fault if free < VERY_LITTLE else warning
        yield say(
            _("%(free)s GB are free", free=f"{free / GB:.1f}"),
            _("free some space, or move HUB_DATA"),
        )
    yield ok(_("%(data)s, %(free)s GB free", data=config.data, free=f"{free / GB:.0f}"))


def database(config: Config) -> Iterable[Finding]:
    """Reachable, current, guarded, whole."""
    connection = work.session().connection()
    if not schema.is_current(connection, modules.loaded()):
        yield fault(_("its tables are not those of this version"), _("run `hub migrate`"))
        return
    if missing := schema.guards_missing(connection):
        yield fault(
            _("append-only tables without guards: %(value)s", value=", ".join(missing)),
            _("run `hub migrate`"),
        )
    if config.is_sqlite:
        yield from _sqlite(config.data / "hub.db")
    else:
        version = connection.scalar(text("SHOW server_version"))
        yield ok(_("PostgreSQL %(version)s", version=version))
    here, there = datetime.now(UTC), _database_clock(config)
    if abs((there - here).total_seconds()) > SKEW_S:
        yield fault(
            _(
                "its clock says %(there)s, ours %(here)s",
                there=f"{there:%H:%M:%S}",
                here=f"{here:%H:%M:%S}",
            ),
            _("set both by NTP"),
        )


def _sqlite(path: Path) -> Iterator[Finding]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as file:
        said = file.execute("PRAGMA quick_check(5)").fetchall()
    if said != [("ok",)]:
        yield fault(
            _("it is damaged: %(said)s", said=said[0][0]),
            _("restore the last backup: `hub restore FILE`"),
        )
    wal = path.with_name("hub.db-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > LONG_WAL:
        yield warning(
            _("its log has %(size)s MB", size=size // 1024**2),
            _("look for a reader that never ends"),
        )
    yield ok(
        _(
            "SQLite %(sqlite_version)s, whole, %(stat)s MB",
            sqlite_version=sqlite3.sqlite_version,
            stat=path.stat().st_size // 1024**2,
        )
    )


def _database_clock(config: Config) -> datetime:
    if config.is_sqlite:
        return datetime.now(UTC)  # it has none of its own
    found: datetime = work.session().scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    return found.astimezone(UTC)


def redis(config: Config) -> Iterable[Finding]:
    """It answers, soon, and its clock agrees."""
    cure = _("start it") if config.redis_url else _("start `hub run`, or set HUB_REDIS_URL")
    if not store.ping():
        yield fault(_("Redis does not answer: sends and jobs wait"), cure)
        return
    began = time.time()
    facts = store.facts()
    skew = facts["now_s"] - (began + time.time()) / 2
    if abs(skew) > SKEW_S:
        yield fault(_("its clock differs by %(skew)s s", skew=f"{skew:.1f}"), _("set both by NTP"))
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield fault(_("it may throw our keys away"), _("set maxmemory-policy noeviction"))
    name = facts.get("valkey_version") or facts.get("redis_version")
    yield ok(_("%(name)s, %(facts)s in use", name=name, facts=facts["used_memory_human"]))


def processes(config: Config) -> Iterable[Finding]:
    """Somebody works, somebody keeps the timetable, the pages answer."""
    if not _listens(config.host, config.port):
        yield warning(_("no pages are served here now"), _("start `hub run`"))
        return
    alive = {kind: len(store.alive(kind)) for kind in ("web", "worker", "cron")}
    for kind, count in alive.items():
        if not count:
            yield fault(
                _("no %(kind)s was heard lately", kind=kind),
                _("start `hub %(kind)s`, or `hub run` again", kind=kind),
            )
    silent = [beat for beat in store.heard() if not beat.is_alive]
    for beat in silent:
        yield fault(
            _(
                "%(kind)s %(owner)s is silent for %(age_s)s s",
                kind=beat.kind,
                owner=beat.owner,
                age_s=f"{beat.age_s:.0f}",
            ),
            _("look at it, then kill it"),
        )
    yield ok(", ".join(f"{count} {kind}" for kind, count in alive.items()))


def _listens(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def queue(config: Config) -> Iterable[Finding]:
    """Nothing waits too long, nothing is given up, no claim is held by the dead."""
    del config
    cure = _("look at Jobs in the menu, or run `hub jobs drain`")
    late = clock.now() - LATE
    waiting = 0
    for lane, state, count, due in metrics.open_rows():
        waiting += count if state == RowState.WAITING else 0
        if due is not None and due < late:
            yield fault(
                _(
                    "lane %(lane)s: a job waits since %(due)s UTC",
                    lane=lane,
                    due=f"{due:%Y-%m-%d %H:%M}",
                ),
                cure,
            )
        if state in {RowState.FAILED, RowState.PARKED}:
            yield warning(
                _("lane %(lane)s: %(count)s %(state)s", lane=lane, count=count, state=state), cure
            )
    rows = outbox.table()
    held = select(rows.c.owner).where(text("state = 'running'")).distinct()
    for owner in work.session().scalars(held):
        if owner and owners.is_dead(owner):
            yield fault(
                _("%(owner)s is dead and holds jobs", owner=owner),
                _("start `hub run`, or `hub cron`"),
            )
    yield ok(_("%(waiting)s waiting", waiting=waiting))


def log(config: Config) -> Iterable[Finding]:
    """The audit log is sealed as it grows."""
    del config
    tail = audit.unsealed()
    if tail > LONG_TAIL:
        yield fault(
            _("%(tail)s rows are not sealed", tail=tail),
            _("start `hub cron`: it is the one sealer"),
        )
    yield ok(_("%(tail)s rows not sealed yet", tail=tail))


def index(config: Config) -> Iterable[Finding]:
    """The search index opens."""
    search.probe()
    waits = work.session().scalar(select(func.count(search.Unindexed.id))) or 0
    if waits > LONG_TAIL:
        yield warning(
            _("%(waits)s changes wait to be indexed", waits=waits), _("run `hub search rebuild`")
        )
    yield (
        ok(_("opens, %(waits)s changes to index", waits=waits))
        if (config.data / "search").exists()
        else ok(_("empty"))
    )


def backups(config: Config) -> Iterable[Finding]:
    """There is one, and it is young."""
    newest = shelf.newest()
    if newest is None:
        yield warning(_("there is none"), _("run `hub backup`"))
    elif clock.now() - newest.at > OLD_BACKUP:
        yield warning(
            _("the newest is of %(at)s", at=f"{newest.at:%Y-%m-%d}"), _("run `hub backup`")
        )
    else:
        yield ok(_("%(name)s, %(size)s MB", name=newest.path.name, size=newest.size // 1024**2))
    if (config.data / "restore.part").exists():
        yield fault(_("a restore was interrupted"), _("run `hub restore` again"))


CHECKS = (
    HealthCheck(name=_("settings"), check=settings),
    HealthCheck(name=_("data folder"), check=folder),
    HealthCheck(name=_("database"), check=database),
    HealthCheck(name=_("redis"), check=redis),
    HealthCheck(name=_("processes"), check=processes),
    HealthCheck(name=_("outbox"), check=queue),
    HealthCheck(name=_("audit log"), check=log),
    HealthCheck(name=_("search index"), check=index),
    HealthCheck(name=_("backups"), check=backups),
)
