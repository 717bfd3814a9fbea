"""PURE A scene on a viewport -> the document of APL and its data.

What can be decided here is not left to the device, so sizes depend on how long the words are; on
which words, nothing does. What moves is moved by a tick handler from the time since the document
appeared, which is when the words begin.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from skill.screen.buttons import Button
from skill.screen.parts import (
    ACCENT,
    GROUND,
    KEYPAD,
    LEVELS,
    PANEL,
    QUIET,
    STYLES,
    Part,
    button,
    chart,
    column,
    delete,
    digit,
    done,
    dp,
    panel,
    picture,
    ring,
    row,
    scroll,
    text,
)
from skill.screen.scene import Scene
from skill.screen.viewport import LINE_HEIGHT, PARAGRAPH, Viewport, fitting, taken

if TYPE_CHECKING:
    from skill.figure.drawing import Drawing

RENDER = "Alexa.Presentation.APL.RenderDocument"
VERSION = "2023.3"
TOKEN = "back_coach"  # noqa: S105 - names the document, and opens nothing
TICK_MILLISECONDS = 50
MANY_BUTTONS = 6  # more are numbers
IN_A_CIRCLE = 4
SMALLEST_TOUCH = 56.0  # dp
LABEL_PADDING = 10.0  # dp beside a label
GAP = 12.0  # dp
PICTURE_SHARE = 0.54  # of the width, where the words stand beside it
TITLE, ASKED, CUE, SECOND, COUNTER = 0.75, 1.3, 2.0, 3.0, 4.5  # text sizes
LARGEST_BODY = 1.25  # times the usual text size, where few words have the screen to themselves
LARGEST_KEY = 4.0  # text sizes
FOOT = 0.6
CARD = 10.0  # dp around a picture


def directive(scene: Scene, viewport: Viewport) -> dict[str, Any]:
    """The directive that shows a scene on a viewport, as JSON data."""
    scene = _with_room(scene, viewport)
    return {
        "type": RENDER,
        "token": TOKEN,
        "document": document(scene, viewport),
        "datasources": {"scene": data(scene)},
    }


def _with_room(scene: Scene, viewport: Viewport) -> Scene:
    """The scene with as many buttons as there is room for; a circle has little."""
    if not viewport.round or len(scene.buttons) > MANY_BUTTONS:
        return scene
    if scene.kind == "exercise":
        return scene._replace(buttons=scene.buttons[:2], after=scene.after[:2])
    most = len(scene.buttons[:IN_A_CIRCLE])
    return scene._replace(buttons=(*scene.buttons[: most - 1], *scene.buttons[-1:]))


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
        shown |= {
            "keys": _moving(scene.figure)[1],
            "rounds": _drawing(scene).loops,
            "still": scene.still,
            "loops": scene.loops,
            "of": scene.of,
            "beats": [list(beat) for beat in scene.beats],
        }
    if scene.keypad:
        shown |= {"keypad": {"means": list(scene.keypad.means), "most": scene.keypad.most}}
        shown |= zip(("delete", "done"), scene.on_keys, strict=True)
    if scene.points:
        shown["points"] = [list(point) for point in scene.points]
    if scene.seconds:
        shown["seconds"] = scene.seconds
    return shown


def _drawing(scene: Scene) -> "Drawing":
    from skill.figure.drawing import draw  # noqa: PLC0415 - few scenes have a picture

    return draw(scene.figure)


@cache
def _moving(figure: str) -> tuple[Part, list[list[float]]]:
    """The vector graphic of a figure and its keys, made once: both are the same in every reply."""
    from skill.figure.drawing import draw  # noqa: PLC0415 - few scenes have a picture
    from skill.figure.vector import avg, numbers  # noqa: PLC0415

    return avg(draw(figure)), numbers(draw(figure))


class Extent(NamedTuple):
    """How much there is of a scene that is only words, and of the words only how long they are."""

    kind: str
    level: str
    large: int
    lines: tuple[int, ...]
    buttons: tuple[int, ...]
    has_foot: bool
    stays: float


def document(scene: Scene, viewport: Viewport) -> dict[str, Any]:
    """The document that lays out a scene. It may be that of other scenes too: not to be changed."""
    if scene.kind in _PICTURED:
        graphics = _graphics(scene, viewport)
        return _document(_PICTURED[scene.kind](scene, viewport), viewport, scene.stays, graphics)
    extent = Extent(
        scene.kind,
        scene.level,
        len(scene.large),
        _lengths(scene.lines),
        _labels(scene.buttons),
        bool(scene.foot),
        scene.stays,
    )
    return _of_words(extent, viewport)


def _lengths(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(map(len, texts))


def _labels(buttons: Iterable[Button]) -> tuple[int, ...]:
    return tuple([len(label) for label, _ in buttons])


@lru_cache(maxsize=128)  # the sizes of screens come from outside
def _of_words(extent: Extent, viewport: Viewport) -> dict[str, Any]:
    """The document of words alone, made once for all that are as long."""
    layouts = {"number": _keypad, "verdict": _verdict}
    body = layouts.get(extent.kind, _question)(extent, viewport)
    ground = LEVELS["emergency"] if extent.level == "emergency" else GROUND
    return _document(body, viewport, extent.stays, {}, ground)


def _document(
    body: Part, viewport: Viewport, stays: float, graphics: dict[str, Part], ground: str = GROUND
) -> dict[str, Any]:
    edge = dp(viewport.margin)
    filled = {"width": "100%", "height": "100%"}
    padding = dict.fromkeys(("paddingLeft", "paddingRight", "paddingTop", "paddingBottom"), edge)
    return {
        "type": "APL",
        "version": VERSION,
        "theme": "dark",
        "settings": {"idleTimeout": round(1000 * stays)},
        "styles": STYLES,
        "graphics": graphics,
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
        size = (viewport.inner[0], _chart_height(viewport))
        return {"chart": chart(scene.points, size, 0.7 * viewport.text)}
    if scene.kind == "timer":
        return {"ring": ring()}
    if scene.figure:
        return {"figure": _moving(scene.figure)[0], "ring": ring()}
    return {}


# --- Pieces that many scenes have ---------------------------------------------------------------


def _aligned(viewport: Viewport) -> dict[str, str]:
    return {"textAlign": "center" if viewport.round else "left"}


def _title(viewport: Viewport) -> Part:
    more = _aligned(viewport)
    return text("${scene.title}", TITLE * viewport.text, color=ACCENT, maxLines=1, **more)


def _large(length: int, viewport: Viewport, width: float) -> tuple[Part, float]:
    """What is read first, so many characters, and how high it is: three lines at most."""
    size = ASKED * viewport.text
    size = fitting([length], width, 3.2 * viewport.text, size)
    part = text("${scene.large}", size, fontWeight="700", shrink=0, **_aligned(viewport))
    return part, taken([length], width, size)


def _body(lines: Sequence[int], viewport: Viewport, width: float, height: float) -> Part:
    """Lines so long below one another, as large as fits, and to be scrolled where nothing does."""
    size = fitting(lines, width, height, LARGEST_BODY * viewport.text)
    line = text("${data}", size, paddingBottom=dp(PARAGRAPH * size), **_aligned(viewport))
    every = column(line, data="${scene.lines}", width="100%")
    return scroll(every, width="100%", grow=1, shrink=1, spacing=dp(GAP / 2))


class _Keys(NamedTuple):
    """How the buttons stand: so many in a row, of a height and a text size in dp."""

    many: int
    in_a_row: int
    each: float
    size: float

    @property
    def height(self) -> float:
        """How high all rows are together."""
        rows = ceil(self.many / self.in_a_row) if self.many else 0
        return rows * (self.each + GAP)

    def taller(self, spare: float, viewport: Viewport) -> Self:
        """The same in more height, so many dp of it at most."""
        rows = ceil(self.many / self.in_a_row) if self.many else 1
        most = max(self.each, LARGEST_KEY * viewport.text)
        return self._replace(each=min(most, self.each + max(0.0, spare) / rows))


def _keys(labels: Sequence[int], viewport: Viewport, large: float = 1.0) -> _Keys:
    """Buttons by how long their labels are, in few rows, and `large` times the usual height."""
    many = len(labels)
    if viewport.round or many > MANY_BUTTONS:
        large = min(large, 1.0 if viewport.round else 1.4)
    in_a_row = _in_a_row(many, viewport, large)
    width = (viewport.inner[0] - GAP * (in_a_row - 1)) / in_a_row - 2 * LABEL_PADDING
    usual = viewport.text * (0.85 if large == 1 else 1.0)
    two_lines = 2 * LINE_HEIGHT * 0.7 * viewport.text
    size = min((fitting([label], width, two_lines, usual) for label in labels), default=usual)
    highest = max((taken([label], width, size) for label in labels), default=0.0)
    each = max(SMALLEST_TOUCH, 1.9 * viewport.text * large, highest + LABEL_PADDING)
    return _Keys(many, in_a_row, each, size)


def _in_a_row(many: int, viewport: Viewport, large: float) -> int:
    if many > MANY_BUTTONS:
        return 4 if viewport.round else 6 if viewport.upright else many
    if viewport.round:
        return 2
    if many == 4:  # noqa: PLR2004 - two by two, where they are large
        return 2 if viewport.upright or large > 1 else 4
    return max(1, min(many, 3))


def _buttons(keys: _Keys, path: str = "buttons", **more: Any) -> Part:
    rows = []
    for first in range(0, keys.many, keys.in_a_row):
        end = min(keys.many, first + keys.in_a_row)
        items = [
            button(f"scene.{path}[{n}]", keys.size, keys.each, spacing=dp(GAP if n > first else 0))
            for n in range(first, end)
        ]
        rows.append(row(*items, width="100%", spacing=dp(GAP if first else 0)))
    return column(*rows, width="100%", shrink=0, spacing=dp(GAP), **more)


# --- Home, questions, and words alone -----------------------------------------------------------


def _question(extent: Extent, viewport: Viewport) -> Part:
    """What is asked, large; the words or the signs below it; and what can be touched, large."""
    width, height = viewport.inner
    keys = _keys(extent.buttons, viewport, 2.2 if extent.kind == "home" else 1.5)
    asked, asked_height = _large(extent.large, viewport, width)
    foot = viewport.text if extent.has_foot else 0.0
    left = height - TITLE * LINE_HEIGHT * viewport.text - asked_height - keys.height - foot
    left -= 2 * GAP
    body = _body(extent.lines, viewport, width, left)
    keys = keys.taller(left - taken(extent.lines, width, LARGEST_BODY * viewport.text), viewport)
    asked = {**asked, "spacing": dp(GAP / 2)}
    # What was said comes before what is asked; the signs of a question come after it.
    middle = [body, asked] if extent.kind == "words" else [asked, body]
    parts = [_title(viewport), *middle, _buttons(keys)]
    if extent.has_foot and not viewport.round:
        parts.append(text("${scene.foot}", FOOT * viewport.text, color=QUIET, spacing=dp(GAP)))
    return column(*parts)


def _keypad(extent: Extent, viewport: Viewport) -> Part:
    """What is asked, the number so far, ten digits in two rows, and what to do with the number."""
    width, height = viewport.inner
    asked, asked_height = _large(extent.large, viewport, width)
    size = viewport.text * (1.2 if viewport.round else 2.0)
    left = height - TITLE * LINE_HEIGHT * viewport.text - asked_height - size * LINE_HEIGHT
    each = max(SMALLEST_TOUCH, min(left / 3 - GAP, 3 * viewport.text))
    label = viewport.text * (0.85 if viewport.round else 1.0)
    apart = {"spacing": dp(GAP)}
    rows = [
        [digit(n % 10, label, each, **(apart if n % 5 != 1 else {})) for n in five]
        for five in (range(1, 6), range(6, 11))
    ]
    given = [
        button(f"scene.buttons[{n}]", 0.8 * label, each, **apart)
        for n in range(len(extent.buttons))
    ]
    rows.append([done(0.8 * label, each), delete(0.8 * label, each, **apart), *given])
    typed = text(
        "${typed == 0 ? '_' : typed}", size, fontWeight="700", color=ACCENT, **_aligned(viewport)
    )
    keys = column(*(row(*keys, width="100%", **apart) for keys in rows), width="100%", shrink=0)
    space = column(grow=1)
    whole = column(*([] if viewport.round else [_title(viewport)]), asked, typed, space, keys)
    return {**whole, "id": KEYPAD, "bind": [_variable("typed", 0)]}


# --- Verdicts -----------------------------------------------------------------------------------


def _verdict(extent: Extent, viewport: Viewport) -> Part:
    """How soon, large, in the colour of its level; for an emergency the number to call."""
    width, height = viewport.inner
    keys = _keys(extent.buttons, viewport)
    is_call = extent.level == "emergency"
    head, head_height = _number(viewport) if is_call else _band(extent, viewport, width)
    title = viewport.text * (1.0 if is_call else TITLE)
    left = height - title * LINE_HEIGHT - head_height - keys.height - 2 * GAP
    body = _body(extent.lines, viewport, width, left)
    named = _title(viewport)
    if is_call:
        named = text("${scene.title}", title, shrink=0, **_aligned(viewport))
    return column(named, head, body, _buttons(keys))


def _number(viewport: Viewport) -> tuple[Part, float]:
    size = viewport.text * (2.2 if viewport.round else 3.2)
    number = text("${scene.large}", size, fontWeight="700", shrink=0, **_aligned(viewport))
    return number, size * LINE_HEIGHT


def _band(extent: Extent, viewport: Viewport, width: float) -> tuple[Part, float]:
    soon, height = _large(extent.large, viewport, width - 4 * CARD)
    padded = {f"padding{side}": dp(CARD) for side in ("Left", "Right", "Top", "Bottom")}
    soon.pop("shrink")  # a frame's only part has nothing to share with
    band = panel({**soon, **padded}, LEVELS[extent.level], width="100%", shrink=0)
    return {**band, "spacing": dp(GAP / 2)}, height + 2 * CARD


# --- Exercises ----------------------------------------------------------------------------------

BEAT = "scene.beats[i]"
SAYS, COUNT, DONE, SIDE = f"{BEAT}[4]", f"{BEAT}[5]", f"{BEAT}[6]", f"{BEAT}[7]"


def _exercise(scene: Scene, viewport: Viewport) -> Part:
    """The picture, what to do now, how many, which side, what comes next, and what to touch."""
    now, later = (_keys(_labels(each), viewport) for each in (scene.buttons, scene.after))
    width, height = viewport.inner
    height -= max(now.height, later.height)
    if viewport.upright:
        told_height = viewport.text * (3.6 if viewport.round else 8.0 if _counts(scene) else 11.0)
        shown = _picture(scene, width, height - told_height - 2 * GAP)
        told = column(*_told(scene, viewport, width, told_height), width="100%", spacing=dp(GAP))
        told |= {} if viewport.round else {"height": dp(told_height)}
        middle = column(shown, {**told, "alignItems": "center" if viewport.round else "stretch"})
    else:
        shown = _picture(scene, PICTURE_SHARE * width, height)
        beside = (1 - PICTURE_SHARE) * width - viewport.margin
        told = column(*_told(scene, viewport, beside, height), width=dp(beside))
        middle = row(shown, {**told, "spacing": dp(viewport.margin), "height": dp(height)})
        middle["items"][1]["justifyContent"] = "center"
    middle |= {"width": "100%", "grow": 1, "shrink": 1}
    whole = column(middle, *_both_buttons(scene, now, later))
    return {**whole, **_clockwork(scene)}


def _counts(scene: Scene) -> bool:
    return bool(scene.beats) and not scene.loops


def _picture(scene: Scene, width: float, height: float) -> Part:
    """The picture on a card of these measures, as large as fits."""
    _, _, across, down = _drawing(scene).box
    scale = min((width - 2 * CARD) / across, (height - 2 * CARD) / down)
    figure = picture(
        "figure",
        a="${scene.keys[k]}",
        b="${scene.keys[k + 1]}",
        u="${q - k}",
        width=dp(scale * across),
        height=dp(scale * down),
    )
    centred = {"alignItems": "center", "justifyContent": "center"}
    card = column(figure, width="100%", height="100%", **centred)
    return panel(card, PANEL, width=dp(width), height=dp(height), shrink=0)


def _told(scene: Scene, viewport: Viewport, width: float, height: float) -> list[Part]:
    """The words beside the picture."""
    parts = [_title(viewport)]
    foot = text("${scene.foot}", 0.7 * viewport.text, color=QUIET, spacing=dp(GAP))
    last = [foot] if scene.foot and not viewport.round else []
    if _counts(scene):
        cue = f"${{over ? scene.large : {SAYS}{_in_a_line(scene) if viewport.round else ''}}}"
        size = fitting(
            [max(len(beat.says) for beat in scene.beats)],
            width,
            (3.6 if viewport.upright else 5.4) * viewport.text,
            (ASKED if viewport.upright else CUE) * viewport.text,
        )
        said = text(cue, size, fontWeight="700", **_aligned(viewport))
        counter = [] if viewport.round else [_counter(scene, viewport)]
        return [*parts, said, *counter, *last]
    asked, asked_height = _large(len(scene.large), viewport, width)
    parts.append(asked)
    if not viewport.round:
        left = height - TITLE * LINE_HEIGHT * viewport.text - asked_height - viewport.text
        parts.append(_body(_lengths(scene.lines), viewport, width, left))
    return parts + last


def _in_a_line(scene: Scene) -> str:
    """The seconds of a hold and how many are done, behind the words: a circle has no room below."""
    done = f" + '  ' + {DONE} + '/' + scene.of" if scene.of else ""
    return f" + ({COUNT} == '' ? '' : '  ' + {COUNT}){done}"


def _counter(scene: Scene, viewport: Viewport) -> Part:
    """A ring that fills as the count goes on, how many are done, the side, and large the second."""
    size = viewport.text * (0.7 if viewport.upright else 1.0) * COUNTER
    inner = f"${{{DONE}}}" if scene.of else _clock("Math.ceil(total - t)")
    dial = _dial(inner, size * (0.4 if scene.of else 0.26), size, "${t / total}")
    of = text("/ ${scene.of}", viewport.text, color=QUIET, spacing=dp(GAP))
    side = text(f"${{{SIDE}}}", viewport.text, color=ACCENT, spacing=dp(2 * GAP))
    second = text(f"${{over ? '' : {COUNT}}}", SECOND * viewport.text, fontWeight="700", grow=1)
    parts = [dial, *([of] if scene.of else []), side, {**second, "textAlign": "right"}]
    return row(*parts, alignItems="center", width="100%", shrink=0, spacing=dp(GAP))


def _dial(inner: str, text_size: float, size: float, share: str) -> Part:
    """A ring with something to read in it."""
    whole = {"width": "100%", "height": "100%"}
    centred = {"textAlign": "center", "textAlignVertical": "center", "position": "absolute"}
    read = text(inner, text_size, fontWeight="700", **whole, **centred)
    return column(
        picture("ring", share=share, **whole), read, width=dp(size), height=dp(size), shrink=0
    )


def _clock(seconds: str) -> str:
    """An expression for minutes and seconds."""
    rest = f"{seconds} % 60"
    return f"${{Math.floor({seconds} / 60) + ':' + ({rest} < 10 ? '0' : '') + {rest}}}"


def _both_buttons(scene: Scene, now: _Keys, later: _Keys) -> Iterable[Part]:
    """What can be touched while it counts, and what when it is over."""
    if scene.beats and scene.after:
        yield _buttons(now, display="${over ? 'none' : 'normal'}")
        yield _buttons(later, "after", display="${over ? 'normal' : 'none'}")
    else:
        yield _buttons(now)


def _clockwork(scene: Scene) -> dict[str, Any]:
    """What is bound to the time: seconds `t`, the beat `i`, the moment `q` of the picture."""
    if not scene.beats:
        return {"bind": [_variable("q", scene.still), _variable("k", int(scene.still))]}
    last = scene.beats[-1]
    total = last.at + last.lasts
    time = "elapsedTime / 1000"
    share = f"Math.clamp(0, (t - {BEAT}[0]) / {BEAT}[1], 1)"
    moved = "environment.animation == 'none' ? 1 : "
    if _drawing(scene).loops:
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
    bound = [_variable(name, 0) for name in ("t", "i", "s")]
    bound += [_variable("m", first), _variable("q", first), _variable("k", int(first))]
    bound += [_variable("total", total), {"name": "over", "type": "boolean", "value": False}]
    tick = {"minimumDelay": TICK_MILLISECONDS, "commands": commands}
    return {"bind": bound, "handleTick": [tick]}


def _variable(name: str, value: float) -> Part:
    return {"name": name, "type": "number", "value": value}


def _set(name: str, value: str, **more: str) -> Part:
    when = {"when": f"${{{more['when']}}}"} if more else {}
    return {"type": "SetValue", "property": name, "value": f"${{{value}}}", **when}


# --- Progress and timers ------------------------------------------------------------------------


def _chart_height(viewport: Viewport) -> float:
    return (0.3 if viewport.round else 0.42) * viewport.height


def _chart(scene: Scene, viewport: Viewport) -> Part:
    width, height = viewport.inner
    keys = _keys(_labels(scene.buttons), viewport)
    asked, asked_height = _large(len(scene.large), viewport, width)
    left = height - _chart_height(viewport) - asked_height - keys.height - 1.5 * viewport.text
    drawn = picture("chart", width="100%", height=dp(_chart_height(viewport)))
    body = _body(_lengths(scene.lines), viewport, width, left)
    return column(_title(viewport), drawn, body, asked, _buttons(keys))


def _timer(scene: Scene, viewport: Viewport) -> Part:
    """The time that is left, large, in a ring that empties."""
    keys = _keys(_labels(scene.buttons), viewport)
    size = (0.42 if viewport.round else 0.52) * min(viewport.width, viewport.height)
    dial = _dial(_clock("Math.ceil(left)"), 0.2 * size, size, "${left / scene.seconds}")
    left = viewport.inner[1] - size - keys.height - 2 * viewport.text
    body = _body(_lengths(scene.lines), viewport, viewport.inner[0], left)
    parts = [_title(viewport), {**dial, "alignSelf": "center"}, body, _buttons(keys)]
    left_now = "Math.max(0, scene.seconds - elapsedTime / 1000)"
    return {
        **column(*parts),
        "bind": [_variable("left", scene.seconds)],
        "handleTick": [{"minimumDelay": 500, "commands": [_set("left", left_now)]}],
    }


_PICTURED: Mapping[str, Callable[[Scene, Viewport], Part]] = {
    "exercise": _exercise,
    "chart": _chart,
    "timer": _timer,
}
"""The kinds of scenes that have more than words."""
