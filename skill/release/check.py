"""`back-coach check`: Amazon's certification list, as far as a machine can go through it.

The points are those on which submissions are refused ("Certification Requirements", "Voice
Interface and User Experience Testing", "Security Testing" in Amazon's developer documentation).
Where a machine can see whether a point is kept, it looks: at the manifest that would be deployed,
and at what the skill answers through its real door. Where it cannot, it says who must.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Literal

from skill.release import endpoint_points, listing_points, privacy_points, voice_points
from skill.release.evidence import Evidence
from skill.release.surroundings import surroundings

Outcome = Literal["ok", "failed", "needs a person"]
Faults = Callable[[Evidence], Iterable[str]]
SHOWN = 3  # faults named of one point


@dataclass(frozen=True)
class Point:
    """One point of the list. `faults` finds what is wrong; a string says what a person does."""

    part: str
    rule: str
    faults: Faults | str


@dataclass(frozen=True)
class Finding:
    """How a point stands. `why`: what is wrong, or what a person has to look at."""

    point: Point
    outcome: Outcome
    why: str = ""

    def __str__(self) -> str:
        """One line."""
        why = f": {self.why}" if self.why else ""
        return f"{self.outcome:<15} {self.point.part:<9} {self.point.rule}{why}"


POINTS = (
    *(Point("metadata", *each) for each in listing_points.POINTS),
    *(Point("voice", *each) for each in voice_points.POINTS),
    *(Point("privacy", *each) for each in privacy_points.POINTS),
    *(Point("technical", *each) for each in endpoint_points.POINTS),
)


def findings(locale: str) -> Iterator[Finding]:
    """Every point of the list for a locale, as soon as it has been looked at.

    Nobody's memory is read or written meanwhile, whatever the environment says (where it names a
    file, the key beside it is made, if it is not there), and what the skill and its host would log
    of the check is dropped.
    """
    evidence = Evidence(locale)
    for point in POINTS:
        if isinstance(point.faults, str):
            yield Finding(point, "needs a person", point.faults)
            continue
        memory = {} if point.faults is endpoint_points.settings else {"BACK_COACH_MEMORY": "none"}
        with surroundings(**memory), redirect_stderr(io.StringIO()):
            faults = list(dict.fromkeys(point.faults(evidence)))
        yield Finding(point, "failed" if faults else "ok", _few(faults))


def _few(faults: list[str]) -> str:
    more = len(faults) - SHOWN
    return "; ".join(faults[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
