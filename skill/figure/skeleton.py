"""PURE A pose -> where every joint of a body is in space. Bones keep their lengths, always.

Lengths are percent of a person's height (D. A. Winter, Biomechanics and Motor Control of Human
Movement, after Drillis and Contini). The body's own axes: x to the front, y up along the body, z to
the right; a person lying on one side is turned as a whole at the end. Angles are degrees.

Limbs are placed in one of two ways. Free: the angles of its two bones in the plane of movement, 0
to the front, 90 up, and how far `out` of that plane. Planted: its end is `at` a point that does not
move, such as the floor under a foot or a place `on` the chest, and the joint between bends towards
an angle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import cos, radians, sin, sqrt
from typing import Literal

from skill.content.figures import Arm, Leg, Pose

Point = tuple[float, float, float]
Frame = tuple[Point, Point, Point]
"""To the front, up, and to the right of a part of the body, each of length 1."""

Half = Literal["right", "left"]
HALVES: tuple[Half, ...] = ("right", "left")

THIGH, SHANK = 24.5, 24.6
UPPER_ARM, FOREARM, HAND = 18.6, 14.6, 7.0  # the hand half closed
TRUNK, NECK, HEAD = 28.8, 6.5, 6.0  # hip to shoulder, shoulder to the skull, to its middle
HIP, SHOULDER = 7.5, 10.5  # half the breadth, between the joints
SHOULDER_DROP = 2.0  # of the joint below the top of the trunk
HEEL, TOE, SOLE = 4.0, 9.5, 1.6  # behind, before and below the ankle
VERTEBRAE = 6  # pieces the trunk bends in; the lower half bends with the low back

FRONT, UP, RIGHT = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Skeleton:
    """Where things are: limbs from the trunk outwards, the trunk from hips to shoulders.

    `trunk` comes with the frame at each point. `legs` are hip, knee, ankle, heel and toe; `arms`
    shoulder, elbow, wrist and fingertips.
    """

    trunk: tuple[tuple[Point, Frame], ...]
    head: Point
    face: Frame
    legs: Mapping[Half, tuple[Point, ...]]
    arms: Mapping[Half, tuple[Point, ...]]
    belly: float


# --- Vectors ------------------------------------------------------------------------------------


def add(one: Point, other: Point, times: float = 1.0) -> Point:
    """One point, and `times` another from there."""
    return (one[0] + times * other[0], one[1] + times * other[1], one[2] + times * other[2])


def dot(one: Point, other: Point) -> float:
    """The scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def cross(one: Point, other: Point) -> Point:
    """The vector product."""
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def distance(one: Point, other: Point) -> float:
    """How far apart two points are."""
    return sqrt(dot(add(one, other, -1), add(one, other, -1)))


def _length_one(vector: Point) -> Point:
    length = sqrt(dot(vector, vector)) or 1.0
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def _turned(vector: Point, axis: Point, angle: float) -> Point:
    """A vector turned about an axis of length 1 (Rodrigues)."""
    c, s = cos(radians(angle)), sin(radians(angle))
    along = add((0, 0, 0), axis, dot(axis, vector) * (1 - c))
    return add(add(along, vector, c), cross(axis, vector), s)


def _bent(frame: Frame, forward: float, turn: float) -> Frame:
    """A frame bent forward about its right, then turned to the right about its own up."""
    front, up, right = (_turned(axis, frame[2], -forward) for axis in frame)
    return (_turned(front, up, -turn), up, _turned(right, up, -turn))


def _direction(angle: float, out: float, half: Half) -> Point:
    """A direction in the plane of movement, and `out` of it to the side that a limb is on."""
    side = sin(radians(out)) * (1 if half == "right" else -1)
    flat = cos(radians(out))
    return (flat * cos(radians(angle)), flat * sin(radians(angle)), side)


# --- A pose -------------------------------------------------------------------------------------


def skeleton(pose: Pose) -> Skeleton:
    """The skeleton of a pose."""
    loose = _trunk(pose)
    origin = _anchored(pose, loose)
    trunk = tuple((add(point, origin), frame) for point, frame in loose)
    top, chest = trunk[-1]
    neck = _bent(chest, pose.neck, 0)
    face = _bent(neck, pose.nod, pose.look)
    skull = add(top, neck[1], NECK)
    legs: dict[Half, tuple[Point, ...]] = {
        "right": _leg(trunk[0], pose.right_leg, "right"),
        "left": _leg(trunk[0], pose.left_leg, "left"),
    }
    body = Skeleton(trunk, add(skull, face[1], HEAD), face, legs, {}, pose.belly)
    arms: dict[Half, tuple[Point, ...]] = {
        "right": _arm(body, pose.right_arm, "right"),
        "left": _arm(body, pose.left_arm, "left"),
    }
    return replace(body, arms=arms)


