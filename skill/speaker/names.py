"""First names, heard only where the grammar says a person: "Anna's back", "looking after Tom".

A name is told by a list, as Amazon's own slot type goes by one. Some are words as well ("will back
pain go away", "since May"): those count only where nothing but a person fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from skill.speaker.words import MARKS, word_set

_THEIRS = word_set(  # after a name: what somebody has
    """
    back backs spine neck leg legs foot feet arm arms hand hands hip hips knee knees bottom bum
    shoulder shoulders chest head face pain pains spasm sciatica exercise exercises stretch
    stretches routine progress score scores diary recovery
    """
)
_OF_A_PART = word_set("lower upper low bad poor sore left right whole old own other")
_DOES = word_set(  # after a name: what somebody does
    """
    has had hurt hurts is was cannot wont says said thinks put threw did pulled keeps keep feels
    felt fell got needs wants lost does strained twisted injured slipped complains gets cried
    """
)
_BEFORE = word_set(
    """
    for about with after of to helping help guide is was has did does forget mean as minding
    nursing mind check talk remember how should can could must would
    """
)
_CARES = frozenset(
    {
        ("looking", "after"),
        ("look", "after"),
        ("caring", "for"),
        ("care", "for"),
        ("care", "of"),
        ("forget", "about"),
        ("everything", "about"),
        ("back", "to"),
        ("switch", "to"),
        ("diary", "as"),
    }
)
_ASKED_AFTER = frozenset({("how", "is"), ("how", "was")})
_LEADS_IN = word_set("and but so well now oh because if when that")
_ALSO_VERBS = word_set("will may hope mark rob pat chase grant")
_ALSO_TIMES = word_set("april may june dawn")


class Names:
    """The first names of one locale."""

    def __init__(self, given: Sequence[str], words: Sequence[str]) -> None:
        """Learn the names; `words` are those that are also words."""
        self._given, self._words = frozenset(given), frozenset(words)
        self.all = self._given | self._words

    def has(self, word: str) -> bool:
        """Whether a word is a name and nothing else."""
        return word in self._given

    def is_at(self, words: Sequence[str], place: int) -> bool:
        """Whether somebody is called by name at this place of a sentence."""
        if words[place] in self._given:
            before = words[place - 1 : place]
            told_of = _has_something(words, place) or _does_something(words, place)
            return len(words) == 1 or told_of or (bool(before) and before[0] in _BEFORE)
        return words[place] in self._words and _only_a_person_fits(words, place)


def _only_a_person_fits(words: Sequence[str], place: int) -> bool:
    name, before = words[place], tuple(words[max(0, place - 2) : place])
    if before in _CARES:
        return True
    if name in _ALSO_TIMES:
        return False
    if before in _ASKED_AFTER:
        return True
    told_of = _has_something(words, place) or _does_something(words, place)
    return name not in _ALSO_VERBS and told_of and _begins(words, place)


def _has_something(words: Sequence[str], place: int) -> bool:
    """Whether a name is followed by what its owner has: "Anna's lower back"."""
    after = place + 1
    while after < len(words) and words[after] in _OF_A_PART:
        after += 1
    return after < len(words) and words[after] in _THEIRS


def _does_something(words: Sequence[str], place: int) -> bool:
    """Whether a thought begins with a name and what somebody does: "Anna has"."""
    following = words[place + 1 : place + 2]
    return _begins(words, place) and bool(following) and following[0] in _DOES


def _begins(words: Sequence[str], place: int) -> bool:
    return place == 0 or words[place - 1] in MARKS or words[place - 1] in _LEADS_IN
