"""The zip that AWS Lambda runs, the same bytes each time it is built from the same sources.

In it are the entry, the modules of ours that the entry reaches, what they read, and the packages
that they need, as they are installed here. Which those are is not kept in a list but found by
following the imports: `requests`, which only the kit's own API client wants, falls out by itself.
With a Python of the target's version at hand there is byte code beside each source; it is never
compared with the source (PEP 552, unchecked), so that nothing is read or compiled at a cold start.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "lambda" / "lambda_function.py"
TASK_ROOT = "/var/task"  # where Lambda unpacks the zip; tracebacks name it
IN_THE_RUNTIME = frozenset({"boto3", "botocore", "snapshot_restore_py"})  # AWS puts them there
FOUND_BY_NAME = frozenset({"tzdata"})  # zoneinfo looks there where the system has no time zones
HEARD = "*.heard.toml"  # what people call things: in the interaction model, read in no turn
COMPILED = frozenset({".so", ".pyd", ".dylib"})  # for one machine; there is Python beside each
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can tell


class NotACheckoutError(Exception):
    """The entry for Lambda is not there: this is an installed package, not a checkout."""


@dataclass(frozen=True)
class Bundle:
    """A zip that was built. `byte_code` is the Python it has byte code for; None for none."""

    path: Path
    files: int
    byte_code: str | None

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.path.stat().st_size

    @property
    def digest(self) -> str:
        """Its SHA-256, in hexadecimal."""
        return sha256(self.path.read_bytes()).hexdigest()


def build(target: Path, version: str, python: Path | None) -> Bundle:
    """Write the zip to `target`, with byte code by `python`, which is a Python `version`.

    Without `python` there are only sources, which Lambda compiles at each cold start. Raises
    `NotACheckoutError`, and `CalledProcessError` when a source does not compile.
    """
    if not ENTRY.is_file():
        raise NotACheckoutError(f"{ENTRY} is not there: run this in a checkout of Back Coach")
    files = zipped(contents(), target, python)
    return Bundle(target, files, version if python else None)


def zipped(sources: Mapping[str, Path], target: Path, python: Path | None) -> int:
    """How many files went into a zip of `sources` (name in it -> file), byte code included."""
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        for inside, source in sources.items():
            (stage / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, stage / inside)
        if python:
            _compile(stage, python)
        return _zip(stage, target)


def contents() -> dict[str, Path]:
    """What goes in: name in the zip -> the file it is copied from."""
    ours, packages = _reached()
    found = {ENTRY.name: ENTRY}
    packages |= FOUND_BY_NAME
    found |= {str(file.relative_to(ROOT)): file for file in (*ours, *_data())}
    for package in packages:
        found |= installed(package)
    return dict(sorted(found.items()))


def _data() -> Iterator[Path]:
    files = (ROOT / "skill" / "content").rglob("*.toml")
    return (file for file in files if not file.match(HEARD))


def _reached() -> tuple[set[Path], set[str]]:
    """The modules of ours that the entry reaches, and the packages that those need."""
    ours, packages = set[Path](), set[str]()
    todo = [*imports(ENTRY)]
    while todo:
        name = todo.pop()
        top = name.partition(".")[0]
        if top == "skill":
            new = set(_our_files(name)) - ours
            ours |= new
        elif top in packages or top in IN_THE_RUNTIME or top in sys.stdlib_module_names:
            continue
        else:
            packages.add(top)
            new = set(_may_run(top))
        todo += [found for file in new for found in imports(file)]
    return ours, packages


def _our_files(module: str) -> Iterator[Path]:
    """The files that importing a module of ours runs: its own, and each package's above it."""
    path = ROOT
    for part in module.split("."):
        path = path / part
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                yield file


def _may_run(package: str) -> Iterator[Path]:
    """The sources of a package that may be imported when the package is used.

    That is all of them, since the kit looks classes up by name, but for its API client, which
    nothing of the kit imports: it is there for skills that hand it to the kit, and ours does not.
    """
    for inside, file in installed(package).items():
        if file.suffix == ".py" and inside != "ask_sdk_core/api_client.py":
            yield file


@cache
def installed(package: str) -> Mapping[str, Path]:
    """A package's files, name in the zip -> file, without what is compiled for one machine.

    A package that is not installed has none: some imports are for other surroundings than these.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return {}
    origin = Path(spec.origin)
    if not spec.submodule_search_locations:
        return {origin.name: origin}
    return {
        str(file.relative_to(origin.parents[1])): file
        for file in sorted(origin.parent.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in COMPILED
    }


def imports(file: Path) -> set[str]:
    """Every module that a source names in an import, relative ones apart."""
    names = set[str]()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _compile(stage: Path, python: Path) -> None:
    how = ["-q", "-j1", "--invalidation-mode", "unchecked-hash", "-s", str(stage), "-p", TASK_ROOT]
    subprocess.run(  # noqa: S603 (a Python that was found, and our own list)
        [str(python), "-m", "compileall", *how, str(stage)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"},
        check=True,
    )


def _zip(stage: Path, target: Path) -> int:
    files = sorted(file for file in stage.rglob("*") if file.is_file())
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for file in files:
            entry = zipfile.ZipInfo(str(file.relative_to(stage)), _LONG_AGO)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, wherever it was built
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return len(files)
