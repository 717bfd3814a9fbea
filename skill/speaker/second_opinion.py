"""A second opinion on a sentence in which no danger was heard: it may tell of one after all.

Rules hear what is written down for them, and somebody will always put it otherwise. This one has
learnt, from thousands of labelled sentences, which words and pairs of words go with which danger
(`tests/learn_dangers.py`; a logistic regression for each). It never says that one is there: what it
suspects is asked about.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path

from skill.speaker.words import MARKS

LEAST_WORDS = 6  # what is said in fewer is heard by the rules, or is an answer
LEAST_LIKELY = 0.25  # of 1: one sentence in two hundred is asked about in vain


class SecondOpinion:
    """What was learnt for one locale; nothing is suspected where nothing was."""

    def __init__(self, locale: str) -> None:
        """Read what was learnt for `locale`."""
        file = learnt(locale)
        data = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        self._weights: dict[str, dict[str, float]] = data.get("weights", {})
        self._bias: dict[str, float] = data.get("bias", {})

    def suspected(self, words: Sequence[str]) -> dict[str, float]:
        """The dangers that a sentence in these words may tell of, with how likely (0 to 1)."""
        spoken = [word for word in words if word not in MARKS]
        if len(spoken) < LEAST_WORDS:
            return {}
        found = set(features(spoken))
        sums: Counter[str] = Counter()
        for feature in found:
            sums.update(self._weights.get(feature, {}))
        likely = {
            name: 1 / (1 + exp(-bias - sums[name] / sqrt(len(found))))
            for name, bias in self._bias.items()
        }
        return {name: odds for name, odds in likely.items() if odds >= LEAST_LIKELY}


def features(words: Sequence[str]) -> Iterator[str]:
    """What is looked at in a sentence: each word, and each two that follow one another."""
    yield from words
    for pair in pairwise(words):
        yield " ".join(pair)


def learnt(locale: str) -> Path:
    """The file of what was learnt for a locale."""
    return Path(__file__).with_name(f"second_opinion.{locale}.json")
