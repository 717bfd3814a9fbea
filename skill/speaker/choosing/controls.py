"""What steers the conversation or an exercise: "stop", "again", "how many left"."""

from __future__ import annotations

from skill.speaker.answers import INTENT_OF
from skill.speaker.choosing.answering import SMALL_TALK, after_answer, says_no_more
from skill.speaker.choosing.choice import Choice
from skill.speaker.choosing.likeness import VERY_LIKELY
from skill.speaker.choosing.somebody import names_somebody
from skill.speaker.phrases import EMERGENCIES, Match
from skill.speaker.utterance import BACK, VALUE_KINDS, Utterance
from skill.speaker.words import LIGHT_WORDS, MARKS, STOP_WORDS, root_set, word_set

POLITE = word_set(
    """
    please can could would will you we us me i let that this it there here one ones for a an the to
    now today sec second minute moment then again just okay oh all right think want need like coach
    anyway already told said so whoa hey got have give do at in of on before after bit
    """
)
_HEALTH = word_set("SYMPTOM AREA CONDITION QUALITY TRIGGER")
_ASKED = {(word,) for word in ("how", "what", "why", "when", "is", "does", "should", "which")}
_CRIES = root_set(
    "smart pinch nip ow ouch hurt sore pain agony kill argh aargh painful sharp worse"
)
_ABOUT_THE_QUESTION = word_set("NoneOfThoseIntent WhatDoYouMeanIntent WhyIntent SkipIntent")
_STEERING = word_set(
    """
    AMAZON.ResumeIntent AMAZON.NextIntent AMAZON.RepeatIntent ReadyIntent HowMuchLeftIntent
    PaceIntent
    """
)
_BREAKS = word_set("AMAZON.PauseIntent AMAZON.StopIntent AMAZON.CancelIntent")
_ALL_KNOWN = 1.0  # share of the telling words that the controls must know
_LONGEST_END = 5  # words, as in "i'm ready when you are"
_LONGEST_BREAK = 3  # words, as in "wait a minute"
_SHORT = 4  # words, as in "pause there a sec"


def as_things_are(said: Utterance) -> Choice | None:
    """What a whole sentence means to this question, or in an exercise: "okay", to "what else?"."""
    whole, about = said.sentence.plain, said.about[:1] if said.form == "choice" else ()
    for to in (*about, said.context):
        if (intent := said.knows.controls_to.get(to, {}).get(whole)) is not None:
            return Choice(intent, 1.0, f"a control: {whole!r}")
    return None


def control(said: Utterance) -> Choice | None:
    """A whole sentence that can be only one thing: a control, or a sample word for word."""
    whole = said.sentence.plain
    barer = map(" ".join, said.knows.answers.ever_barer(said.sentence))
    once = whole.split()[0] if len(said.words) == 1 else whole  # "stop stop stop"
    said_so = tuple(dict.fromkeys((whole, *barer)))
    for text in (*said_so, once):
        if (intent := said.knows.controls.get(text)) is not None and _may_be_control(said):
            goes_on = said.form == "choice" and intent == "AMAZON.ResumeIntent"
            return Choice("AMAZON.YesIntent" if goes_on else intent, 1.0, f"a control: {text!r}")
    for text in said_so:
        intent = said.knows.samples.exact.get(text)
        if intent is not None and _may_be_exact(said, intent):
            return Choice(intent, 1.0, f"a sample word for word: {text!r}")
    return None


def _may_be_control(said: Utterance) -> bool:
    """Not where a finding would be lost; in an exercise only a danger is more than a control."""
    there = {name for name, verdict in said.findings.items() if verdict is True}
    return not (there & EMERGENCIES if said.context == "exercise" else said.findings)


def _may_be_exact(said: Utterance, intent: str) -> bool:
    """Not where it answers a question, and not where a finding would be lost."""
    if said.form and said.answer and says_no_more(said, after_answer(said)):
        return intent in _ABOUT_THE_QUESTION
    if said.context == "exercise" and intent == "BackPainIntent":
        return False
    return not said.findings or "Symptom" in said.knows.slots[intent]


