"""Programs that come from the system's packages: found, installed when root, or asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.step import ROOT, Trouble, call

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SINK = ROOT / ".tools" / "postfix"


def install(*packages: str, purpose: str) -> None:
    """Install Debian packages.

    Raises: Trouble naming the packages when this user may not, or the system is not Debian.
    """
    names = " ".join(packages)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Trouble(f"Missing for {purpose}: sudo apt-get install -y {names}")
    call(["apt-get", "update", "-q"], env=QUIET)
    call(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], env=QUIET)


def browser() -> str | None:
    """The path of a Chromium on this machine."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def need_browser() -> None:
    """Have a Chromium for the browser tests, with its sandbox helper left out."""
    if browser() is None:
        install("chromium", purpose="the browser tests (`make quick` does without)")


def has_cjk_font() -> bool:
    """Whether Chinese text can be drawn."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def need_cjk_font() -> None:
    """Have a font for Chinese, so that screenshots show what people see."""
    if not has_cjk_font():
        install("fontconfig", "fonts-wqy-microhei", purpose="Chinese text in screenshots")


def smtp_sink() -> Path | None:
    """The path of `smtp-sink`: the system's, else the unpacked one."""
    for path in (Path("/usr/sbin/smtp-sink"), SINK / "usr/sbin/smtp-sink"):
        if path.is_file():
            return path
    return None


def need_smtp_sink() -> None:
    """Unpack postfix for its sink; installing it would start a mail server.

    Raises: Trouble when the package cannot be fetched.
    """
    if smtp_sink() is not None:
        return
    if shutil.which("apt-get") is None:
        raise Trouble("The mail benchmarks need `smtp-sink` of postfix in /usr/sbin")
    SINK.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        call(["apt-get", "update", "-q"], env=QUIET)
    fetch = "cd {0} && apt-get download postfix && dpkg-deb -x postfix_*.deb . && rm postfix_*.deb"
    call(["sh", "-c", fetch.format(SINK)])


def wrk() -> str | None:
    """The path of `wrk`."""
    return shutil.which("wrk")


def need_wrk() -> None:
    """Have the tool that puts load on pages."""
    if wrk() is None:
        install("wrk", purpose="the benchmark of pages under load")
