"""Answers to an open question: yes, no, not sure, and which of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from skill.speaker.phrases import PhraseBook
from skill.speaker.wording import Sentence, undone
from skill.speaker.words import MARKS, STOP_WORDS, word_set
from skill.triage import items

Said = Literal["yes", "no", "unknown"]

INTENT_OF: Mapping[Said, str] = {
    "yes": "AMAZON.YesIntent",
    "no": "AMAZON.NoIntent",
    "unknown": "NotSureIntent",
}
ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "6th": 5, "last": -1,
}  # fmt: skip
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ALL = frozenset({"all", "both", "everything"})
_STATES = word_set("i it he she they there that nothing none not never all one some")
_ENDS = MARKS | {"but", "and", "so", "thanks", "thank", "though", "doctor"}
_OUTRIGHT = word_set("yes yeah yep yup aye no nope nah naw")
_CORRECTS = frozenset({"wait", "sorry", "actually", "meant", "correction"})
_SAYS_ALL = 4  # words of an answer that states enough by itself: "it is hard to say"
_SHORT = 5  # words before an answer that a sentence ends with, if no mark sets it off
_DETERMINES = frozenset({"no", "never"})  # "no fever" denies fever; it does not answer
_GOES_ON = word_set(
    """
    i my me he his she her they their it there but not just only except the thanks thank nothing
    none no yes of to and so because that this never we you sir none really mate love let can could
    maybe first show do how what wait hang give tell should would is are does when where why who
    """
)


@dataclass(frozen=True)
class Answer:
    """What the sentence answers, in which words, and the place where the rest begins."""

    said: Said
    spoken: str
    rest: int


class Answers:
    """The words for yes, no and not sure of one locale."""

    def __init__(self, phrases: Mapping[str, Sequence[str]], fillers: Sequence[str]) -> None:
        """Learn what people say for each answer, and what they say in passing."""
        self._said: dict[tuple[str, ...], Said] = {}
        for said, texts in phrases.items():
            for text in texts:
                self._said[tuple(undone(text).replace(",", "").split())] = said  # type: ignore[assignment]
        self._fillers = {tuple(undone(text).split()) for text in fillers}
        self._longest = max(map(len, self._said))
        self._longest_filler = max(map(len, self._fillers))

    def answer(self, sentence: Sentence) -> Answer | None:
        """The answer the sentence begins with, or None."""
        words = sentence.words
        place = self._after_fillers(words, 0)
        first = place
        found: Answer | None = None
        while (step := self._at(words, place)) is not None:
            length, said = step
            if self._determines(words, place, length):
                break
            if (
                found is None
                or said in {found.said, "yes"}
                or (found.said == "yes" and said == "unknown")
            ):
                found = Answer(said, sentence.part(first, place + length - 1), place + length)
            elif found.said == "yes" and said == "no":
                break
            place = self._after_fillers(words, place + length)
            found = Answer(found.said, found.spoken, place)
        return self._put_right(words, found) or self._last(words)

    def _put_right(self, words: Sequence[str], found: Answer | None) -> Answer | None:
        """The answer, unless another is given in its place: "yes, no wait, sorry, no"."""
        if found is None:
            return None
        for place in range(len(words) - 1, found.rest - 1, -1):
            if words[place] not in _OUTRIGHT or not _CORRECTS & set(words[found.rest - 1 : place]):
                continue
            said = self._said[(words[place],)]
            return Answer(said, words[place], place + 1) if said != found.said else found
        return found

    def _last(self, words: Sequence[str]) -> Answer | None:
        """A later answer: "I just told you, no", "not there, no, lower", "so I haven't a clue"."""
        for place in range(1, len(words)):
            said = self._said.get((words[place],)) if words[place] in _OUTRIGHT else None
            set_off = words[place - 1] in MARKS and (
                place + 1 == len(words) or words[place + 1] in MARKS
            )
            ends = self._after_fillers(words, place + 1) == len(words)
            if said and (set_off or (ends and (place < _SHORT or words[place - 1] in MARKS))):
                return Answer(said, words[place], len(words))
        for length in range(min(self._longest, len(words) - 1), 1, -1):
            if self._said.get(tuple(words[-length:])) == "unknown":
                return Answer("unknown", " ".join(words[-length:]), len(words))
        return None

    def without_fillers(self, sentence: Sentence) -> tuple[str, ...]:
        """The words, without what is said in passing before and after."""
        *_, barest = self.ever_barer(sentence)
        return barest

    def ever_barer(self, sentence: Sentence) -> Iterator[tuple[str, ...]]:
        """The words, with less and less of what is said in passing: "stop now ta", "stop now"."""
        words = tuple(word for word in sentence.words if word not in MARKS)
        words = words[self._after_fillers(words, 0) :]
        yield words
        while length := self._filler_at_the_end(words):
            words = words[:-length]
            yield words

    def _filler_at_the_end(self, words: Sequence[str]) -> int:
        """How many words at the end are said in passing, where they are not all there is."""
        lengths = range(1, min(self._longest_filler, len(words) - 1) + 1)
        return next((n for n in lengths if tuple(words[-n:]) in self._fillers), 0)

    def _at(self, words: Sequence[str], place: int) -> tuple[int, Said] | None:
        for length in range(min(self._longest, len(words) - place), 0, -1):
            said = self._said.get(tuple(words[place : place + length]))
            if said is not None and not self._goes_on(words, place, length):
                return length, said
        return None

    def _goes_on(self, words: Sequence[str], place: int, length: int) -> bool:
        """Whether "I have" or "it is" begins a statement, rather than being the whole answer."""
        after = words[place + length : place + length + 1]
        states = words[place] in _STATES and length < _SAYS_ALL
        return states and bool(after) and after[0] not in _ENDS

    def _determines(self, words: Sequence[str], place: int, length: int) -> bool:
        """Whether this "no" belongs to what follows ("no fever") and is not an answer."""
        after = place + length
        if words[after - 1] not in _DETERMINES or after >= len(words):
            return False
        return (
            words[after] not in MARKS
            and words[after] not in _GOES_ON
            and (self._after_fillers(words, after) == after)
        )

    def _after_fillers(self, words: Sequence[str], place: int) -> int:
        while place < len(words):
            if words[place] in MARKS:
                place += 1
                continue
            length = next(
                (n for n in (3, 2, 1) if tuple(words[place : place + n]) in self._fillers), 0
            )
            if not length:
                return place
            place += length
        return place


def chosen(sentence: Sentence, about: Sequence[str], book: PhraseBook) -> tuple[str, ...]:
    """Which of `about` the sentence points at: by number as read out, by name, or all of them."""
    if set(sentence.words) & _ALL and not _telling(sentence, book):
        return tuple(about)
    if numbered := by_number(sentence, items(about)):
        return numbered
    words = _telling(sentence, book)
    if not words:
        return ()
    known = {name: _words_of(name, book) for name in about}
    scores = {
        name: sum(counts[word] / max(1, counts.total()) for word in words)
        for name, counts in known.items()
    }
    best = max(scores.values(), default=0.0)
    return tuple(name for name in about if best and scores[name] >= best * 0.6)


def by_number(sentence: Sentence, about: Sequence[str]) -> tuple[str, ...]:
    """Those of a list read out whose number is said: "the first and the last", "the first two"."""
    words = sentence.words
    if "all" in words and len(about) in map(_COUNTED.get, words):
        return tuple(about)
    places: list[int] = []
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word == "number" and following in _COUNTED:
            places.append(_COUNTED[following] - 1)
        elif word in ORDINALS:
            many = _COUNTED.get(following, 1) if following != "one" else 1
            first = ORDINALS[word]
            places += range(first, first + many) if first >= 0 else range(-many, 0)
    return tuple(dict.fromkeys(about[at] for at in places if -len(about) <= at < len(about)))


def _telling(sentence: Sentence, book: PhraseBook) -> set[str]:
    skipped = STOP_WORDS | MARKS | _ALL | {"one", "thing", "yes", "no", "not", "bit", "part"}
    return {word for word in sentence.roots if word not in skipped and word in book.vocabulary}


def _words_of(name: str, book: PhraseBook) -> Counter[str]:
    return Counter(
        word
        for phrase in book.phrases
        if phrase.kind == "SYMPTOM" and phrase.id == name
        for word in phrase.key
    )
