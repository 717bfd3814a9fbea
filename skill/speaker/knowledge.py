"""What is learnt of one locale, once: its words, its phrases, its samples, its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, cycle
from typing import Any

from skill.content.signs import signs
from skill.interaction_model import WORD_FOR_WORD, heard, load, phrases
from skill.speaker.answers import Answers
from skill.speaker.doses import Doses
from skill.speaker.intents import Samples, plain
from skill.speaker.names import Names
from skill.speaker.people import People
from skill.speaker.phrases import AILS, OUTRIGHT, PART, SIGN, PhraseBook, Speller
from skill.speaker.polarity import Judge
from skill.speaker.second_opinion import SecondOpinion
from skill.speaker.signs import SignReader
from skill.speaker.wording import Wording, as_sentence, undone
from skill.speaker.words import LIGHT_WORDS, STOP_WORDS, root, word_set

_BY_EAR = {"PERSON", "ANSWER"}  # told apart by their place in the sentence, not as phrases
_OF_REMINDERS = ("TASK", "FREQUENCY")  # "stretch" and "every day" are said of much else
_IN_PAIRS = {PART, SIGN}
_FOR_THE_ECHO = {"COMPLAINT", "WHEN", "POSITION"}  # the sentence itself tells


_NOT_LEARNT_FROM = ("{Name}", "{Part}", "{Sign}", "{DeniedSign}", "{When}", "{Position}")

_OF_EXERCISE = word_set(
    """
    AMAZON.PauseIntent AMAZON.ResumeIntent AMAZON.StopIntent AMAZON.NextIntent AMAZON.PreviousIntent
    AMAZON.RepeatIntent AMAZON.StartOverIntent PaceIntent HowMuchLeftIntent TooPainfulIntent
    ReadyIntent
    """
)
_NO_SLOTS: Mapping[str, str] = {}

_NOT_GUESSED = {"clear_trigger", "minor_trauma"}  # a wedding is no weeding


class Knowledge:
    """Everything the interaction model and the words of one locale teach.

    `slots` is intent -> slot name -> slot type; `controls` is what people say -> built-in intent,
    `controls_to` the same to a question about one thing, or in an exercise;
    `findings` are the finding ids, `topics` those of what can be explained.
    """

    def __init__(self, locale: str) -> None:
        """Learn `locale`.

        Raises `FileNotFoundError` if it has no model, `ContentError` for faulty words.
        """
        tables, known = heard(locale), phrases(locale)
        intents = load(locale)["interactionModel"]["languageModel"]["intents"]
        self.wording = Wording(tables["slips"], tables["figures"]["phrases"])
        names = Names(*(tables["names"][kind].split() for kind in ("given", "words")))
        exercises = chain.from_iterable(known["EXERCISE"].values())
        self.people = People(known["PERSON"], tables["cues"]["says"], names, exercises)
        self.judge = Judge(
            tables["cues"], tables["explained"], tables["unexplained"], self.people.kin
        )
        self.answers = Answers(known["ANSWER"], tables["cues"]["lets_go"])
        self.slots = {
            intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for intent in intents
        }
        self.samples = self._learnt_from(intents, known["COMPLAINT"])
        self.reminders = PhraseBook({kind: known[kind] for kind in _OF_REMINDERS})
        self.tasks = _by_text(known["TASK"])
        by_phrase = {
            kind: ids
            for kind, ids in known.items()
            if kind not in {*_BY_EAR, *_IN_PAIRS, *_FOR_THE_ECHO, *_OF_REMINDERS}
        }
        self.book = PhraseBook(by_phrase, self.samples.words)
        concepts = PhraseBook({kind: known[kind] for kind in _IN_PAIRS}, in_company=True)
        self.signs = SignReader(concepts, signs())
        self.doses = Doses(tables["doses"])
        self.second_opinion = SecondOpinion(locale)
        self.misheard_numbers = tables["numbers_misheard"]
        self.findings = frozenset(known["SYMPTOM"])
        self.topics = frozenset(known["TOPIC"])
        self.well = PhraseBook({OUTRIGHT: phrases(locale, "fine")["fine"]})
        self.ailing = PhraseBook({AILS: phrases(locale, "ails")["ails"]}, in_company=True)
        self.controls = _by_text(tables["controls"])
        self.in_exercise = self._steering(intents)
        self.controls_to = {to: _by_text(table) for to, table in tables["controls_to"].items()}
        self.sayings = PhraseBook(
            {"CONTROL": _to_the_word(tables["controls"]), "ANSWER": _to_the_word(known["ANSWER"])}
        )
        self.speller = Speller(
            self.samples.words
            | self.book.vocabulary
            | self.well.vocabulary
            | concepts.vocabulary
            | {root(name) for name in names.all}
            | {
                root(word) for texts in known["PERSON"].values() for word in " ".join(texts).split()
            },
            _worth_guessing(known["SYMPTOM"]),
        )

    def _learnt_from(
        self, intents: Sequence[Mapping[str, Any]], complaints: Mapping[str, Sequence[str]]
    ) -> Samples:
        """The samples, with what a back does in the place of the slot that only the Echo needs."""
        spoken = cycle(text for texts in complaints.values() for text in texts)
        return Samples(
            (
                intent["name"],
                sample.replace("{Complaint}", next(spoken)),
                self.slots[intent["name"]],
            )
            for intent in intents
            for sample in intent["samples"]
            if not any(slot in sample for slot in _NOT_LEARNT_FROM)
        )

    def _steering(self, intents: Sequence[Mapping[str, Any]]) -> Samples:
        """What steers an exercise, as samples: the controls, and what is said of pace and place."""
        samples = [
            (intent["name"], sample, self.slots[intent["name"]])
            for intent in intents
            for sample in intent["samples"]
            if intent["name"] in _OF_EXERCISE
        ]
        controls = [
            (intent, text, _NO_SLOTS)
            for text, intent in self.controls.items()
            if intent in _OF_EXERCISE
        ]
        return Samples([*samples, *controls])


def _by_text(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By what is said, the name that it stands under."""
    return {plain(text): name for name, texts in table.items() for text in texts}


def _worth_guessing(symptoms: Mapping[str, Sequence[str]]) -> set[str]:
    """The words of symptoms that a misspelt word may be taken for."""
    return {
        word
        for name, texts in symptoms.items()
        if name not in _NOT_GUESSED
        for text in texts
        for word in as_sentence(undone(text.removeprefix(WORD_FOR_WORD))).words
        if root(word) not in LIGHT_WORDS | STOP_WORDS
    }


def _to_the_word(table: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What may be said with small talk around it; not a word that is small talk itself."""
    return {
        name: [WORD_FOR_WORD + text for text in texts if text not in LIGHT_WORDS | STOP_WORDS]
        for name, texts in table.items()
    }
