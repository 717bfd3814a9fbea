"""Reminders and timers in everyday speech: times, days and how often, as Alexa would send them."""

from __future__ import annotations

from datetime import date

import pytest

from skill.speaker.cloud import ears

SUNDAY = date(2026, 11, 22)
TIME_ASKED = {"form": "choice", "about": ["reminder_time"]}
SAID_BACK = {"form": "choice", "about": ["reminder"]}


def hear(text, asking=None):
    understood = ears("en-US").understand(text, asking=asking, today=SUNDAY)
    slots = {name: values[0].id for name, values in understood.slots.items()}
    return understood.intent.removesuffix("Intent"), slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (
            "remind me to stretch every morning at eight",
            {"Time": "08:00", "Frequency": "every_morning", "Task": "stretch"},
        ),
        ("remind me at half seven on weekdays", {"Time": "07:30", "Frequency": "weekdays"}),
        ("remind me tomorrow at nine", {"Time": "09:00", "Day": "2026-11-23"}),
        ("remind me in two weeks to see a doctor", {"Duration": "P2W", "Task": "appointment"}),
        ("remind me in an hour to get up", {"Duration": "PT1H", "Task": "move"}),
        ("remind me to walk on Friday at five", {"Time": "05:00", "Day": "2026-11-27"}),
        ("remind me on Fridays at five pm", {"Time": "17:00", "Frequency": "friday"}),
        ("remind me tonight to do my stretches", {"Day": "2026-11-22TNI", "Task": "stretch"}),
        ("set a reminder for tomorrow morning", {"Day": "2026-11-23TMO"}),
        ("remind me the day after tomorrow at ten", {"Time": "10:00", "Day": "2026-11-24"}),
        ("remind me to see the doctor next week", {"Day": "2026-W48", "Task": "appointment"}),
        ("remind me at quarter past seven in the evening", {"Time": "19:15"}),
        ("remind me at twenty to eight in the morning", {"Time": "07:40"}),
        ("remind me at eight oh five", {"Time": "08:05"}),
        ("remind me at eight thirty", {"Time": "08:30"}),
        ("remind me at noon to take a walk", {"Time": "12:00", "Task": "walk"}),
        ("remind me every hour to move", {"Frequency": "hourly", "Task": "move"}),
        ("remind me on March 3 at ten", {"Time": "10:00", "Day": "2027-03-03"}),
        ("don't let me forget my stretches", {"Task": "stretch"}),
        ("can you remind me to take my tablets at six", {"Time": "06:00", "Task": "other"}),
        ("remind me to feed the cat", {"Task": None}),
        ("remind me to call my mum at six in the evening", {"Time": "18:00", "Task": None}),
    ],
)
def test_a_reminder_is_heard_with_when_and_what(text, slots):
    intent, heard = hear(text)
    assert intent == "Remind"
    assert slots.items() <= heard.items()
    assert "Since" not in heard


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("eight", {"Time": "08:00"}),
        ("at eight", {"Time": "08:00"}),
        ("eight thirty in the morning", {"Time": "08:30"}),
        ("half past seven", {"Time": "07:30"}),
        ("every morning at eight", {"Time": "08:00", "Frequency": "every_morning"}),
        ("tomorrow at nine", {"Time": "09:00", "Day": "2026-11-23"}),
        ("on Tuesday", {"Day": "2026-11-24"}),
        ("in the evening", {"Time": "EV"}),
        ("in two hours", {"Duration": "PT2H"}),
    ],
)
def test_an_answer_to_what_time_is_a_time(text, slots):
    assert hear(text, TIME_ASKED) == ("Remind", slots)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("no, at nine", {"Time": "09:00"}),
        ("no in the evening", {"Time": "EV"}),
        ("no, on Fridays", {"Frequency": "friday"}),
        ("I meant nine", {"Time": "09:00"}),
    ],
)
def test_a_no_with_another_time_is_that_time(text, slots):
    intent, heard = hear(text, SAID_BACK)
    assert intent == "Remind"
    assert slots.items() <= heard.items()


@pytest.mark.parametrize(
    ("text", "intent"), [("yes", "AMAZON.Yes"), ("no", "AMAZON.No"), ("stop", "AMAZON.Stop")]
)
def test_a_plain_answer_is_just_that(text, intent):
    assert hear(text, SAID_BACK) == (intent, {})


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what reminders do I have", "Reminders"),
        ("when will you remind me", "Reminders"),
        ("stop reminding me", "StopReminders"),
        ("delete my reminders", "StopReminders"),
        ("change it to nine", "ChangeReminder"),
        ("move my reminder to half past nine", "ChangeReminder"),
        ("how long is left on the timer", "TimeLeft"),
        ("cancel the timer", "StopTimer"),
        ("time my ice pack", "Timer"),
        ("set a timer for twenty minutes", "Timer"),
    ],
)
def test_what_else_is_wanted_of_reminders_and_timers(text, intent):
    assert hear(text)[0] == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("guide me through a stretch", "GuideStretch"),
        ("let's do my stretches", "GuideStretch"),
        ("should I see a doctor", "SeeDoctor"),
        ("my back hurts and I have work tomorrow", "BackPain"),
        ("forget everything I said", "ForgetMe"),
        ("my back hurts every morning", "BackPain"),
    ],
)
def test_what_only_sounds_like_a_reminder_is_none(text, intent):
    assert hear(text)[0] == intent


def test_a_day_in_the_past_stays_there_where_the_back_is_meant():
    _, slots = hear("my back has hurt since Friday")
    assert slots["Since"] == "2026-11-20"


@pytest.mark.parametrize("about", [TIME_ASKED, SAID_BACK, None])
def test_a_danger_said_with_a_time_is_passed_on(about):
    understood = ears("en-US").understand(
        "remind me at eight and I can't feel my bottom", asking=about, today=SUNDAY
    )
    assert understood.findings["saddle_numbness"] is True
    assert understood.intent == "Symptom" + "Intent"
