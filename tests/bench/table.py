"""One row of the table: a figure of a baseline and of ours, and what their ratio has to reach."""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (52, 14, 14, 8, 8, 5)
HEAD = "{:<52}{:>14}{:>14}{:>8}{:>8}{:>5}".format(
    "figure", "baseline", "Back Coach", "ratio", "target", "met"
)


@dataclass(frozen=True)
class Row:
    """`target` is the most the ratio may be; with `at_least`, the least."""

    figure: str
    baseline: float
    ours: float
    target: float
    at_least: bool = False
    ratio: float | None = None  # where it is more than one figure by the other

    def __str__(self) -> str:
        ratio = self.ours / self.baseline if self.ratio is None else self.ratio
        met = ratio >= self.target if self.at_least else ratio <= self.target
        target = f"{'>=' if self.at_least else '<='}{self.target:.2f}"
        return (
            f"{self.figure:<52}{self.baseline:>14.3f}{self.ours:>14.3f}"
            f"{ratio:>8.3f}{target:>8}{'yes' if met else 'NO':>5}"
        )


def rule() -> str:
    """The line below the head."""
    return "-" * sum(WIDTHS)
