"""Where one thought ends and the next begins, in speech that mostly comes without commas."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from skill.speaker.words import MARKS, word_set

SUBJECTS = word_set(
    """
    i my me he his she her they their it there we our you your now also the this that yes yeah
    mum mom dad wife husband
    """
)
_FULL_STOPS = frozenset(".;!?")
_TURNS = word_set("but however except although though whereas yet apart")
_JOINS = word_set("and or because since so then plus also")
_SPEAKERS = word_set("i my he she his her")
_GOES_ON = word_set(  # after these, "I" or "my" goes on with the thought
    """
    when if that as than where while whenever before after should can how what which in on of with
    to for from at about around round into down through do did have had has and or under between up
    along is was are all both feel not no any over off out onto past against near like time think
    says said say know wonder whether does will would could am every each per cannot hope guess half
    suppose sure because since so then until till
    """
)
_VERBS = word_set(
    """
    is are was were has have had feels feel keeps keep hurts hurt gives gave went goes drags cannot
    wont does did do got gets aches burns started been gone am came can fell wet took think lost
    """
)
_ENDS = _JOINS | MARKS | word_set("i he she they")  # of "her leg, she was ...", "her leg"
_DETERMINERS = word_set("the my his her their this that")
_AFTER_A_MARK = word_set(
    """
    no not never just only and can cannot wont could should shall do does is are what how which
    would will
    """
)
_VERB_WITHIN = 4  # words after "my" in which a verb makes it a statement of its own


def clause_numbers(words: Sequence[str]) -> tuple[int, ...]:
    """For each word the number of the clause it stands in, from 0."""
    numbers: list[int] = []
    number = 0
    for place in range(len(words)):
        if place and _begins_clause(words, place):
            number += 1
        numbers.append(number)
    return tuple(numbers)


def states_something(words: Sequence[str], place: int) -> bool:
    """Whether a statement begins with the word at `place`: somebody or something, and a verb."""
    following = words[place + 1 : place + 1 + _VERB_WITHIN]
    own = takewhile(lambda word: word not in _ENDS, following)
    return bool(set(own) & _VERBS)


def _begins_clause(words: Sequence[str], place: int) -> bool:
    before, word = words[place - 1], words[place]
    if before in _FULL_STOPS or word in _TURNS:
        return True
    if before in MARKS:
        return word in SUBJECTS | _AFTER_A_MARK
    if word in _JOINS and word != "or":
        following = words[place + 1] if place + 1 < len(words) else ""
        if following in _DETERMINERS:  # "the left leg and the right leg" is one thing
            return states_something(words, place + 1)
        return following in SUBJECTS
    if word not in _SPEAKERS or before in _GOES_ON | _JOINS:
        return False
    return states_something(words, place)
