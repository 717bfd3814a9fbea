"""PURE A drawing -> its two outputs: AVG for Alexa's screens, SVG for everything else.

In AVG the points of two neighbouring keys are its parameters `a` and `b`, and how far between them
it is `u`: so a device moves the figure smoothly, and each key is sent once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from skill.figure.drawing import Drawing
from skill.figure.view import Flat, Shape

TONES = {
    "skin": "#d9a066",
    "skin_far": "#bd8a53",
    "hair": "#3b2a24",
    "shirt": "#2a8c99",
    "shirt_far": "#1f6a75",
    "trousers": "#46536b",
    "trousers_far": "#343f54",
    "shoe": "#c4614a",
    "shoe_far": "#9f4c39",
    "pillow": "#ead9bb",
    "mat": "#9db8ae",
    "mat_top": "#b7cec5",
    "mat_side": "#88a499",
    "bed": "#d8d3e0",
    "bed_top": "#e6e2ec",
    "bed_side": "#c3bdce",
    "wood": "#b08d68",
    "wood_top": "#c7a681",
    "wood_side": "#977551",
}


def avg(drawing: Drawing) -> dict[str, Any]:
    """The drawing as an Alexa Vector Graphic of two keys and the share between them."""
    _, _, width, height = (round(number, 1) for number in drawing.box)
    first = numbers(drawing)[0]
    return {
        "type": "AVG",
        "version": "1.2",
        "width": width,
        "height": height,
        "parameters": [
            {"name": "a", "default": first},
            {"name": "b", "default": first},
            {"name": "u", "default": 0},
        ],
        "items": [_avg_path(shape, way) for shape, way in _paths(drawing, _bound)],
    }


def numbers(drawing: Drawing) -> list[list[float]]:
    """Every key as the parameter of the AVG: x and y of each point, from the top left corner."""
    left, top = drawing.box[:2]
    return [
        [round(number, 1) for x, y in key for number in (x - left, y - top)] for key in drawing.keys
    ]


def svg(drawing: Drawing, moment: float = 0.0) -> str:
    """The drawing at a moment, as an SVG of its own."""
    points = at(drawing, moment)
    left, top, width, height = drawing.box

    def here(number: int) -> str:
        x, y = points[number]
        return f"{x - left:.1f} {y - top:.1f}"

    paths = "".join(_svg_path(shape, way) for shape, way in _paths(drawing, here))
    box = f"0 0 {width:.1f} {height:.1f}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{paths}</svg>'


def at(drawing: Drawing, moment: float) -> tuple[Flat, ...]:
    """Where the points of a drawing are at a moment."""
    first = min(int(moment), len(drawing.keys) - 2)
    share = moment - first
    pairs = zip(drawing.keys[first], drawing.keys[first + 1], strict=True)
    return tuple((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairs)


def _bound(point: int) -> str:
    """Expressions for x and y of a point."""
    x, y = (f"${{a[{n}]+(b[{n}]-a[{n}])*u}}" for n in (2 * point, 2 * point + 1))
    return f"{x} {y}"


def _paths(drawing: Drawing, place: Callable[[int], str]) -> Iterator[tuple[Shape, str]]:
    """Every shape with its path, the ground first; `place` says where a point is."""
    left, top = drawing.box[:2]
    for shape, points in drawing.ground:
        fixed = [f"{x - left:.1f} {y - top:.1f}" for x, y in points]
        yield shape, _way(shape, fixed)
    for shape in drawing.shapes:
        yield shape, _way(shape, [place(point) for point in shape.points])


def _way(shape: Shape, places: list[str]) -> str:
    return f"M{' L'.join(places)}{' Z' if shape.area else ''}"


def _avg_path(shape: Shape, way: str) -> dict[str, Any]:
    tone = TONES[shape.tone]
    path = {"type": "path", "pathData": way, "stroke": tone, "strokeWidth": shape.width}
    if shape.area:
        return {**path, "fill": tone, "strokeLineJoin": "round"}
    return {**path, "strokeLineCap": "round"}


def _svg_path(shape: Shape, way: str) -> str:
    tone = TONES[shape.tone]
    return (
        f'<path d="{way}" fill="{tone if shape.area else "none"}" stroke="{tone}" '
        f'stroke-width="{shape.width}" stroke-linecap="round" stroke-linejoin="round"/>'
    )
