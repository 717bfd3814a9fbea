"""What Lambda has to carry and to start, as ratios to a hello-world skill in the same run.

`rows()` gives the figures to `make bench`; `python tests/bench_lambda.py` prints them alone. Both
skills are zipped with byte code by the same Python and started by turns in AWS's own emulator. A
cold start is what the emulator says of its own clock: the start of the runtime, and the first
intent in it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import lambda_runtime
from door import envelope, intent
from packaging.requirements import Requirement

from skill.release import bundle

COLD_STARTS = 11
HELLO_WORLD = """\
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.skill_builder import SkillBuilder


class Hello(AbstractRequestHandler):
    def can_handle(self, handler_input):
        return True

    def handle(self, handler_input):
        return handler_input.response_builder.speak("Hello").ask("Hello?").response


builder = SkillBuilder()
builder.add_request_handler(Hello())
lambda_handler = builder.lambda_handler()
"""

Row = tuple[str, float, float, str]
"""A figure's name, hello world's value, Back Coach's, and their unit."""


def rows() -> Iterator[Row]:
    """The figures. None where Lambda cannot be had on this machine."""
    if lambda_runtime.why_not():
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        zips = [_hello_world(folder), folder / "back_coach.zip"]
        bundle.build(zips[1], lambda_runtime.VERSION, lambda_runtime.PYTHON)
        yield ("zip with byte code", *(zipped.stat().st_size / 1e6 for zipped in zips), "MB")
        tasks = [_unpacked(zipped) for zipped in zips]
        cold: list[list[float]] = [[], []]
        for _ in range(COLD_STARTS):
            for times, task in zip(cold, tasks, strict=True):
                times.append(_cold_start(task))
        yield ("cold start in Lambda's emulator", *map(statistics.median, cold), "ms")


def _hello_world(folder: Path) -> Path:
    """A zip of the smallest skill, with all that installing the kit brings along."""
    entry = folder / "lambda_function.py"
    entry.write_text(HELLO_WORLD, "utf-8")
    files = {entry.name: entry}
    for distribution in _required("ask-sdk-core", {}).values():
        for file in distribution.files or ():
            if ".dist-info" not in file.parts[0] and "__pycache__" not in file.parts:
                files[str(file)] = Path(str(distribution.locate_file(file)))
    inside = {name: file for name, file in files.items() if not name.startswith("..")}
    bundle.zipped(inside, folder / "hello_world.zip", lambda_runtime.PYTHON)
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


def _cold_start(task: Path) -> float:
    """Milliseconds from nothing to the answer to the first intent."""
    with lambda_runtime.Function(task) as function:
        answer = function.invoke(envelope(intent("BackPainIntent", Severity="4")))
        assert answer["response"]["outputSpeech"], answer
        return sum(function.milliseconds())


if __name__ == "__main__":
    sys.path.insert(0, str(lambda_runtime.ROOT))
    for figure, hello, ours, unit in rows():
        print(f"{figure:<42}{hello:>10.2f} {unit}{ours:>10.2f} {unit}{ours / hello:>8.2f}")
