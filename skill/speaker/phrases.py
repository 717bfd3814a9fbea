"""Finding known phrases in a sentence: in other word order, with words between, misspelt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skill.interaction_model import WORD_FOR_WORD
from skill.speaker.wording import Sentence, as_sentence, undone
from skill.speaker.words import LIGHT_WORDS, MARKS, STOP_WORDS, root, word_set
from skill.triage import emergencies_alone

EMERGENCIES = emergencies_alone()
"""Findings that are an emergency on their own: heard even when said in a roundabout way."""

NEAR = 0.79  # how like a known word an unknown one must be to be taken for it
_SHORTEST_GUESS = 5  # letters; shorter words are too easily like another
_MOST_PLACES = 12  # ways of laying one phrase on a sentence that are tried
_WEAK = word_set(
    """
    cannot wont no not never none go keep get feel start come hold do up down it out back way
    worse pain hurt bad crash slip trip leak dribbl smash
    """
)
OUTRIGHT = "FINE"  # the kind of phrases that say a finding is not there
AILS = "AILS"  # the kind of phrases that say something hurts, or gave way
PART, SIGN = "PART", "SIGN"  # the kinds that make a finding together; see `signs`
_IN_ORDER = {OUTRIGHT, PART}  # "can walk fine", but also "power gone, gone power"
_NOTS = frozenset({"no", "not", "never", "none"})
_TOO_COMMON = word_set("bleed baby accident stab crush shoot shot")  # said of much else
_BETWEEN = word_set("but no yes yeah though")  # joins an answer to what is said besides
_A_PAIR = 2
_AS_SPOKEN = frozenset({"weakness"})  # a noun that tells by itself, though "weak" does not
_TOO_LITTLE = frozenset(
    {"crash", "slip", "trip", "leak", "dribbl", "smash"}
)  # alone in a clause they tell; beside more, not
_EMPTY_WORDS = word_set(
    """
    i my mine your his her its our their the a an is am are was were be been being have has had
    having do does did will would that this there and so really very quite just got
    """
)
_COMPOUND = word_set(
    "minor_trauma_fragile age_extreme pregnancy_warning severe_headache fever_explained"
)
"""Findings that say two things at once: the words in them count for the others as well."""
_FIXED_ORDER = word_set("cannot wont no not never without from in into at on with by under")
_STATES = word_set("i he she it they we you")
_ARTICLES = frozenset({"a", "an", "the"})


@dataclass(frozen=True)
class Phrase:
    """One thing people say for `id` of the slot type `kind`; `key` is what must be heard."""

    kind: str
    id: str
    key: tuple[str, ...]
    strict: bool = False  # word for word, nothing between
    joined: bool = False  # runs over two clauses itself: "I wish I was dead"
    alone: bool = False  # only when the clause holds nothing else: "can't go"


@dataclass(frozen=True)
class Match:
    """Where a phrase stands in a sentence. `score` is from 0 to 1."""

    kind: str
    id: str
    places: tuple[int, ...]
    score: float

    @property
    def first(self) -> int:
        """The place of its first word."""
        return min(self.places)

    @property
    def last(self) -> int:
        """The place of its last word."""
        return max(self.places)


class PhraseBook:
    """All phrases of one locale, ready to be found."""

    def __init__(
        self,
        phrases: Mapping[str, Mapping[str, Sequence[str]]],
        common: Collection[str] = (),
        *,
        in_company: bool = False,
    ) -> None:
        """Learn slot type -> id -> phrases. A `common` root alone is not enough to tell by.

        `in_company`: these only count together with others, so the weakest words will do.
        """
        found: dict[Phrase, None] = {}
        for kind, table in phrases.items():
            for name, texts in table.items():
                for text in texts:
                    found.setdefault(_phrase(kind, name, text, None if in_company else common))
        longest_first = sorted(found, key=lambda phrase: -len(phrase.key))  # "very bad", then "bad"
        self.phrases = tuple(longest_first)
        self._words = [frozenset(phrase.key) for phrase in self.phrases]
        common_to = Counter(word for words in self._words for word in words)
        self.vocabulary = frozenset(common_to)
        self._told_by: dict[str, list[int]] = defaultdict(list)  # by the rarest word of a phrase
        for number, words in enumerate(self._words):
            self._told_by[min(sorted(words), key=common_to.__getitem__)].append(number)

    def find(self, sentence: Sentence) -> list[Match]:
        """Every phrase that is there, most telling first, none inside another's words."""
        ground = Ground(sentence)
        present = ground.places.keys()
        told = sorted(number for word in present for number in self._told_by.get(word, ()))
        matches = [
            match
            for number in told
            if self._words[number] <= present
            for match in ground.lay(self.phrases[number])
        ]
        return tellingest(matches)


