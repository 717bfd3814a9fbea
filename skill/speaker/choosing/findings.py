"""What carries a finding goes to an intent with a slot for it; it is never lost."""

from __future__ import annotations

from skill.speaker.choosing.choice import FALLBACK, SURE, Choice
from skill.speaker.choosing.complaints import asks_for_doctor
from skill.speaker.choosing.likeness import EXERCISING, asks_or_wants, is_like, like_samples, wishes
from skill.speaker.choosing.values import values_alone
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.polarity import UNKNOWN
from skill.speaker.utterance import TRIGGER_FINDINGS, Utterance
from skill.speaker.words import FIGURE, word_set

_ASKED_WITH_FINDINGS = word_set("LearnIntent ReliefIntent GuideStretchIntent ListExercisesIntent")
_TELLS_OF_SIGNS = word_set("LearnIntent ReliefIntent SeeDoctorIntent")
_GUIDING = word_set("guide show teach through")
_NOTHING_NEW = ("long_ago", "unchanged")  # cues


def findings(said: Utterance) -> Choice | None:
    """What carries a finding goes to an intent with a slot for it."""
    if not said.findings:
        return None
    sure = max((match.score for match, _ in said.judged), default=SURE)
    there = {name for name, verdict in said.findings.items() if verdict is True}
    mixed = len(there) < len(said.findings)
    if said.form == "value" and _values_with(said, there) and not mixed:
        return Choice("AnswerIntent", sure, "a value")
    painful = said.context == "exercise" and not mixed and not there & EMERGENCIES
    if painful and is_like(said, "TooPainfulIntent"):
        return Choice("TooPainfulIntent", sure, "hurts while exercising")
    if asks_for_doctor(said) and UNKNOWN not in said.findings.values():
        return Choice("SeeDoctorIntent", sure, "asks whether to see a doctor")
    if _back_with(said, there):
        return Choice("BackPainIntent", sure, "the back hurts, and more")
    if not mixed and not there & EMERGENCIES and (wish := _wish_with_findings(said)):
        return wish
    return Choice("SymptomIntent", sure, "findings")


def _back_with(said: Utterance, there: set[str]) -> bool:
    """Whether it is the back that hurts, beside what else was found."""
    if said.answer and said.asking:
        return False
    return said.complains_of_back and (said.says_back or not there & EMERGENCIES)


def _values_with(said: Utterance, there: set[str]) -> bool:
    """Whether the finding is only another way of giving the value that was asked for."""
    if there == {"pregnant"}:
        return any(found.kind == "weeks" for found in said.quantities)
    return there <= {"severe_pain", *TRIGGER_FINDINGS} and values_alone(said) is not None


def _wish_with_findings(said: Utterance) -> Choice | None:
    """A question that names a finding: "can I take ibuprofen if I'm pregnant"."""
    asks = said.is_question or said.words & {"what", "how", "why", "should"}
    wished = [said] if asks or said.roots & EXERCISING or said.words & _GUIDING else []
    wants = said.questions
    if said.kinds & {"GOAL", "EXERCISE"}:
        wants = [*wants, *(thought for thought in said.thoughts if not thought.findings)]
    for question in [*wished, *wants]:
        wish = like_samples(question)
        told = wish.intent == "ReliefIntent" and not asks_or_wants(question)
        if wish.intent in _ASKED_WITH_FINDINGS and wish.confidence >= SURE and not told:
            return wish
    return None


def named_only(said: Utterance) -> Choice | None:
    """A condition, or a symptom that is over or not meant: news, though no finding."""
    if said.is_question or not said.kinds & {"CONDITION", "SYMPTOM"} or wishes(said):
        return None
    for thought in said.thoughts:
        if asks_or_wants(thought) and wishes(thought):
            return like_samples(thought)  # "I broke it years ago, I just want the stretches"
    if said.knows.judge.has("told", said.sentence.plain):
        return Choice(FALLBACK, 0.0, "a story")
    return Choice("SymptomIntent", 0.6, "names what is no finding")


def asked_in_general(said: Utterance) -> Choice | None:
    """A sign that nobody has, asked about: "what happens if you go numb between the legs"."""
    if said.findings or not said.knows.judge.has("general", said.sentence.plain):
        return None
    if "SYMPTOM" not in said.kinds and not said.signs.hinted():
        return None
    if said.likeliest[0][0] in _TELLS_OF_SIGNS and (wish := like_samples(said)).confidence >= SURE:
        return wish
    return Choice("LearnIntent", SURE, "asks about a sign in general", ("seriousness",))


def of_a_danger(said: Utterance) -> Choice | None:
    """Something odd said of a place where dangers show: not understood, so it is asked about.

    Such a sentence must not be dropped because nobody foresaw its words: "when I wipe it's like
    wiping cardboard".
    """
    if said.is_question or said.questions or said.names_animal or FIGURE in said.words:
        return None
    if said.context == "exercise":
        return None
    if any(said.knows.judge.has(cue, said.sentence.plain) for cue in _NOTHING_NEW):
        return None
    hinted = said.signs.hinted()
    doubted = tuple(name for name in hinted if name in said.about) or hinted
    reason = f"something about {', '.join(doubted)}"
    return Choice("SymptomIntent", 0.4, reason, doubted=doubted) if doubted else None
