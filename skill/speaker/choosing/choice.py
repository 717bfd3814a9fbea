"""What an utterance is taken for, and why."""

from __future__ import annotations

from dataclasses import dataclass

FALLBACK = "AMAZON.FallbackIntent"
SURE = 0.6  # from here on a likeness overrules what else the sentence might be


@dataclass(frozen=True)
class Choice:
    """An intent, how sure that is (0 to 1), and why.

    `picked`: findings pointed at, not named; `doubted`: those to be asked about.
    """

    intent: str
    confidence: float
    reason: str
    picked: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
