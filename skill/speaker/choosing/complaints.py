"""What is the matter: the back, or something else; and whether a doctor is asked for."""

from __future__ import annotations

from skill.speaker.choosing.choice import FALLBACK, Choice
from skill.speaker.choosing.likeness import (
    ACHES,
    DOCTOR,
    asks_or_wants,
    like_samples,
    tells_where,
    wishes,
)
from skill.speaker.utterance import BACK, Utterance
from skill.speaker.words import word_set

_AS_LIKELY = 0.005  # that it asks for a doctor, where it names one or how bad it is
_WANTING = word_set("should need must whether")


def back_pain(said: Utterance) -> Choice | None:
    """The back hurts, or a doctor is asked for."""
    if asks_for_doctor(said):
        return Choice("SeeDoctorIntent", 0.85, "asks whether to see a doctor")
    if (
        said.complains_of_back
        and not said.is_question
        and not (wishes(said) and asks_or_wants(said))
    ):
        return Choice("BackPainIntent", 0.85, "says the back hurts")
    return None


def asks_for_doctor(said: Utterance) -> bool:
    """Whether it asks if a doctor is needed, or how serious it is."""
    if said.without_fillers[:2] == ("is", "it") and said.findings and "bad" in said.words:
        return True
    if not said.roots & DOCTOR or "already_assessed" in said.findings:
        return False
    if not (said.is_question or said.questions or said.words & _WANTING):
        return False
    if said.findings and (said.is_question or said.questions):
        return True
    return any(
        intent == "SeeDoctorIntent" and share >= _AS_LIKELY for intent, share in said.likeliest
    )


def for_a_part(said: Utterance) -> Choice | None:
    """Something for a part of the back: "something for my lower left side"."""
    asks = said.without_fillers[:2] == ("something", "for")
    if asks and said.kinds & {"AREA", "SIDE"} and not said.findings:
        return Choice("GuideStretchIntent", 0.8, "something for a part of the back")
    return None


def other_problem(said: Utterance) -> Choice | None:
    """Another part of the body, another illness, an animal: named, and out of scope."""
    others = [match for match in said.matches if match.kind == "OTHER_AREA"]
    if not others or (said.roots & BACK and not said.names_animal):
        return None
    mistaken = {match.places for match in said.matches if match.kind in {"EXERCISE", "AREA"}}
    if not said.names_animal and any(match.places in mistaken for match in others):
        return None
    if said.names_animal and not said.roots & ACHES and not said.words & {"my", "our"}:
        return Choice(FALLBACK, 0.0, "about an animal")
    if said.roots & ACHES or (
        not tells_where(said) and like_samples(said).intent == "OtherProblemIntent"
    ):
        return Choice("OtherProblemIntent", 0.8, f"names {others[0].id}")
    return None


def another_matter(said: Utterance) -> Choice | None:
    """What people ask a speaker for, and what has nothing to do with backs."""
    if said.knows.judge.has("elsewhere", said.sentence.plain) and not said.roots & BACK:
        return Choice(FALLBACK, 0.0, "another matter")
    return None
