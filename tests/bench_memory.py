"""What a memory costs a turn: as a ratio to the same turn without one, measured in the same run.

    .venv/bin/python tests/bench_memory.py

The hosts of the memory take turns, and only medians count. `calls` are round trips to the store:
with a real DynamoDB each costs what the network does; here a stand-in on this machine answers.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import kept as stores
from door import START, envelope, intent

from skill import memory
from skill.alexa import answer
from skill.diary import Entry
from skill.memory import keeping

ROUNDS = 40
DAYS = 90  # of a score and three exercises a day: as much as is ever kept of anybody
USER = "amzn1.ask.account.test"
NOT_THERE = "none"


def main() -> None:
    """Print the table of figures."""
    print(f"{'turn':<34}{'memory':<22}{'ms':>8}{'ratio':>8}{'calls':>7}")
    for name, where, seconds, ratio, calls in figures():
        print(f"{name:<34}{where:<22}{seconds * 1000:>8.2f}{ratio:>8.2f}{calls:>7}")


def figures() -> Iterator[tuple[str, str, float, float, int]]:
    """Turn, kind of memory, median seconds, ratio to the turn without, calls of the store."""
    with stores.dynamodb_server() as endpoint, tempfile.TemporaryDirectory() as folder:
        os.environ.update(stores.aws(endpoint))
        wanted = environments(Path(folder))
        for settings in wanted.values():
            with use(settings):
                fill()
        for name, (before, event) in turns().items():
            times: dict[str, list[float]] = {where: [] for where in wanted}
            for _ in range(ROUNDS):
                for where, settings in wanted.items():
                    with use(settings):
                        answer(before)
                        times[where].append(seconds_of(event))
            without = statistics.median(times[NOT_THERE])
            for where, settings in wanted.items():
                median = statistics.median(times[where])
                yield name, where, median, median / without, calls_of(before, event, settings)


def environments(folder: Path) -> dict[str, dict[str, str]]:
    """The memories that are compared, each by the environment that asks for it."""
    make_table("kept")
    sqlite = f"sqlite:///{folder / 'memory.sqlite3'}"
    with_diary = f"sqlite:///{folder / 'diary.sqlite3'}"
    return {
        NOT_THERE: {"BACK_COACH_MEMORY": "none", "BACK_COACH_DIARY": "off"},
        "sqlite": {"BACK_COACH_MEMORY": sqlite, "BACK_COACH_DIARY": "off"},
        "sqlite, full diary": {"BACK_COACH_MEMORY": with_diary, "BACK_COACH_DIARY": "opt-in"},
        "dynamodb, full diary": {
            "BACK_COACH_MEMORY": "dynamodb:kept",
            "BACK_COACH_DIARY": "opt-in",
        },
    }


def make_table(name: str) -> None:
    import boto3

    keys = {"who": "HASH", "what": "RANGE"}
    boto3.session.Session().client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


@contextmanager
def use(settings: dict[str, str]) -> Iterator[None]:
    os.environ.update(settings)
    configuration = CONFIGURED.get(tuple(settings.items()))
    if configuration is None:
        memory.in_use.cache_clear()
        configuration = CONFIGURED[tuple(settings.items())] = memory.configured()
    before, memory.in_use = memory.in_use, lambda: configuration
    yield
    memory.in_use = before


CONFIGURED: dict[tuple[tuple[str, str], ...], memory.Configuration | None] = {}


def fill() -> None:
    """Three months of somebody who comes every day."""
    configuration = memory.in_use()
    if configuration is None:
        return
    listener = keeping.listener(configuration, USER, None, START.timestamp())
    listener.patience = 600
    listener.settle(welcomed=True, diary=configuration.offers_diary or None)
    for day in range(1, DAYS):
        at = (START - timedelta(days=day)).timestamp()
        entries = [Entry("exercise", day, at, "cat_camel")] * 3
        if configuration.offers_diary:
            entries.append(Entry("score", day, at, 2))
        listener.keep(*entries)


def turns() -> dict[str, tuple[dict, dict]]:
    """Turns in a warm process, each with the one before it that makes it change something."""
    launch = envelope({"type": "LaunchRequest"})
    asked = answer(envelope(intent("BackPainIntent", Severity=5)))["sessionAttributes"]
    opened = answer(launch)["sessionAttributes"]
    denial = envelope(intent("AMAZON.NoIntent"), asked)
    slower, faster = (envelope(intent("PaceIntent", Pace=p), opened) for p in ("slower", "faster"))
    return {
        "launch": (launch, launch),
        "answer to a question": (denial, denial),
        "pace changed": (faster, slower),
    }


def seconds_of(event: dict) -> float:
    began = time.perf_counter()
    answer(event)
    return time.perf_counter() - began


def calls_of(before: dict, event: dict, settings: dict[str, str]) -> int:
    """How often a turn goes to the store."""
    counted = 0

    def attempt(listener, what, call):
        nonlocal counted
        store = listener.store
        listener.store = Counting(store)
        try:
            return original(listener, what, call)
        finally:
            counted += listener.store.calls
            listener.store = store

    original, keeping.Listener._attempt = keeping.Listener._attempt, attempt
    with use(settings):
        answer(before)
        counted = 0
        answer(event)
    keeping.Listener._attempt = original
    return counted


class Counting:
    """A store that counts how often it is called."""

    def __init__(self, store) -> None:
        self.store, self.calls = store, 0

    def __getattr__(self, name: str):
        self.calls += 1
        return getattr(self.store, name)


if __name__ == "__main__":
    main()
