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
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def ok(said: str) -> Finding:
    """All is well."""
    return Finding(state="ok", text=said)


def warning(said: str, cure: str) -> Finding:
    """It works, and will not for ever."""
    return Finding(state="warning", text=said, cure=cure)


def fault(said: str, cure: str) -> Finding:
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
        yield fault(f"there is no time zone {config.zone}", "set HUB_ZONE, Asia/Shanghai for one")
    if len(set(ports)) < len(ports):
        yield fault(f"two parts want one port: {ports}", "set HUB_PORT and its neighbours apart")
    if config.sandbox:
        yield warning("sandbox mode: no message leaves this machine", "set HUB_SANDBOX=0 to send")
    elif not config.public_url.startswith("https://"):
        yield warning("clients reach the pages without TLS", "set HUB_PUBLIC_URL to https://…")
    yield ok("read")


def folder(config: Config) -> Iterable[Finding]:
    """The data folder: ours alone, with room to write."""
    probe = config.data / ".doctor"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield fault(f"cannot write to {config.data}: {error.strerror}", "give it to this user")
        return
    private = ("secret.key", "redis.url", "hub.db", "keys", "keys.json", shelf.FOLDER)
    loose = [name for name in private if (config.data / name).exists()
             and (config.data / name).stat().st_mode & 0o077]  # fmt: skip
    if loose:
        places = " ".join(str(config.data / name) for name in loose)
        yield fault(f"others may read {', '.join(loose)}", f"chmod go= {places}")
    free = shutil.disk_usage(config.data).free
    if free < LITTLE:
        say = fault if free < VERY_LITTLE else warning
        yield say(f"{free / GB:.1f} GB are free", "free some space, or move HUB_DATA")
    yield ok(f"{config.data}, {free / GB:.0f} GB free")


def database(config: Config) -> Iterable[Finding]:
    """Reachable, current, guarded, whole."""
    connection = work.session().connection()
    if not schema.is_current(connection, modules.loaded()):
        yield fault("its tables are not those of this version", "run `hub migrate`")
        return
    if missing := schema.guards_missing(connection):
        yield fault(f"append-only tables without guards: {', '.join(missing)}", "run `hub migrate`")
    if config.is_sqlite:
        yield from _sqlite(config.data / "hub.db")
    else:
        version = connection.scalar(text("SHOW server_version"))
        yield ok(f"PostgreSQL {version}")
    here, there = datetime.now(UTC), _database_clock(config)
    if abs((there - here).total_seconds()) > SKEW_S:
        yield fault(f"its clock says {there:%H:%M:%S}, ours {here:%H:%M:%S}", "set both by NTP")


def _sqlite(path: Path) -> Iterator[Finding]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as file:
        said = file.execute("PRAGMA quick_check(5)").fetchall()
    if said != [("ok",)]:
        yield fault(f"it is damaged: {said[0][0]}", "restore the last backup: `hub restore FILE`")
    wal = path.with_name("hub.db-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > LONG_WAL:
        yield warning(f"its log has {size // 1024**2} MB", "look for a reader that never ends")
    yield ok(f"SQLite {sqlite3.sqlite_version}, whole, {path.stat().st_size // 1024**2} MB")


def _database_clock(config: Config) -> datetime:
    if config.is_sqlite:
        return datetime.now(UTC)  # it has none of its own
    found: datetime = work.session().scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    return found.astimezone(UTC)


def redis(config: Config) -> Iterable[Finding]:
    """It answers, soon, and its clock agrees."""
    cure = "start `hub run`, or set HUB_REDIS_URL" if not config.redis_url else "start it"
    if not store.ping():
        yield fault("Redis does not answer: sends and jobs wait", cure)
        return
    began = time.time()
    facts = store.facts()
    skew = facts["now_s"] - (began + time.time()) / 2
    if abs(skew) > SKEW_S:
        yield fault(f"its clock differs by {skew:.1f} s", "set both by NTP")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield fault("it may throw our keys away", "set maxmemory-policy noeviction")
    name = facts.get("valkey_version") or facts.get("redis_version")
    yield ok(f"{name}, {facts['used_memory_human']} in use")


def processes(config: Config) -> Iterable[Finding]:
    """Somebody works, somebody keeps the timetable, the pages answer."""
    if not _listens(config.host, config.port):
        yield warning("no pages are served here now", "start `hub run`")
        return
    alive = {kind: len(store.alive(kind)) for kind in ("web", "worker", "cron")}
    for kind, count in alive.items():
        if not count:
            yield fault(f"no {kind} was heard lately", f"start `hub {kind}`, or `hub run` again")
    silent = [beat for beat in store.heard() if not beat.is_alive]
    for beat in silent:
        yield fault(
            f"{beat.kind} {beat.owner} is silent for {beat.age_s:.0f} s", "look at it, then kill it"
        )
    yield ok(", ".join(f"{count} {kind}" for kind, count in alive.items()))


def _listens(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def queue(config: Config) -> Iterable[Finding]:
    """Nothing waits too long, nothing is given up, no claim is held by the dead."""
    del config
    cure = "look at Jobs in the menu, or run `hub jobs drain`"
    late = clock.now() - LATE
    waiting = 0
    for lane, state, count, due in metrics.open_rows():
        waiting += count if state == RowState.WAITING else 0
        if due is not None and due < late:
            yield fault(f"lane {lane}: a job waits since {due:%Y-%m-%d %H:%M} UTC", cure)
        if state in {RowState.FAILED, RowState.PARKED}:
            yield warning(f"lane {lane}: {count} {state}", cure)
    rows = outbox.table()
    held = select(rows.c.owner).where(text("state = 'running'")).distinct()
    for owner in work.session().scalars(held):
        if owner and owners.is_dead(owner):
            yield fault(f"{owner} is dead and holds jobs", "start `hub run`, or `hub cron`")
    yield ok(f"{waiting} waiting")


def log(config: Config) -> Iterable[Finding]:
    """The audit log is sealed as it grows."""
    del config
    tail = audit.unsealed()
    if tail > LONG_TAIL:
        yield fault(f"{tail} rows are not sealed", "start `hub cron`: it is the one sealer")
    yield ok(f"{tail} rows not sealed yet")


def index(config: Config) -> Iterable[Finding]:
    """The search index opens."""
    search.probe()
    waits = work.session().scalar(select(func.count(search.Unindexed.id))) or 0
    if waits > LONG_TAIL:
        yield warning(f"{waits} changes wait to be indexed", "run `hub search rebuild`")
    yield (
        ok(f"opens, {waits} changes to index") if (config.data / "search").exists() else ok("empty")
    )


def backups(config: Config) -> Iterable[Finding]:
    """There is one, and it is young."""
    newest = shelf.newest()
    if newest is None:
        yield warning("there is none", "run `hub backup`")
    elif clock.now() - newest.at > OLD_BACKUP:
        yield warning(f"the newest is of {newest.at:%Y-%m-%d}", "run `hub backup`")
    else:
        yield ok(f"{newest.path.name}, {newest.size // 1024**2} MB")
    if (config.data / "restore.part").exists():
        yield fault("a restore was interrupted", "run `hub restore` again")


CHECKS = (
    HealthCheck(name="settings", check=settings),
    HealthCheck(name="data folder", check=folder),
    HealthCheck(name="database", check=database),
    HealthCheck(name="redis", check=redis),
    HealthCheck(name="processes", check=processes),
    HealthCheck(name="outbox", check=queue),
    HealthCheck(name="audit log", check=log),
    HealthCheck(name="search index", check=index),
    HealthCheck(name="backups", check=backups),
)
