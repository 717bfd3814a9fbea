"""Many people at once, for long: nobody gets another's answer, nothing fails, no memory is lost.

    make soak                              100,000 turns of 200 people
    python tests/soak.py --turns 10000 --people 50

Everybody is played twice, from the same seed: alone, and then with all the others, on several
threads, each of which takes any one's next turn. People are known by what is true of them, tell
nothing else, and live through one visit after another, with a memory and a diary in an SQLite file.
Every answer, session attributes and all, must be the one that was given to the person alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "lambda"))

import kept
import pytest
from door import START, envelope, intent
from truthful import FOLLOWS, Truth

from skill import memory
from skill.content.exercises import exercises
from skill.content.triage import triage as knowledge
from skill.release.walk import Failures

THREADS = 8
GOALS = sorted(  # whoever wants the others tells of a condition
    name for name, routine in exercises().routines.items() if not routine.made_for
)
MOST_TURNS_A_VISIT = 60
DAYS = timedelta(days=80)  # in all: whatever is kept of anybody is kept for longer
MOST_A_TURN = timedelta(hours=6)  # to the next visit, for each turn of this one
SWITCH_SECONDS = 1e-5  # threads take turns a thousand times as often as they would by themselves
AGREED = frozenset({"already_assessed", "first_episode", "fever_explained", "recurrent", "worse"})
"""Findings that follow from earlier visits, or from a yes to a question of another kind."""

SIGNS = sorted(set(knowledge().findings) - FOLLOWS - AGREED)
REMEDIES = ("cold", "heat", "massage", "movement", "rest")
TOPICS = ("causes", "symptoms", "how_long", "prevention", "tests")
ANYTIME = (
    "AMAZON.HelpIntent", "AMAZON.RepeatIntent", "WhatDoYouMeanIntent", "WhyIntent", "NotSureIntent",
    "AMAZON.FallbackIntent", "AMAZON.PauseIntent", "AMAZON.ResumeIntent", "HowMuchLeftIntent",
    "ProgressIntent", "ListExercisesIntent", "AMAZON.PreviousIntent", "TooPainfulIntent",
)  # fmt: skip

Door = Callable[[dict[str, Any], Any], dict[str, Any]]


class WrongError(AssertionError):
    """An answer that is not this person's."""


