"""All settings, frozen. The only reader of the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from hub.kernel.errors import Invalid

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TRUE = {"1", "true", "yes", "on"}
_OPEN_SANDBOX = (
    "sandbox mode shows every message and its sign-ins, so it stays on this machine: "
    "set HUB_SANDBOX=0, or 127.0.0.1 instead of {host}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one installation; every field is read from `HUB_<NAME>`, secrets do not print."""

    port: int = 8000  # TCP port of the pages
    live_port: int = 8001  # TCP port of the websocket process; default port + 1
    host: str = "127.0.0.1"  # address the pages and the live process bind to
    data: Path = Path("var")  # folder of database, queue, journals, uploads, secrets
    database_url: str = field(default="", repr=False)  # SQLAlchemy URL; empty: SQLite in `data`
    redis_url: str = field(default="", repr=False)  # redis://; empty: var/redis.url
    modules: tuple[str, ...] = ()  # names to load, in any order; empty: every installed one
    sandbox: bool = True  # peers on loopback stand in for SMTP and Twilio
    sandbox_smtp_port: int = 8002  # TCP; default port + 2
    sandbox_http_port: int = 8003  # TCP; default port + 3
    proxies: int = 0  # count, trusted ones before us: whose X-Forwarded-For and -Proto we believe
    public_url: str = ""  # how clients reach the pages; empty: http://host:port
    smtp_host: str = ""  # required outside sandbox mode to send e-mail
    smtp_port: int = 587  # TCP
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = True  # STARTTLS before sign-in
    mail_from: str = "service@hub.example"  # envelope and header sender
    mail_from_name: str = "Brokerage Hub"
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_from: str = ""  # E.164 number or messaging service sid
    twilio_base_url: str = ""  # other origin than Twilio's; the sandbox's in sandbox mode
    secret_key: str = field(default="", repr=False)  # signs cookies; empty: made once
    zone: str = "Asia/Shanghai"  # the firm's zone: a day is a day here
    locale: str = "zh"  # language of a visitor who has chosen none
    region: str = "CN"  # region of phone numbers written without +country
    metrics_token: str = field(default="", repr=False)  # opens /metrics to other machines
    web_processes: int = 2  # count
    workers: int = 2  # count
    upload_limit_mb: int = 200  # MB, larger request bodies are refused
    keys_file: str = ""  # path of the key ring; empty: keys.json in `data`
    clamd: str = ""  # virus scanner, host:port or a socket's path; empty: files are not scanned
    testing: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read `HUB_*`.

        Raises: Invalid naming the variable, when a value has the wrong type.
        """
        source = os.environ if env is None else env
        values: dict[str, object] = {}
        for name, setting in cls.__dataclass_fields__.items():
            raw = source.get(f"HUB_{name.upper()}")
            if raw is not None:
                values[name] = _typed(name, str(setting.type), raw)
        port = values.get("port", 8000)
        if not isinstance(port, int):
            raise Invalid({"HUB_PORT": "a whole number"})
        values.setdefault("live_port", port + 1)
        values.setdefault("sandbox_smtp_port", port + 2)
        values.setdefault("sandbox_http_port", port + 3)
        values.setdefault("twilio_base_url", source.get("HUB_TWILIO_BASE_URL", ""))
        return cls(**values).settled()  # type: ignore[arg-type]

    def settled(self) -> Config:
        """Fill in what follows from other settings: paths, URLs, the secret.

        Raises: Invalid for sandbox mode on an address that others reach.
        """
        if self.sandbox and self.host not in LOOPBACK:
            raise Invalid({"HUB_HOST": _OPEN_SANDBOX.format(host=self.host)})
        data = self.data.expanduser().resolve()
        url = self.database_url or f"sqlite:///{data / 'hub.db'}"
        if url.startswith("postgresql://"):
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return replace(
            self,
            data=data,
            database_url=url,
            redis_url=self.redis_url or _line(data / "redis.url"),
            public_url=(self.public_url or f"http://{self.host}:{self.port}").rstrip("/"),
            secret_key=self.secret_key or _secret(data / "secret.key"),
            keys_file=self.keys_file or str(data / "keys.json"),
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @property
    def names(self) -> frozenset[str]:
        """The host names a sandbox is known by: another site's name may point here too."""
        return LOOPBACK | {self.host, urlsplit(self.public_url).hostname or self.host}

    @property
    def cookie_name(self) -> str:
        """One machine may run several hubs: the cookie's name holds the port."""
        return f"hub_{self.port}"


def _typed(name: str, kind: str, raw: str) -> object:
    try:
        match kind:
            case "int":
                return int(raw)
            case "bool":
                return raw.strip().lower() in _TRUE
            case "Path":
                return Path(raw)
            case "tuple[str, ...]":
                return tuple(part.strip() for part in raw.split(",") if part.strip())
            case _:
                return raw
    except ValueError as error:
        raise Invalid({f"HUB_{name.upper()}": f"a whole number, not {raw!r}"}) from error


def _line(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.is_file() else ""


def _secret(path: Path) -> str:
    """The installation's own secret: made once, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _line(path)
    with os.fdopen(handle, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret
