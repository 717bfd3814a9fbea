"""The two skills that are compared, as a Lambda package holds them, and what they are asked."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

from skill.content import compiled
from skill.release.bundle import HEARD

ROOT = Path(__file__).parents[2]
NOT_CARRIED = ("speaker", "flask_app.py", "signature.py", "cli.py", "__pycache__", *HEARD)

HELLO_WORLD = """
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


def back_coach(folder: Path) -> str:
    """The source that imports the `lambda_handler` of the package in `folder`."""
    return f"import sys\nsys.path.insert(0, {str(folder)!r})\nfrom lambda_function import *\n"


def package(folder: Path) -> Path:
    """What Lambda carries of ours, in `folder`; the SDK is there for both."""
    copied(folder)
    compiled.write(folder / "skill" / "content")
    return folder


def copied(folder: Path) -> None:
    """The same before its content is compiled."""
    shutil.copytree(ROOT / "skill", folder / "skill", ignore=shutil.ignore_patterns(*NOT_CARRIED))
    shutil.copy(ROOT / "lambda" / "lambda_function.py", folder)


@cache
def environment() -> Mapping[str, str]:
    """For processes that are measured: byte code is kept, as a package holds it, and no memory."""
    kept = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    codes = tempfile.mkdtemp(prefix="back-coach-bench-")
    return {**kept, "PYTHONPYCACHEPREFIX": codes, "BACK_COACH_MEMORY": "none"}


@cache
def conversation() -> tuple[dict[str, Any], ...]:
    """The requests of a check-up, as an Echo Show sends them: a launch, then what was said."""
    from skill.speaker.cloud import Cloud, Utterance
    from skill.speaker.envelope import Device

    cloud = Cloud(Device(screen=True))
    said = (
        "open back coach",
        "I put my back out lifting a box yesterday, about a five",
        "no",
        "no",
        "no",
        "no but my leg hurts",
        "no",
        "guide me through a stretch",
        "no",
        "ready",
    )
    return tuple(as_a_show_sends_it(cloud.hear(Utterance(text)).request) for text in said)


LAUNCH, OPENING, QUESTION, VERDICT, STRETCH = 0, 1, 5, 6, 7


def on_each_device(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """One of these requests from a speaker, and from one with a screen."""
    with_screen = conversation()[number]
    speaker = copy.deepcopy(with_screen)
    speaker["context"]["System"]["device"]["supportedInterfaces"] = {"AudioPlayer": {}}
    yield "a speaker", speaker
    yield "a screen", with_screen


def as_a_show_sends_it(event: dict[str, Any]) -> dict[str, Any]:
    """The request with the parts of a real one that the local speaker has no use for."""
    event = copy.deepcopy(event)
    system = event["context"]["System"]
    for user in (system["user"], event["session"]["user"]):
        user["userId"] = "amzn1.ask.account." + "A" * 180
        user["permissions"] = {
            "consentToken": "c" * 200,
            "scopes": {"alexa::alerts:reminders:skill:readwrite": {"status": "GRANTED"}},
        }
    system["person"] = {"personId": "amzn1.ask.person." + "P" * 100, "accessToken": "t" * 100}
    system["unit"] = {"unitId": "amzn1.ask.unit." + "U" * 100, "persistentUnitId": "U" * 50}
    system["apiAccessToken"] = "a" * 900
    system["device"]["supportedInterfaces"] |= {"AudioPlayer": {}}
    size = {"type": "DISCRETE", "pixelWidth": 1280, "pixelHeight": 800}
    video = {"codecs": ["H_264_42", "H_264_41"]}
    event["context"] |= {
        "AudioPlayer": {"playerActivity": "IDLE"},
        "Extensions": {"available": {"aplext:backstack:10": {}}},
        "Viewports": [
            {
                "type": "APL",
                "id": "main",
                "shape": "RECTANGLE",
                "dpi": 213,
                "presentationType": "STANDARD",
                "canRotate": False,
                "configuration": {"current": {"mode": "HUB", "video": video, "size": size}},
            }
        ],
    }
    return event


class Worker(AbstractContextManager["Worker"]):
    """A process of its own for one skill: its own memory, caches and garbage."""

    def __init__(self, source: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", source + _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment()),
            cwd=tempfile.gettempdir(),
            text=True,
        )

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def turns(self, event: dict[str, Any], times: int) -> list[float]:
        """The processor's seconds for each of so many turns, sorted; three before do not count.

        The processor's, for other programs on the machine would show in the slowest turns.
        """
        return sorted(self._ask({"event": event, "times": times})["seconds"])

    def resident(self) -> float:
        """The megabytes of memory it holds."""
        return self._ask({"memory": True})["kilobytes"] / 1024

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


_WORKER = """
import json, os, sys, time

if hasattr(os, "sched_setaffinity"):  # both on one core: those of a machine differ in speed
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

def resident():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

def turns(event, times):
    for _ in range(3):
        lambda_handler(event, None)
    seconds = []
    for _ in range(times):
        began = time.thread_time()
        lambda_handler(event, None)
        seconds.append(time.thread_time() - began)
    return seconds

for line in sys.stdin:
    asked = json.loads(line)
    if "memory" in asked:
        print(json.dumps({"kilobytes": resident()}), flush=True)
    else:
        print(json.dumps({"seconds": turns(asked["event"], asked["times"])}), flush=True)
"""