class Visitor:
    """One person with a device of their own; what they do follows from their number."""

    def __init__(self, number: int, turns: int, door: Door) -> None:
        """Somebody who lives for so many turns; the first one opens the skill."""
        self.number, self._door, self._chance = number, door, random.Random(number)
        self._truth = _somebody(self._chance)
        self._at = START + timedelta(minutes=number)
        self._screen = self._chance.random() < 0.5
        self._pause = min(DAYS / turns, MOST_A_TURN)
        self._attributes: dict[str, Any] = {}
        self._turns = 0

    def turn(self) -> bytes:
        """Say the next thing. A digest of the whole answer. Raises `WrongError`, or what failed."""
        event = self._event(self._says())
        reply = json.loads(json.dumps(self._door(event, None), allow_nan=False))
        self._attributes = reply.get("sessionAttributes", {})
        self._holds()
        self._turns += 1
        if reply["response"].get("shouldEndSession") is not False:
            self._leave()
        return blake2b(json.dumps(reply, sort_keys=True).encode(), digest_size=8).digest()

    def _leave(self) -> None:
        """Come back later, in step with all the others: they share one calendar."""
        self._at += self._turns * self._pause
        self._attributes, self._turns = {}, 0

    def _event(self, request: dict[str, Any]) -> dict[str, Any]:
        self._at += timedelta(seconds=self._chance.randint(2, 40))
        user = f"amzn1.ask.account.{self.number}"
        event = envelope(request, self._attributes, self._at, user_id=user)
        event["session"]["sessionId"] = f"amzn1.echo-api.session.{self.number}"
        if self._screen:
            event["context"]["System"]["device"] = {
                "supportedInterfaces": {"Alexa.Presentation.APL": {}}
            }
        return event

    def _says(self) -> dict[str, Any]:
        asking, chance = self._attributes.get("asking"), self._chance
        if asking is None:
            return self._opens()
        if self._turns > MOST_TURNS_A_VISIT:
            return chance.choice([intent("AMAZON.StopIntent"), {"type": "SessionEndedRequest"}])
        if chance.random() < 0.15:
            return intent(chance.choice(ANYTIME))
        if chance.random() < 0.05:
            return self._opens()
        return self._answers(asking["form"], asking["about"])

    def _opens(self) -> dict[str, Any]:
        """The beginning of a visit, or another topic in the middle of one."""
        truth, chance = self._truth, self._chance
        severity = str(truth.severity)
        told = sorted(truth.findings)[: chance.randint(0, 2)]
        return chance.choice(
            (
                {"type": "LaunchRequest"},
                intent("BackPainIntent", Severity=severity, Person=truth.who),
                intent("BackPainIntent", Symptom=told, Person=truth.who),
                intent("SeeDoctorIntent", Symptom=told, Person=truth.who),
                intent("GuideStretchIntent", Exercise=chance.choice(list(exercises().exercises))),
                intent("GuideStretchIntent", Goal=chance.choice(GOALS)),
                intent("ReliefIntent", Remedy=chance.choice(REMEDIES)),
                intent("LearnIntent", Topic=chance.choice(TOPICS)),
                intent("PainScoreIntent", Severity=severity, Person=truth.who),
                intent("StartDiaryIntent"),
                intent("CareForIntent", Person=truth.who),
                intent("PaceIntent", Pace=chance.choice(("slower", "faster"))),
            )
        )

    def _answers(self, form: str, about: list[str]) -> dict[str, Any]:
        """The truth about what was asked."""
        if form == "value":
            return self._values(about)
        if form == "choice":
            yes = self._chance.choice(("ReadyIntent", "AMAZON.YesIntent", "AMAZON.YesIntent"))
            return intent(self._chance.choice((yes, yes, "AMAZON.NoIntent")))
        there = [name for name in about if self._truth.has(name) and name in SIGNS]
        others = [name for name in about if name not in there and name in SIGNS]
        if not there and form == "which":
            return intent("NoneOfThoseIntent")
        told = {"Symptom": there, "Denied": others}
        age = {"Age": str(self._truth.age)} if "age" in about else {}
        return intent(
            "SymptomIntent", **{name: value for name, value in told.items() if value}, **age
        )

    def _values(self, about: list[str]) -> dict[str, Any]:
        truth = self._truth
        all_ = {
            "severity": {"Severity": str(truth.severity)},
            "days": {"Duration": f"P{truth.days}D"},
            "age": {"Age": str(truth.age)},
            "weeks": {"Weeks": str(truth.weeks or 0)},
        }
        slots = {key: value for name in about for key, value in all_.get(name, {}).items()}
        return intent("AnswerIntent", **slots) if slots else intent("NotSureIntent")

    def _holds(self) -> None:
        """Whatever the session holds is true of this person, and of nobody else."""
        for person, known in self._attributes.get("memo", {}).get("people", {}).items():
            if person not in ("self", self._truth.who):
                raise WrongError(f"{self.number} spoke of nobody's {person}")
            if known.get("severity", self._truth.severity) != self._truth.severity:
                raise WrongError(f"{self.number} has no pain of {known['severity']}")
            for name, answer in known["answers"].items():
                if answer is True and name in SIGNS and not self._truth.has(name):
                    raise WrongError(f"{self.number} has no {name}")


def _somebody(chance: random.Random) -> Truth:
    findings = frozenset(chance.sample(SIGNS, chance.choice((0, 1, 1, 2, 3))))
    return Truth(
        findings,
        who=chance.choice(("self", "self", "mother", "father", "partner", "son")),
        age=chance.randint(8, 90),
        severity=chance.randint(1, 10),
        days=chance.randint(0, 90),
        weeks=chance.randint(5, 39),
    )