def nearly_said(said: Utterance) -> Choice | None:
    """A control or an answer in other words: "pause there a sec", "I haven't a notion"."""
    if said.kinds & _HEALTH or said.says_back or said.without_fillers[:1] in _ASKED:
        return None
    if said.form == "value" and (said.quantities or said.kinds & VALUE_KINDS):
        return None
    if said.person is None and (choice := _control_of_a_thought(said)) is not None:
        return choice
    kinds = {"CONTROL"} if said.form or said.context == "exercise" or _is_short(said) else set()
    kinds |= {"ANSWER"} if said.form in {"yes_no", "which"} else set()
    for match in said.knows.sayings.find(said.sentence):
        if match.kind in kinds and _says_only(said, match):
            intent = match.id if match.kind == "CONTROL" else INTENT_OF[match.id]  # type: ignore[index]
            spoken = said.sentence.part(match.first, match.last)
            return Choice(intent, 0.8, f"nearly {spoken!r}")
    if said.context == "exercise" and "PACE" in said.kinds and _is_short(said):
        return Choice("PaceIntent", 0.8, "names a pace")
    return None


def _control_of_a_thought(said: Utterance) -> Choice | None:
    """One of several thoughts that is a control by itself: "sorry, what was the question"."""
    for number in sorted(set(said.sentence.clauses)):
        thought = " ".join(said.clause(number))
        intent = said.knows.controls.get(thought)
        if intent is not None and thought not in LIGHT_WORDS | STOP_WORDS | SMALL_TALK:
            return Choice(intent, 0.8, f"a thought that is a control: {thought!r}")
    return None


def _is_short(said: Utterance) -> bool:
    return len(said.without_fillers) <= _SHORT


def _says_only(said: Utterance, match: Match) -> bool:
    """Whether all the rest is small talk."""
    return said.beside(match.places) <= POLITE | SMALL_TALK - {"not"} | MARKS


def breaks_off(said: Utterance) -> Choice | None:
    """While exercising, "hang on" or "stop" with whatever reason: "hang on, there's the door"."""
    if said.context != "exercise" or said.findings:
        return None
    words = said.without_fillers
    for length in range(_LONGEST_BREAK, 0, -1):
        intent = said.knows.controls.get(" ".join(words[:length]))
        if intent in _BREAKS and words[length:]:
            return Choice(intent, 0.8, f"breaks off: {' '.join(words[:length])!r}")
    return None


def ends_with_control(said: Utterance) -> Choice | None:
    """While exercising, what is wanted after why it is: "I'm puffed out, give me a sec"."""
    if said.context != "exercise" or said.findings:
        return None
    words = said.without_fillers
    for length in range(min(_LONGEST_END, len(words) - 1), 1, -1):
        text = " ".join(words[-length:])
        intent = said.knows.controls.get(text) or said.knows.samples.exact.get(text)
        if intent in _BREAKS | _STEERING:
            return Choice(intent, 0.8, f"ends with a control: {text!r}")
    return None


def steers(said: Utterance) -> Choice | None:
    """While exercising, what is like the controls: "let me get my breath back"."""
    if said.context != "exercise" or said.findings or said.form == "value":
        return None
    if said.says_back and not said.ailing:
        return None
    samples = said.knows.in_exercise
    intent, share = samples.likeliest(said.labelled)[0]
    if share < VERY_LIKELY or samples.coverage(said.alternatives, intent) < _ALL_KNOWN:
        return None
    return Choice(intent, share, "like what steers an exercise")


def cry(said: Utterance) -> Choice | None:
    """While exercising, what hurts stops the exercise; nothing else is read into it."""
    score = any(found.kind == "number" for found in said.quantities)
    if said.is_question and names_somebody(said):  # "how's Tom's pain"
        return None
    if said.context == "exercise" and not score and not said.findings and said.roots & _CRIES:
        return Choice("TooPainfulIntent", 0.9, "hurts while exercising")
    return None


def how_much_left(said: Utterance) -> Choice | None:
    """While exercising, "how long" and "how many" are about the exercise."""
    if said.context != "exercise" or said.roots & (BACK | {"heal", "better", "take", "last"}):
        return None
    if said.without_fillers[:1] == ("how",) and said.words & {"long", "many", "much", "far"}:
        return Choice("HowMuchLeftIntent", 0.85, "how much of the exercise is left")
    return None
