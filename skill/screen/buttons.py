"""PURE What can be touched: always something that could be said, an intent with slots."""

from collections.abc import Mapping
from typing import NamedTuple

from skill.turn import OneOf, Reply

MOST_SCORE = 10
MOST_LISTED = 6  # of findings or exercises to choose from


Button = tuple[str, tuple[str, ...]]
"""Something to touch: what stands on it, and what it means.

The label is an act by its name or a number as it stands, and in a scene its words. The meaning is
an intent by its name in the interaction model, then slots and their ids by turns.
"""


class Keypad(NamedTuple):
    """Digits to touch: a number from 1 to `most`, for the slot of an intent that `means` names."""

    means: tuple[str, str]
    most: int


KEYPADS: Mapping[str, Keypad] = {
    "age": Keypad(("AnswerIntent", "Age"), 120),
    "weeks": Keypad(("AnswerIntent", "Weeks"), 45),
}
"""The numbers that are too many for a button each, by what is asked."""

SAID: Mapping[str, tuple[str, ...]] = {
    "yes": ("AMAZON.YesIntent",),
    "no": ("AMAZON.NoIntent",),
    "not_sure": ("NotSureIntent",),
    "none_of_those": ("NoneOfThoseIntent",),
    "what": ("WhatDoYouMeanIntent",),
    "back_hurts": ("BackPainIntent",),
    "stretch": ("GuideStretchIntent",),
    "doctor": ("SeeDoctorIntent",),
    "relief": ("ReliefIntent",),
    "ready": ("ReadyIntent",),
    "pause": ("AMAZON.PauseIntent",),
    "go_on": ("AMAZON.ResumeIntent",),
    "again": ("AMAZON.RepeatIntent",),
    "slower": ("PaceIntent", "Pace", "slower"),
    "hurts": ("TooPainfulIntent",),
    "next": ("AMAZON.NextIntent",),
    "stop": ("AMAZON.StopIntent",),
    "today": ("AnswerIntent", "Duration", "P0D"),
    "yesterday": ("AnswerIntent", "Duration", "P1D"),
    "few_days": ("AnswerIntent", "Duration", "P3D"),
    "week": ("AnswerIntent", "Duration", "P1W"),
    "two_weeks": ("AnswerIntent", "Duration", "P2W"),
    "longer": ("AnswerIntent", "Duration", "P1M"),
}
"""What each button stands for, by the name of its label."""

BY_CHOICE: Mapping[str, tuple[str, ...]] = {
    "what_next": ("back_hurts", "stretch", "doctor", "relief"),
    "what_else": ("back_hurts", "no"),
    "ready": ("ready", "what", "stop"),
    "resume": ("go_on", "again", "hurts", "stop"),
    "which_topic": ("relief", "no"),
}
"""The buttons for a question that is not triage; yes and no where nothing else is listed."""

WHILE_COUNTING = ("pause", "slower", "hurts")


def named(*names: str) -> tuple[Button, ...]:
    """The buttons of these names."""
    return tuple((f"screen.button.{name}", SAID[name]) for name in names)


def answers(reply: Reply) -> tuple[Button, ...]:
    """What can be touched to answer the question of a reply; none when it asks nothing."""
    asking = reply.asking
    if asking is None:
        return ()
    if asking.form == "yes_no":
        return named("yes", "no", "not_sure")
    if asking.form == "which":
        return (*_findings(asking.about), *named("none_of_those"))
    if asking.form == "value":
        return _values(asking.about)
    if asking.about[0] == "which_exercise":
        return _exercises(reply)
    return named(*BY_CHOICE.get(asking.about[0], ("yes", "no")))


def keypad(reply: Reply) -> Keypad | None:
    """The digits that answer the question of a reply; None where it asks for no such number."""
    asking = reply.asking
    return KEYPADS.get(asking.about[0]) if asking and asking.form == "value" else None


def _findings(about: tuple[str, ...]) -> tuple[Button, ...]:
    return tuple(
        (f"finding.{name}.name", ("SymptomIntent", "Symptom", name)) for name in about[:MOST_LISTED]
    )


def _values(about: tuple[str, ...]) -> tuple[Button, ...]:
    """Numbers and times to choose from; an age and weeks have a keypad beside."""
    if about[0] == "severity":
        return tuple(
            (str(n), ("PainScoreIntent", "Severity", str(n))) for n in range(MOST_SCORE + 1)
        )
    if about[0] == "days":
        return named("today", "yesterday", "few_days", "week", "two_weeks", "longer")
    return named("not_sure")


def _exercises(reply: Reply) -> tuple[Button, ...]:
    listed = [value for said in reply.say for value in said.values.values()]
    acts = [one for value in listed if isinstance(value, OneOf) for one in value.acts]
    return tuple(
        (one.name, ("GuideStretchIntent", "Exercise", one.name.split(".")[1])) for one in acts
    )
