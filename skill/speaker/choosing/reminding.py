"""What is about being reminded, or about timing a remedy."""

from __future__ import annotations

from skill.speaker.choosing.choice import SURE, Choice
from skill.speaker.utterance import Utterance
from skill.speaker.words import word_set

_ABOUT_REMINDERS = (
    "RemindIntent",
    "ChangeReminderIntent",
    "RemindersIntent",
    "StopRemindersIntent",
)
_OF_REMINDERS = word_set("reminder reminder_time")


def another_time(said: Utterance) -> Choice | None:
    """An answer to a question about a reminder that names a time: "eight", "no, on Friday"."""
    if not _OF_REMINDERS & set(said.about) or said.findings:
        return None
    named = any(found.kind in {"time", "day", "duration"} for found in said.quantities)
    if named or said.kinds & {"FREQUENCY", "TASK"}:
        return Choice("RemindIntent", 0.9, "names a time for a reminder")
    return None


def to_be_reminded(said: Utterance) -> Choice | None:
    """Whatever else is in it: "remind me to feed the cat", "change it to nine"."""
    if not said.says_reminding or said.findings:
        return None
    if "remind me to" in said.sentence.plain:
        return Choice("RemindIntent", 0.9, "about being reminded")
    intent, likely = said.knows.samples.likeliest(said.labelled, _ABOUT_REMINDERS)[0]
    return Choice(intent, max(likely, SURE), "about being reminded")


def timed(said: Utterance) -> Choice | None:
    """A remedy to be timed: "time my ice pack"."""
    if said.words & {"time", "timer"} and "REMEDY" in said.kinds and not said.is_question:
        return Choice("TimerIntent", 0.9, "a remedy to be timed")
    return None
