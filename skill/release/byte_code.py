"""The byte code in a package for Lambda, by the Python that then runs it.

There is some beside each source, but for what every start imports: that is in one file, which
`skill.at_once` reads. What it is, is not kept in a list: the skill is started, and answers what a
first session may ask.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

TASK_ROOT = "/var/task"  # where Lambda unpacks the zip; tracebacks name it
_HEAD = 16  # bytes before the code in a file of byte code (PEP 552)
_START = """
import collections, json, marshal, sys
from importlib.util import cache_from_source
stage = sys.argv[1]
sys.path.insert(0, stage)
texts = {}
def evaluated(text, names):  # of a record's constructor
    texts[text] = compile(text, "<record>", "eval")
    return eval(texts[text], names)
collections.eval = evaluated
import lambda_function
from skill import at_once, snapshot
snapshot.prepare()
found = {}
for name, module in sys.modules.items():
    spec = getattr(module, "__spec__", None)
    if spec and spec.origin and spec.origin.startswith(stage):
        bare = cache_from_source(spec.origin, optimization=2)
        found[name] = [spec.origin, spec.cached, bare, spec.submodule_search_locations is not None]
constructors = marshal.dumps(dict(sorted(texts.items())), 2)  # 2: the same bytes each time
print(json.dumps([at_once.FILE, found, constructors.hex()]))
"""
_TO_READ_IT = ("lambda_function", "skill", "skill.at_once", "skill.on_demand")


def write(stage: Path, python: Path) -> None:
    """Write byte code beside every source in `stage`; it is never compared with the source.

    Raises `CalledProcessError` when one does not compile.
    """
    _compile(stage, python, stage)


def gather(stage: Path, python: Path) -> None:
    """Move that of what a start imports into the one file, without docstrings, which nobody reads.

    With it goes the code of the constructors of all records.

    Raises `CalledProcessError` when the skill does not start.
    """
    stage = stage.resolve()
    run = subprocess.run(  # noqa: S603 (a Python that was found, and our own code)
        [str(python), "-I", "-B", "-c", _START, str(stage)],
        env={},
        stdout=subprocess.PIPE,
        check=True,
    )
    name, found, constructors = json.loads(run.stdout)
    modules = sorted(found.keys() - set(_TO_READ_IT))
    _compile(stage, python, *(Path(found[module][0]) for module in modules), optimization=2)
    code = bytes.fromhex(constructors)
    index: dict[str, tuple[str, bool, int, int]] = {}
    head = {"modules": index, "constructors": (0, len(code))}
    for module in modules:
        source, cached, bare, is_package = found[module]
        own = Path(bare).read_bytes()[_HEAD:]
        index[module] = (os.path.relpath(source, stage), is_package, len(code), len(code + own))
        code += own
        Path(cached).unlink()
        Path(bare).unlink()
    (stage / "skill" / name).write_bytes(json.dumps(head).encode() + b"\n" + code)


def _compile(stage: Path, python: Path, *sources: Path, optimization: int = 0) -> None:
    how = ["-q", "-j1", "--invalidation-mode", "unchecked-hash", "-s", str(stage), "-p", TASK_ROOT]
    subprocess.run(  # noqa: S603 (a Python that was found, and our own list)
        [str(python), "-m", "compileall", *how, "-o", str(optimization), *map(str, sources)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"},
        check=True,
    )
