"""PURE What a body lies, sits and holds on to, as faces and bars in the room."""

from __future__ import annotations

from collections.abc import Iterator

from skill.content.figures import Figure, Prop
from skill.figure.skeleton import Point
from skill.figure.view import Flat, Shape, flat

LINE, BAR = 0.6, 2.2
SEAT, BACK = (22.0, 3.0, 22.0), (2.0, 26.0, 22.0)  # of a chair
MATTRESS, FRAME, MAT = 9.0, 7.0, 1.6  # how thick

Piece = tuple[str, float, tuple[Point, ...]]
"""Tone, width of the line, and points in the room: a bar has two, a face more."""


def furniture(figure: Figure) -> Iterator[tuple[Shape, tuple[Flat, ...]]]:
    """The shapes of all that does not move, what is further away first, with their points."""
    for prop in figure.props:
        for tone, width, points in _pieces(figure, prop):
            is_face = len(points) > len(("one end", "the other"))
            shape = Shape(tone, tuple(range(len(points))), width, area=is_face)
            yield shape, tuple(flat(figure, point) for point in points)


def pillow(prop: Prop) -> tuple[Point, Point]:
    """Both ends of a pillow, which is drawn as a thick line: across the body, or along it."""
    x, y, z = prop.at
    length = prop.size[0] / 2
    if z:
        return (x - length, y, z), (x + length, y, z)
    return (x, y, -length), (x, y, length)


def _pieces(figure: Figure, prop: Prop) -> Iterator[Piece]:
    x, size = prop.at[0], prop.size
    if prop.kind == "mat":
        yield from _block(figure, (x, -MAT / 2, 0.0), (size[0], MAT, size[1]), "mat")
    elif prop.kind == "bed":
        below = -MATTRESS - FRAME / 2
        yield from _block(figure, (x, below, 0.0), (size[0], FRAME, size[1]), "wood")
        yield from _block(figure, (x, -MATTRESS / 2, 0.0), (size[0], MATTRESS, size[1]), "bed")
    elif prop.kind == "chair":
        yield from _chair(figure, x, size[0])
    elif prop.kind == "table":
        height, length, breadth = size
        yield from _bars(x, length / 2 - 3, breadth / 2 - 3, height - 2)
        yield from _block(figure, (x, height - 1.2, 0.0), (length, 2.4, breadth), "wood")


def _chair(figure: Figure, x: float, height: float) -> Iterator[Piece]:
    """A chair that looks to the front, by the height of its seat."""
    length, thickness, breadth = SEAT
    yield from _bars(x, length / 2 - 1.5, breadth / 2 - 1.5, height - 2)
    yield from _block(figure, (x - length / 2, height + BACK[1] / 2 + 1, 0.0), BACK, "wood")
    yield from _block(figure, (x, height - thickness / 2, 0.0), SEAT, "wood")


def _bars(x: float, along: float, aside: float, height: float) -> Iterator[Piece]:
    """Four legs."""
    for z in (-aside, aside):
        for off in (-along, along):
            yield "wood_side", BAR, ((x + off, height, z), (x + off, 0.5, z))


def _block(figure: Figure, middle: Point, size: Point, tone: str) -> Iterator[Piece]:
    """The faces of a block that can be seen from above, from the right and from one end."""
    x, y, z = middle
    length, height, breadth = (measure / 2 for measure in size)

    def corners(*signs: tuple[int, int, int]) -> tuple[Point, ...]:
        return tuple((x + a * length, y + b * height, z + c * breadth) for a, b, c in signs)

    end = 1 if figure.view[0] >= 0 else -1
    yield f"{tone}_top", LINE, corners((-1, 1, -1), (1, 1, -1), (1, 1, 1), (-1, 1, 1))
    yield tone, LINE, corners((-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1))
    if figure.view[0]:
        yield f"{tone}_side", LINE, corners((end, -1, -1), (end, 1, -1), (end, 1, 1), (end, -1, 1))