# --- Many of them -------------------------------------------------------------------------------


class Figures(NamedTuple):
    """What came of it."""

    turns: int
    seconds: float
    before: float
    after: float

    def __str__(self) -> str:
        grown = self.after / self.before - 1
        return (
            f"{self.turns:,} turns, every answer the one given alone; "
            f"{self.turns / self.seconds:,.0f} a second; "
            f"memory {self.before:.1f} MB after the first fifth, {self.after:.1f} MB at the end "
            f"({grown:+.1%})"
        )


Tell = Callable[[str], None]


def soak(turns: int, people: int, tell: Tell = lambda _: None, door: Door | None = None) -> Figures:
    """Play so many turns of so many people, through the door of Lambda or another one.

    Raises `WrongError` for an answer to somebody else, and for anything that fails on the way.
    """
    from lambda_function import lambda_handler

    each, door = turns // people, door or lambda_handler
    with Failures(logging.WARNING) as failures:
        with _kept():
            alone = []
            for number in range(people):
                alone.append(_alone(Visitor(number, each, door), each))
                if (number + 1) % max(1, people // 10) == 0:
                    tell(f"{number + 1} of {people} people played alone")
        with _kept(), _hurried():
            everybody = [Visitor(number, each, door) for number in range(people)]
            figures = Together(everybody, alone).play(tell)
    if failures.first:
        raise WrongError(failures.first)
    return figures


def _alone(visitor: Visitor, turns: int) -> list[bytes]:
    return [visitor.turn() for _ in range(turns)]


class Together:
    """All of them at once. A person waits in a queue, and is taken from it for a single turn."""

    def __init__(self, visitors: list[Visitor], alone: list[list[bytes]]) -> None:
        """`alone` are the digests of the answers that each was given alone."""
        self._waiting = deque((visitor, iter(alone[visitor.number])) for visitor in visitors)
        self._of = sum(map(len, alone))
        self._done: deque[None] = deque()  # counts without a lock
        self._memory: list[float] = []

    def play(self, tell: Tell) -> Figures:
        """Every turn of everybody."""
        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            for player in [pool.submit(self._player, tell) for _ in range(THREADS)]:
                player.result()
        seconds = time.perf_counter() - began
        return Figures(len(self._done), seconds, self._memory[0], resident())

    def _player(self, tell: Tell) -> None:
        while self._waiting:
            try:
                visitor, answers = self._waiting.popleft()
            except IndexError:  # another thread took the last one
                return
            expected = next(answers, None)
            if expected is None:
                continue
            try:
                _same(visitor, expected)
            except Exception:
                self._waiting.clear()  # it is over for all the others too
                raise
            self._waiting.append((visitor, answers))
            self._count(tell)

    def _count(self, tell: Tell) -> None:
        self._done.append(None)
        done = len(self._done)
        if done % max(1, self._of // 20) == 0:
            if done >= self._of // 5:
                self._memory.append(resident())
            tell(f"{done:,} of {self._of:,} turns together, {resident():.1f} MB")


def _same(visitor: Visitor, expected: bytes) -> None:
    if visitor.turn() != expected:
        raise WrongError(f"{visitor.number} got another answer than alone")


@contextmanager
def _kept() -> Iterator[None]:
    """A new memory, with a diary for whoever wants one; it is waited for, however busy it is."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        kept.in_file(Path(folder), environment)
        yield
    memory.in_use.cache_clear()


@contextmanager
def _hurried() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def resident() -> float:
    """The megabytes of memory that this process holds, garbage apart."""
    gc.collect()
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def main() -> None:
    """Print how it goes, and what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=200)
    options = parser.parse_args()
    print(soak(options.turns, options.people, lambda line: print(line, flush=True)))


if __name__ == "__main__":
    main()
