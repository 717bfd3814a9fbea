"""`back-coach package`: all that is deployed, into one folder, with a line for each step."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from skill.release import bundle, interpreter, store
from skill.release.publisher import Publisher

PYTHON = "3.13"  # what lambda/template.yaml runs
PYTHONS = ("3.11", "3.12", "3.13", "3.14")  # those of ours that Lambda has too
BUILD = "build"
ZIP = "lambda.zip"
SKILL = "skill"

Say = Callable[[str], None]


class CannotPackageError(Exception):
    """Something is not as it must be; the message says what, and what to do."""


def among_sources(folder: Path) -> bool:
    """Whether what is written below `folder` would come among the sources of this checkout."""
    sources = [bundle.ROOT / name for name in ("skill", "lambda", "interaction_models")]
    return any((folder / SKILL).resolve().is_relative_to(source) for source in sources)


def package(folder: Path, publisher: Publisher, python: str, say: Say, warn: Say) -> None:
    """Write the zip for Lambda and the package for the ASK CLI below `folder`.

    `python` is the version on Lambda. Progress goes to `say`, what the reader should know before
    deploying to `warn`. Raises `CannotPackageError`.
    """
    try:
        _lambda(folder / ZIP, python, say, warn)
        files = store.write(folder / SKILL, publisher)
    except (bundle.NotACheckoutError, OSError) as error:
        raise CannotPackageError(str(error)) from error
    except subprocess.CalledProcessError as error:
        raise CannotPackageError("a source does not compile; see above") from error
    say(f"{folder / SKILL}: {len(files)} files for the ASK CLI, {', '.join(store.locales())}")
    for option in publisher.missing():
        warn(f"no {option} yet: Amazon will want one, each time the skill is deployed")


def _lambda(target: Path, version: str, say: Say, warn: Say) -> None:
    found = interpreter.find(version)
    if found is None:
        warn(
            f"there is no Python {version} on this machine, so the zip has sources alone: Lambda "
            f"will compile them at each cold start (install one, e.g. uv python install {version})"
        )
    built = bundle.build(target, version, found)
    code = f"byte code for Python {version}" if built.byte_code else "sources alone"
    say(f"{target}: {built.size / 1e6:.1f} MB, {built.files} files, {code}")
    say(f"{target}: sha256 {built.digest}")
