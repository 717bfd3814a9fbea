"""Findings put together from a part and a sign: "my foot" and "keeps slapping" are a weak leg.

Where `phrases` knows a finding by its wording, this knows it by what is said of what, so that a
new way of saying one half of it is heard with every way of saying the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from skill.content.signs import Signs
from skill.speaker.phrases import PART, SIGN, Ground, Match, PhraseBook
from skill.speaker.wording import Sentence
from skill.speaker.words import root_set, word_set

_FINDING = "SYMPTOM"
_FURTHEST = 3  # words that matter between a part and what is said of it
_NEXT_TO = 3  # words of any kind on, where the sign is only that it cannot be, or how many
_BARE = root_set(
    """
    cannot wont not four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen eighteen twenty thirty forty fifty
    """
)
_DOSES = word_set(
    """
    mg milligram microgram gram ml mil millilitre percent minute minutes hour hours day days week
    weeks month months year years
    """
)
_REFERS = word_set("it they them that one which this these")
_LATER = 3  # words after the sign that may still point back: "I came down with it"
ELSEWHERE = "elsewhere"  # parts that are none of ours, but may be what the sign is said of
_BACK, _COUGH = "spine", "coughing"
_MEANS_NOTHING = {ELSEWHERE, _BACK}  # ... and the back, of which most signs are no news
_JOINS = word_set("and or nor plus , with into down to through")
_OWN = word_set("my the his her their your a left right both around round in all me")
_SURE = 0.9


class SignReader:
    """Finds parts with their signs."""

    def __init__(self, book: PhraseBook, signs: Signs) -> None:
        """`book` holds what people call the parts and the signs; `signs` what they come to."""
        self._book = book
        self._signs = signs

    def read(self, sentence: Sentence) -> PartsAndSigns:
        """The parts and signs that a sentence names."""
        return PartsAndSigns(sentence, self._book.find(sentence), self._signs)


class PartsAndSigns:
    """The parts and signs of one sentence, and what they come to."""

    def __init__(self, sentence: Sentence, said: Sequence[Match], signs: Signs) -> None:
        """`said` are the parts and signs in the sentence; `signs` is what they mean."""
        self._ground = Ground(sentence)
        self._said = said
        self._signs = signs
        self._parts = {match.id for match in said if match.kind == PART}

    def findings(self, times: Collection[int] = (), more: Sequence[Match] = ()) -> list[Match]:
        """The findings, each with the words of its part, its sign, and what else it takes.

        And, as `ELSEWHERE`, signs that are said of something that is none of ours. Numbers at the
        places of `times` count nothing: in "my tablets at eight" there are no eight tablets. `more`
        are parts that are told by other means.
        """
        hours = _hours(self._ground.sentence, times)
        said = [match for match in self._said if not hours & set(match.places)]
        said += more
        found: list[Match] = []
        for signs in _by_place(match for match in said if match.kind == SIGN):
            meant = {
                part: [one for sign in signs for one in self._meant(part, sign, said)]
                for part in said
                if part.kind == PART and not set(part.places) & set(signs[0].places)
            }
            parts = [
                part
                for part in meant
                if meant[part] or _may_take(part, signs[0], said, self._ground, self._signs.follow)
            ]
            near = _nearest(parts, signs[0], self._ground)
            found += [one for part in near for one in meant[part]]
            if any(part.id == ELSEWHERE for part in near):
                found.append(Match(ELSEWHERE, ELSEWHERE, signs[0].places, _SURE))
        return found

    def answering(self, asked: str) -> list[Match]:
        """A sign of the finding that was `asked` about, of no part: the question named the part."""
        clauses = self._ground.sentence.clauses
        parts = {clauses[match.first] for match in self._said if match.kind == PART}
        return [
            Match(_FINDING, asked, sign.places, _SURE)
            for sign in self._said
            if sign.kind == SIGN
            and clauses[sign.first] not in parts
            and asked in self._signs.together(self._signs.parts(asked), [sign.id])
        ]

    def hinted(self) -> tuple[str, ...]:
        """The dangers that something odd said of the parts it names may hint at, each once."""
        return self._signs.hinted(self._parts)

    def places(self, part: str) -> set[int]:
        """Where a part is named, in whatever words."""
        return {place for match in self._said if match.id == part for place in match.places}

    def named(self, findings: Sequence[str]) -> Iterator[str]:
        """Those of `findings` whose part the sentence names: of a weak leg, "my leg"."""
        parts = self._parts - _MEANS_NOTHING  # "back to my mum" names no lump
        return (name for name in findings if parts & self._signs.parts(name))

    def _meant(self, part: Match, sign: Match, said: Sequence[Match]) -> Iterator[Match]:
        near = _of_one_thought(self._ground, part, sign, said, self._signs.follow)
        for meaning in self._signs.of(part.id, sign.id, {match.id for match in said}):
            if near or meaning.far:
                more = [match for match in said if match.id in meaning.also][:1]
                yield _match(meaning.finding, [part, sign, *more], self._ground)


def _hours(sentence: Sentence, times: Collection[int]) -> set[int]:
    """Where a number is one of the clock, of days or of a dose: at those it counts nothing."""
    return {
        place
        for place, word in enumerate(sentence.roots)
        if word in _BARE
        and (
            place in times
            or sentence.words[max(place - 1, 0)] == "at"
            or _DOSES & set(sentence.roots[place + 1 : place + 2])
        )
    }


def _match(finding: str, said: Sequence[Match], ground: Ground) -> Match:
    """The finding with the words that say it; of two thoughts, the one that may be denied."""
    part, sign = said[:2]
    elsewhere = ground.sentence.clauses[part.last] < ground.sentence.clauses[sign.first]
    words = said[1:] if elsewhere else said
    places = {place for match in words for place in match.places}
    return Match(_FINDING, finding, tuple(sorted(places)), _SURE)


def _may_take(
    part: Match, sign: Match, said: Sequence[Match], ground: Ground, follow: Collection[str]
) -> bool:
    """Whether the sign may be said of this part, which it is no finding of."""
    if part.id == _BACK and (sign.first < part.first or any(p.id == _COUGH for p in said)):
        return False  # "coughing makes my back scream" is about the cough
    return part.id in _MEANS_NOTHING and _of_one_thought(ground, part, sign, said, follow)


def _by_place(signs: Iterable[Match]) -> list[list[Match]]:
    """The signs, those together that are readings of the very same words."""
    places: dict[tuple[int, ...], list[Match]] = {}
    for sign in signs:
        places.setdefault(sign.places, []).append(sign)
    return list(places.values())


def _nearest(parts: list[Match], sign: Match, ground: Ground) -> list[Match]:
    """The part nearest to the sign, and those joined to it: "my groin and both feet"."""
    if not parts:
        return []
    near = min(
        parts,
        key=lambda part: (_apart(part, sign), part.first > sign.first, part.id in _MEANS_NOTHING),
    )
    return [part for part in parts if part is near or _joined(part, near, ground)]


def _apart(one: Match, other: Match) -> int:
    first, second = sorted((one, other), key=lambda match: match.first)
    return second.first - first.last


def _joined(part: Match, near: Match, ground: Ground) -> bool:
    first, second = sorted((part, near), key=lambda match: match.first)
    if near.id == ELSEWHERE:
        return False
    if first.last >= second.first:
        return True  # two readings of one place
    between = ground.sentence.words[first.last + 1 : second.first]
    return bool(_JOINS & set(between)) and set(between) <= _JOINS | _OWN


def _of_one_thought(
    ground: Ground, part: Match, sign: Match, said: Sequence[Match], follow: Collection[str]
) -> bool:
    """Whether the sign is said of the part."""
    if not _clauses_of(part, ground) & _clauses_of(sign, ground):
        return _refers_back(ground, part, sign, said, alone=sign.id in follow)
    first, last = sorted((part, sign), key=lambda match: match.first)
    between = [match for match in said if first.last < match.first and match.last < last.first]
    if _taken_by_another(sign, between):
        return False
    if {ground.sentence.roots[place] for place in sign.places} <= _BARE:
        return last.first - first.last <= _NEXT_TO
    return ground.between((first.last, last.first)) <= _FURTHEST


def _clauses_of(match: Match, ground: Ground) -> set[int]:
    return {ground.sentence.clauses[place] for place in match.places}


def _taken_by_another(sign: Match, between: Sequence[Match]) -> bool:
    """Whether another part comes first, and its sign after: "a sore back, numb leg"."""
    parts = [_apart(match, sign) for match in between if match.kind == PART]
    signs = [_apart(match, sign) for match in between if match.kind == SIGN]
    return bool(parts and signs) and min(parts) < max(signs)


def _refers_back(
    ground: Ground, part: Match, sign: Match, said: Sequence[Match], *, alone: bool
) -> bool:
    """Whether the sign's clause speaks of "it", which is the part: "my leg, it's all floppy"."""
    clauses = ground.sentence.clauses
    clause = clauses[sign.first]
    if clauses[part.first] != clause - 1:
        return False
    others = [
        match
        for match in said
        if match.kind == PART
        and not (match.id == ELSEWHERE and set(match.places) <= set(sign.places))  # "like coffee"
    ]
    if any(clauses[match.first] == clause for match in others):
        return False
    later = [match for match in others if part.last < match.first < sign.first]
    start = clauses.index(clause)
    return not later and (
        alone or bool(_REFERS & set(ground.sentence.words[start : sign.last + 1 + _LATER]))
    )
