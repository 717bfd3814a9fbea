"""A Python of a certain version on this machine: byte code only suits the version that made it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def find(version: str) -> Path | None:
    """A Python `version` ("3.13") on this machine; None when there is none. Nothing is fetched."""
    return next((path for path in _candidates(version) if _version_of(path) == version), None)


def _candidates(version: str) -> Iterator[Path]:
    """Where one may be: this one, on the path, pyenv's, uv's."""
    yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(root.glob(f"versions/{version}*/bin/python"))
    if uv := shutil.which("uv"):
        asked = [uv, "python", "find", "--offline", "--no-python-downloads", version]
        yield from map(Path, _output(asked).splitlines())


def _version_of(python: Path) -> str:
    return _output([str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])


def _output(command: list[str]) -> str:
    """What a command prints; nothing where it fails, or is not there."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)  # noqa: S603 (our own list)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