class Speller:
    """Takes unknown words for the known ones they are most like."""

    def __init__(self, known: Iterable[str], wanted: Iterable[str]) -> None:
        """`known` roots are left alone; an unknown word may be one of the `wanted` words."""
        self._known = frozenset(known) | STOP_WORDS | LIGHT_WORDS | MARKS
        self._wanted = sorted(word for word in wanted if len(word) >= _SHORTEST_GUESS)
        self.nearest = lru_cache(maxsize=10_000)(self._nearest)

    def mended(self, sentence: Sentence) -> Sentence:
        """The sentence with the roots of unknown words replaced by the nearest known ones."""
        roots = (
            word if word in self._known else self.nearest(spoken)
            for word, spoken in zip(sentence.roots, sentence.words, strict=True)
        )
        return Sentence(sentence.words, tuple(roots))

    def _nearest(self, word: str) -> str:
        if len(word) < _SHORTEST_GUESS or not word.isalpha():
            return root(word)
        found = process.extractOne(
            word, self._wanted, scorer=OSA.normalized_similarity, score_cutoff=NEAR
        )
        return root(found[0] if found and found[0][0] == word[0] else word)


class Ground:
    """One sentence, made ready for laying phrases on it."""

    def __init__(self, sentence: Sentence) -> None:
        """Find the places of each word, and the thought it belongs to."""
        self.sentence = sentence
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, (word, spoken) in enumerate(zip(sentence.roots, sentence.words, strict=True)):
            self.places[word].append(place)
            if spoken != word:
                self.places[spoken].append(place)

    def lay(self, phrase: Phrase) -> Iterator[Match]:
        """The ways `phrase` lies on the sentence, the closest for each place of its first word."""
        best: dict[int, Match] = {}
        for places in _ways([self.places[word] for word in phrase.key]):
            score = self._score(phrase, places)
            if score > 0 and score > getattr(best.get(places[0]), "score", 0):
                named = self._telling_places(places) if phrase.strict else places
                best[places[0]] = Match(phrase.kind, phrase.id, tuple(sorted(named)), score)
        yield from best.values()

    def _gap(self, phrase: Phrase, *, ordered: bool) -> int:
        """How many words that matter may stand between: a danger is heard from further off."""
        if not ordered or phrase.kind == OUTRIGHT:  # what denies must be said outright
            return 1
        if {"no", "not", "never"} & set(phrase.key):
            return 0  # "not having trouble peeing" is not "not peeing"
        if sum(word not in LIGHT_WORDS | STOP_WORDS for word in phrase.key) <= 1:
            return 0
        return 1 + (len(phrase.key) > _A_PAIR) + (phrase.id in EMERGENCIES)

    def _telling_places(self, places: tuple[int, ...]) -> tuple[int, ...]:
        """The places of words that matter: of "a cold", that of "cold"."""
        named = tuple(at for at in places if self.sentence.words[at] not in _EMPTY_WORDS)
        return named or places

    def _score(self, phrase: Phrase, places: tuple[int, ...]) -> float:
        first, last = min(places), max(places)
        across = self.sentence.clauses[first] != self.sentence.clauses[last]
        if len(set(places)) < len(places) or (across and not (phrase.joined or phrase.strict)):
            return 0
        ordered = all(a < b for a, b in pairwise(places))
        between = self.between(places)
        if phrase.strict:
            spoken = self.sentence.words[first : last + 1]
            return 1.0 if ordered and spoken == phrase.key else 0
        if phrase.alone and self._elsewhere(places):
            return 0
        if self._answers_no(places):
            return 0
        if not ordered and (phrase.kind in _IN_ORDER or not _may_turn(phrase.key)):
            return 0
        most = self._gap(phrase, ordered=ordered)
        return 0 if between > most else 1 - 0.15 * between - (0 if ordered else 0.05)

    def between(self, places: tuple[int, ...]) -> int:
        """How many words that matter stand between the words of a phrase; a mark counts twice."""
        taken = set(places)
        count = 0
        for place in range(min(places) + 1, max(places)):
            word, spoken = self.sentence.roots[place], self.sentence.words[place]
            if place in taken or word in LIGHT_WORDS or {word, spoken} & STOP_WORDS:
                continue
            count += 2 if word in MARKS else 1
        return count

    def _answers_no(self, places: tuple[int, ...]) -> bool:
        """Whether a "no" among these answers, and a statement follows: "no, I can feel my legs"."""
        words = self.sentence.words
        return any(
            words[place] == "no" and set(words[place + 1 : place + 2]) & _STATES for place in places
        )

    def _elsewhere(self, places: tuple[int, ...]) -> bool:
        """Whether the clause of these places says anything more."""
        clause = self.sentence.clauses[places[0]]
        return any(
            self.sentence.clauses[place] == clause
            and place not in places
            and word not in STOP_WORDS | LIGHT_WORDS | MARKS | _BETWEEN
            and self.sentence.words[place] not in STOP_WORDS
            for place, word in enumerate(self.sentence.roots)
        )


