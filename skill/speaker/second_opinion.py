"""A second opinion on a sentence in which no danger was heard: it may tell of one after all.

Rules hear what is written down for them, and somebody will always put it otherwise. This one has
learnt, from thousands of labelled sentences, which words and pairs of words go with a danger, and
with which (`tests/learn_dangers.py`; a logistic regression for each). It never says that one is
there: what it suspects is asked about.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path

from skill.speaker.wording import Sentence
from skill.speaker.words import MARKS

ANY = "any"
"""What stands for "one of the dangers, whichever", beside their ids."""

LEAST_WORDS = 5  # what is said in fewer is heard by the rules, or is an answer
LIKELY = 0.2  # of 1: from here on one danger is suspected by itself
VERY_LIKELY = 0.5  # of 1: even where it is clear what else the sentence is
LIKELY_ANY = ((0.4, 0.05), (0.8, 0.015))  # any danger, and the likeliest of them: then that one


class SecondOpinion:
    """What was learnt for one locale; nothing is suspected where nothing was."""

    def __init__(self, locale: str) -> None:
        """Read what was learnt for `locale`."""
        file = learnt(locale)
        data = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        self._weights: dict[str, dict[str, float]] = data.get("weights", {})
        self._bias: dict[str, float] = data.get("bias", {})

    def suspected(
        self,
        roots: Sequence[str],
        *,
        clear: bool = False,
        alone: bool = True,
    ) -> dict[str, float]:
        """The dangers that a sentence of these roots may tell of, with how likely (0 to 1).

        It takes more where it is `clear` what else the sentence is, or where these roots do not
        stand `alone` but are what is left of it.
        """
        if not self._bias or len(roots) < LEAST_WORDS:
            return {}
        likely = self._likely(set(features(roots)))
        of_any = likely.pop(ANY)
        least = VERY_LIKELY if clear else LIKELY
        found = {name: odds for name, odds in likely.items() if odds >= least}
        likeliest = max(likely, key=likely.__getitem__)
        odds = likely[likeliest]
        enough = any(of_any >= any_ and odds >= one for any_, one in LIKELY_ANY)
        if not found and enough and alone and not clear:
            return {likeliest: odds}
        return found

    def _likely(self, found: Collection[str]) -> dict[str, float]:
        """By danger, and for any, how likely it is with these features."""
        sums: Counter[str] = Counter()
        for feature in found:
            sums.update(self._weights.get(feature, {}))
        return {
            name: 1 / (1 + exp(-bias - sums[name] / sqrt(len(found))))
            for name, bias in self._bias.items()
        }


def features(roots: Sequence[str]) -> Iterator[str]:
    """What is looked at in a sentence: each root, and each two that follow one another."""
    yield from roots
    for pair in pairwise(roots):
        yield " ".join(pair)


def spoken_roots(sentence: Sentence, but: Collection[int] = ()) -> list[str]:
    """The roots of a sentence's words without its marks, and without those at certain places."""
    spoken = enumerate(zip(sentence.words, sentence.roots, strict=True))
    return [root for place, (word, root) in spoken if word not in MARKS and place not in but]


def learnt(locale: str) -> Path:
    """The file of what was learnt for a locale."""
    return Path(__file__).with_name(f"second_opinion.{locale}.json")
