"""What is learnt of one locale, once: its words, its phrases, its samples, its slots."""

from __future__ import annotations

from skill.interaction_model import heard, load, phrases
from skill.speaker.answers import Answers
from skill.speaker.intents import Samples, plain
from skill.speaker.people import People
from skill.speaker.phrases import OUTRIGHT, PhraseBook, Speller
from skill.speaker.polarity import Judge
from skill.speaker.wording import LIGHT_WORDS, STOP_WORDS, Wording, as_sentence, root, undone

_BY_EAR = {"PERSON", "ANSWER"}  # told apart by their place in the sentence, not as phrases
_OF_REMINDERS = ("TASK", "FREQUENCY")  # "stretch" and "every day" are said of much else


_NOT_GUESSED = {"clear_trigger", "minor_trauma"}  # a wedding is no weeding


class Knowledge:
    """Everything the interaction model and the words of one locale teach.

    `slots` is intent -> slot name -> slot type; `controls` is what people say -> built-in intent;
    `findings` are the finding ids.
    """

    def __init__(self, locale: str) -> None:
        """Learn `locale`.

        Raises `FileNotFoundError` if it has no model, `ContentError` for faulty words.
        """
        tables, known = heard(locale), phrases(locale)
        intents = load(locale)["interactionModel"]["languageModel"]["intents"]
        self.wording = Wording(tables["slips"], tables["figures"]["phrases"])
        self.judge = Judge(tables["cues"])
        self.people = People(known["PERSON"], tables["cues"]["says"])
        self.answers = Answers(known["ANSWER"], tables["cues"]["lets_go"])
        self.slots = {
            intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for intent in intents
        }
        self.samples = Samples(
            (intent["name"], sample, self.slots[intent["name"]])
            for intent in intents
            for sample in intent["samples"]
        )
        self.reminders = PhraseBook({kind: known[kind] for kind in _OF_REMINDERS})
        self.tasks = {plain(text): name for name, texts in known["TASK"].items() for text in texts}
        by_phrase = {
            kind: ids for kind, ids in known.items() if kind not in {*_BY_EAR, *_OF_REMINDERS}
        }
        self.book = PhraseBook(by_phrase, self.samples.words)
        self.findings = frozenset(known["SYMPTOM"])
        self.well = PhraseBook({OUTRIGHT: phrases(locale, "fine")["fine"]})
        self.controls = {
            plain(text): intent for intent, texts in tables["controls"].items() for text in texts
        }
        self.speller = Speller(
            self.samples.words | self.book.vocabulary | self.well.vocabulary,
            {
                word
                for name, texts in known["SYMPTOM"].items()
                if name not in _NOT_GUESSED
                for text in texts
                for word in as_sentence(undone(text)).words
                if root(word) not in LIGHT_WORDS | STOP_WORDS
            },
        )