def _phrase(kind: str, name: str, text: str, common: Collection[str] | None) -> Phrase:
    """A phrase as it is looked for. `common` is None for one that only counts in company."""
    sentence = as_sentence(undone(text.removeprefix(WORD_FOR_WORD)))
    if text.startswith(WORD_FOR_WORD):
        return Phrase(kind, name, sentence.words, strict=True)
    telling = _roots_but(sentence, STOP_WORDS)
    if common is None and len(telling) <= 1 < len(sentence.words):
        return Phrase(kind, name, sentence.words, strict=True)
    if len([word for word in telling if word not in LIGHT_WORDS]) <= 1 < len(sentence.words):
        # So few words that matter that the small ones do: "goes into my leg", "wakes me".
        telling = _roots_but(sentence, _EMPTY_WORDS)
    if len(telling) <= 1 < len(sentence.words):
        lone = telling[0] if telling else ""
        if (
            common is None
            or kind == "SYMPTOM"
            or lone in common
            or lone in _TOO_COMMON
            or lone in _NOTS | LIGHT_WORDS | STOP_WORDS
            or not lone
            or sentence.words[0] in _ARTICLES
        ):
            return Phrase(kind, name, sentence.words, strict=True)
    elif not telling or sentence.plain in LIGHT_WORDS | STOP_WORDS | _AS_SPOKEN:
        return Phrase(kind, name, sentence.words, strict=True)
    alone = (
        common is not None
        and all(word in _WEAK for word in telling)
        and (len(telling) > 1 or telling[0] in _TOO_LITTLE)
    )
    joined = sentence.clauses[-1] > 0
    return Phrase(kind, name, telling, joined=joined, alone=alone)


def _roots_but(sentence: Sentence, left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        word
        for word, spoken in zip(sentence.roots, sentence.words, strict=True)
        if word not in left_out and spoken not in left_out
    )


def _ways(places: list[list[int]]) -> Iterator[tuple[int, ...]]:
    """The ways of choosing a place for each word, not more than are worth trying."""
    ways = 1
    for options in places:
        ways *= len(options)
    if ways <= _MOST_PLACES:
        yield from product(*places)
        return
    for start in places[0]:  # a long sentence that repeats itself: the nearest of each word
        yield (start, *(min(options, key=lambda at: abs(at - start)) for options in places[1:]))


def _may_turn(key: tuple[str, ...]) -> bool:
    """Whether the phrase means the same in another order: not when it says what cannot be done."""
    return not set(key) & (_FIXED_ORDER | LIGHT_WORDS)


def tellingest(matches: list[Match]) -> list[Match]:
    """The matches, longest first, without those whose words another match of the kind has all.

    Of equals, the first said comes first.
    """
    kept: list[Match] = []
    by_length = sorted(matches, key=lambda match: (-len(match.places), -match.score, match.places))
    for match in by_length:
        words = set(match.places)
        if not any(_covers(other, match, words) for other in kept):
            kept.append(match)
    return kept


def _covers(other: Match, match: Match, words: set[int]) -> bool:
    if other.kind != match.kind or not words <= set(other.places):
        return False
    if other.id in _COMPOUND and other.id != match.id:
        return False
    # Two readings of the very same words both stand, unless they are the same reading.
    return len(other.places) > len(words) or other.id == match.id
