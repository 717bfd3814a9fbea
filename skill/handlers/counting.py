"""Counting aloud: one reply's worth of the timeline, and where it had got to when interrupted.

A speaker never tells how far it got: `catch_up` works that out from the time.
"""

from __future__ import annotations

from collections.abc import Iterable

from skill import routine
from skill.content.exercises import exercises
from skill.content.words import words
from skill.handlers import cues, plans
from skill.handlers.cues import LEAD_SECONDS
from skill.routine import Item, Place
from skill.turn import Act, Asking, Reply, Turn, act

READY = Asking("choice", ("ready",))
RESUME = Asking("choice", ("resume",))
ANOTHER = Asking("choice", ("another",))
PAIN_AFTER = Asking("value", ("severity",))


def count(turn: Turn, lead: Iterable[Act] = ()) -> Reply:
    """Count from the place on, as much as one reply may hold, and lead into what comes next.

    The acts of the lead take their time, `LEAD_SECONDS` unless they say otherwise.
    """
    state = turn.state
    place = state.place
    assert place is not None, "nothing is counted without a place"
    whole = routine.timeline(place)
    spoken = routine.one_reply(whole)
    leading = [_timed(a) for a in lead] or [_timed(act("here_we_go"))]
    began = turn.at.timestamp() + sum(a.lasts or 0 for a in leading)
    state.place = place._replace(began=began, since=None, paused=False)
    say = [*leading, *cues.count(turn, place, spoken)]
    if len(spoken) < len(whole) and whole[len(spoken)].name == "turn_over":
        say.append(cues.turn_over(turn, place, whole[len(spoken)]))
        return Reply(tuple(say), act("ask.ready_turned"), READY, act("reprompt.ready"))
    if len(spoken) < len(whole):
        say.append(act("half_way"))
        return Reply(tuple(say), act("ask.ready_more"), READY, act("reprompt.ready"))
    return _after_this(turn, place, say)


def _timed(lead: Act) -> Act:
    return lead if lead.lasts else lead._replace(lasts=LEAD_SECONDS)


def _after_this(turn: Turn, place: Place, say: list[Act]) -> Reply:
    """The end of an exercise and what follows: the next one, the summary, or an offer."""
    state = turn.state
    following = plans.following(state)
    stays = following is not None and plans.same_position(state, place, following)
    say = [*say, *cues.ending(turn, place, stays=stays)]
    if following:
        return _lead_to(turn, following, say)
    if state.plan is None or state.plan.goal is None:
        return Reply(tuple(say), act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))
    say += _summary(turn, place)
    if state.plan.severity is not None:
        return Reply(tuple(say), act("ask.pain_now"), PAIN_AFTER, act("reprompt.value"))
    return Reply(tuple(say), act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))


def _lead_to(turn: Turn, item: Item, say: list[Act]) -> Reply:
    """The introduction of the item that comes next, while this one is still being counted."""
    state, may = turn.state, plans.may(turn.state)
    place = plans.begin(state, item)
    full = item.exercise not in state.explained
    say = [*say, act("next_up"), *cues.introduction(turn, place, may, full=full)]
    return Reply(tuple(say), act("ask.ready"), READY, act("reprompt.ready"))


def _summary(turn: Turn, last: Place) -> list[Act]:
    """What was done in a routine, and one suggestion."""
    plan = turn.state.plan
    names = [name for name in turn.state.done if plan and name in {i.exercise for i in plan.items}]
    many = len(dict.fromkeys([*names, last.exercise]))
    done = act("routine_done", count=many)
    loads = {load for name in (*names, last.exercise) for load in exercises().exercises[name].loads}
    if "strengthening" in loads:
        return [done, act("suggest_day_off")]
    return [done, act("suggest_warmth" if last.exercise == "walking" else "suggest_walk")]


def catch_up(turn: Turn) -> None:
    """Where the counting had got to when this turn was spoken, from the time that went by."""
    state = turn.state
    place = state.place
    if place is None or place.began is None:
        return
    now = turn.at.timestamp()
    spoken = routine.one_reply(routine.timeline(place))
    elapsed = max(0.0, now - place.began)
    if elapsed >= spoken[-1].at + spoken[-1].lasts:
        _finished(turn, routine.after(place, spoken), heard_what_is_next=True)
        return
    here = routine.at(place, elapsed)
    _stands(turn, RESUME, "ask.resume")
    if here is None:
        _finished(turn, None, heard_what_is_next=False)
        return
    state.place = here._replace(paused=True, since=now)


def _stands(turn: Turn, asking: Asking, name: str) -> None:
    """The question at the end of the count was never heard: another one stands in its place."""
    state = turn.state
    state.asking = asking
    state.asked = words(turn.locale).sentence(name, about_self=True, count=None, turn=state.turns)


def _finished(turn: Turn, rest_of_it: Place | None, *, heard_what_is_next: bool) -> None:
    """The count is over: the place is the rest of the exercise, the next one, or none."""
    state = turn.state
    if rest_of_it or state.place is None:
        state.place = rest_of_it
        return
    state.done_by.setdefault(state.person, []).append(state.place.exercise)
    state.place = None
    following = plans.following(state)
    if following and state.plan:
        plans.advance(state)
        state.place = plans.begin(state, following)
        if heard_what_is_next:
            plans.remember_told(turn, following.exercise, plans.may(state))
    elif not heard_what_is_next:
        _stands(turn, ANOTHER, "ask.how_was_it")
