"""PURE How large a screen is, in density-independent pixels, and what fits on it."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, NamedTuple

DENSITY = 160  # dots per inch at which a pixel is a dp
LINE_CHARACTERS = 30  # of the largest text that fit across a screen
CHARACTER_WIDTH, LINE_HEIGHT = 0.56, 1.35  # of a usual letter and of a line, in text sizes
RAGGED = 2  # characters that a line is short of, where a word does not fit
PARAGRAPH = 0.25  # text sizes between two paragraphs
MOST = 100_000  # of anything that a device says of its screen
SMALLEST = 20.0  # dp, and
SMALLEST_SHARE = 0.62  # of the usual text size, before a text is to be scrolled


class Viewport(NamedTuple):
    """A screen: width and height in dp, and whether it is round."""

    width: float = 1280
    height: float = 800
    round: bool = False

    @property
    def upright(self) -> bool:
        """Whether things stand one below the other rather than side by side."""
        return self.round or self.height > self.width

    @property
    def text(self) -> float:
        """The size of running text, in dp: to be read from across a kitchen."""
        across = self.width if self.round or self.width > self.height else 1.5 * self.width
        return max(24.0, min(across, 1.6 * self.height) / LINE_CHARACTERS)

    @property
    def margin(self) -> float:
        """The empty border, in dp; on a round screen, what the circle cuts off at the corners."""
        return 0.13 * self.width if self.round else 0.035 * min(self.width, self.height)

    @property
    def inner(self) -> tuple[float, float]:
        """Width and height within the margin, in dp."""
        return self.width - 2 * self.margin, self.height - 2 * self.margin


def fitting(lines: Iterable[str], width: float, height: float, size: float) -> float:
    """The largest size, up to `size`, at which paragraphs fit into a space; all in dp."""
    texts = list(lines)
    share, smallest = 1.0, max(SMALLEST_SHARE, SMALLEST / size)
    while share > smallest and taken(texts, width, size * share) > height:
        share -= 0.02
    return size * share


def taken(lines: Iterable[str], width: float, size: float) -> float:
    """About how high paragraphs of a text size are in a width; all in dp."""
    across = max(1.0, width / (size * CHARACTER_WIDTH) - RAGGED)
    rows = [max(1, ceil(len(line) / across)) for line in lines]
    return size * sum(row * LINE_HEIGHT + PARAGRAPH for row in rows)


def viewport(reported: Any) -> Viewport:
    """The viewport that a request reports (`context.Viewport`); a usual one where it does not."""
    known = reported if isinstance(reported, Mapping) else {}
    dots = _number(known.get("dpi"), DENSITY)
    width, height = (
        _number(known.get(f"currentPixel{side}"), _number(known.get(f"pixel{side}"), 0.0))
        for side in ("Width", "Height")
    )
    if not (dots and width and height):
        return Viewport(round=known.get("shape") == "ROUND")
    scale = DENSITY / dots
    return Viewport(width * scale, height * scale, round=known.get("shape") == "ROUND")


def _number(value: Any, otherwise: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < MOST else otherwise
