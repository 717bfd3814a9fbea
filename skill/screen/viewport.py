"""PURE How large a screen is, in density-independent pixels, and what fits on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DENSITY = 160  # dots per inch at which a pixel is a dp
LINE_CHARACTERS = 30  # of the largest text that fit across a screen


@dataclass(frozen=True)
class Viewport:
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
        return max(24.0, min(self.width, 1.6 * self.height) / LINE_CHARACTERS)

    @property
    def margin(self) -> float:
        """The empty border, in dp; on a round screen, what the circle cuts off at the corners."""
        return 0.13 * self.width if self.round else 0.035 * min(self.width, self.height)


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
    return float(value) if is_number and value > 0 else otherwise
