"""PURE How large a screen is, in density-independent pixels, and what fits on it."""

from collections.abc import Sequence
from itertools import accumulate, repeat
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
SHARES = tuple(accumulate(repeat(-0.02, 20), initial=1.0))  # of it to be tried, down to that


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


def fitting(lengths: Sequence[int], width: float, height: float, size: float) -> float:
    """The largest size, up to `size`, at which paragraphs of so many characters fit into a space.

    Or the smallest that is still read, where none does. All in dp.
    """
    smallest = max(SMALLEST_SHARE, SMALLEST / size)
    first, last, tried = 0, len(SHARES) - 1, 0  # most things fit at once
    while first < last:  # what fits, fits when it is smaller
        share = SHARES[tried]
        if share <= smallest or taken(lengths, width, size * share) <= height:
            last = tried
        else:
            first = tried + 1
        tried = (first + last) // 2
    return size * SHARES[first]


def taken(lengths: Sequence[int], width: float, size: float) -> float:
    """About how high paragraphs of so many characters are in a width at a text size; all in dp."""
    across = max(1.0, width / (size * CHARACTER_WIDTH) - RAGGED)
    rows = [ceil(length / across) or 1 for length in lengths]
    return size * sum([row * LINE_HEIGHT + PARAGRAPH for row in rows])


def viewport(reported: Any) -> Viewport:
    """The viewport that a request reports (`context.Viewport`); a usual one where it does not."""
    known = reported if isinstance(reported, dict) else {}
    is_round = known.get("shape") == "ROUND"
    width = _number(known.get("currentPixelWidth")) or _number(known.get("pixelWidth"))
    height = _number(known.get("currentPixelHeight")) or _number(known.get("pixelHeight"))
    if not (width and height):
        return Viewport(round=is_round)
    scale = DENSITY / (_number(known.get("dpi")) or DENSITY)
    return Viewport(width * scale, height * scale, is_round)


def _number(value: Any) -> float:
    """A number that can be one of a screen; 0 for anything else."""
    return float(value) if type(value) in _NUMBERS and 0 < value < MOST else 0.0


_NUMBERS = (int, float)  # and no more: true is no number
