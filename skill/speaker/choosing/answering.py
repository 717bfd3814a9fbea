"""What answers the open question: yes, no, not sure, or one of those asked about."""

from __future__ import annotations

from collections.abc import Iterable

from skill.speaker.answers import INTENT_OF, ORDINALS, by_number, chosen
from skill.speaker.choosing.choice import SURE, Choice
from skill.speaker.choosing.likeness import EXERCISING, like_samples
from skill.speaker.utterance import Utterance
from skill.speaker.wording import Sentence
from skill.speaker.words import STOP_WORDS, word_set
from skill.triage import VALUES, items

_LONGEST_PICK = 4  # words, as in "yes the last one"
_LONGEST_NAMED = 3  # words that name one and tell no more: "the weak leg"
SMALL_TALK = word_set(
    """
    nothing like kind sort all far none no yes bit little anything way today now those them
    fine grand good great honest say tell sir thank thanks god definitely really not
    """
)
_NO_MORE = word_set("ReadyIntent TooPainfulIntent")  # "yes let's go" is a yes, "no I'm sore" a no
_POINTS = word_set("the one ones and also it's its number two three")


def asks_what_is_meant(said: Utterance) -> Choice | None:
    """The open question turned round: "what do you mean by numb"."""
    if said.form and "do you mean" in said.sentence.plain:
        return Choice("WhatDoYouMeanIntent", 0.9, "asks what the question means")
    return None


def correction(said: Utterance) -> Choice | None:
    """Something put right, "no, I meant the left leg": a value, or not to be guessed at."""
    if said.puts_right and not said.findings:
        return Choice("AnswerIntent", SURE, "a value put right")
    return None


def picks(said: Utterance) -> Choice | None:
    """One pointed at: "the leg one", or "the second", of those asked about together."""
    named = {name for name, verdict in said.findings.items() if verdict is True}
    if said.form == "yes_no" and len(said.about) > 1 and not said.findings:
        return _picks_of_bundle(said)
    all_of_them = said.answer is not None and said.answer.said == "yes" and "all" in said.words
    if (
        said.form != "which"
        or "none" in said.words
        or (said.answer and not all_of_them)
        or named & set(said.about)
    ):
        return None
    if (
        "AGE_BAND" in said.kinds
        or said.complains_of_back
        or (named and len(said.without_fillers) > _LONGEST_NAMED)
    ):
        return None  # news of its own, rather than one of those
    picked = chosen(said.sentence, said.about, said.knows.book)
    return Choice("SymptomIntent", 0.8, f"picks {', '.join(picked)}", picked) if picked else None


def _picks_of_bundle(said: Utterance) -> Choice | None:
    """One of several by its number or its place alone: "the second one", "yes, the leg"."""
    if said.is_question or (said.answer is not None and said.answer.said != "yes"):
        return None
    words = said.without_fillers
    names: tuple[str, ...] = ()
    if len(words) <= _LONGEST_PICK or said.answer is not None or _only_points(words):
        names = by_number(said.sentence, items(said.about))
    if not names and len(words) <= (_LONGEST_PICK if said.answer is None else 2 * _LONGEST_PICK):
        names = tuple(said.signs.named(said.about))
    picked = tuple(name for name in names if name not in VALUES)
    return Choice("SymptomIntent", 0.8, f"picks {', '.join(picked)}", picked) if picked else None


def _only_points(words: Iterable[str]) -> bool:
    """Whether it says nothing but places in a list: "the second one and the third one"."""
    return all(word in _POINTS or word in ORDINALS for word in words)


def answer(said: Utterance) -> Choice | None:
    """What begins with yes, no or not sure."""
    if said.answer is None:
        return _unspoken_answer(said)
    if said.form is None and said.complains_of_back:
        return None
    spoken = said.answer.spoken
    if said.form == "value" and said.quantities and said.sentence.words[0] != spoken.split()[0]:
        return None  # "since Monday, no, Tuesday"
    if said.findings:
        return Choice("SymptomIntent", 0.9, f"an answer with news: {spoken!r}")
    if not says_no_more(said, after_answer(said)):
        if said.form is None or (said.form == "value" and said.quantities):
            return None
        if said.form == "choice" and (wish := _instead(said)) is not None:
            return wish
        tells = any(found.kind == "age" for found in said.quantities) or (
            said.kinds & {"SIDE", "TRIGGER", "CONDITION", "AGE_BAND"}
        )
        if said.form in {"yes_no", "which"} and tells:
            return Choice("SymptomIntent", 0.8, f"an answer with more: {spoken!r}")
    return Choice(INTENT_OF[said.answer.said], 0.95, f"an answer: {spoken!r}")


def _instead(said: Utterance) -> Choice | None:
    """What is wanted rather than a plain yes or no: "yes, the bridge", "no, I want a doctor"."""
    rest = after_answer(said).plain
    if (intent := said.knows.samples.exact.get(rest)) is not None:
        return Choice(intent, 0.9, f"after the answer: {rest!r}")
    if said.kinds & {"EXERCISE", "GOAL"}:
        return Choice("GuideStretchIntent", 0.8, "names the stretch")
    wish = like_samples(said)
    vague = wish.intent == "GuideStretchIntent" and not said.roots & EXERCISING  # "let's try it"
    if vague or wish.intent in _NO_MORE:
        return None
    return wish if wish.confidence >= SURE else None


def _unspoken_answer(said: Utterance) -> Choice | None:
    """An answer without its word: "no bother at all", "only the left one"."""
    if said.form not in {"yes_no", "which"} or said.findings or not said.without_fillers:
        return None
    if said.without_fillers[0] in {"no", "nothing", "none"}:
        return Choice("AMAZON.NoIntent", 0.8, f"begins with {said.without_fillers[0]!r}")
    return Choice("AnswerIntent", 0.8, "a side") if "SIDE" in said.kinds else None


def after_answer(said: Utterance) -> Sentence:
    """What is said after the answer it begins with."""
    assert said.answer is not None
    return said.sentence.rest(said.answer.rest)


def says_no_more(said: Utterance, rest: Sentence) -> bool:
    """Whether the rest is small talk."""
    words = said.knows.answers.without_fillers(rest)
    return all(word in STOP_WORDS or word in SMALL_TALK for word in words)
