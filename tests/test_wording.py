"""How it reads and how long it speaks: plain words, short questions and verdicts, no promises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import textstat
from door import START, Conversation

import skill.content.words
from skill import triage
from skill.content.triage import Case, Rule, UnknownRule
from skill.content.triage import triage as knowledge
from skill.handlers import checkup
from skill.handlers.verdict import card_acts, emergency_acts
from skill.speaker.sound import plain_text, total_seconds
from skill.speech import Spoken, speak
from skill.triage import Known, Question
from skill.turn import Heard, Reply, State, Turn, act

LOCALE = "en-US"
PERSONS = ("self", "mother", "someone")
MOST_GRADE = 6.0
MOST_WORDS = 30
MOST_SECONDS = 30.0
WORST_SHOWN = 10

FORBIDDEN = re.compile(
    r"\b(diagnos(?:e|es|ed|ing)|cures?|cured|curing|safe|doctor[- ]approved|alexa doctor|"
    r"life[- ]?saving|guarantees?)\b|(?<!don't )\btreat(?:s|ed|ing)?\b",
    re.IGNORECASE,
)
"""Clinical basis (g) 5: words that promise, or that claim to be a doctor's."""


def turn_about(person: str, known: Known | None = None) -> Turn:
    state = State(person=person)
    state.known = known or triage.new_person(person)
    return Turn("BackPainIntent", Heard(), state, START)


def said(reply: Reply, person: str) -> Spoken:
    return speak(reply, locale=LOCALE, person=person)


# --- Everything that can be asked ----------------------------------------------------------------


def questions_about(person: str) -> Iterator[Question]:
    """Every step in full, every finding by itself, and every finding in its plain words."""
    for step in knowledge().steps:
        form = "value" if set(step.about) <= set(triage.VALUES) else "yes_no"
        yield Question(step.id, form, step.about)
    for name in triage.VALUES:
        yield Question("T3", "value", (name,))
    for finding in knowledge().findings.values():
        yield Question("confirm", "yes_no", (finding.id,))
        yield Question("unsure", "yes_no", (finding.id,))


def asked(question: Question, person: str) -> str:
    reply = Reply(ask=checkup.wording(turn_about(person), question))
    return plain_text(said(reply, person).ssml)


@cache
def all_questions(person: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(asked(question, person) for question in questions_about(person)))


@pytest.mark.parametrize("person", PERSONS)
def test_questions_read_at_sixth_grade_on_average(person):
    assert average_grade(all_questions(person)) <= MOST_GRADE


@pytest.mark.parametrize("person", PERSONS)
def test_a_question_has_thirty_words_at_most(person):
    assert [text for text in all_questions(person) if len(text.split()) > MOST_WORDS] == []


# --- Every verdict -------------------------------------------------------------------------------


def somebody(case: Case) -> Known:
    """Somebody of whom one case of a rule holds, and nothing else."""
    bounds = {value: bound.low or bound.high for value, bound in case.bounds.items()}
    age = bounds.pop("age", None)
    answers = dict.fromkeys(triage.core(), False) | dict.fromkeys(case.all, True)
    return Known(answers, age=None if age is None else (age, age), **bounds)


def unsure(rule: UnknownRule) -> Known:
    answers: dict[str, Any] = dict.fromkeys(triage.core(), False)
    answers |= dict.fromkeys(rule.accompanied[:1], True)
    return Known(answers | dict.fromkeys(rule.unknown, triage.UNKNOWN))


@cache
def everybody() -> Mapping[str, Known]:
    """Somebody for each way in which each rule can hold, and somebody with nothing at all."""
    people = {"nothing": Known(dict.fromkeys(triage.core(), False))}
    people["strain"] = people["nothing"].with_answers({"clear_trigger": True})
    for rule in knowledge().rules.values():
        for number, case in enumerate(rule.when):
            people[f"{rule.id} {number}"] = somebody(case)
    for rule in knowledge().unknowns:
        people[rule.id] = unsure(rule)
    return people


