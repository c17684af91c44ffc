"""Settings: read once, typed, wrong ones named."""

from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from hub.kernel.config import Config
from hub.kernel.errors import Invalid


def read(tmp_path: Path, **variables: str) -> Config:
    return Config.from_env({"HUB_DATA": str(tmp_path)} | variables)


def test_ports_follow_the_first_one(tmp_path: Path) -> None:
    config = read(tmp_path, HUB_PORT="9100")
    ports = (config.live_port, config.sandbox_smtp_port, config.sandbox_http_port)
    assert ports == (9101, 9102, 9103)
    assert read(tmp_path, HUB_PORT="9100", HUB_LIVE_PORT="9200").live_port == 9200


@pytest.mark.parametrize(
    ("name", "value"), [("HUB_PORT", "eighty"), ("HUB_WORKERS", "2.5"), ("HUB_WORKERS", "")]
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, **{name: value})
    assert set(caught.value.fields) == {name}


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key != ""
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_postgresql_is_reached_by_psycopg(tmp_path: Path) -> None:
    config = read(tmp_path, HUB_DATABASE_URL="postgresql://hub@db/hub")
    assert config.database_url == "postgresql+psycopg://hub@db/hub"
    assert not config.is_sqlite
    assert read(tmp_path).is_sqlite


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        read(tmp_path).port = 1  # type: ignore[misc]


def test_secrets_do_not_show_in_a_log_line(tmp_path: Path) -> None:
    text = repr(read(tmp_path, HUB_SMTP_PASSWORD="hush-hush", HUB_TWILIO_AUTH_TOKEN="whisper"))
    assert "hush-hush" not in text
    assert "whisper" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "hub.example"])
def test_a_sandbox_that_others_reach_does_not_start(tmp_path: Path, host: str) -> None:
    with pytest.raises(Invalid, match="HUB_SANDBOX=0") as caught:
        read(tmp_path, HUB_HOST=host)
    assert set(caught.value.fields) == {"HUB_HOST"}
    assert read(tmp_path, HUB_HOST=host, HUB_SANDBOX="0").host == host


def test_a_sandbox_knows_the_names_of_this_machine_and_its_public_one(tmp_path: Path) -> None:
    config = read(tmp_path, HUB_PUBLIC_URL="https://trial.firm.example")
    assert config.names == {"127.0.0.1", "::1", "localhost", "trial.firm.example"}
