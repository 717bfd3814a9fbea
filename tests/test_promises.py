"""The promises that hold everywhere, over conversations nobody wrote down.

Random people say random things in random order, through the real door. After every turn the
promises of the product must hold, whatever state the conversation is in.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from door import START, Conversation
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.content.exercises import exercises
from skill.content.triage import triage as knowledge
from skill.content.words import words
from skill.speaker.alarm_clock import AlarmClock
from skill.speaker.alerts_api import serve

FINDINGS = sorted(knowledge().findings)
EMERGENCIES = sorted(
    {
        name
        for rule in knowledge().rules.values()
        if rule.level == "emergency" and rule.unless is None
        for case in rule.when
        if len(case.all) == 1 and not case.none and not case.bounds
        for name in case.all
    }
)
PERSONS = ["self", "mother", "father", "child", "someone"]
FORMS = {"yes_no", "which", "value", "choice"}
MOST_SPEECH = 8000
BREAK = re.compile(r'<break time="(\d+)ms"/>')
TWO_BREAKS = re.compile(r"<break[^>]*/>\s*<break")

findings = st.lists(st.sampled_from(FINDINGS), min_size=1, max_size=3, unique=True)
BARE = """
    AMAZON.YesIntent AMAZON.NoIntent AMAZON.HelpIntent AMAZON.PauseIntent AMAZON.ResumeIntent
    AMAZON.NextIntent AMAZON.PreviousIntent AMAZON.RepeatIntent AMAZON.StartOverIntent
    AMAZON.FallbackIntent NotSureIntent NoneOfThoseIntent SkipIntent WhatDoYouMeanIntent WhyIntent
    ReadyIntent HowMuchLeftIntent TooPainfulIntent ListExercisesIntent BackPainIntent
    SeeDoctorIntent GuideStretchIntent ProgressIntent ReliefIntent LearnIntent ForgetMeIntent
    OtherProblemIntent UnheardOfIntent RemindersIntent StopRemindersIntent ChangeReminderIntent
    RemindIntent TimerIntent TimeLeftIntent StopTimerIntent
