"""A real browser for the tests: Debian's Chromium, driven over one line of JSON a command.

What the commands do is in `browser/driver.mjs`. Its packages are pinned in `browser/package.json`;
`make test` installs them, and `.ci/run` installs Chromium.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("browser")
NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str | None:
    """Why there is no browser here; None when there is one."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if _chromium() is None:
        return "Chromium is not installed"
    if not (FOLDER / "node_modules" / "playwright-core").exists():
        return "tests/browser has no packages: run make test, or npm ci in there"
    return None


def _chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One browser with one page at a time. Every command raises AssertionError when it fails."""

    def __init__(self) -> None:
        command = ["node", str(FOLDER / "driver.mjs"), str(_chromium())]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def __call__(self, op: str, **how: Any) -> Any:
        """What a command of the driver comes to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"op": op, **how}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the browser is gone"}')
        assert "error" not in answer, f"{op}: {answer['error']}"
        return answer["result"]

    def close(self) -> None:
        """Close it; the driver ends with its input."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        if self._process.stdout:
            self._process.stdout.close()
