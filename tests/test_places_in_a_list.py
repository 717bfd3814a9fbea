""" "The third one" is the third that was read out, on an Echo and on the local speaker."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from door import intent

from skill.content.exercises import exercises
from skill.content.triage import triage
from skill.content.words import words
from skill.handlers import checkup
from skill.interaction_model import load
from skill.slots import heard
from skill.speaker.envelope import intent_request
from skill.speaker.model import Model
from skill.speaker.understanding import Understanding
from skill.speech import speak
from skill.triage import AGE_ENDS, VALUES, items
from skill.turn import Asking, Heard, Reply, State, Turn

TODAY = date(2026, 11, 22)
UNDERSTANDING = Understanding()
MODEL = Model(load("en-US"))
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TURN = Turn("BackPainIntent", Heard(), State(), NOW)
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
BUNDLES = [
    (step.id, step.about)
    for step in triage().steps
    if len(step.about) > 1 and not set(step.about) & (set(VALUES) - {"age"})
]
BUNDLES.append(("profile", exercises().profile))
CASES = [
    (step, about, place, spoken)
    for step, about in BUNDLES
    for place in range(len(items(about)))
    for spoken in (PLACES[place], "last")
    if spoken != "last" or place == len(items(about)) - 1
]


def test_the_bundles_are_the_ones_we_know():
    assert {step for step, _ in BUNDLES} >= {"T1", "T2", "T4", "T5", "T6"}


@pytest.mark.parametrize(("step", "about"), BUNDLES)
def test_a_list_is_read_out_in_the_order_of_its_places(step, about):
    said = speak(Reply(ask=checkup.bundle(TURN, step, about)), locale="en-US").asked
    shorts = [
        words("en-US").entry(f"{'age_band' if name in AGE_ENDS else 'finding'}.{name}.short")
        for name in items(about)
    ]
    about_you = [short["you"] if isinstance(short, dict) else short for short in shorts]
    at = [said.index(short) for short in about_you]
    assert at == sorted(at)
    assert len(set(at)) == len(shorts)


@pytest.mark.parametrize("form", ["yes_no", "which"])
@pytest.mark.parametrize(("step", "about", "place", "spoken"), CASES)
def test_a_place_in_the_list_is_what_was_read_out_there(form, step, about, place, spoken):
    """Whatever is folded into another one, and although the age is two things in the list."""
    expected = _meant(items(about)[place])
    assert _on_an_echo(about, form, spoken) == expected
    for text in (f"the {spoken} one", f"it's the {spoken}", f"just the {spoken} one"):
        assert _on_the_speaker(about, form, text) == expected, text


def test_two_places_at_once():
    about = dict(BUNDLES)["T5"]
    both = {about[1]: True, about[2]: True}
    for text in ("the second one and the third one", "yes, the second and the third"):
        assert _on_the_speaker(about, "yes_no", text) == (both, None), text


def _meant(item):
    if item in AGE_ENDS:
        return {}, triage().age_bands[item]
    return {item: True}, None


def _state(about, form):
    return State(asking=Asking(form, tuple(about)))


def _told(said: Heard):
    return dict(said.findings), said.age


def _on_an_echo(about, form, place):
    slots = intent("SymptomIntent", Position=place)["intent"]["slots"]
    return _told(heard(slots, "SymptomIntent", _state(about, form), TODAY, "en-US"))


def _on_the_speaker(about, form, text):
    understood = UNDERSTANDING.understand(
        text,
        context="triage_question",
        asking={"form": form, "about": list(about)},
        today=TODAY,
    )
    assert understood.intent == "SymptomIntent", text
    request = intent_request(NOW, understood.intent, understood.slots, MODEL, "test")
    slots = request["intent"]["slots"]
    return _told(heard(slots, "SymptomIntent", _state(about, form), TODAY, "en-US"))
