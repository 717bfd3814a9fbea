"""The zip that AWS Lambda runs, the same bytes each time it is built from the same sources.

In it are the entry, the modules of ours that the entry reaches, what they read, and the packages
that they need, whole, as they are installed here. Which those are is not kept in a list but found
by following the imports, module by module: `requests`, which only the kit's own API client wants,
falls out by itself as long as nobody uses that.
With a Python of the target's version at hand there is byte code beside each source; it is never
compared with the source (PEP 552, unchecked), so that nothing is read or compiled at a cold start;
that of what every start imports is all in one file (`byte_code`).
"""

from __future__ import annotations

import ast
import importlib.util
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.machinery import PathFinder
from pathlib import Path

from skill.content import compiled
from skill.release import byte_code

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "lambda" / "lambda_function.py"
NOT_CARRIED = frozenset(
    {
        *("boto3", "botocore", "snapshot_restore_py"),  # AWS has them in the runtime
        "platformdirs",  # finds a user's folders, where there are users
    }
)
BY_NAME = frozenset({"ask_sdk_model"})  # the kit looks these classes up by name, any of them
FOUND_BY_NAME = frozenset({"tzdata"})  # zoneinfo looks there where the system has no time zones
HEARD = (
    "*.heard.toml",
    "*.samples.toml",
    "*.dangers.toml",
)  # to listen and to learn from: read in no turn
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
        for content in stage.glob("skill/content"):
            compiled.write(content)
        if python:
            byte_code.write(stage, python)
        if python and (stage / "skill").is_dir():
            byte_code.gather(stage, python)
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
    return (file for file in files if not any(map(file.match, HEARD)))


def _reached() -> tuple[set[Path], set[str]]:
    """The modules of ours that the entry reaches, and the packages that those need."""
    seen, ours, packages = set[str](), set[Path](), set[str]()
    todo = [*imports(ENTRY, ENTRY.stem)]
    while todo:
        module = todo.pop()
        top = module.partition(".")[0]
        module = top if top in BY_NAME else module
        if module in seen or top in NOT_CARRIED or top in sys.stdlib_module_names:
            continue
        seen.add(module)
        files = _our_files(module) if top == "skill" else _their_files(module)
        if top == "skill":
            ours |= set(files.values())
        elif files:
            packages.add(top)
        todo += [found for name, file in files.items() for found in imports(file, name)]
    return ours, packages


def _our_files(module: str) -> dict[str, Path]:
    """The files that importing a module of ours runs: its own, and each package's above it."""
    return _files(ROOT, module)


def _their_files(module: str) -> dict[str, Path]:
    """The same for a package that is installed; all of the kit's classes, which go by name."""
    top = module.partition(".")[0]
    if top not in BY_NAME:
        folder = _folder(top)
        return _files(folder, module) if folder else {}
    inside = installed(top)
    names = {name.removesuffix(".py").removesuffix("/__init__"): name for name in inside}
    return {
        name.replace("/", "."): inside[file] for name, file in names.items() if file.endswith(".py")
    }


def _files(folder: Path, module: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        path = folder.joinpath(*parts[:depth])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                found[".".join(parts[:depth])] = file
    return found


def installed(package: str) -> dict[str, Path]:
    """A package's files, name in the zip -> file, without what is compiled for one machine.

    A package that is not installed has none: some imports are for other surroundings than these.
    """
    folder = _folder(package)
    if folder is None:
        return {}
    if (module := folder / f"{package}.py").is_file():
        return {module.name: module}
    return {
        str(file.relative_to(folder)): file
        for file in sorted((folder / package).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in COMPILED
    }


def _folder(package: str) -> Path | None:
    """The folder that an installed package or module is in; None if it is not installed."""
    spec = PathFinder.find_spec(package)  # whatever this very process has in its place
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parents[1 if spec.submodule_search_locations else 0]


def imports(file: Path, module: str) -> set[str]:
    """Every module that the source of `module` may import: of `from a import b`, `a` and `a.b`."""
    names = set[str]()
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            source = importlib.util.resolve_name(f"{dots}{node.module or ''}", package)
            names |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return names


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