def _trunk(pose: Pose) -> list[tuple[Point, Frame]]:
    """Hips to shoulders, from the hips at the origin."""
    frame = _bent((FRONT, UP, RIGHT), pose.lean, pose.roll)
    points: list[tuple[Point, Frame]] = [((0.0, 0.0, 0.0), frame)]
    half = VERTEBRAE // 2
    for number in range(VERTEBRAE):
        bend = (pose.low if number < half else pose.high) / half
        before = frame
        frame = _bent(frame, bend, pose.turn / VERTEBRAE)
        along = _length_one(add(before[1], frame[1]))
        points.append((add(points[-1][0], along, TRUNK / VERTEBRAE), frame))
    return points


def _anchored(pose: Pose, trunk: list[tuple[Point, Frame]]) -> Point:
    """Where the hips are, so that what does not move is where it belongs."""
    hips, shoulders = trunk[0], trunk[-1]
    if pose.anchor == "shoulders":
        held = shoulders[0]
    elif pose.anchor == "hips":
        held = hips[0]
    else:
        leg = _leg(hips, pose.right_leg, "right")
        held = {"knees": leg[1], "ankles": leg[2]}[pose.anchor]
    return (pose.at[0] - held[0], pose.at[1] - held[1], 0.0)


def _leg(hips: tuple[Point, Frame], leg: Leg, half: Half) -> tuple[Point, ...]:
    """Hip, knee, ankle, heel and toe."""
    centre, frame = hips
    hip = add(centre, frame[2], HIP if half == "right" else -HIP)
    if leg.at:
        pole = _pole(leg.bend, leg.tilt)
        knee, ankle = _two_bones(hip, _sided(leg.at, half), (THIGH, SHANK), pole)
    else:
        knee = add(hip, _direction(leg.thigh, leg.out, half), THIGH)
        ankle = add(knee, _direction(leg.shank, leg.shank_out, half), SHANK)
    toes = _direction(leg.foot, leg.foot_out, half)
    below = add(ankle, _direction(leg.foot - 90, 0, half), SOLE)
    return (hip, knee, ankle, add(below, toes, -HEEL), add(below, toes, TOE))


def _arm(body: Skeleton, arm: Arm, half: Half) -> tuple[Point, ...]:
    """Shoulder, elbow, wrist and fingertips."""
    top, chest = body.trunk[-1]
    sideways = add(top, chest[2], SHOULDER if half == "right" else -SHOULDER)
    shoulder = add(sideways, chest[1], -SHOULDER_DROP)
    if arm.at:
        pole = _pole(arm.bend, arm.tilt if half == "right" else -arm.tilt)
        held = _held(body, arm, half)
        elbow, wrist = _two_bones(shoulder, held, (UPPER_ARM, FOREARM), pole)
    else:
        elbow = add(shoulder, _direction(arm.upper, arm.out, half), UPPER_ARM)
        wrist = add(elbow, _direction(arm.fore, arm.fore_out, half), FOREARM)
    along = _length_one(add(wrist, elbow, -1))
    if arm.palm:
        along = _direction(arm.palm[0], arm.palm[1], half)
    return (shoulder, elbow, wrist, add(wrist, along, HAND))


def _held(body: Skeleton, arm: Arm, half: Half) -> Point:
    """The point in the room that a hand is held to."""
    if arm.on == "thigh":
        share, above = arm.at
        hip, knee = body.legs[half][:2]
        bone = add(knee, hip, -1)
        return add(add(hip, bone, share / 100), _length_one(cross(RIGHT, bone)), above)
    if not arm.on:
        return _sided(arm.at, half)
    middle, frame = (body.head, body.face) if arm.on == "face" else body.trunk[-2]
    x, y, z = _sided(arm.at, half)
    return add(add(add(middle, frame[0], x), frame[1], y), frame[2], z)


def _sided(at: tuple[float, ...], half: Half) -> Point:
    return (at[0], at[1], at[2] if half == "right" else -at[2])


def _pole(bend: float, tilt: float) -> Point:
    """The direction to which a joint bends: an angle in the plane, tilted to the right of it."""
    flat = cos(radians(tilt))
    return (flat * cos(radians(bend)), flat * sin(radians(bend)), sin(radians(tilt)))


def _two_bones(
    start: Point, end: Point, bones: tuple[float, float], pole: Point
) -> tuple[Point, Point]:
    """The joint between two bones from `start` to `end`, bent towards the pole; and the end.

    What is out of reach is reached for: the limb is straight then.
    """
    upper, lower = bones
    reach = min(distance(start, end), upper + lower - 1e-6)
    axis = _length_one(add(end, start, -1))
    aside = _length_one(add(pole, axis, -dot(pole, axis)))
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    off = sqrt(max(0.0, upper**2 - along**2))
    return add(add(start, axis, along), aside, off), add(start, axis, reach)