"""
bare = st.sampled_from(BARE.split()).map(lambda name: (name, {}))
said = st.one_of(
    bare,
    bare,
    findings.map(lambda names: ("SymptomIntent", {"Symptom": names})),
    findings.map(lambda names: ("SymptomIntent", {"Denied": names})),
    findings.map(lambda names: ("SymptomIntent", {"Unsure": names})),
    st.tuples(findings, st.sampled_from(["yes", "no", "unknown"])).map(
        lambda both: ("SymptomIntent", {"Symptom": both[0], "Answer": both[1]})
    ),
    st.integers(0, 12).map(lambda number: ("AnswerIntent", {"Severity": str(number)})),
    st.integers(0, 400).map(lambda days: ("AnswerIntent", {"Duration": f"P{days}D"})),
    st.integers(0, 110).map(lambda years: ("AnswerIntent", {"Age": str(years)})),
    st.sampled_from(["under_sixteen", "over_fifty_five"]).map(
        lambda band: ("AnswerIntent", {"AgeBand": band})
    ),
    st.sampled_from(PERSONS).map(lambda who: ("CareForIntent", {"Person": who})),
    st.sampled_from(sorted(exercises().exercises)).map(
        lambda name: ("GuideStretchIntent", {"Exercise": name})
    ),
    st.sampled_from(["08:00", "MO", "?"]).map(lambda time: ("RemindIntent", {"Time": time})),
    st.sampled_from(["daily", "hourly"]).map(lambda often: ("RemindIntent", {"Frequency": often})),
    st.sampled_from(["cold", "bath", "rest"]).map(lambda name: ("TimerIntent", {"Remedy": name})),
    st.sampled_from(["slower", "faster"]).map(lambda pace: ("PaceIntent", {"Pace": pace})),
)
turns = st.lists(st.tuples(said, st.integers(1, 200)), min_size=1, max_size=14)


def meet() -> Conversation:
    """A conversation on a device of its own, with reminders and timers."""
    device = AlarmClock(ZoneInfo("UTC"))
    device.at = START
    at_home = {
        "apiEndpoint": serve(device).address,
        "apiAccessToken": device.token,
        "device": {"deviceId": "amzn1.ask.device.test"},
    }
    talk = Conversation(system=at_home)
    vars(talk)["device"] = device  # it lives as long as the conversation
    return talk


def hold(talk: Conversation) -> None:
    """Every promise about a single reply."""
    response = talk.response
    for speech in (response["outputSpeech"], response.get("reprompt", {}).get("outputSpeech")):
        if speech is not None:
            ET.fromstring(speech["ssml"])
            assert len(speech["ssml"]) < MOST_SPEECH
            assert not TWO_BREAKS.search(speech["ssml"])
            assert all(int(length) <= 10_000 for length in BREAK.findall(speech["ssml"]))
    asking = talk.attributes["asking"]
    assert isinstance(response["shouldEndSession"], bool)
    assert response["shouldEndSession"] is (asking is None)
    if asking is None:
        assert "reprompt" not in response
    else:
        assert asking["form"] in FORMS
        assert asking["about"]
        assert response["reprompt"]["outputSpeech"]["ssml"] != "<speak></speak>"
        assert plain(talk).rstrip().endswith(("?", ".")), "the question comes last"
    assert len(json.dumps({"response": response, "sessionAttributes": talk.attributes})) < 120_000


def plain(talk: Conversation) -> str:
    return " ".join(BREAK.sub(" ", talk.ssml).replace("</speak>", "").split())


@settings(max_examples=400)
@given(turns)
def test_every_reply_in_every_conversation_keeps_the_promises(conversation):
    talk = meet().launch()
    hold(talk)
    for (name, slots), after in conversation:
        talk.say(name, after=after, **slots)
        hold(talk)
        if talk.ended:
            return


@settings(max_examples=300)
@given(turns, st.sampled_from(EMERGENCIES), st.integers(1, 120))
def test_an_emergency_said_at_any_moment_is_answered_in_that_turn(conversation, sign, after):
    talk = meet().launch()
    for (name, slots), pause in conversation:
        talk.say(name, after=pause, **slots)
        if talk.ended:
            talk = meet().launch()
    talk.say("SymptomIntent", after=after, Symptom=[sign])
    assert talk.verdict == "emergency"
    assert talk.attributes["routine"] is None
    assert re.search(r"9 1 1|9 8 8|maternity unit", plain(talk)), plain(talk)


def test_an_emergency_beside_the_denial_of_another_one_is_answered_first():
    talk = meet().say("SymptomIntent", Symptom=["chest_pain"])
    talk.say("SymptomIntent", Denied=["chest_pain"], Symptom=["leg_weakness"])
    assert "E-leg_weakness" in talk.attributes["verdict"]["because"]
    assert "leg is weak" in plain(talk)


@settings(max_examples=300)
@given(turns)
def test_stop_leaves_at_once_from_everywhere(conversation):
    talk = meet().launch()
    for (name, slots), after in conversation:
        talk.say(name, after=after, **slots)
        if talk.ended:
            return
    talk.say("AMAZON.StopIntent")
    assert talk.ended
    assert "?" not in plain(talk)


@settings(max_examples=300)
@given(turns)
def test_nobody_is_reassured_while_a_core_question_is_open(conversation):
    talk = meet().launch()
    for (name, slots), after in conversation:
        talk.say(name, after=after, **slots)
        answers = talk.attributes["memo"]["people"].get(talk.attributes["person"], {})
        settled = answers.get("answers", {})
        core = [name for name, finding in knowledge().findings.items() if finding.core]
        if any(settled.get(name) in (None, "unknown") for name in core):
            assert "points to an emergency" not in plain(talk)
            assert talk.verdict not in ("self_care", "routine")
        if talk.ended:
            return


@settings(max_examples=300)
@given(turns)
def test_an_exercise_never_runs_on_an_emergency_or_an_unanswered_safety_check(conversation):
    talk = meet().launch()
    for (name, slots), after in conversation:
        talk.say(name, after=after, **slots)
        routine = talk.attributes["routine"]
        if routine is not None:
            known = talk.attributes["memo"]["people"].get(talk.attributes["person"], {})
            for sign in exercises().safety_check:
                assert known["answers"][sign] is False, sign
            assert talk.verdict != "emergency"
            if talk.verdict == "urgent":
                assert routine["exercise"] == "rest_position"
        if talk.ended:
            return


ABOUT_THE_LISTENER = re.compile(
    r"\b(you have|have you|are you pregnant|you're pregnant|do you have|"
    r"your (back|bottom|legs?|bladder|body|belly|neck|age|fever|spine))\b",
    re.IGNORECASE,
)


@settings(max_examples=300)
@given(turns, st.sampled_from(PERSONS[1:]))
def test_speech_about_somebody_else_is_in_the_third_person(conversation, person):
    talk = meet().say("BackPainIntent", Person=person)
    for (name, slots), after in conversation:
        if name in ("CareForIntent", "GuideStretchIntent", "ForgetMeIntent"):
            continue  # the one changes the person; steps are spoken to whoever does them
        talk.say(name, after=after, **slots)
        if talk.ended or talk.attributes["person"] != person:
            return
        if talk.attributes["doing"] == "checkup":
            assert not ABOUT_THE_LISTENER.search(plain(talk)), plain(talk)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("sign", EMERGENCIES)
def test_every_emergency_sign_has_its_verdict_for_everybody(sign, person):
    talk = meet().say("SymptomIntent", Symptom=[sign], Person=person)
    hold(talk)
    assert talk.verdict == "emergency"
    name = words("en-US").has(f"person.{person}.name") and words("en-US").entry(
        f"person.{person}.name"
    )
    if name:
        assert name in plain(talk).lower() or " her " in plain(talk) or "their" in plain(talk)
