"""PURE What is known and what was concluded, in a form to show a clinician.

The order is that of an SBAR handover (situation, background, assessment, recommendation), as used
between nurses and doctors: how soon, how strong and how long, what is there, what is not, what is
not known, what was not asked, and where the rules come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from skill import triage
from skill.content.triage import triage as knowledge
from skill.triage import UNKNOWN, Answer, Known, Verdict
from skill.turn import Act, OneOf, act


def handover(known: Known, verdict: Verdict, quotes: Mapping[str, str]) -> tuple[Act, ...]:
    """The lines of the card, after the verdict itself. `quotes` are own words, by finding."""
    lines = [act(f"card.level_{verdict.level}"), *_course(known)]
    for name, findings in _answers(known).items():
        if findings:
            lines.append(act(f"card.{name}", findings=_names(findings)))
    said = [words for name, words in quotes.items() if known.answers.get(name) is True and words]
    if said:
        lines.append(act("card.quotes", quotes="; ".join(dict.fromkeys(said))))
    if sources := _sources(verdict):
        lines.append(act("card.sources", sources="; ".join(sources)))
    return tuple(lines)


def _course(known: Known) -> list[Act]:
    lines = []
    if known.severity is not None:
        lines.append(act("card.pain", severity=str(known.severity)))
    if known.days is not None:
        lines.append(act("card.since", count=known.days, days=str(known.days)))
    if known.age and known.age[0] == known.age[1]:
        lines.append(act("card.age", age=str(known.age[0])))
    if known.weeks is not None:
        lines.append(act("card.weeks", weeks=str(known.weeks)))
    return lines


def _answers(known: Known) -> dict[str, list[str]]:
    """The findings by their answer, in the order of the content; unasked ones if they are core."""
    findings, order = knowledge().findings, _order()
    by_answer: dict[str, list[str]] = {"yes": [], "no": [], "unsure": [], "not_asked": []}
    for name in sorted({*known.answers, *triage.core()} & findings.keys(), key=order.__getitem__):
        answer = known.answers.get(name)
        by_answer[_ANSWERS[answer]].append(name)
    return by_answer


_ANSWERS: Mapping[Answer | None, str] = {
    True: "yes",
    False: "no",
    UNKNOWN: "unsure",
    None: "not_asked",
}


@cache
def _order() -> Mapping[str, int]:
    return {name: number for number, name in enumerate(knowledge().findings)}


def _names(findings: list[str]) -> OneOf:
    return OneOf(tuple(act(f"finding.{name}.name") for name in findings), "comma")


def _sources(verdict: Verdict) -> list[str]:
    """The published sources behind the rules of a verdict, spelt out."""
    spelt, rules = knowledge().sources, triage.rules_of(verdict)
    names = [name for rule in rules for name in rule.source if name in spelt]
    return [spelt[name] for name in dict.fromkeys(names)]
