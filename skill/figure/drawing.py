"""PURE A figure of an exercise -> a drawing: shapes between points, and keys that move the points.

A drawing is all that either output needs (`vector.py`). Its shapes are lines and areas between
numbered points; every key gives each point a place. Between two neighbouring keys points move in a
straight line, and there are enough keys that no limb is seen to change its length. A number from
0 to the last key is therefore a moment of the movement: 2.5 is half way from the third key to the
fourth. Poses are joined by `moves`, each a first and a last key, to be run through either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

from skill.content.exercises import exercises
from skill.content.figures import START, Figure, Pose, figures
from skill.figure.body import THIGH_WIDTH, points, shapes
from skill.figure.furniture import furniture
from skill.figure.skeleton import Skeleton, skeleton
from skill.figure.view import Flat, Shape
from skill.routine import Cue, Place, Side

KEYS_A_MOVE = 6  # steps from pose to pose: no limb is seen to change its length on the way
MARGIN = 4.0  # around a drawing
STILL = frozenset({"hold", "long_hold", "count", "done"})
"""Cues while which nothing moves."""


@dataclass(frozen=True)
class Drawing:
    """A picture that can move: see the head of this file. `box` is left, top, width, height.

    `ground` does not move: shapes with their points in place.
    """

    box: tuple[float, float, float, float]
    ground: tuple[tuple[Shape, tuple[Flat, ...]], ...]
    shapes: tuple[Shape, ...]
    keys: tuple[tuple[Flat, ...], ...]
    moves: Mapping[tuple[str, str], tuple[int, int]]
    loops: bool = False  # after the last key comes the first, which is the same


@dataclass(frozen=True)
class Stretch:
    """A part of the time in which the picture moves from one moment to another, `at` seconds."""

    at: float
    lasts: float
    start: float
    end: float


# --- Which one ----------------------------------------------------------------------------------


def name_of(exercise: str, versions: tuple[str, ...] = ()) -> str:
    """The figure of an exercise: that of all its versions together, or of the first with one."""
    own = [".".join((exercise, *versions)), *(f"{exercise}.{version}" for version in versions)]
    return next((name for name in own if name in figures()), exercise)


# --- Moving with the count ----------------------------------------------------------------------


def track(place: Place, cues: tuple[Cue, ...]) -> tuple[Stretch, ...]:
    """How the picture moves during each of these cues: from pose to pose, as the cue says.

    A picture that goes round by itself runs on past the last key.
    """
    figure = figures()[name_of(place.exercise, place.versions)]
    drawing = draw(figure.id)
    if figure.cycle:
        rate = (len(drawing.keys) - 1) / figure.cycle
        return tuple(
            Stretch(cue.at, cue.lasts, cue.at * rate, (cue.at + cue.lasts) * rate) for cue in cues
        )
    stretches = []
    before = _moment(figure, START, place.side)
    for cue in cues:
        after = _after(figure, cue, before)
        first, last = _way(drawing, before, after)
        stretches.append(Stretch(cue.at, cue.lasts, first, last))
        before = after
    return tuple(stretches)


def start(place: Place) -> float:
    """The moment at which the picture shows the start position, on the side that is next."""
    figure = figures()[name_of(place.exercise, place.versions)]
    return _moments(draw(figure.id)).get(_moment(figure, START, place.side), 0)


def _after(figure: Figure, cue: Cue, before: str) -> str:
    if cue.name in STILL:
        return before
    return _moment(figure, cue.name, cue.side)


def _moment(figure: Figure, phase: str, side: Side | None) -> str:
    """The name of a pose with its side; before and after the sides it may be the same."""
    pose = phase if phase in figure.poses else START
    left = side == "left" and bool(figure.mirror)
    return f"left {pose}" if left and not (pose == START and figure.mirror == "body") else pose


def _way(drawing: Drawing, before: str, after: str) -> tuple[int, int]:
    """The keys to run through; none lead from one side of a picture to the other."""
    if (before, after) in drawing.moves:
        return drawing.moves[before, after]
    if (after, before) in drawing.moves:
        last, first = drawing.moves[after, before]
        return first, last
    here = _moments(drawing)[after]
    return here, here


def _moments(drawing: Drawing) -> dict[str, int]:
    """The key of each pose by its name."""
    starts = {before: keys[0] for (before, _), keys in drawing.moves.items()}
    return starts | {after: keys[1] for (_, after), keys in drawing.moves.items()}


# --- Drawing ------------------------------------------------------------------------------------


@cache
def draw(name: str) -> Drawing:
    """The drawing of a figure by its id."""
    figure = figures()[name]
    keys, moves = _keys(figure)
    ground = tuple(furniture(figure))
    somebody = shapes(figure, [skeleton(pose) for pose in figure.poses.values()])
    return Drawing(_box(keys, ground), ground, somebody, tuple(keys), moves, figure.cycle > 0)


def bodies(
    figure: Figure, steps: int = KEYS_A_MOVE
) -> Iterator[tuple[tuple[str, str], list[Skeleton]]]:
    """Every move of a figure by its two poses, as the skeletons on the way in so many steps."""
    for before, after in _pairs(figure):
        one, other = _pose(figure, before), _pose(figure, after)
        way = [between(one, other, step / steps) for step in range(steps + 1)]
        yield (before, after), [skeleton(pose) for pose in way]


def _keys(figure: Figure) -> tuple[list[tuple[Flat, ...]], dict[tuple[str, str], tuple[int, int]]]:
    keys: list[tuple[Flat, ...]] = []
    moves = {}
    for (before, after), way in bodies(figure):
        flip = -1 if figure.mirror == "picture" and before.startswith("left") else 1
        seen = [tuple((flip * x, y) for x, y in points(figure, body)) for body in way]
        first = len(keys) - 1 if figure.cycle and keys else len(keys)
        keys += seen[1:] if figure.cycle and keys else seen
        moves[before, after] = (first, len(keys) - 1)
    return keys, moves


def _pairs(figure: Figure) -> list[tuple[str, str]]:
    """From which pose to which it moves, on each side."""
    if figure.cycle:
        return list(pairwise([*figure.poses, START]))
    exercise = exercises().exercises[figure.id.partition(".")[0]]
    pairs: list[tuple[str, str]] = []
    for side in ("right", "left") if figure.mirror else (None,):
        phases = [START, *(phase for phase in exercise.phases if phase != "hold")]
        names = [_moment(figure, phase, side) for phase in phases]
        for pair in zip(names, [*names[1:], names[1]], strict=True):
            if pair[0] != pair[1] and not {pair, pair[::-1]} & set(pairs):
                pairs.append(pair)
    return pairs


def _pose(figure: Figure, moment: str) -> Pose:
    side, _, name = moment.rpartition(" ")
    pose = figure.poses[name]
    return mirrored(pose) if side == "left" and figure.mirror == "body" else pose


def mirrored(pose: Pose) -> Pose:
    """The same with left and right changed."""
    return replace(
        pose,
        roll=-pose.roll,
        turn=-pose.turn,
        look=-pose.look,
        right_leg=replace(pose.left_leg, tilt=-pose.left_leg.tilt),
        left_leg=replace(pose.right_leg, tilt=-pose.right_leg.tilt),
        right_arm=pose.left_arm,
        left_arm=pose.right_arm,
    )


T = TypeVar("T")


def between(one: T, other: T, share: float) -> T:
    """What lies between two poses (or limbs, or numbers): 0 is one, 1 the other."""
    mixed: Any = one
    if isinstance(one, float) and isinstance(other, float):
        mixed = one + (other - one) * share
    elif isinstance(one, tuple) and isinstance(other, tuple):
        mixed = tuple(between(a, b, share) for a, b in zip(one, other, strict=True))
    elif is_dataclass(one) and not isinstance(one, type):
        pairs = {f.name: (getattr(one, f.name), getattr(other, f.name)) for f in fields(one)}
        changes = {name: between(a, b, share) for name, (a, b) in pairs.items()}
        mixed = replace(one, **changes)
    return mixed  # type: ignore[no-any-return]


def _box(
    keys: list[tuple[Flat, ...]], ground: tuple[tuple[Shape, tuple[Flat, ...]], ...]
) -> tuple[float, float, float, float]:
    """What all of it fits into, with the thickness of a limb around the points."""
    limb = THIGH_WIDTH / 2
    xs = [x + off for key in keys for x, _ in key for off in (-limb, limb)]
    ys = [y + off for key in keys for _, y in key for off in (-limb, limb)]
    xs += [x for _, ends in ground for x, _ in ends]
    ys += [y for _, ends in ground for _, y in ends]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return (left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top)
