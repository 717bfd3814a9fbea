"""APL for Audio: the same words and pauses as the SSML, and only where the device plays it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from door import START, Conversation, envelope, intent

from skill import audio
from skill.alexa import answer
from skill.speaker.sound import plain_text, timeline
from skill.speech import to_ssml

INTERFACES = {audio.INTERFACE: {"runtime": {"maxVersion": "0.91"}}}


def ready(attributes, interfaces):
    """The answer to "ready", from a device with these interfaces."""
    event = envelope(intent("ReadyIntent"), attributes, START)
    event["context"]["System"]["device"] = {"supportedInterfaces": interfaces}
    return json.loads(json.dumps(answer(event)))["response"]


@pytest.fixture
def before_a_count():
    talk = Conversation().say("GuideStretchIntent", Exercise="knee_rolls")
    talk.say("AMAZON.NoIntent").say("AMAZON.NoIntent")
    assert talk.attributes["routine"]["exercise"] == "knee_rolls"
    return talk.attributes


def items(response):
    (directive,) = response["directives"]
    assert directive["type"] == "Alexa.Presentation.APLA.RenderDocument"
    (sequencer,) = directive["document"]["mainTemplate"]["items"]
    assert sequencer["type"] == "Sequencer"
    return sequencer["items"]


def test_a_device_that_plays_audio_documents_gets_the_count_as_one(before_a_count):
    response = ready(before_a_count, INTERFACES)
    assert items(response)
    assert "outputSpeech" not in response
    assert response["reprompt"]["outputSpeech"]["ssml"]
    assert response["shouldEndSession"] is False


def test_any_other_device_gets_speech_and_no_sound_document(before_a_count):
    for interfaces in ({}, {"AudioPlayer": {}}, {"Alexa.Presentation.APL": {}}, 7, None):
        response = ready(before_a_count, interfaces)
        assert "outputSpeech" in response
        kinds = [directive["type"] for directive in response.get("directives") or []]
        assert "Alexa.Presentation.APLA.RenderDocument" not in kinds


def test_what_is_not_counted_stays_speech():
    event = envelope({"type": "LaunchRequest"})
    event["context"]["System"]["device"] = {"supportedInterfaces": INTERFACES}
    response = answer(event)["response"]
    assert "outputSpeech" in response
    assert not response.get("directives")


def test_the_document_has_the_words_and_pauses_of_the_speech(before_a_count):
    ssml = ready(before_a_count, {})["outputSpeech"]["ssml"]
    played = items(ready(before_a_count, INTERFACES))
    words = " ".join(item["content"] for item in played if item["type"] == "Speech")
    assert words == plain_text(ssml)
    pauses = [item["duration"] / 1000 for item in played if item["type"] == "Silence"]
    assert pauses == [piece.seconds for piece in timeline(ssml) if not piece.text]


def test_silence_is_never_alone(before_a_count):
    played = [item["type"] for item in items(ready(before_a_count, INTERFACES))]
    assert played[0] == "Speech"
    assert not any(pair == ("Silence", "Silence") for pair in pairwise(played))


def test_text_is_plain_there_and_needs_no_escapes():
    document = audio.document(to_ssml(["Salt & pepper <now>", 1.0, "done"]))
    (sequencer,) = document["mainTemplate"]["items"]
    assert sequencer["items"] == [
        {"type": "Speech", "contentType": "PlainText", "content": "Salt & pepper <now>"},
        {"type": "Silence", "duration": 1000},
        {"type": "Speech", "contentType": "PlainText", "content": "done"},
    ]
