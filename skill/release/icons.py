"""The skill's icon, drawn: a spine in the curve of a back, and a voice beside it.

Every shape is known by its distance from a point, so that an edge is smooth at any size: a pixel
half a pixel inside is full, half a pixel outside is empty. No picture library is wanted for that,
and a PNG is only its pixels, deflated (https://www.w3.org/TR/png-3/).
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

SMALL, LARGE = 108, 512  # pixels; the two sizes the skill store asks for
GRID = 32.0  # the drawing is on a square of this side, from the upper left corner
SHADE, TEAL, MIST, BONE = (20, 82, 92), (31, 111, 120), (126, 190, 190), (255, 255, 255)

VERTEBRAE = 7
_FIRST, _LAST = 5.5, 26.2  # the heights of the highest and the lowest
_SWAY = 1.25  # how far the spine swings to either side
_LEFT = 12.0  # where its middle line is
_VOICE = ((7.4, 1.15), (10.9, 1.15))  # radius and thickness of each wave
_VOICE_CENTRE, _VOICE_ANGLE = (13.4, 16.0), math.radians(38)

Colour = tuple[int, int, int]
Distance = Callable[[float, float], float]
"""How far a point is outside a shape; negative inside. In units of the grid."""


@dataclass(frozen=True)
class Shape:
    """A shape, its colour, and the box around it: left, top, right, bottom."""

    distance: Distance
    colour: Colour
    box: tuple[float, float, float, float]


def icon(size: int) -> bytes:
    """The icon as a PNG, `size` pixels wide and high, without transparency."""
    scale = size / GRID
    rows = [bytearray(bytes(TEAL) * size) for _ in range(size)]
    for shape in _drawing():
        left, top, right, bottom = (round(edge * scale) for edge in shape.box)
        for y in range(max(0, top - 1), min(size, bottom + 1)):
            for x in range(max(0, left - 1), min(size, right + 1)):
                outside = shape.distance((x + 0.5) / scale, (y + 0.5) / scale) * scale
                cover = min(1.0, max(0.0, 0.5 - outside))
                if cover:
                    _paint(rows[y], x, shape.colour, cover)
    return _png(size, rows)


def _paint(row: bytearray, x: int, colour: Colour, cover: float) -> None:
    for channel, value in enumerate(colour, start=3 * x):
        row[channel] = round(row[channel] + (value - row[channel]) * cover)


def _drawing() -> list[Shape]:
    """From back to front."""
    ring = Shape(lambda x, y: 15.2 - math.hypot(x - 16, y - 16), SHADE, (0, 0, GRID, GRID))
    return [ring, *(_wave(*wave) for wave in _VOICE), *map(_vertebra, range(VERTEBRAE))]


def _vertebra(number: int) -> Shape:
    """A rounded bar across the curve of the back; the lower ones carry more and are wider."""
    along = number / (VERTEBRAE - 1)
    turn = math.tau * (along - 0.12)
    x, y = _LEFT + _SWAY * math.sin(turn), _FIRST + (_LAST - _FIRST) * along
    lean = math.atan2(_SWAY * math.tau * math.cos(turn), _LAST - _FIRST)
    half, thick = 1.9 + 1.3 * along, 0.8 + 0.2 * along
    across, down = half * math.cos(lean), -half * math.sin(lean)
    reach = half + thick
    return Shape(
        lambda px, py: _from_line(px - x, py - y, across, down) - thick,
        BONE,
        (x - reach, y - reach, x + reach, y + reach),
    )


def _from_line(x: float, y: float, across: float, down: float) -> float:
    """How far a point is from a line through the origin, to both of its ends."""
    place = (x * across + y * down) / (across * across + down * down)
    place = min(1.0, max(-1.0, place))
    return math.hypot(x - place * across, y - place * down)


def _wave(radius: float, thickness: float) -> Shape:
    """An arc to the right of the spine, with round ends."""
    cx, cy = _VOICE_CENTRE

    def distance(x: float, y: float) -> float:
        dx, dy = x - cx, abs(y - cy)
        if math.atan2(dy, dx) <= _VOICE_ANGLE:
            away = abs(math.hypot(dx, dy) - radius)
        else:
            end = (radius * math.cos(_VOICE_ANGLE), radius * math.sin(_VOICE_ANGLE))
            away = math.hypot(dx - end[0], dy - end[1])
        return away - thickness / 2

    reach = radius + thickness
    return Shape(distance, MIST, (cx, cy - reach, cx + reach, cy + reach))


def _png(size: int, rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)  # eight bits of red, green, blue
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
