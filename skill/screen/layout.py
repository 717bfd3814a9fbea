"""PURE A scene on a viewport -> the document of APL and its data.

One document for one scene: what can be decided here is not left to the device. What moves is moved
by a tick handler from the time since the document appeared, which is when the words begin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from skill.figure.drawing import draw
from skill.figure.vector import avg, numbers
from skill.screen.parts import (
    ACCENT,
    GROUND,
    LEVELS,
    PANEL,
    QUIET,
    STYLES,
    Part,
    button,
    chart,
    column,
    dp,
    panel,
    picture,
    ring,
    row,
    scroll,
    text,
)
from skill.screen.scene import Scene
from skill.screen.viewport import Viewport

INTERFACE = "Alexa.Presentation.APL"
VERSION = "2023.3"
TOKEN = "back_coach"  # noqa: S105 - names the document, and opens nothing
TICK_MILLISECONDS = 50
LONG_TEXT = 260  # characters; longer ones are set a little smaller
MANY_BUTTONS = 6  # more are numbers


def directive(scene: Scene, viewport: Viewport) -> dict[str, Any]:
    """The directive that shows a scene on a viewport, as JSON data."""
    return {
        "type": f"{INTERFACE}.RenderDocument",
        "token": TOKEN,
        "document": document(scene, viewport),
        "datasources": {"scene": data(scene)},
    }


def data(scene: Scene) -> dict[str, Any]:
    """The scene as the data source of the document; beats are lists, in the order of `Beat`."""
    shown: dict[str, Any] = {
        "kind": scene.kind,
        "title": scene.title,
        "large": scene.large,
        "lines": list(scene.lines),
        "buttons": [{"label": label, "means": list(means)} for label, means in scene.buttons],
        "after": [{"label": label, "means": list(means)} for label, means in scene.after],
        "level": scene.level,
        "foot": scene.foot,
    }
    if scene.figure:
        drawing = draw(scene.figure)
        shown |= {
            "keys": numbers(drawing),
            "rounds": drawing.loops,
            "still": scene.still,
            "loops": scene.loops,
            "of": scene.of,
            "beats": [list(vars(beat).values()) for beat in scene.beats],
        }
    if scene.points:
        shown["points"] = [list(point) for point in scene.points]
    if scene.seconds:
        shown["seconds"] = scene.seconds
    return shown


def document(scene: Scene, viewport: Viewport) -> dict[str, Any]:
    """The document that lays out a scene."""
    layouts = {
        "exercise": _exercise,
        "verdict": _verdict,
        "chart": _chart,
        "timer": _timer,
    }
    body = layouts.get(scene.kind, _question)(scene, viewport)
    ground = LEVELS["emergency"] if scene.level == "emergency" else GROUND
    edge = dp(viewport.margin)
    filled = {"width": "100%", "height": "100%"}
    padding = dict.fromkeys(("paddingLeft", "paddingRight", "paddingTop", "paddingBottom"), edge)
    return {
        "type": "APL",
        "version": VERSION,
        "theme": "dark",
        "settings": {"idleTimeout": round(1000 * scene.stays)},
        "styles": STYLES,
        "graphics": _graphics(scene, viewport),
        "mainTemplate": {
            "parameters": ["scene"],
            "items": [
                {
                    "type": "Frame",
                    "width": "100vw",
                    "height": "100vh",
                    "backgroundColor": ground,
                    "item": {**body, **filled, **padding},
                }
            ],
        },
    }


def _graphics(scene: Scene, viewport: Viewport) -> dict[str, Part]:
    if scene.kind == "chart" and scene.points:
        width, height = viewport.width - 2 * viewport.margin, _chart_height(viewport)
        return {"chart": chart(scene.points, width, height)}
    if scene.kind == "timer":
        return {"ring": ring()}
    if scene.figure:
        return {"figure": avg(draw(scene.figure)), "ring": ring()}
    return {}


# --- Pieces that many scenes have ---------------------------------------------------------------


def _title(viewport: Viewport, **more: Any) -> Part:
    centred = {"textAlign": "center"} if viewport.round else {}
    small = text("${scene.title}", 0.75 * viewport.text, color=ACCENT, maxLines=1)
    return {**small, **centred, **more}


def _body(scene: Scene, viewport: Viewport) -> Part:
    """All lines below one another, which scroll where they are too long."""
    size = viewport.text * (0.85 if sum(map(len, scene.lines)) > LONG_TEXT else 1.0)
    align = "center" if viewport.round else "left"
    line = text("${data}", size, textAlign=align, paddingBottom=dp(0.25 * size))
    lines = column(line, data="${scene.lines}", width="100%")
    return scroll(lines, width="100%", grow=1, shrink=1)


def _buttons(scene: Scene, viewport: Viewport, path: str = "buttons", **more: Any) -> Part:
    """The buttons of a scene in as few rows as they fit into."""
    many = len(getattr(scene, path))
    each = _in_a_row(many, viewport)
    height = max(56.0, 1.9 * viewport.text)
    rows = []
    for first in range(0, many, each):
        items = [
            button(
                f"scene.{path}[{number}]",
                0.85 * viewport.text,
                height,
                grow=1,
                shrink=1,
                width="0dp",
                marginLeft="5dp",
                marginRight="5dp",
            )
            for number in range(first, min(many, first + each))
        ]
        rows.append(row(*items, width="100%", marginTop="8dp"))
    return column(*rows, width="100%", shrink=0, **more)


def _in_a_row(many: int, viewport: Viewport) -> int:
    if many > MANY_BUTTONS:
        return 4 if viewport.round else 6 if viewport.upright else many
    if viewport.round:
        return 2
    if many <= 4:  # noqa: PLR2004 - a row of four reads well on every screen that is not round
        return many if not viewport.upright or many < 4 else 2  # noqa: PLR2004 - two by two
    return 3


# --- Home, questions, and words alone -----------------------------------------------------------


def _question(scene: Scene, viewport: Viewport) -> Part:
    """What is asked, large; the words or the signs below it; and what can be touched."""
    size = viewport.text * (1.35 if scene.kind == "home" or len(scene.large) < 90 else 1.1)  # noqa: PLR2004
    align = "center" if viewport.round else "left"
    large = text("${scene.large}", size, textAlign=align, fontWeight="700", shrink=0)
    parts = [_title(viewport), {**large, "paddingBottom": dp(0.4 * viewport.text)}]
    if scene.kind == "words":
        parts = [parts[0], _body(scene, viewport), parts[1]]
    else:
        parts.append(_body(scene, viewport))
    parts.append(_buttons(scene, viewport))
    if scene.foot and not viewport.round:
        foot = text("${scene.foot}", 0.6 * viewport.text, color=QUIET, paddingTop="10dp")
        parts.append(foot)
    return column(*parts)


# --- Verdicts -----------------------------------------------------------------------------------


def _verdict(scene: Scene, viewport: Viewport) -> Part:
    """How soon, large, in the colour of its level; for an emergency the number to call."""
    body, buttons = _body(scene, viewport), _buttons(scene, viewport)
    if scene.level == "emergency":
        size = viewport.text * (3.2 if not viewport.round else 2.4)
        align = "center" if viewport.round else "left"
        title = text("${scene.title}", viewport.text, textAlign=align, shrink=0)
        number = text("${scene.large}", size, fontWeight="700", textAlign=align, shrink=0)
        return column(title, number, body, buttons)
    soon = text(
        "${scene.large}",
        1.2 * viewport.text,
        fontWeight="700",
        textAlign="center" if viewport.round else "left",
        paddingLeft="20dp",
        paddingRight="20dp",
        paddingTop="10dp",
        paddingBottom="10dp",
    )
    band = panel(soon, LEVELS[scene.level], width="100%", shrink=0, marginBottom="16dp")
    return column(_title(viewport), band, body, buttons)


# --- Exercises ----------------------------------------------------------------------------------

BEAT = "scene.beats[i]"
SAYS, COUNT, DONE, SIDE = f"{BEAT}[4]", f"{BEAT}[5]", f"{BEAT}[6]", f"{BEAT}[7]"


def _exercise(scene: Scene, viewport: Viewport) -> Part:
    """The picture, what to do now, how many, which side, what comes next, and what to touch."""
    figure = picture(
        "figure",
        a="${scene.keys[k]}",
        b="${scene.keys[k + 1]}",
        u="${q - k}",
        width="100%",
        height="100%",
    )
    shown = panel(figure, PANEL, grow=1, shrink=1, paddingTop="8dp", paddingBottom="8dp")
    told = column(*_told(scene, viewport), grow=1, shrink=1, justifyContent="center")
    if viewport.upright:
        around = {"width": "100%", "alignItems": "center" if viewport.round else "stretch"}
        middle = column({**shown, "width": "100%", "height": "0dp"}, {**told, **around, "grow": 0})
    else:
        told = {**told, "width": "0dp", "paddingLeft": dp(viewport.margin)}
        middle = row({**shown, "width": "8%", "grow": 1.1}, told)
    whole = column({**middle, "grow": 1, "shrink": 1}, *_both_buttons(scene, viewport))
    return {**whole, **_clockwork(scene)}


def _told(scene: Scene, viewport: Viewport) -> list[Part]:
    align = "center" if viewport.round else "left"
    parts = [_title(viewport)]
    if scene.beats and not scene.loops:
        cue = f"${{over ? scene.large : {SAYS} + ({COUNT} == '' ? '' : '  ' + {COUNT})}}"
        large = text(cue, 1.35 * viewport.text, textAlign=align, fontWeight="700")
        parts += [{**large, "paddingBottom": "10dp"}, _counter(scene, viewport)]
    else:
        if scene.large:
            parts.append(text("${scene.large}", 1.15 * viewport.text, textAlign=align))
        if not viewport.round:
            parts.append(_body(scene, viewport))
    if scene.foot and not viewport.round:
        parts.append(text("${scene.foot}", 0.7 * viewport.text, color=QUIET, paddingTop="8dp"))
    return parts


def _counter(scene: Scene, viewport: Viewport) -> Part:
    """A ring that fills as the count goes on, how many are done, and the side."""
    size = viewport.text * (3.2 if not viewport.upright else 2.6)
    seconds = "Math.ceil(total - t)"
    clock = (
        f"${{Math.floor({seconds} / 60) + ':' + ({seconds} % 60 < 10 ? '0' : '') + {seconds} % 60}}"
    )
    inner = text(
        f"${{{DONE}}}" if scene.of else clock,
        size * (0.4 if scene.of else 0.26),
        width="100%",
        height="100%",
        textAlign="center",
        textAlignVertical="center",
        position="absolute",
        fontWeight="700",
    )
    share = "${total > 0 ? t / total : 0}"
    round_ = column(
        picture("ring", share=share, width="100%", height="100%"),
        inner,
        width=dp(size),
        height=dp(size),
        shrink=0,
    )
    side = text(f"${{{SIDE}}}", viewport.text, color=ACCENT, paddingLeft="16dp")
    of = text("/ ${scene.of}", viewport.text, paddingLeft="12dp", color=QUIET)
    parts = [round_, *([of] if scene.of else []), side]
    return row(*parts, alignItems="center", shrink=0)


def _both_buttons(scene: Scene, viewport: Viewport) -> Iterable[Part]:
    """What can be touched while it counts, and what when it is over."""
    if viewport.round:
        scene = _fewer(scene)
    if scene.beats and scene.after:
        yield _buttons(scene, viewport, display="${over ? 'none' : 'normal'}")
        yield _buttons(scene, viewport, "after", display="${over ? 'normal' : 'none'}")
    else:
        yield _buttons(scene, viewport)


def _fewer(scene: Scene) -> Scene:
    """As many buttons as fit into a circle."""
    return replace(scene, buttons=scene.buttons[:2], after=scene.after[:2])


def _clockwork(scene: Scene) -> dict[str, Any]:
    """What is bound to the time: seconds `t`, the beat `i`, the moment `q` of the picture."""
    if not scene.beats:
        return {"bind": [_number("q", scene.still), _number("k", int(scene.still))]}
    last = scene.beats[-1]
    total = last.at + last.lasts
    time = "elapsedTime / 1000"
    share = f"Math.clamp(0, (t - {BEAT}[0]) / {BEAT}[1], 1)"
    moved = "environment.animation == 'none' ? 1 : "
    if draw(scene.figure).loops:
        eased, moment = "s", "m % (scene.keys.length - 1)"
    else:
        eased, moment = "s * s * (3 - 2 * s)", "m"
    commands = [
        _set("t", f"{time} % total" if scene.loops else f"Math.min({time}, total)"),
        _set("i", "0", when=f"t < {BEAT}[0]"),
        _set("i", "i + 1", when="i + 1 < scene.beats.length && t >= scene.beats[i + 1][0]"),
        _set("over", "true", when="!scene.loops && t >= total"),
        _set("s", f"{moved}{share}"),
        _set("m", f"{BEAT}[2] + ({BEAT}[3] - {BEAT}[2]) * ({eased})"),
        _set("q", moment),
        _set("k", "Math.min(Math.floor(q), scene.keys.length - 2)"),
    ]
    first = scene.beats[0].start
    bound = [_number(name, 0) for name in ("t", "i", "s")]
    bound += [_number("m", first), _number("q", first), _number("k", int(first))]
    bound += [_number("total", total), {"name": "over", "type": "boolean", "value": False}]
    tick = {"minimumDelay": TICK_MILLISECONDS, "commands": commands}
    return {"bind": bound, "handleTick": [tick]}


def _number(name: str, value: float) -> Part:
    return {"name": name, "type": "number", "value": value}


def _set(name: str, value: str, **more: str) -> Part:
    when = {"when": f"${{{more['when']}}}"} if more else {}
    return {"type": "SetValue", "property": name, "value": f"${{{value}}}", **when}


# --- Progress and timers ------------------------------------------------------------------------


def _chart_height(viewport: Viewport) -> float:
    return 0.45 * viewport.height


def _chart(scene: Scene, viewport: Viewport) -> Part:
    drawn = [picture("chart", width="100%", height=dp(_chart_height(viewport)))]
    large = text("${scene.large}", viewport.text, fontWeight="700", shrink=0)
    shown = drawn if scene.points else []
    return column(
        _title(viewport), *shown, _body(scene, viewport), large, _buttons(scene, viewport)
    )


def _timer(scene: Scene, viewport: Viewport) -> Part:
    """The time that is left, large, in a ring that empties."""
    size = 0.42 * min(viewport.width, viewport.height)
    left = "Math.ceil(left)"
    clock = f"${{Math.floor({left} / 60) + ':' + ({left} % 60 < 10 ? '0' : '') + {left} % 60}}"
    inner = text(
        clock,
        0.24 * size,
        width="100%",
        height="100%",
        textAlign="center",
        textAlignVertical="center",
        position="absolute",
        fontWeight="700",
    )
    share = "${left / scene.seconds}"
    dial = column(
        picture("ring", share=share, width="100%", height="100%"),
        inner,
        width=dp(size),
        height=dp(size),
        alignSelf="center",
        shrink=0,
    )
    left_now = "Math.max(0, scene.seconds - elapsedTime / 1000)"
    whole = column(_title(viewport), dial, _body(scene, viewport), _buttons(scene, viewport))
    return {
        **whole,
        "bind": [_number("left", scene.seconds)],
        "handleTick": [{"minimumDelay": 500, "commands": [_set("left", left_now)]}],
    }
