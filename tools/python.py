"""The virtual environment: uv, the locked packages, the hub itself, its translations."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from tools import debian
from tools.step import ROOT, STAMPS, Step, Trouble, call

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / ".tools"
UV = TOOLS / "uv" / "bin" / "uv"
UV_LOCK = ROOT / "tools" / "uv.lock.txt"
BUILD_LOCK = ROOT / "tools" / "build.lock.txt"
PACKAGES = ("hub", "channels", "campaigns", "complaints", "surveys", "forum")
LOWEST, ABOVE = (3, 11), (3, 14)


def steps(*, dev: bool) -> list[Step]:
    """What makes `.venv` whole; once `dev` was asked for, it stays."""
    dev = dev or (STAMPS / "packages-dev").is_file()
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    version = sys.version.split()[0]
    return [
        Step("uv", "uv, the package installer", get_uv, (UV_LOCK,), (UV,)),
        Step("venv", f"Virtual environment on Python {version}", make_venv, (), (PYTHON,), version),
        Step(
            "packages-dev" if dev else "packages",
            "Python packages" + (" with the test tools" if dev else ""),
            lambda: sync(lock),
            (lock,),
            (PYTHON,),
            version,
        ),
        Step(
            "project",
            "The hub itself",
            add_project,
            (ROOT / "pyproject.toml", BUILD_LOCK, lock),
            (VENV / "bin" / "hub",),
            version,
        ),
    ]


def translations() -> list[Step]:
    """Message catalogues, compiled when their texts changed."""
    texts = tuple(sorted(p for name in PACKAGES for p in (ROOT / name).rglob("messages.po")))
    if not texts:
        return []
    outputs = tuple(path.with_suffix(".mo") for path in texts)
    return [Step("translations", "Translations", lambda: compile_texts(texts), texts, outputs)]


def check_version() -> None:
    """Refuse a Python the locked packages have no wheels for.

    Raises: Trouble.
    """
    if not LOWEST <= sys.version_info[:2] < ABOVE:
        has = ".".join(map(str, sys.version_info[:2]))
        raise Trouble(f"Python 3.11 to 3.13 is needed, this is {has}: make PYTHON=python3.12 …")


def get_uv() -> None:
    """Fetch uv by whichever pip there is; none is installed into the system."""
    target: list[str | Path] = [
        "--target",
        TOOLS / "uv",
        "--upgrade",
        "--require-hashes",
        "-r",
        UV_LOCK,
    ]
    call([*_pip(), "install", "--quiet", "--disable-pip-version-check", *target])


def _pip() -> list[str | Path]:
    """A pip to run: the interpreter's own, else one in a throw-away environment."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        debian.install("python3-venv", version, purpose="a virtual environment")
    boot = TOOLS / "boot"
    call([sys.executable, "-m", "venv", "--clear", boot])
    return [boot / "bin" / "python", "-m", "pip"]


def make_venv() -> None:
    """An empty environment; one of another Python is replaced."""
    _forget("packages", "packages-dev", "project")
    _uv("venv", "--quiet", "--clear", "--python", sys.executable, VENV)


def sync(lock: Path) -> None:
    """Make the environment hold exactly what the lock names, hashes checked.

    Wheels, but for a few pure-Python packages that have none: those are built by the build lock.
    """
    _forget("project")  # sync takes out whatever the lock does not name
    strict: list[str | Path] = ["--require-hashes", "--build-constraints", BUILD_LOCK]
    _uv("pip", "sync", "--quiet", "--python", PYTHON, *strict, lock)


def add_project() -> None:
    """Link the work tree into the environment, with its commands and its modules' names."""
    kind = ["--no-deps", "--config-settings", "editable_mode=compat"]
    _uv("pip", "install", "-q", "--python", PYTHON, *kind, "-b", BUILD_LOCK, "-e", ROOT)


def compile_texts(texts: tuple[Path, ...]) -> None:
    """Compile each catalogue beside its text.

    Raises: Trouble naming the catalogue that has a fault.
    """
    for text in texts:
        call([PYTHON, "-m", "babel.messages.frontend", "compile", "-i", text,
              "-o", text.with_suffix(".mo"), "-l", text.parent.parent.name])  # fmt: skip


def lock() -> None:
    """Resolve every lock anew; no index and no path of this machine stands in them."""
    plain = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    compile_to = ["pip", "compile", "--quiet", "--no-emit-index-url", *plain]
    _uv(*compile_to, "pyproject.toml", "--extra", "dev", "-o", "requirements-dev.lock")
    _uv(*compile_to, "pyproject.toml", "-c", "requirements-dev.lock", "-o", "requirements.lock")
    for name in ("uv", "build", "node"):
        _uv(*compile_to, f"tools/{name}.in", "-o", f"tools/{name}.lock.txt")


def install_into(folder: Path, names: Path) -> None:
    """Put the packages a lock names into a folder of their own."""
    _uv("pip", "install", "-q", "--python", PYTHON, "--no-build", "--target", folder, "-r", names)


def _forget(*stamps: str) -> None:
    for name in stamps:
        (STAMPS / name).unlink(missing_ok=True)


def _uv(*words: str | Path) -> None:
    """Run uv: it never downloads a Python, and asks the same index that pip was told to ask."""
    env = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    if debian.CERTIFICATES.is_file():
        env["UV_SYSTEM_CERTS"] = "true"  # a firm's own authority is trusted as pip trusts it
    if "PIP_INDEX_URL" in os.environ and "UV_DEFAULT_INDEX" not in os.environ:
        env["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    call([UV, *words], env=env)
