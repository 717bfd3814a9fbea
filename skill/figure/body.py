"""PURE A skeleton -> the points and shapes of somebody in clothes.

Points are numbered in one order: each leg (hip, knee, ankle, heel, toe), each arm (shoulder, elbow,
wrist, fingertips), both ends of neck, hair, face and nose, the outline of the trunk, and then both
ends of each pillow.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

from skill.content.figures import Figure, Prop
from skill.figure.furniture import pillow
from skill.figure.skeleton import HALVES, Frame, Half, Point, Skeleton, add
from skill.figure.view import Flat, Shape, flat, near, placed

THIGH_WIDTH, SHANK_WIDTH, FOOT_WIDTH = 10.8, 8.2, 4.8
UPPER_ARM_WIDTH, FOREARM_WIDTH, HAND_WIDTH = 7.0, 5.8, 5.0
NECK_WIDTH, HAIR_WIDTH, FACE_WIDTH, NOSE_WIDTH = 6.4, 11.6, 9.4, 1.9
TRUNK_EDGE = 6.0  # the line around the trunk, which rounds it off
BOTTOM, TOP = -3.2, 1.5  # how far the trunk goes on beyond hips and shoulders
END_SHARE = 0.6  # and how much narrower it is there

# Half the breadth and half the depth of the trunk from hips to shoulders, and how far each part
# takes a share in the belly.
TRUNK = (
    (8.8, 6.4, 0.3),
    (8.6, 6.3, 0.9),
    (7.8, 5.6, 1.0),
    (7.8, 5.5, 0.8),
    (8.7, 6.0, 0.4),
    (9.4, 6.0, 0.1),
    (8.7, 4.6, 0.0),
)
FACING_AWAY = 0.5  # of a face: 1 is right away from the viewer
BEHIND = 0.5  # how much further than the trunk a limb is to be on the far side

LEG_POINTS, ARM_POINTS, HEAD_POINTS = 5, 4, 8
TRUNK_POINTS = 2 * len(TRUNK) + 4
FIRST_OF_HEAD = 2 * (LEG_POINTS + ARM_POINTS)
FIRST_OF_TRUNK = FIRST_OF_HEAD + HEAD_POINTS
FIRST_OF_PILLOWS = FIRST_OF_TRUNK + TRUNK_POINTS

Edges = tuple[Flat, Flat]
"""The two points where the trunk ends to either side at one height."""


# --- Points -------------------------------------------------------------------------------------


def points(figure: Figure, body: Skeleton) -> tuple[Flat, ...]:
    """Every point of the picture in its place."""
    limbs = [point for half in HALVES for point in body.legs[half]]
    limbs += [point for half in HALVES for point in body.arms[half]]
    solid = [flat(figure, placed(figure, point)) for point in (*limbs, *_head(body))]
    pillows = [flat(figure, end) for prop in _pillows(figure) for end in pillow(prop)]
    return (*solid, *_outline(figure, body), *pillows)


def _pillows(figure: Figure) -> list[Prop]:
    return [prop for prop in figure.props if prop.kind == "pillow"]


def _head(body: Skeleton) -> Iterator[Point]:
    top, chest = body.trunk[-1]
    front, up, _ = body.face

    def at(high: float, forward: float) -> Point:
        return add(add(body.head, up, high), front, forward)

    yield from (add(top, chest[1], -1.0), at(-3.0, 0.0))
    yield from (at(2.2, -1.6), at(-0.6, -2.2))
    yield from (at(1.2, 0.9), at(-2.4, 1.6))
    yield from (at(-0.2, 5.4), at(-1.6, 6.6))


def _outline(figure: Figure, body: Skeleton) -> list[Flat]:
    """Round the trunk: up one side and down the other."""
    middles = [flat(figure, placed(figure, point)) for point, _ in body.trunk]
    ways = [
        _length_one(middles[max(0, number - 1)], middles[min(len(TRUNK) - 1, number + 1)])
        for number in range(len(TRUNK))
    ]
    edges = [
        _edges(middle, way, _section(figure, frame, number, body.belly))
        for number, (middle, way, (_, frame)) in enumerate(
            zip(middles, ways, body.trunk, strict=True)
        )
    ]
    bottom, top = _end(edges[0], ways[0], BOTTOM), _end(edges[-1], ways[-1], TOP)
    one, other = [edge[0] for edge in edges], [edge[1] for edge in reversed(edges)]
    return [bottom[0], *one, *top, *other, bottom[1]]


def _section(figure: Figure, frame: Frame, number: int, belly: float) -> tuple[Flat, Flat, Flat]:
    """One height of the trunk in the picture: half its breadth, half its depth, and its bulge."""
    breadth, depth, share = TRUNK[number]
    bulge = belly * share / 2
    front, right = (_direction(figure, frame[axis]) for axis in (0, 2))
    return _times(right, breadth), _times(front, depth + bulge), _times(front, bulge)


def _edges(middle: Flat, way: Flat, section: tuple[Flat, Flat, Flat]) -> Edges:
    """How far an ellipse in the room reaches to either side of the way that the trunk goes."""
    wide, deep, bulge = section
    across = (-way[1], way[0])
    reach = hypot(_dot(wide, across), _dot(deep, across)) - TRUNK_EDGE / 2
    x, y = middle[0] + bulge[0], middle[1] + bulge[1]
    return (
        (x + across[0] * reach, y + across[1] * reach),
        (x - across[0] * reach, y - across[1] * reach),
    )


def _end(edges: Edges, way: Flat, further: float) -> Edges:
    """The rounded end of the trunk: a little further on its way, and narrower."""
    (ax, ay), (bx, by) = edges
    x, y = (ax + bx) / 2 + way[0] * further, (ay + by) / 2 + way[1] * further
    dx, dy = (ax - bx) * END_SHARE / 2, (ay - by) * END_SHARE / 2
    return ((x + dx, y + dy), (x - dx, y - dy))


def _direction(figure: Figure, direction: Point) -> Flat:
    origin, end = (flat(figure, placed(figure, p)) for p in ((0.0, 0.0, 0.0), direction))
    return (end[0] - origin[0], end[1] - origin[1])


def _length_one(start: Flat, end: Flat) -> Flat:
    x, y = end[0] - start[0], end[1] - start[1]
    length = hypot(x, y) or 1.0
    return (x / length, y / length)


def _times(vector: Flat, number: float) -> Flat:
    return (vector[0] * number, vector[1] * number)


def _dot(one: Flat, other: Flat) -> float:
    return one[0] * other[0] + one[1] * other[1]


# --- Shapes -------------------------------------------------------------------------------------


def shapes(figure: Figure, poses: list[Skeleton]) -> tuple[Shape, ...]:
    """Every shape, what is further away (over all poses) before what covers it."""

    def how_near(found: list[Point]) -> float:
        return near(figure, [placed(figure, point) for point in found])

    trunk = how_near([body.trunk[end][0] for body in poses for end in (0, -1)])
    head, eyes = (how_near([add(b.head, b.face[0], front) for b in poses]) for front in (0.0, 1.0))
    layers: list[tuple[float, list[Shape]]] = [
        (trunk, [_trunk_shape()]),
        (head, _head_shapes(away=head - eyes > FACING_AWAY)),
    ]
    for half in HALVES:
        roots = how_near([limb[half][0] for body in poses for limb in (body.legs, body.arms)])
        far = "_far" if roots < trunk - BEHIND else ""
        legs = how_near([point for body in poses for point in body.legs[half][:3]])
        arms = how_near([point for body in poses for point in body.arms[half][:3]])
        layers += [(legs, _leg_shapes(half, far)), (arms, _arm_shapes(half, far))]
    for number, prop in enumerate(_pillows(figure)):
        ends = (FIRST_OF_PILLOWS + 2 * number, FIRST_OF_PILLOWS + 2 * number + 1)
        layers.append((near(figure, list(pillow(prop))), [Shape("pillow", ends, prop.size[1])]))
    layers.sort(key=lambda layer: layer[0])
    return tuple(shape for _, found in layers for shape in found)


def _leg_shapes(half: Half, far: str) -> list[Shape]:
    hip = LEG_POINTS * HALVES.index(half)
    return [
        Shape(f"trousers{far}", (hip + 1, hip + 2), SHANK_WIDTH),
        Shape(f"trousers{far}", (hip, hip + 1), THIGH_WIDTH),
        Shape(f"shoe{far}", (hip + 3, hip + 4), FOOT_WIDTH),
    ]


def _arm_shapes(half: Half, far: str) -> list[Shape]:
    shoulder = 2 * LEG_POINTS + ARM_POINTS * HALVES.index(half)
    return [
        Shape(f"skin{far}", (shoulder + 1, shoulder + 2), FOREARM_WIDTH),
        Shape(f"skin{far}", (shoulder + 2, shoulder + 3), HAND_WIDTH),
        Shape(f"shirt{far}", (shoulder, shoulder + 1), UPPER_ARM_WIDTH),
    ]


def _head_shapes(*, away: bool) -> list[Shape]:
    """Neck, hair, face and nose; the hair last where the face is turned away."""
    tones = (("skin", NECK_WIDTH), ("hair", HAIR_WIDTH), ("skin", FACE_WIDTH), ("skin", NOSE_WIDTH))
    found = [
        Shape(tone, (FIRST_OF_HEAD + 2 * number, FIRST_OF_HEAD + 2 * number + 1), width)
        for number, (tone, width) in enumerate(tones)
    ]
    return [found[0], found[3], found[2], found[1]] if away else found


def _trunk_shape() -> Shape:
    outline = range(FIRST_OF_TRUNK, FIRST_OF_TRUNK + TRUNK_POINTS)
    return Shape("shirt", tuple(outline), TRUNK_EDGE, area=True)
