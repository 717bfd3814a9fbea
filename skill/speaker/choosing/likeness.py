"""What the samples of the model say a sentence is like.

And whether that can be: an intent needs what it is about to be said at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skill.speaker.choosing.choice import FALLBACK, SURE, Choice
from skill.speaker.utterance import BACK, VALUE_KINDS, Utterance
from skill.speaker.words import root_set, word_set

LEAST_COVERED = 0.6  # share of a sentence's telling words an intent's samples must know
LEAST_COVERED_NAMED = 0.3  # ... where it names what the intent is about
LEAST_LIKELY = 0.35
VERY_LIKELY = 0.8
DOCTOR = root_set(
    """
    doctor gp hospital ambulance emergency serious urgent worri worry concern check seen nurse
    clinic casualty danger dangerous normal wait surgery help 911 999 111 paramedic
    """
)
ACHES = root_set(
    """
    hurt sore pain ach ache swell bad trouble play stiff bleed itch burn throb broke break
    sprain twist toothache earache verruca bunion blister cut limp sick ill kill infect bruis
    click lam threw
    """
)
EXERCISING = frozenset({"stretch", "exercis", "routin"})
_DOUBT = root_set("know sure idea clue say tell maybe notion certain perhaps depend")
_STATEMENTS = word_set(
    """
    BackPainIntent SymptomIntent AnswerIntent ReadyIntent OtherProblemIntent NoneOfThoseIntent
    """
)
_NO_WISH = _STATEMENTS | {FALLBACK, "TooPainfulIntent", "CareForIntent"}
_NAMED_BY = {
    "LearnIntent": word_set("TOPIC"),
    "ReliefIntent": word_set("REMEDY"),
    "GuideStretchIntent": word_set("EXERCISE GOAL"),
}
_NONE: frozenset[str] = frozenset()
_WANTS = word_set("want give show let do run tell guide need like")
_FEWEST_OF_PACE = 3  # words that ask for another pace without naming one


def like_samples(said: Utterance) -> Choice:
    """What the sentence is most like, by the samples; fallback when it is like none."""
    ranked = said.likeliest
    if said.is_question:
        ranked = [(intent, share) for intent, share in ranked if intent not in _STATEMENTS]
        whole = sum(share for _, share in ranked[:3]) or 1.0
        ranked = [(intent, share / whole) for intent, share in ranked]
    (first, share), (second, _) = ranked[:2]
    if _NAMED_BY.get(second, _NONE) & said.kinds and not _may_be(said, first):  # "ice", to be timed
        ranked = [(intent, other / (1 - share)) for intent, other in ranked[1:]]
    for intent, likely in ranked[:2]:
        covered = said.knows.samples.coverage(said.alternatives, intent)
        wants = likely >= VERY_LIKELY and asks_or_wants(said)
        named = wants and _NAMED_BY.get(intent, _NONE) & said.kinds
        least = LEAST_COVERED_NAMED if named else LEAST_COVERED
        if likely >= LEAST_LIKELY and covered >= least and _may_be(said, intent):
            return Choice(intent, likely, f"like its samples, {covered:.2f} of its words known")
    nearest = ", ".join(f"{intent} {share:.2f}" for intent, share in ranked[:2])
    return Choice(FALLBACK, 0.0, f"like nothing known (nearest: {nearest})")


def is_like(said: Utterance, intent: str) -> bool:
    """Whether it is more like this intent's samples than any other's."""
    return said.likeliest[0][0] == intent


def wishes(said: Utterance) -> bool:
    """Whether it asks for something, whatever else it says."""
    wish = like_samples(said)
    return wish.intent not in _NO_WISH and wish.confidence >= SURE


def asks_or_wants(said: Utterance) -> bool:
    """Whether it asks something, or says what is wanted."""
    return said.is_question or bool(said.questions or said.words & _WANTS)


def tells_where(said: Utterance) -> bool:
    """Whether a part may be named in answer to a question about health: "just the toes"."""
    return said.form in {"yes_no", "which", "value"} and not said.roots & ACHES


def _may_be(said: Utterance, intent: str) -> bool:
    """Whether what the intent cannot do without is there at all."""
    needs = _NEEDS.get(intent)
    return needs is None or bool(needs(said))


_NEEDS: Mapping[str, Callable[[Utterance], object]] = {
    "SymptomIntent": lambda said: said.kinds & {"CONDITION", "SYMPTOM"},
    "BackPainIntent": lambda said: (
        said.complains_of_back
        or (said.roots & BACK and "CONDITION" not in said.kinds)
        or "this pain" in said.sentence.plain
    ),
    "SeeDoctorIntent": lambda said: asks_or_wants(said) or said.roots & DOCTOR,
    "AnswerIntent": lambda said: said.quantities or said.kinds & VALUE_KINDS,
    "TimerIntent": lambda said: (
        any(one.kind == "duration" for one in said.quantities)
        or said.roots & {"timer", "time", "alarm", "countdown"}
    ),
    "RemindIntent": lambda said: (
        said.roots & {"remind", "reminder", "alarm", "tell", "nudg", "forget"}
    ),
    "PainScoreIntent": lambda said: (
        said.quantities or "INTENSITY" in said.kinds or "score" in said.words
    ),
    "NotSureIntent": lambda said: said.form or said.roots & _DOUBT,
    "OtherProblemIntent": lambda said: "OTHER_AREA" in said.kinds and not tells_where(said),
    "ShareIntent": lambda said: said.words & {"share", "let", "call"},
    "CareForIntent": lambda said: said.person is not None or said.words & {"someone", "carer"},
    "PaceIntent": lambda said: "PACE" in said.kinds or len(said.words) >= _FEWEST_OF_PACE,
    "TooPainfulIntent": lambda said: (
        said.ailing or said.roots & (ACHES | {"hard", "easier", "much", "sharp"})
    ),
}
