"""A new process that imports the skill and answers a launch and the first sentence."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from skills import HELLO_WORLD, LAUNCH, OPENING, back_coach, conversation, environment, package
from table import Row

RUNS = 15
ANSWER = """
import json, sys
for event in json.load(sys.stdin):
    lambda_handler(event, None)
"""


def rows() -> Iterator[Row]:
    """The whole process, byte code and all in the machine's cache, by the clock."""
    events = json.dumps([conversation()[LAUNCH], conversation()[OPENING]])
    with tempfile.TemporaryDirectory() as folder:
        sources = (HELLO_WORLD, back_coach(package(Path(folder))))
        for source in sources:
            seconds(source, events)  # writes the byte code
        runs = [[seconds(source, events) for source in sources] for _ in range(RUNS)]
    hello, ours = (statistics.median(times) * 1000 for times in zip(*runs, strict=True))
    yield Row("cold start: import, launch, first intent, ms", hello, ours, 0.75)


def seconds(source: str, events: str) -> float:
    """How long a new process takes."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", source + ANSWER],
        input=events.encode(),
        env=dict(environment()),
        cwd=tempfile.gettempdir(),
        check=True,
    )
    return time.perf_counter() - began
