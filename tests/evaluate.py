"""How often the spoken triage gives the right urgency, next to what is published of others.

    make evaluate            the figures, and one line for each disagreement
    python tests/evaluate.py --verbose     with the whole conversations

Every person of cases/people_*.toml is judged twice: coded, with all that is true of them known,
and spoken, through the local speaker's ears, Alexa's JSON and the one door, as a truthful speaker
answers what is asked. Each is spoken several times in other words.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from truthful import Case, Said, Talk, people, play

from skill import triage
from skill.content.triage import LEVELS
from skill.content.triage import triage as knowledge
from skill.speaker.cloud import Cloud
from skill.speaker.exchange import understood_json
from skill.speaker.understanding import Understood

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WORDINGS = 4  # times each person speaks, each time in other words
ORDER = ("none", *LEVELS)

PUBLISHED = """Published, for comparison (vignettes of all kinds, not of backs alone):
  symptom checkers   right 57 %, emergencies 80 %, self-care 33 %   Semigran, BMJ 2015
  symptom checkers   right 49 %, emergencies 63 %, self-care 40 %   Hill, MJA 2020
  symptom checkers   right 49 to 90 % by tool                       Wallace, npj Digit Med 2022
  voice assistants   29 % of the tasks done could have led to harm  Bickmore, JMIR 2018
  voice assistants   41 % of safety-critical prompts answered well  Kocaballi, JMIR 2020"""


@dataclass(frozen=True)
class Result:
    """What came out for one person, coded (no talk) or spoken."""

    case: Case
    level: str
    talk: Talk | None = None

    @property
    def step(self) -> int:
        """Below zero: less urgent than it should be; above: more."""
        return ORDER.index(self.level) - ORDER.index(self.case.level)


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1 (`missed` a count) over a set of results."""

    right: float
    under: float
    over: float
    missed: int
    emergencies: float
    self_care: float
    plain: float


def coded() -> list[Result]:
    """Every person with everything known."""
    return [Result(case, triage.assess(case.truth.known()).level) for case in people()]


@cache
def spoken(wordings: int = WORDINGS) -> tuple[Result, ...]:
    """Every person, each as often as `wordings`, through the local speaker."""
    return tuple(_spoken(case, seed) for case in people() for seed in range(wordings))


def _spoken(case: Case, seed: int) -> Result:
    talk = play(Cloud(clock=lambda: START), case.truth, Said(case.opening, case.says), seed)
    return Result(case, talk.level, talk)


def figures(results: Sequence[Result]) -> Figures:
    """The figures over some results."""
    emergencies = [result for result in results if result.case.level == "emergency"]
    home = [result for result in results if result.case.level == "self_care"]
    plain = [result for result in results if result.case.plain]
    return Figures(
        right=_share(result.step == 0 for result in results),
        under=_share(result.step < 0 for result in results),
        over=_share(result.step > 0 for result in results),
        missed=sum(result.step < 0 for result in emergencies),
        emergencies=_share(result.step == 0 for result in emergencies),
        self_care=_share(result.step == 0 for result in home),
        plain=_share(result.step == 0 for result in plain),
    )


def _share(marks: Iterator[bool]) -> float:
    counted = list(marks)
    return sum(counted) / len(counted) if counted else 1.0


def questions(results: Sequence[Result], level: str) -> tuple[float, int]:
    """Mean and most questions to the verdict of people at a level."""
    counts = [r.talk.questions for r in results if r.talk and r.case.level == level]
    return sum(counts) / len(counts), max(counts)


def misheard(talk: Talk, case: Case) -> Iterator[dict[str, object]]:
    """Sentences whose findings were heard otherwise than they were meant."""
    asking = None
    for said, exchange in talk.turns:
        if exchange.understood is not None:
            heard = heard_in(exchange.understood)
            invented = {name for name in heard if not case.truth.has(name)}
            lost = said.tells - heard
            if lost or invented:
                yield {
                    "text": said.text,
                    "asking": asking,
                    "heard": understood_json(exchange.understood),
                    "missing": sorted(lost),
                    "invented": sorted(invented),
                }
        asking = exchange.state.get("asking")


def heard_in(understood: Understood) -> set[str]:
    """The findings heard to be there, with those that a trigger or a place brings along."""
    heard = {name for name, there in understood.findings.items() if there is True}
    for slot in ("Trigger", "Area"):
        for value in understood.slots.get(slot, ()):
            heard |= set(triage.implied(slot.lower(), value.id or ""))
    return heard & set(knowledge().findings)


def main() -> None:
    """Print the figures."""
    verbose = "--verbose" in sys.argv
    by_code, by_voice = coded(), spoken()
    print(f"{len(by_code)} people, {len(by_voice)} conversations\n")
    print(f"{'':8}{'right':>8}{'under':>8}{'over':>8}{'emergencies':>13}{'missed':>8}"
          f"{'self-care':>11}{'plain strains':>15}")  # fmt: skip
    for name, results in (("coded", by_code), ("spoken", by_voice)):
        f = figures(results)
        print(f"{name:8}{f.right:8.1%}{f.under:8.1%}{f.over:8.1%}{f.emergencies:13.1%}"
              f"{f.missed:8}{f.self_care:11.1%}{f.plain:15.1%}")  # fmt: skip
    print("\nQuestions to the verdict")
    for level in reversed(LEVELS):
        mean, most = questions(by_voice, level)
        print(f"  {level:10} mean {mean:.1f}, most {most}")
    print(f"\n{PUBLISHED}")
    _print_disagreements([*by_code, *by_voice], verbose=verbose)
    if "--misses" in sys.argv:
        _print_misses(by_voice)


def _print_disagreements(results: Sequence[Result], *, verbose: bool) -> None:
    wrong = sorted((r for r in results if r.step), key=lambda result: result.step)
    print(f"\n{len(wrong)} disagreements")
    for result in wrong:
        how = "spoken" if result.talk else "coded"
        because = " ".join(result.talk.because) if result.talk else ""
        print(f"- {how}: {result.case.name}: {result.level} {because}, not {result.case.level}")
        if verbose and result.talk:
            print(result.talk.transcript())


def _print_misses(results: Sequence[Result]) -> None:
    for result in results:
        if result.talk:
            for miss in misheard(result.talk, result.case):
                print(json.dumps({"case": result.case.name, **miss}))


if __name__ == "__main__":
    main()
