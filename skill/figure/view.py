"""PURE From a point in the room to a point of the picture, and the shapes between those points."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

from skill.content.figures import Figure
from skill.figure.skeleton import Point

LYING = 12.0  # the height of the middle of the body above the ground when lying on one side

Flat = tuple[float, float]
"""A point of the picture: to the right, and down."""


@dataclass(frozen=True)
class Shape:
    """A line through points, or the area between them. `tone` names its colour."""

    tone: str
    points: tuple[int, ...]
    width: float
    area: bool = False


def placed(figure: Figure, point: Point) -> Point:
    """A point of the body in the room: on its feet, hands, back or one side."""
    return (point[1], point[2] + LYING, point[0]) if figure.lies else point


def flat(figure: Figure, point: Point) -> Flat:
    """A point of the room in the picture."""
    across, near = _across_and_near(figure, point)
    up = radians(figure.view[1])
    return (across, near * sin(up) - point[1] * cos(up))


def near(figure: Figure, points: list[Point]) -> float:
    """How near to the viewer points of the room are, on average."""
    up = radians(figure.view[1])
    depths = [point[1] * sin(up) + _across_and_near(figure, point)[1] * cos(up) for point in points]
    return sum(depths) / len(depths)


def _across_and_near(figure: Figure, point: Point) -> Flat:
    round_ = radians(figure.view[0])
    x, _, z = point
    return (x * cos(round_) - z * sin(round_), x * sin(round_) + z * cos(round_))
