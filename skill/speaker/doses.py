"""More medicine than it should be, told in numbers: "I'm meant to have one and I've had three".

Where `signs` knows "too many" by its wording, this compares what was taken with what was allowed,
and hears two medicines of one kind taken together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from skill.speaker.phrases import Match
from skill.speaker.quantities import number_at
from skill.speaker.wording import Sentence, any_of
from skill.speaker.words import LIGHT_WORDS, MARKS, STOP_WORDS

_FINDING = "medicine_overdose"
_SURE = 0.9
_NEAR = 3  # words between "took", or "supposed to", and the number it is said of
_HALF = 0.5
_ANY_DAY = 8  # of whatever it is, no label allows more than this in a day (NHS: paracetamol)


class Doses:
    """The words of one locale in which doses are told."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Learn the table `doses`: what says taken, allowed and together, and what follows."""
        self._taken = any_of(words["taken"])
        self._allowed = any_of(words["allowed"])
        self._together = any_of(words["together"])
        self._follows = STOP_WORDS | LIGHT_WORDS | MARKS | frozenset(words["follows"])
        self._kinds = [any_of(words[kind]) for kind in ("paracetamol", "nsaid")]

    def exceeded(self, sentence: Sentence, medicine: Collection[int]) -> list[Match]:
        """An overdose, if the sentence tells of one. At the places of `medicine` one is named."""
        told = self._over_the_limit(sentence, medicine) or self._twice_the_same(sentence)
        return [Match("SYMPTOM", _FINDING, told, _SURE)] if told else []

    def _over_the_limit(self, sentence: Sentence, medicine: Collection[int]) -> tuple[int, ...]:
        """The places of what was taken and what was allowed, where it was more; else nothing."""
        allowed = list(self._counts(sentence, self._allowed))
        spoken_for = {places[-1] for places, _ in allowed}
        taken = [
            (places, count)
            for places, count in self._counts(sentence, self._taken)
            if places[-1] not in spoken_for and self._is_a_dose(sentence, places[-1], medicine)
        ]
        most: list[tuple[tuple[int, ...], float]] = [((), _ANY_DAY)] if medicine else []
        over = (
            {*one, *other}
            for (one, much), (other, limit) in product(taken, allowed or most)
            if much > limit
        )
        return tuple(sorted(next(over, ())))

    def _counts(
        self, sentence: Sentence, said: re.Pattern[str]
    ) -> Iterator[tuple[tuple[int, ...], float]]:
        """Each number that follows closely on words that say so, with the places of them all."""
        for found in said.finditer(" ".join(sentence.words)):
            first = found.string[: found.start()].count(" ")
            start = found.string[: found.end()].count(" ") + 1
            for place in range(start, min(start + _NEAR, len(sentence.words))):
                if (count := _number(sentence, place)) is not None:
                    yield (*range(first, start), place), count
                    break

    def _is_a_dose(self, sentence: Sentence, place: int, medicine: Collection[int]) -> bool:
        """Whether a number counts medicine, for all that is said: not "three biscuits"."""
        after = place + 1
        ends = after >= len(sentence.words)
        return ends or after in medicine or sentence.words[after] in self._follows

    def _twice_the_same(self, sentence: Sentence) -> tuple[int, ...]:
        """The places of two medicines of one kind that were taken together; else nothing."""
        text = " ".join(sentence.words)
        joined = self._together.search(text)
        if joined is None or self._taken.search(text) is None:
            return ()
        for kind in self._kinds:
            before = list(kind.finditer(text[: joined.start()]))
            after = kind.search(text, joined.end())
            if before and after and before[-1][0] != after[0]:
                starts = (before[-1].start(), after.start())
                return tuple(text[:start].count(" ") for start in starts)
        return ()


def _number(sentence: Sentence, place: int) -> float | None:
    if sentence.words[place] == "half":
        return _HALF
    found = number_at(sentence, place)
    return float(found[0].id) if found else None
