"""What Lambda has to carry and to start: both skills zipped alike, in AWS's own emulator.

A cold start is what the emulator says of its own clock: the start of the runtime with the skill's
imports, and the first intent in it, from a speaker and from one with a screen. The quickest of all
runs counts, by turns: whatever else the machine does can only add to it. Both zips have byte code
by the Python that then runs them.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import lambda_runtime
from packaging.requirements import Requirement
from skills import HELLO_WORLD, OPENING, on_each_device
from table import Row

from skill.release import bundle

RUNS = 15


def rows() -> Iterator[Row]:
    """Two rows; none where Lambda cannot be had on this machine, and why."""
    if reason := lambda_runtime.why_not():
        print(f"no zip, no emulator: {reason}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        zips = [_hello_world(folder), folder / "back_coach.zip"]
        bundle.build(zips[1], lambda_runtime.VERSION, lambda_runtime.PYTHON)
        hello, ours = (zipped.stat().st_size / 1e6 for zipped in zips)
        yield Row("zip with byte code, MB", hello, ours, 1.00)
        tasks = [_unpacked(zipped) for zipped in zips]
        for device, event in on_each_device(OPENING):
            runs = [[_cold_start(task, event) for task in tasks] for _ in range(RUNS)]
            hello, ours = (min(times) for times in zip(*runs, strict=True))
            yield Row(f"cold start in Lambda's emulator, {device}, ms", hello, ours, 0.60)


def _hello_world(folder: Path) -> Path:
    """A zip of the smallest skill, with all that installing the kit brings along."""
    entry = folder / "lambda_function.py"
    entry.write_text(HELLO_WORLD, "utf-8")
    files = {entry.name: entry}
    for distribution in _required("ask-sdk-core", {}).values():
        for file in distribution.files or ():
            if not {"..", "__pycache__"} & set(file.parts) and ".dist-info" not in file.parts[0]:
                files[str(file)] = Path(str(distribution.locate_file(file)))
    bundle.zipped(files, folder / "hello_world.zip", lambda_runtime.PYTHON)
    return folder / "hello_world.zip"


def _required(
    name: str, found: dict[str, metadata.Distribution]
) -> dict[str, metadata.Distribution]:
    """A distribution and all that it requires, by name."""
    found[name] = metadata.distribution(name)
    for line in found[name].requires or ():
        requirement = Requirement(line)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and requirement.name.lower() not in found:
            _required(requirement.name.lower(), found)
    return found


def _unpacked(zipped: Path) -> Path:
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(zipped.with_suffix(""))
    return zipped.with_suffix("")


def _cold_start(task: Path, event: dict[str, Any]) -> float:
    """Milliseconds from nothing to the answer to the first intent."""
    with lambda_runtime.Function(task) as function:
        answer = function.invoke(event)
        assert answer["response"]["outputSpeech"], answer
        return sum(function.milliseconds())
