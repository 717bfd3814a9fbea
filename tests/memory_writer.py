"""A process of its own that writes into a memory, for tests of several at once and of dying ones.

It says "ready", waits for a line, and begins:

    secret                 prints which key it found or made
    together NAME COUNT    adds entries and changes its own setting, COUNT times; prints what came
                           of it, as JSON
    flood                  adds entries, twenty at once, until it is killed; prints the number of
                           every lot that was kept
"""

import hashlib
import json
import os
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pytest
from kept import START, USER, be_patient, be_patient_with_dynamodb

from skill import memory
from skill.diary import Entry
from skill.memory import keeping

LOT = 20
PADDING = ("x" * 500,)  # an entry that fills a page with a few of its like
SETTING = {
    "zone": lambda n: f"Here/There_{n}",
    "left": lambda n: {"number": n},
    "explained": lambda n: (f"exercise_{n}",),
    "pace": lambda n: ("slower", "faster")[n % 2],
}


def listener():
    return keeping.listener(memory.in_use(), USER, None, START)


def together(name: str, times: int) -> None:
    kept, settled = [], 0
    for n in range(times):
        entry = Entry("exercise", 1, START + n, f"{name}-{n}")
        if listener().keep(entry):
            kept.append(entry.value)
        while not listener().settle(**{name: SETTING[name](n)}):
            pass  # the others were quicker, again and again
        settled += 1
    print(json.dumps({"kept": kept, "settled": settled}), flush=True)


def flood() -> None:
    for lot in count():
        lots = [
            Entry("exercise", n, START + lot, f"lot {lot}", because=PADDING) for n in range(LOT)
        ]
        if listener().keep(*lots):
            print(lot, flush=True)


def main(what: str, *arguments: str) -> None:
    # This is about losing nothing, not about answering in time.
    patience = pytest.MonkeyPatch()
    be_patient(patience)
    if "dynamodb" in os.environ["BACK_COACH_MEMORY"]:
        be_patient_with_dynamodb(patience)
    print("ready", flush=True)
    sys.stdin.readline()
    if what == "secret":
        print(hashlib.sha256(memory.configured().secret).hexdigest(), flush=True)
    elif what == "together":
        together(arguments[0], int(arguments[1]))
    else:
        flood()


if __name__ == "__main__":
    main(*sys.argv[1:])
