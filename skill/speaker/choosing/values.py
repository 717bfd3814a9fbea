"""What is hardly more than values: "two days, about a six", "a bit better", "five cat cows"."""

from __future__ import annotations

from skill.speaker.choosing.choice import Choice
from skill.speaker.choosing.likeness import like_samples
from skill.speaker.choosing.somebody import names_somebody
from skill.speaker.phrases import AILS
from skill.speaker.utterance import BACK, VALUE_KINDS, Utterance
from skill.speaker.words import MARKS, STOP_WORDS, word_set

_AROUND_VALUES = word_set(
    """
    pain ago started start begin began been hurt hurting since say think suppose guess probably
    maybe roughly give take side one call put keep still move moving worst best day night scale
    moment least most mostly mainly only between nearly almost more less than old years year
    pregnant along happened happen going lasted last level number score like good solid strong ish
    could would ever doing did sit sitting stand lie lying rest now today go aged age turn turned
    near under over well depends happens yeah yes no usually normally definitely certainly sure
    exactly approximately vary varies varying depending get gets lying up down something odd half
    meant sorry rather actually not
    """
)
_MOST_AROUND = 2  # other words an answer to a question for a value may have
_OF_SCORES = word_set("pain score log record note")
_HOW_IT_IS = word_set("is are am has have was")


def values_alone(said: Utterance) -> Choice | None:
    """A sentence that is hardly more than values: "two days, about a six"."""
    values = [found for found in said.quantities if found.kind != "time"]
    matched = [match for match in said.matches if match.kind in VALUE_KINDS]
    asked = said.form == "value"
    if not values and (not matched or "EXERCISE" in said.kinds):
        return None
    if not values and said.is_question and not asked:
        return None
    if said.is_question and (wish := like_samples(said)).intent == "ProgressIntent":
        return wish  # "how was mum's pain yesterday"
    covered = {place for found in values for place in range(found.first, found.last + 1)}
    covered |= {place for match in matched for place in match.places}
    left = [
        word
        for place, word in enumerate(said.sentence.words)
        if place not in covered
        and not {word, said.sentence.roots[place]} & (STOP_WORDS | MARKS | _AROUND_VALUES)
    ]
    if said.person and names_somebody(said) and any(found.kind == "age" for found in values):
        others = set(left) - set(said.person.spoken.split())
        return None if others else Choice("CareForIntent", 0.85, "somebody's age")
    if len(left) > (_MOST_AROUND if asked else 0):
        return None
    if said.form in {None, "choice"} and "score" in said.words:
        return Choice("PainScoreIntent", 0.9, "a score")
    free = said.form in {None, "choice"} and "timer_length" not in said.about
    if free and (wish := like_samples(said)).intent == "PainScoreIntent":
        return wish
    return Choice("AnswerIntent", 0.85, "values alone")


def change(said: Utterance) -> Choice | None:
    """How it has changed, and nothing else: "it's a bit better today", "is Tom getting better"."""
    asks = said.is_question and said.without_fillers[0] in _HOW_IT_IS
    if "CHANGE" not in said.kinds or said.findings or said.is_question is not asks:
        return None
    covered = {
        place
        for match in [*said.matches, *said.ailing]
        if match.kind in {"CHANGE", "PERIOD", "INTENSITY", AILS}
        for place in match.places
    }
    left = [
        word
        for place, word in enumerate(said.sentence.words)
        if place not in covered
        and not {word, said.sentence.roots[place]} & (STOP_WORDS | MARKS | BACK | _AROUND_VALUES)
    ]
    beside = {"feel", "feels", "feeling", "seems", "than", "as"}
    if said.person is not None:
        beside |= set(said.person.spoken.split())
    if not set(left) <= beside:
        return None
    intent = "ProgressIntent" if asks else "PainScoreIntent"
    return Choice(intent, 0.8, "how it has changed")


def so_many_of(said: Utterance) -> Choice | None:
    """A number and an exercise: "five cat cows"."""
    if said.kinds & {"EXERCISE"} and any(one.kind == "number" for one in said.quantities):
        return Choice("GuideStretchIntent", 0.9, "so many of an exercise")
    return None


def score_of_somebody(said: Utterance) -> Choice | None:
    """Somebody's pain in a number: it answers no question about another."""
    graded = said.words & _OF_SCORES or ("out" in said.words and not said.complains_of_back)
    if not names_somebody(said) or said.findings or not graded:
        return None
    number = any(found.kind == "number" for found in said.quantities)
    return Choice("PainScoreIntent", 0.9, "somebody's pain in a number") if number else None
