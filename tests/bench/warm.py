"""A turn through `lambda_handler` in a process that has answered before, and what it holds then."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skills import HELLO_WORLD, QUESTION, Worker, back_coach, conversation, on_each_device, package
from table import Row

ROUNDS, TURNS = 30, 100


def rows() -> Iterator[Row]:
    """A question of the check-up answered, by a sentence with slots; then the memory."""
    with tempfile.TemporaryDirectory() as folder:
        ours = back_coach(package(Path(folder)))
        with Worker(HELLO_WORLD) as hello, Worker(ours) as coach:
            for device, question in on_each_device(QUESTION):
                yield from _turns(device, question, hello, coach)
            for event in conversation() * 10:
                hello.turns(event, 1)
                coach.turns(event, 1)
            yield Row("resident memory, warm, MB", hello.resident(), coach.resident(), 1.30)


def _turns(device: str, question: dict[str, Any], hello: Worker, coach: Worker) -> Iterator[Row]:
    rounds = [(hello.turns(question, TURNS), coach.turns(question, TURNS)) for _ in range(ROUNDS)]
    for name, place in (("median", TURNS // 2), ("p99", TURNS * 99 // 100 - 1)):
        baseline = [theirs[place] for theirs, _ in rounds]
        ours = [mine[place] for _, mine in rounds]
        ratio = statistics.median(mine / its for its, mine in zip(baseline, ours, strict=True))
        yield Row(
            f"warm, a question answered on {device}, {name}, ms",
            statistics.median(baseline) * 1000,
            statistics.median(ours) * 1000,
            0.20,
            ratio=ratio,
        )
