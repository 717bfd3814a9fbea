"""How well spoken counts keep their time, measured in the sound itself.

Every count is spoken into samples; where words begin is found by listening for sound after
silence. What was promised comes from the timeline of the routine, what is measured from the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from skill import routine
from skill.content.exercises import PACES, exercises
from skill.handlers import counting
from skill.handlers.cues import LEAD_SECONDS
from skill.routine import Allowed, Cue, Place
from skill.speaker import wav
from skill.speaker.sound import timeline
from skill.speaker.voice.synthesis import QUIET
from skill.speech import speak
from skill.turn import Heard, Reply, State, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skill.speaker.voice.synthesis import Samples, Voice

HOLD_TOLERANCE = 0.5  # seconds
PACE_TOLERANCE = 0.1  # of a repetition
_FRAMES_A_SECOND = 100
_SILENT_FRAMES = 8  # before words begin; a stop inside a word is shorter
_NEAR = 0.6  # seconds; the sound of a cue is looked for so near to its time
_HOLDING = ("hold", "long_hold", "count")
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """One kind of promise in one exercise at one pace: seconds promised, and as they were heard."""

    exercise: str
    pace: str
    what: str  # hold or repetition
    promised: float
    heard: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The largest difference from the promise, in seconds."""
        return max(abs(heard - self.promised) for heard in self.heard)

    @property
    def kept(self) -> bool:
        """Whether every one is near enough to the promise."""
        tolerance = HOLD_TOLERANCE if self.what == "hold" else PACE_TOLERANCE * self.promised
        return self.worst <= tolerance


def every_exercise(voice: Voice, locale: str = "en-US") -> Iterator[Measured]:
    """All exercises at their first dose, at every pace (by the clock: once)."""
    may = Allowed(exercises().order)
    for name, exercise in exercises().exercises.items():
        for pace in ("normal",) if exercise.timed else PACES:
            place = routine.begin(name, may, pace=pace)
            yield from measure(place, voice, locale)


def measure(place: Place, voice: Voice, locale: str = "en-US") -> list[Measured]:
    """The holds and repetitions of the first reply that counts from a place."""
    pieces = timeline(speak(_counted(place), locale=locale).ssml)
    begun = onsets(wav.reply(pieces, voice), voice.rate)
    spoken = routine.one_reply(routine.timeline(place))
    heard = list(_heard_at(spoken, begun))
    found = {"hold": _holds(spoken, heard), "repetition": _repetitions(spoken, heard)}
    return [
        Measured(place.exercise, place.pace, what, promised, tuple(seconds))
        for what, lengths in found.items()
        for promised, seconds in _by_promise(lengths).items()
    ]


def _counted(place: Place) -> Reply:
    return counting.count(Turn("ReadyIntent", Heard(), State(place=place), _NOON))


def onsets(samples: Samples, rate: int) -> list[float]:
    """The seconds at which sound begins after silence, `rate` samples a second."""
    silent, found = _SILENT_FRAMES, []
    frame = rate // _FRAMES_A_SECOND
    for number in range(0, len(samples) - frame, frame):
        if max(map(abs, samples[number : number + frame])) <= QUIET:
            silent += 1
            continue
        if silent >= _SILENT_FRAMES:
            found.append(number / rate)
        silent = 0
    return found


def _heard_at(spoken: tuple[Cue, ...], begun: list[float]) -> Iterator[float]:
    """When each cue was heard, and at last what came after them all."""
    for at in (*(cue.at for cue in spoken), spoken[-1].at + spoken[-1].lasts):
        wanted = LEAD_SECONDS + at
        nearest = min(begun, key=lambda onset: abs(onset - wanted))
        if abs(nearest - wanted) > _NEAR:
            raise ValueError(f"nothing begins near {wanted:.1f} seconds")
        yield nearest


Length = tuple[float, float]
"""Seconds promised, and heard."""


def _holds(spoken: tuple[Cue, ...], heard: list[float]) -> list[Length]:
    """From the word that begins a hold to the one that ends it."""
    lengths: list[Length] = []
    begun: tuple[Cue, float] | None = None
    for cue, at in zip(spoken, heard, strict=False):
        if cue.name in ("hold", "long_hold"):
            begun = (cue, at)
        elif begun and cue.name not in _HOLDING:
            lengths.append((cue.at - begun[0].at, at - begun[1]))
            begun = None
    return lengths


def _repetitions(spoken: tuple[Cue, ...], heard: list[float]) -> list[Length]:
    """From the first word of a repetition to the first word after it."""
    firsts = [
        number
        for number, cue in enumerate(spoken)
        if number == 0 or _which(cue) != _which(spoken[number - 1])
    ]
    times = [*(cue.at for cue in spoken), spoken[-1].at + spoken[-1].lasts]
    return [
        (times[to] - times[start], heard[to] - heard[start])
        for start, to in pairwise([*firsts, len(spoken)])
    ]


def _which(cue: Cue) -> tuple[int, str | None]:
    return (cue.repetition, cue.side)


def _by_promise(lengths: list[Length]) -> dict[float, list[float]]:
    found: dict[float, list[float]] = {}
    for promised, heard in lengths:
        found.setdefault(round(promised, 3), []).append(heard)
    return found


def table(rows: list[Measured]) -> str:
    """The measurements as text, one line each, with whether the promise was kept."""
    lines = [f"{'exercise':<20} {'pace':<7} {'what':<10} {'number':>6} promised  heard    worst"]
    for row in rows:
        mean = sum(row.heard) / len(row.heard)
        lines.append(
            f"{row.exercise:<20} {row.pace:<7} {row.what:<10} {len(row.heard):>6} "
            f"{row.promised:>6.1f} s {mean:>6.2f} s {row.worst:>5.2f} s"
            f"{'' if row.kept else '  not kept'}"
        )
    return "\n".join(lines)
