"""People by first name: heard where the grammar says a person, and nowhere else."""

from __future__ import annotations

import re
from functools import cache

import pytest
from door import Conversation

from skill import interaction_model
from skill.speaker.knowledge import Knowledge
from skill.speaker.understanding import Understanding
from skill.triage import is_name

understanding = cache(Understanding)
SLOT = re.compile(r"\{\w+\}")
LANGUAGE = interaction_model.load("en-US")["interactionModel"]["languageModel"]


@pytest.fixture(scope="module")
def knows():
    return Knowledge("en-US")


def names_in(text, knows):
    people = knows.people.named(knows.wording.sentence(text))
    return [person.id for person in people if is_name(person.id)]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Anna's back hurts", "Anna"),
        ("anna's lower back is killing her", "Anna"),
        ("how was Tom's pain this week", "Tom"),
        ("I'm looking after Margaret", "Margaret"),
        ("Margaret can't feel her bottom", "Margaret"),
        ("forget everything about Anna", "Anna"),
        ("should Tom see a doctor", "Tom"),
        ("did Tom do his stretches", "Tom"),
        ("it's for Anna", "Anna"),
        ("my friend Anna has a sore back", "Anna"),
        ("my neighbor Bob put his back out", "Bob"),
        ("my mother Margaret has a sore back", "mother"),
        ("Rose's back hurts", "Rose"),
        ("I'm looking after Will", "Will"),
        ("I'm caring for June", "June"),
        ("how is Mark doing", "Mark"),
        ("now Rose has hurt her back", "Rose"),
        ("Anna says she can't stand up straight", "Anna"),
        ("I think Anna's back is out", "Anna"),
    ],
)
def test_somebody_is_heard_by_name(text, person, knows):
    assert knows.people.meant(knows.wording.sentence(text)).id == person


@pytest.mark.parametrize(
    "text",
    [
        "will back pain go away",
        "my back hurts since May",
        "may I take ibuprofen",
        "mark my pain as a six",
        "I hope back pain is nothing bad",
        "I was at Paul's house when my back went",
        "Anna says my back is crooked",
        "I lifted Tom and my back hurts",
        "Tom lifted me and my back hurts",
        "my back hurts and Anna is asking",
        "doctor Martin said I have a slipped disc",
        "I've got a charley horse in my leg",
        "since June pain has kept me awake",
        "how was May",
        "from dawn pain in my back",
        "is it for my back that Anna asked",
    ],
)
def test_a_name_that_is_only_part_of_the_story_is_nobodys_back(text, knows):
    meant = knows.people.meant(knows.wording.sentence(text))

    assert meant is None or meant.id == "self"


@pytest.mark.parametrize(
    ("text", "asking", "intent", "slots"),
    [
        ("how's Tom's pain", None, "ProgressIntent", {"Name": "Tom"}),
        ("is Tom getting better", None, "ProgressIntent", {"Name": "Tom"}),
        ("Tom's pain is a two", "severity", "PainScoreIntent", {"Name": "Tom", "Severity": "2"}),
        ("log a three for Tom", "severity", "PainScoreIntent", {"Name": "Tom", "Severity": "3"}),
        ("my mother's pain is a two", "severity", "PainScoreIntent", {"Person": "mother"}),
        ("my mother", None, "CareForIntent", {"Person": "mother"}),
        ("Tom", None, "CareForIntent", {"Name": "Tom"}),
        ("what do you know about Tom", None, "WhatYouKeepIntent", {"Name": "Tom"}),
    ],
)
def test_what_is_said_of_somebody_goes_where_somebody_can_be_named(text, asking, intent, slots):
    form = asking and {"form": "value", "about": [asking]}
    for context in ("any", "exercise"):
        heard = understanding().understand(text, context=context, asking=form)

        assert heard.intent == intent
        found = {name: values[0].id for name, values in heard.slots.items()}
        assert slots.items() <= found.items()


def test_no_name_is_heard_in_what_people_say_of_their_back(knows):
    """In no sample without a slot, and in no phrase that a slot holds."""
    samples = {
        sample
        for intent in LANGUAGE["intents"]
        for sample in intent["samples"]
        if not SLOT.search(sample)
    }
    phrases = {
        f"i have {text}"
        for kind in LANGUAGE["types"]
        for value in kind["values"]
        for text in (value["name"]["value"], *value["name"]["synonyms"])
    }

    assert len(samples | phrases) > 5000
    assert {text: found for text in samples | phrases if (found := names_in(text, knows))} == {}


def test_wherever_a_relation_may_be_said_a_name_may_be(knows):
    slots = {intent["name"]: intent.get("slots", ()) for intent in LANGUAGE["intents"]}
    types = {
        name: {slot["name"]: slot["type"] for slot in declared} for name, declared in slots.items()
    }

    for name, declared in types.items():
        assert ("Name" in declared) is ("Person" in declared), name
        assert declared.get("Name", "AMAZON.FirstName") == "AMAZON.FirstName"


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("anna", "Anna"),
        ("Anna's", "Anna"),
        ("anna maria", "Anna Maria"),
        ("jean-luc", "Jean-Luc"),
        ("mother", "mother"),
        ("<audio src='x'/>", "someone"),
        ("a" * 200, "someone"),
        ("r2d2", "someone"),
    ],
)
def test_what_amazon_takes_for_a_first_name_is_somebody(said, person):
    talk = Conversation().launch()
    talk.say("CareForIntent", Name=said)

    assert talk.attributes["person"] == person
    if person[0].isupper():
        assert f"Shall I ask a few questions about {person}?" in talk.ssml


def test_no_first_name_is_spoken_or_written_with_a_fact_of_health():
    """Others in the room can hear (clinical basis, g 6)."""
    talk = Conversation().launch()
    talk.say("SymptomIntent", Name="Anna", Symptom=["saddle_numbness"])

    assert "You said the person you help has numbness around their bottom" in talk.ssml
    assert "Anna" not in str(talk.response)
    assert talk.verdict == "emergency"
