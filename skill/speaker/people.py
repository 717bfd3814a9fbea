"""Who is meant: the speaker, or somebody they look after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skill.speaker.names import Names
from skill.speaker.wording import Sentence, as_sentence, undone
from skill.speaker.words import MARKS, STOP_WORDS, word_set

SELF = "self"
SOMEONE = "someone"

_PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them", "his", "their"})
_FIRST_PERSON = frozenset({"i", "me", "my", "mine", "we"})
_OWNERS = word_set(
    """
    my our the me a his her this wee poor old elderly own dear late younger older little big both
    two three eldest oldest youngest middle first second
    """
)
_LEADS_IN = word_set(  # before somebody who is meant
    """
    for about help through on behalf of after caring helping asking with is it actually and but so
    because well now does should can has mean not check minding nursing if when says that take
    taking what think oh meant anyway
    """
)
_NOT_MEANT = word_set(  # before somebody who is only part of the story
    """
    lifting lifted lift picked picking carrying carried up from at by to visiting playing saw told
    asked chasing holding like moving helped drove
    """
)
_CALLED_BY_NAME = frozenset({"friend", "patient", SOMEONE})
_OUTRIGHT = re.compile(  # "it's me", but "it's me mum" is about her, and "not for me" about others
    r"\b(?<!not )(?:(?:for|about|back to|it is|this is|just) me|(?:for|about|me) myself"
    r"|i am the one|(?:is|was) mine|not for (?:her|him))"
    r"(?=$| (?:with|that|who|and|but|now|instead|first|please|i|my|it)\b)"
    r"|\bmy own back\b|\bfor my (?:lower |bad |poor )?back\b"
    r"|\bi have (?:got )?(?:a|this) (?:\w+ )?back and\b"
    r"|\bmy back(?: \w+){1,3} (?:too|as well|also)\b|\bmy back also\b"
)


@dataclass(frozen=True)
class Person:
    """Somebody named: by which id, in which words, at which place, and whether it is about them."""

    id: str
    spoken: str
    place: int
    subject: bool


class People:
    """The words for people of one locale."""

    def __init__(
        self,
        phrases: Mapping[str, Sequence[str]],
        says: Sequence[str],
        names: Names,
        nobody: Iterable[str] = (),
    ) -> None:
        """Learn the id of each word for a person, and what marks a mere speaker: "my wife says".

        What is `nobody` names no person, whatever word it begins with: "child's pose".
        """
        self._names = names
        self._ids = {
            tuple(undone(phrase).split()): name
            for name, texts in phrases.items()
            for phrase in texts
        }
        self._says = {tuple(undone(phrase).split()) for phrase in says}
        self._longest = max(map(len, self._ids))
        phrased = (as_sentence(undone(text)).words for text in nobody)
        self._nobody = {words for words in phrased if self._at(words, 0)[1] is not None}

    @property
    def kin(self) -> frozenset[str]:
        """The words for somebody of one's own: "dad", "wife", "neighbour"."""
        words = {phrase[0] for phrase in self._ids if len(phrase) == 1}
        return frozenset(words - _PRONOUNS - _FIRST_PERSON - STOP_WORDS)

    def named(self, sentence: Sentence) -> list[Person]:
        """Everybody in the sentence by relation or first name, in order; pronouns do not name.

        Somebody whose own name is their id begins with a capital: `Anna`, beside `mother`.
        """
        words, people, place = sentence.words, [], 0
        while place < len(words):
            if nobody := self._nobody_at(words, place):
                place += nobody
                continue
            length, name = self._at(words, place)
            if name is None or name == SELF or words[place] in _PRONOUNS:
                place += 1
                continue
            after = place + length
            if by_name := after < len(words) and self._names.has(words[after]):
                after += 1
            if self._is_meant(words, place, after):
                subject = self._is_subject(words, place)
                if by_name and name in _CALLED_BY_NAME:  # "my friend Anna"
                    place, name = after - 1, words[after - 1].capitalize()
                    length = 1
                spoken = " ".join(words[place : place + length])
                people.append(Person(name, spoken, place, subject))
            place = after
        return people

    def meant(self, sentence: Sentence) -> Person | None:
        """Whose back it is, if the sentence says so.

        A named person over a pronoun; `self` only where the speaker says so outright, or tells of
        somebody beside the back that is their own.
        """
        people = self.named(sentence)
        if me := _outright_self(sentence) or (self._own_back(sentence) if people else None):
            return me
        subjects = [person for person in people if person.subject]
        if "sorry" in sentence.words:  # "my mum, sorry, my dad"
            corrected = sentence.words.index("sorry")
            subjects = [one for one in people if one.place > corrected] or subjects
        if subjects:
            return subjects[0]
        if people and not _about_me(sentence):
            return people[0]
        return self._by_pronoun(sentence)

    def _nobody_at(self, words: Sequence[str], place: int) -> int:
        """How many words from a place on name no person, though they begin like one."""
        lengths = (
            len(one) for one in self._nobody if tuple(words[place : place + len(one)]) == one
        )
        return max(lengths, default=0)

    def _at(self, words: Sequence[str], place: int) -> tuple[int, str | None]:
        if self._names.is_at(words, place):
            return 1, words[place].capitalize()
        for length in range(min(self._longest, len(words) - place), 0, -1):
            if (name := self._ids.get(tuple(words[place : place + length]))) is not None:
                return length, name
        return 1, None

    def _is_meant(self, words: Sequence[str], first: int, after: int) -> bool:
        following = words[after : after + 3]
        if any(tuple(following[: len(said)]) == said for said in self._says):
            # "my wife says my leg drags" is about me; "my wife says she ..." is about her.
            return bool(set(words[after : after + 4]) & _PRONOUNS)
        before = first - 1
        while before >= 0 and words[before] in _OWNERS:
            before -= 1
        if before > 0 and words[before - 1 : before + 1] == ("back", "to"):
            return True  # "back to my wife": the conversation turns to her
        return before < 0 or words[before] not in _NOT_MEANT

    def _is_subject(self, words: Sequence[str], place: int) -> bool:
        before = place - 1
        while before >= 0 and words[before] in _OWNERS:
            before -= 1
        return before < 0 or words[before] in MARKS or words[before] in _LEADS_IN

    def _own_back(self, sentence: Sentence) -> Person | None:
        """The speaker, where a thought is of their own back: "my son fell but it's my back"."""
        clauses = sentence.clauses
        others = {clauses[person.place] for person in self.named(sentence)}
        own = [
            place
            for place, word in enumerate(sentence.words)
            if word in _FIRST_PERSON
            and clauses[place] not in others
            and _says_only_mine(sentence, clauses, clauses[place])
        ]
        return Person(SELF, sentence.words[own[0]], own[0], subject=True) if own else None

    def _by_pronoun(self, sentence: Sentence) -> Person | None:
        if set(sentence.words) & _FIRST_PERSON:
            return None
        for place, word in enumerate(sentence.words):
            if word in {"he", "she", "his", "her", "they", "their"}:
                return Person(SOMEONE, word, place, subject=True)
        return None


def _about_me(sentence: Sentence) -> bool:
    """Whether the sentence speaks of the speaker's own body."""
    clauses = sentence.clauses
    firsts = [clauses.index(number) for number in sorted(set(clauses))]
    return any(sentence.words[place] in {"i", "my"} for place in firsts)


def _says_only_mine(sentence: Sentence, clauses: Sequence[int], clause: int) -> bool:
    words = {word for word, of in zip(sentence.words, clauses, strict=True) if of == clause}
    return "back" in words and not words & _PRONOUNS


def _outright_self(sentence: Sentence) -> Person | None:
    found = _OUTRIGHT.search(sentence.plain)
    if found is None:
        return None
    place = sentence.words.index(found[0].split()[-1])
    return Person(SELF, found[0], place, subject=True)