def verdict_reply(known: Known, person: str) -> Reply:
    turn = turn_about(person, known)
    if triage.assess(known).level == "emergency":
        return Reply(tuple(emergency_acts(known, triage.assess(known))))
    return checkup.conclude(turn)


@cache
def all_verdicts(person: str) -> Mapping[str, Spoken]:
    return {name: said(verdict_reply(known, person), person) for name, known in everybody().items()}


def test_there_is_somebody_for_every_rule():
    rules: dict[str, Rule | UnknownRule] = {**knowledge().rules}
    rules |= {rule.id: rule for rule in knowledge().unknowns}
    assert {name.split()[0] for name in everybody()} >= set(rules)


@pytest.mark.parametrize("person", PERSONS)
def test_verdicts_read_at_sixth_grade_on_average(person):
    texts = dict.fromkeys(plain_text(spoken.ssml) for spoken in all_verdicts(person).values())
    assert average_grade(texts) <= MOST_GRADE


@pytest.mark.parametrize("person", PERSONS)
def test_a_verdict_takes_less_than_thirty_seconds(person):
    long = {
        name: round(seconds, 1)
        for name, spoken in all_verdicts(person).items()
        if (seconds := total_seconds(spoken.ssml)) >= MOST_SECONDS
    }
    assert long == {}


@pytest.mark.parametrize("person", PERSONS)
def test_numbers_to_call_are_spoken_digit_by_digit(person):
    for spoken in all_verdicts(person).values():
        assert not re.search(r"\d\d", plain_text(spoken.ssml))
    calls = [plain_text(s.ssml) for s in all_verdicts(person).values()]
    assert sum("9 1 1" in text for text in calls) > 15


# --- What is never said, and what always is ------------------------------------------------------


def all_texts(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, Mapping):
        for value in entry.values():
            yield from all_texts(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from all_texts(value)


@cache
def written() -> Mapping[str, Any]:
    file = Path(skill.content.words.__file__).with_name(f"{LOCALE}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def test_no_word_promises_or_plays_the_doctor():
    assert [text for text in all_texts(written()) if FORBIDDEN.search(text)] == []


def test_the_first_words_say_that_it_is_no_diagnosis_and_cannot_call_for_help():
    text = plain_text(Conversation().launch().ssml)
    assert "not a diagnosis" in text
    assert "can't call for help" in text


def test_help_says_that_it_is_no_diagnosis_and_whom_to_call():
    text = plain_text(Conversation().launch().say("AMAZON.HelpIntent").ssml)
    assert "not a diagnosis" in text
    assert "9 1 1" in text


@pytest.mark.parametrize("person", PERSONS)
def test_every_card_says_that_it_is_no_diagnosis(person):
    known = everybody()["E-fever 0"]
    reply = Reply(card=tuple(card_acts(known, triage.assess(known))))
    assert "not a diagnosis" in said(reply, person).card


def test_every_sentence_that_is_asked_ends_as_a_question():
    for person in PERSONS:
        assert [text for text in all_questions(person) if not text.endswith("?")] == []


def test_a_reprompt_is_never_empty():
    for name in written()["reprompt"]:
        assert said(Reply(ask=act(f"reprompt.{name}")), "self").asked


# --- Reading grade -------------------------------------------------------------------------------


def average_grade(texts: Any) -> float:
    """The mean US school grade by Flesch and Kincaid; prints the texts that read worst."""
    grades = sorted(((grade(text), text) for text in texts), reverse=True)
    for one, text in grades[:WORST_SHOWN]:
        print(f"{one:5.1f}  {text}")
    mean = sum(one for one, _ in grades) / len(grades)
    print(f"mean {mean:.2f} over {len(grades)}")
    return mean


def grade(text: str) -> float:
    return float(textstat.flesch_kincaid_grade(text))
