"""Pain in an exercise: stop at once, the easier version once, and a new sign is looked into."""

from __future__ import annotations

from collections.abc import Iterable

from skill import triage
from skill.content.exercises import exercises
from skill.handlers import checkup, cues, plans
from skill.handlers.asking import carry_on
from skill.handlers.choosing import another, introduce
from skill.handlers.counting import ANOTHER
from skill.triage import Question
from skill.turn import Act, Asking, Heard, Reply, Turn, act

EASIER = Asking("choice", ("easier",))
NEXT = Asking("choice", ("next",))

ALARMING = frozenset({"sharp", "burning"})  # qualities of pain that end an exercise
HARMLESS_CONDITIONS = frozenset(
    {"cannot_kneel", "neck_pain", "high_blood_pressure", "glaucoma", "reflux", "unsteady"}
)
"""What may come up in an exercise without ending it: the gates are looked at again."""


def hurts(turn: Turn) -> Reply:
    """Pain in an exercise: stop at once, offer the easier version once, look into a new sign."""
    state = turn.state
    if is_alarming(turn.heard):
        return end_for_pain(turn)
    place = state.place
    if place is None:
        return end_for_pain(turn) if state.done else carry_on(turn, act("outside_hurts"))
    if place.gentle or place.sore or "gentle" not in exercises().exercises[place.exercise].versions:
        return leave_for_today(turn)
    state.place = place._replace(paused=True, sore=True, since=turn.at.timestamp())
    return ask_if_easier((act("stop_hurting"),))


def ask_if_easier(say: Iterable[Act]) -> Reply:
    """The offer of the easier version: what hurt is never gone back into as it was."""
    return Reply(tuple(say), act("ask.easier"), EASIER, act("reprompt.choice"))


def is_alarming(heard: Heard) -> bool:
    """Whether what was said in an exercise is more than soreness: it ends the exercise."""
    new = {name for name, answer in heard.findings.items() if answer is not False}
    return bool(new - HARMLESS_CONDITIONS) or heard.quality in ALARMING


def easier(turn: Turn) -> Reply:
    """The easier version of the exercise under way, from its start."""
    state, item = turn.state, plans.current(turn.state)
    if state.place is None or state.plan is None or item is None:
        return another(turn)
    items = list(state.plan.items)
    items[state.plan.number] = item._replace(version="gentle", repetitions=None)
    state.plan = state.plan._replace(items=tuple(items))
    reply = introduce(turn, full=True)
    if state.place:
        state.place = state.place._replace(sore=True)
    return reply


def leave_for_today(turn: Turn, said: Act | None = None) -> Reply:
    """It was sore even so: not this exercise again today, and on to the next of the routine."""
    state = turn.state
    plans.stopped_for_pain(state)
    following = plans.following(state)
    say = (said or act("stop_for_good"),)
    if following is None or state.plan is None:
        return Reply(say, act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))
    plans.advance(state)
    ask = act("ask.shall_next", exercise=cues.name(turn, following.exercise))
    return Reply(say, ask, NEXT, act("reprompt.choice"))


def end_for_pain(turn: Turn, say: Act | None = None) -> Reply:
    """Sharp, shooting, numb, dizzy or worse by two points: it ends, and the danger signs are asked.

    A new symptom makes the earlier answers about them old (L7), so they are asked again; the
    chest first of somebody dizzy.
    """
    state = turn.state
    plans.stopped_for_pain(state)
    state.plan, state.doing = None, "checkup"
    signs = triage.danger_signs() | set(exercises().safety_check)
    said_now = turn.heard.findings
    state.known = state.known._replace(
        answers={
            name: answer
            for name, answer in state.known.answers.items()
            if answer is not False or name not in signs or name in said_now
        },
    )
    said = [say or act("end_for_pain")]
    if "dizziness" in said_now and triage.is_open(state.known, "chest_pain"):
        return checkup.put(turn, Question("dizzy", "yes_no", ("chest_pain",)), said)
    return checkup.proceed(turn, said)
