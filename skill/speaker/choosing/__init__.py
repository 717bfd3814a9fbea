"""Which intent an utterance is.

The rules are asked in order, and the first that knows decides: what a whole sentence can be, then
what answers the open question, then what carries findings (they are never lost), then the rest.
What no rule knows is what the samples of the model say it is like, or is not understood.
"""

from __future__ import annotations

from skill.speaker.choosing.answering import answer, asks_what_is_meant, correction, picks
from skill.speaker.choosing.choice import FALLBACK, Choice
from skill.speaker.choosing.complaints import another_matter, back_pain, for_a_part, other_problem
from skill.speaker.choosing.controls import (
    as_things_are,
    breaks_off,
    control,
    cry,
    ends_with_control,
    how_much_left,
    nearly_said,
    steers,
)
from skill.speaker.choosing.findings import asked_in_general, findings, named_only, of_a_danger
from skill.speaker.choosing.likeness import like_samples
from skill.speaker.choosing.reminding import another_time, timed, to_be_reminded
from skill.speaker.choosing.somebody import somebody, turns_to
from skill.speaker.choosing.values import change, score_of_somebody, so_many_of, values_alone
from skill.speaker.choosing.wishing import for_a_position, for_so_long, where
from skill.speaker.utterance import Utterance

__all__ = ["FALLBACK", "Choice", "choose"]


def choose(said: Utterance) -> Choice:
    """The intent of an utterance; `AMAZON.FallbackIntent` when nothing fits."""
    for rule in _RULES:
        if (choice := rule(said)) is not None:
            return choice
    choice = like_samples(said)
    return (of_a_danger(said) or choice) if choice.intent == FALLBACK else choice


_RULES = (
    as_things_are,
    control,
    asks_what_is_meant,
    another_time,
    correction,
    cry,
    picks,
    answer,
    findings,
    asked_in_general,
    turns_to,
    where,
    score_of_somebody,
    to_be_reminded,
    for_a_position,
    timed,
    for_a_part,
    for_so_long,
    how_much_left,
    nearly_said,
    breaks_off,
    ends_with_control,
    steers,
    another_matter,
    other_problem,
    change,
    back_pain,
    so_many_of,
    values_alone,
    named_only,
    somebody,
)
