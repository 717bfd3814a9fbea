"""What was meant, where it is not sure what was said.

Whoever hears by ear has several readings of one sentence, the likeliest first. A danger sign is
never picked from among them, nor ever dropped: what nobody is sure of is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from skill.speaker.phrases import EMERGENCIES
from skill.speaker.polarity import UNKNOWN
from skill.speaker.understanding import FALLBACK, Understood

_STRETCH = "GuideStretchIntent"


def meant(heard: Understood, others: Iterable[Understood]) -> Understood:
    """What the likeliest reading means, in the light of what else it may have been.

    Of "new roles" and "knee rolls" it takes what there is; having heard "sticking up blood" where
    it may have been "sicking up blood", it is not sure of the blood.
    """
    others = list(others)
    likeliest = next((other for other in others if _says_more(other, heard)), heard)
    may_be = {
        name
        for other in others
        for name, answer in other.findings.items()
        if answer is True and name in EMERGENCIES and heard.findings.get(name) is not True
    }
    return _not_sure_of(may_be, likeliest) if may_be else likeliest


def _says_more(other: Understood, heard: Understood) -> bool:
    """Whether it makes sense of what makes none, or names the exercise that was wished for."""
    if heard.findings or other.findings:
        return False
    if heard.intent == FALLBACK:
        return other.intent != FALLBACK
    names = "Exercise" in other.slots and "Exercise" not in heard.slots
    return names and heard.intent == other.intent == _STRETCH


def _not_sure_of(findings: set[str], heard: Understood) -> Understood:
    slots = {
        slot: tuple(value for value in values if value.id not in findings)
        for slot, values in heard.slots.items()
    }
    unsure = dict.fromkeys(sorted(findings), UNKNOWN)
    return replace(heard, slots=slots, findings={**heard.findings, **unsure})
