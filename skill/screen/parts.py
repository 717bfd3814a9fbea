"""PURE Text, rows, columns, buttons and pictures, in plain APL: no imports, no styles of Alexa's.

Words never stand in a document: they are bound from its data, where nothing evaluates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Part = dict[str, Any]
"""One component of APL, as JSON data."""

GROUND, INK, QUIET, ACCENT = "#0f1a1c", "#f4f7f5", "#b9c8c5", "#7fd1da"
BUTTON, BUTTON_EDGE, PANEL = "#1c4148", "#5fb3bd", "#e6eeeb"
LEVELS: Mapping[str, str] = {
    "emergency": "#8c1626",
    "urgent": "#7a4300",
    "routine": "#1c4a6b",
    "self_care": "#1d5638",
}
"""The colour behind a verdict; each leaves white text a contrast of 7 to 1 at least."""

KEYPAD = "keypad"
"""The component to which `typed` is bound, the number that was touched so far."""

RING_WIDTH, RING_RADIUS = 8, 42


def dp(number: float) -> str:
    """A measure in density-independent pixels."""
    return f"{round(number)}dp"


def text(value: str, size: float, **more: Any) -> Part:
    """Text of a size in dp."""
    return {"type": "Text", "text": value, "fontSize": dp(size), "color": INK, **more}


def column(*items: Part, **more: Any) -> Part:
    """Parts below one another."""
    return {"type": "Container", "direction": "column", "items": list(items), **more}


def row(*items: Part, **more: Any) -> Part:
    """Parts side by side."""
    return {"type": "Container", "direction": "row", "items": list(items), **more}


def scroll(item: Part, **more: Any) -> Part:
    """A part that can be moved up and down where it is too long."""
    return {"type": "ScrollView", "item": item, **more}


def panel(item: Part, colour: str, **more: Any) -> Part:
    """A part on a ground of its own with round corners."""
    return {
        "type": "Frame",
        "backgroundColor": colour,
        "borderRadius": "20dp",
        "item": item,
        **more,
    }


def button(path: str, size: float, height: float, **more: Any) -> Part:
    """Something to touch, or to choose with a remote: its label and its meaning are at a path."""
    sends = {"type": "SendEvent", "arguments": f"${{{path}.means}}"}
    return key(f"${{{path}.label}}", sends, size, height, **more)


def key(label: str, command: Part, size: float, height: float, **more: Any) -> Part:
    """Something to touch with a label on it, and the command that a touch is."""
    written = text(label, size, textAlign="center", textAlignVertical="center")
    return {
        "type": "TouchWrapper",
        "accessibilityLabel": label,
        "role": "button",
        "onPress": [command],
        "item": {
            "type": "Frame",
            "style": "button",
            "inheritParentState": True,
            "borderRadius": "16dp",
            "borderWidth": "3dp",
            "width": "100%",
            "height": "100%",
            "item": {**written, "width": "100%", "height": "100%", "paddingLeft": "6dp"}
            | {"paddingRight": "6dp", "maxLines": 3},
        },
        "height": dp(height),
        "width": "8dp",
        "grow": 1,
        **more,
    }


def digit(number: int, size: float, height: float, **more: Any) -> Part:
    """A key that puts a digit after those of `typed`, unless that is more than it may be."""
    longer = f"typed * 10 + {number}"
    return key(
        str(number),
        _type(f"{longer} <= scene.keypad.most ? {longer} : typed"),
        size,
        height,
        **more,
    )


def delete(size: float, height: float, **more: Any) -> Part:
    """A key that takes the last digit of `typed` back."""
    return key("${scene.delete}", _type("Math.floor(typed / 10)"), size, height, **more)


def done(size: float, height: float, **more: Any) -> Part:
    """A key that sends `typed`, once there is something."""
    means = [f"${{scene.keypad.means[{n}]}}" for n in range(2)]
    sends = {"type": "SendEvent", "arguments": [*means, "${typed + ''}"]}
    return key("${scene.done}", sends, size, height, disabled="${typed == 0}", **more)


def _type(value: str) -> Part:
    return {
        "type": "SetValue",
        "componentId": KEYPAD,
        "property": "typed",
        "value": f"${{{value}}}",
    }


STYLES: Part = {
    "button": {
        "values": [
            {"backgroundColor": BUTTON, "borderColor": BUTTON_EDGE},
            {"when": "${state.focused || state.hover}", "borderColor": "#ffffff"},
            {"when": "${state.pressed}", "backgroundColor": "#2f6a74"},
            {"when": "${state.disabled}", "backgroundColor": GROUND, "borderColor": BUTTON},
        ]
    }
}


def picture(name: str, **more: Any) -> Part:
    """A vector graphic of the document, as large as fits."""
    return {"type": "VectorGraphic", "source": name, "scale": "best-fit", "align": "center", **more}


def ring() -> Part:
    """A ring that fills with its parameter `share`, from 0 to 1: the graphic itself."""
    middle, half = RING_RADIUS + RING_WIDTH, f"a{RING_RADIUS},{RING_RADIUS} 0 1 1 0,"
    circle = f"M{middle},{RING_WIDTH} {half}{2 * RING_RADIUS} {half}{-2 * RING_RADIUS}"
    line = {"type": "path", "pathData": circle, "strokeWidth": RING_WIDTH, "fill": "transparent"}
    filled = {
        "stroke": ACCENT,
        "strokeLineCap": "round",
        "pathLength": 100,
        "strokeDashArray": [100, 100],
        "strokeDashOffset": "${100 - 100 * share}",
    }
    return {
        "type": "AVG",
        "version": "1.2",
        "width": 2 * middle,
        "height": 2 * middle,
        "parameters": [{"name": "share", "default": 0}],
        "items": [{**line, "stroke": "#36504f"}, {**line, **filled}],
    }


def chart(points: tuple[tuple[int, int], ...], size: tuple[float, float], letter: float) -> Part:
    """Scores from 0 to 10 by day, as a line: the graphic itself, for a space of that size.

    Both measures and the size of the letters are in dp.
    """
    (width, height), first, last = size, points[0][0], points[-1][0]
    left, bottom = 2.2 * letter, height - 0.8 * letter
    across = (width - left - letter) / max(1, last - first)
    up = (bottom - 0.8 * letter) / 10
    places = [(left + (day - first) * across, bottom - score * up) for day, score in points]
    items = [
        part
        for score in (0, 5, 10)
        for part in _level(score, left, width, bottom - score * up, letter)
    ]
    way = " L".join(f"{x:.0f},{y:.0f}" for x, y in places)
    line = {"type": "path", "pathData": f"M{way}", "stroke": ACCENT, "fill": "transparent"}
    items.append({**line, "strokeWidth": round(0.2 * letter, 1)})
    r = round(0.3 * letter, 1)
    half = f"a{r},{r} 0 1 0 {2 * r},0 a{r},{r} 0 1 0 {-2 * r},0 Z"
    items += [
        {"type": "path", "pathData": f"M{x - r:.0f},{y:.0f} {half}", "fill": ACCENT}
        for x, y in places
    ]
    return {"type": "AVG", "version": "1.2", "width": width, "height": height, "items": items}


def _level(score: int, left: float, width: float, y: float, letter: float) -> list[Part]:
    """The line at one score, and its number."""
    line = {"type": "path", "pathData": f"M{left:.0f},{y:.0f} L{width:.0f},{y:.0f}"}
    label = {"type": "text", "text": str(score), "x": left - 0.5 * letter, "y": y + 0.35 * letter}
    return [
        {**line, "stroke": "#3d5553", "strokeWidth": 2},
        {**label, "fill": QUIET, "fontSize": letter, "textAnchor": "end"},
    ]
