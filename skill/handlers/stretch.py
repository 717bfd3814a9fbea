"""Guided exercises and routines: what is asked for, what is said while one runs, and answers.

`choosing` comes before, `counting` counts, `hurting` is what pain does, and `plans` knows the place
in the plan. What is said at each of these is made in `cues`.
"""

from __future__ import annotations

from collections.abc import Iterable

from skill import routine, triage
from skill.content.exercises import PACES, POSITIONS, USUAL, exercises
from skill.content.words import words
from skill.handlers import checkup, cues, follow_up, listening, plans
from skill.handlers.asking import ask_again, carry_on, what_next
from skill.handlers.asking import repeat as say_again
from skill.handlers.choosing import (
    INSTEAD,
    another,
    at_best,
    go_on,
    introduce,
    lead_in,
    leave_shut,
    none_allowed,
    prepare,
    side_of,
)
from skill.handlers.counting import ANOTHER, PAIN_AFTER, READY, RESUME, count
from skill.handlers.cues import ANSWER_SECONDS, HOW_SECONDS
from skill.handlers.hurting import (
    EASIER,
    NEXT,
    ask_if_easier,
    easier,
    end_for_pain,
    hurts,
    is_alarming,
    leave_for_today,
)
from skill.routine import Item, Place, Plan
from skill.triage import UNKNOWN
from skill.turn import Act, Asking, OneOf, Reply, State, Turn, Wish, act

GO_ON = Asking("choice", ("go_on",))
WHICH_EXERCISE = Asking("choice", ("which_exercise",))

MOST_LISTED = 3  # nobody remembers a longer list


def guide(turn: Turn) -> Reply:
    """A stretch or routine, as asked for: the one that was named, or one that suits."""
    heard, state = turn.heard, turn.state
    follow_up.take_over(turn)
    state.place, state.plan = None, None
    if heard.goal == USUAL:
        return _the_usual(turn)
    goal = heard.goal if heard.goal in exercises().routines else None
    if goal and (condition := exercises().routines[goal].made_for):
        state.learn(answers={condition: True, **state.known.answers})
    state.wish = Wish(
        heard.exercise,
        goal,
        heard.seconds,
        heard.repetitions,
        heard.side,
        heard.area,
        version="gentle" if heard.ease and heard.exercise else None,
        position=heard.goal if heard.goal in POSITIONS else None,
    )
    return prepare(turn, _swapped(turn))


def _the_usual(turn: Turn) -> Reply:
    """What was done the last time, where that is known; if not, what suits."""
    state = turn.state
    last = (*state.done,) or routine.done_last(state.past)
    if last:
        goal = routine.of(last)
        state.wish = Wish(None if goal else last[-1], goal)
        return prepare(turn, [act("as_last_time")])
    state.wish = Wish(goal=routine.suiting(state.known, plans.may(state)))
    return prepare(turn, [act("no_last_time" if turn.memory.keeps else "keeps_no_last_time")])


def _swapped(turn: Turn) -> list[Act]:
    """A word on why a sit-up is done as something else."""
    path = f"exercise.{turn.heard.exercise}.swap"
    known = words(turn.locale)
    if not known.has(path) or turn.heard.called.lower() not in known.entry(f"{path}.names"):
        return []
    return [act(f"{path}.say")]


def rest(turn: Turn) -> Reply:
    """The resting position, which is left even when somebody should be seen today."""
    turn.state.place, turn.state.plan = None, None
    turn.state.wish = Wish("rest_position")
    return prepare(turn)


def explain(turn: Turn) -> Reply:
    """How it is done: in the middle in a sentence or two and on, before it in full once more."""
    place = turn.state.place
    if place is None or not _is_choice(turn):
        return checkup.what_do_you_mean(turn)
    turn.state.place = place._replace(paused=True)
    if place.untouched and not _was_counting(turn):
        return lead_in(turn, place, (), full=True)
    how = cues.part(turn, place, "how")
    return _and_on(turn, [how._replace(lasts=HOW_SECONDS), act("mild_pull")])


def is_it_normal(turn: Turn) -> Reply:
    """Whether what is felt belongs to the exercise: how it is done, and that pain does not."""
    if _is_choice(turn) and turn.state.place is None:
        return carry_on(turn, act("mild_pull"))
    return explain(turn)


def welcome_back(turn: Turn) -> Reply:
    """Opened again with an exercise half done: offer to go on from there."""
    state = turn.state
    place = state.place
    if place is None:
        return nothing_running(turn)
    state.doing = "stretch"
    state.place = place._replace(began=None, paused=True, since=place.since or 0.0)
    said = act("stopped_at", exercise=cues.part(turn, place, "name"), place=cues.progress(place))
    return Reply((said,), act("ask.go_on"), GO_ON, act("reprompt.choice"))


def list_exercises(turn: Turn) -> Reply:
    """A few that every gate leaves."""
    may = plans.may(turn.state)
    if not may.exercises:
        return none_allowed(turn, may.forbidden_by[exercises().order[0]])
    fresh = [name for name in may.exercises if name not in turn.state.done] or may.exercises
    listed = OneOf(tuple(cues.name(turn, name) for name in fresh[:MOST_LISTED]), "and")
    return Reply(
        (act("list_exercises", exercises=listed),),
        act("ask.which_exercise"),
        WHICH_EXERCISE,
        act("reprompt.which_exercise"),
    )


# --- While it runs --------------------------------------------------------------------------------


def pause(turn: Turn) -> Reply:
    """Keep the place, and say what has been done."""
    place = turn.state.place
    if place is None:
        return nothing_running(turn)
    since = place.since if place.untouched else place.since or turn.at.timestamp()
    turn.state.place = place._replace(paused=True, since=since)
    if place.untouched:
        return _waiting(turn, [act("no_hurry")])
    return _waiting(turn, [act("waiting", progress=cues.progress(place))])


def _waiting(turn: Turn, say: Iterable[Act]) -> Reply:
    """Something to say while the place is kept; before the first count, still "ready"."""
    if turn.state.asking == EASIER:
        return ask_if_easier(say)
    if turn.state.asking == READY:
        return Reply(tuple(say), act("ask.ready"), READY, act("reprompt.ready"))
    return Reply(tuple(say), act("ask.resume"), RESUME, act("reprompt.resume"))


def how_many_left(turn: Turn) -> Reply:
    """How many are to come, and how long it all takes; a count that was running goes on."""
    state = turn.state
    place = state.place
    if place is None:
        return nothing_running(turn)
    left = [cues.to_go(place)]
    if state.plan and plans.following(state):
        left += cues.in_all(state.plan, _seconds_in_all(state, state.plan, place))
    else:
        left += cues.how_long(place)
    return _and_on(turn, left)


def _and_on(turn: Turn, say: list[Act]) -> Reply:
    """Something to say, and the place; a count that was running goes on from there."""
    place = turn.state.place
    if place is None or not _was_counting(turn):
        here = [cues.going_on(place)] if place and not place.untouched else []
        return _waiting(turn, [one._replace(lasts=None) for one in (*say, *here)])
    said = [one if one.lasts else one._replace(lasts=ANSWER_SECONDS) for one in say]
    return count(turn, [*said, cues.going_on(place)])


def _seconds_in_all(state: State, plan: Plan, place: Place) -> float:
    rest_of_plan = plan._replace(number=plan.number + 1)
    return routine.seconds(place) + routine.total(rest_of_plan, plans.may(state), state.pace)


def _was_counting(turn: Turn) -> bool:
    """Whether this very turn interrupted a count."""
    place = turn.state.place
    return place is not None and place.since == turn.at.timestamp()


def ready(turn: Turn) -> Reply:
    """In position: whatever was offered last is taken up; a question about health stays open."""
    return yes(turn) if _is_choice(turn) else _unanswered(turn)


def _unanswered(turn: Turn) -> Reply:
    """The open question again; a value that is not given twice is taken at its worst."""
    asking = turn.state.asking
    if asking and asking.form == "value" and turn.state.missed >= checkup.LET_GO:
        turn.state.missed += 1
        return not_sure(turn)
    return ask_again(turn)


def change_pace(turn: Turn) -> Reply:
    """Slower or faster by one step, from the place on and for what comes after."""
    state = turn.state
    place = state.place
    said = _new_pace(turn)
    if place is None:
        return carry_on(turn, said)
    state.place = place._replace(pace=state.pace)
    return count(turn, [said]) if _was_counting(turn) else _waiting(turn, [said])


def _new_pace(turn: Turn) -> Act:
    """Remember the pace that was asked for, one step from the one before; say so."""
    state, wanted = turn.state, turn.heard.pace or "slower"
    step = {"slower": -1, "faster": 1}.get(wanted)
    before = PACES.index(state.pace)
    after = PACES.index("normal") if step is None else before + step
    if after not in range(len(PACES)):
        return act(f"pace_{wanted}_most")
    state.pace = PACES[after]
    return act(f"pace_{wanted}")


def back_pain(turn: Turn) -> Reply:
    """The back hurts: in an exercise that stops it, before one it is looked into."""
    return checkup.back_pain(turn) if turn.state.place is None else hurts(turn)


def told(turn: Turn) -> Reply:
    """News: an answer to the check before, a sign in the middle, a pain score, a side."""
    state, heard = turn.state, turn.heard
    if state.asking == PAIN_AFTER and state.place is None:
        return _after_routine(turn)
    if not _is_choice(turn):
        return prepare(turn, [act("noted")] if heard.facts() else ())
    if is_alarming(heard):
        return end_for_pain(turn)
    if routine.worse(heard.severity, state.plan):
        return end_for_pain(turn, act("pain_worse"))
    if state.place is None and state.asking in (ANOTHER, NEXT) and heard.facts():
        return Reply((act("noted"),), act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))
    if state.place is None:
        return prepare(turn) if heard.facts() else ask_again(turn)
    if heard.side and state.place.untouched:
        return _from_side(turn, heard.side)
    if heard.facts():
        return _look_again(turn)
    return not_understood(turn)


def _look_again(turn: Turn) -> Reply:
    """A new fact while the place is kept: whether it is still allowed, and in the same way."""
    state, may = turn.state, plans.may(turn.state)
    place = state.place
    if place is None or place.exercise not in may.exercises:
        return none_allowed(turn, "G2") if not may.exercises else leave_shut(turn, may)
    fresh = plans.begin(state, plans.current(state) or Item(place.exercise))
    if set(fresh.versions) - set(place.versions):
        return introduce(turn, [act("noted")], full=True)
    if place.untouched and fresh.dose != place.dose:
        return introduce(turn, [act("noted")])
    return _waiting(turn, [act("noted")])


def _from_side(turn: Turn, said: str) -> Reply:
    state, side = turn.state, side_of(said)
    item = plans.current(state)
    if side is None or item is None or state.plan is None:
        return _waiting(turn, [act("both_sides")])
    items = list(state.plan.items)
    items[state.plan.number] = item._replace(side=side)
    state.plan = state.plan._replace(items=tuple(items))
    return introduce(turn, [act("both_sides_from", side=cues.side_name(side))], full=False)


def _after_routine(turn: Turn) -> Reply:
    """How the pain is after a routine: worse by two points is looked into; else that was it."""
    state = turn.state
    if routine.worse(turn.heard.severity, state.plan) or is_alarming(turn.heard):
        return end_for_pain(turn, act("pain_worse"))
    said = _compared(turn)
    state.plan, state.doing = None, None
    goodbye = checkup.nothing_more(turn)
    return goodbye._replace(say=(*said, act("that_was_it"), *goodbye.say))


def _compared(turn: Turn) -> list[Act]:
    """The pain now next to what it was before, where both are known."""
    now, plan = turn.heard.severity, turn.state.plan
    if now is None or plan is None or plan.severity is None:
        return []
    if now < plan.severity:
        return [act("pain_down", before=plan.severity, now=now)]
    return [act("pain_up" if now > plan.severity else "pain_same")]


def keep_only_allowed(turn: Turn) -> None:
    """No place is kept in an exercise that what is known by now forbids, or beside a check-up.

    While it is being asked or about to be, what is not known yet forbids nothing.
    """
    state = turn.state
    if state.place is None:
        return
    to_be_asked = state.asking == GO_ON or not _is_choice(turn)
    may = at_best(state) if to_be_asked else plans.may(state)
    if state.doing == "checkup" or state.place.exercise not in may.exercises:
        state.place = None


# --- Back and forth -------------------------------------------------------------------------------


def again(turn: Turn) -> Reply:
    """The same exercise from its first repetition."""
    state = turn.state
    if state.place is None:
        last = state.done[-1] if state.done else None
        if last is None or last not in plans.may(state).exercises:
            return nothing_running(turn)
        plan = state.plan
        same = plan and next((item for item in plan.items if item.exercise == last), None)
        position = plan.position if plan else None
        items = (same or Item(last),)
        state.plan = Plan(None, items, severity=state.known.severity, position=position)
        state.place = plans.begin(state, state.plan.items[0])
    if state.asking == EASIER:
        return easier(turn)
    state.place = routine.restarted(state.place)
    return count(turn)


def repeat(turn: Turn) -> Reply:
    """Before the count: the instruction once more, in full. After it: the count once more.

    In the middle of it nothing is counted twice: the last instruction again, and on.
    """
    asking, place = turn.state.asking, turn.state.place
    if not _is_choice(turn) or asking in (EASIER, INSTEAD, NEXT, GO_ON):
        return say_again(turn)
    if place and place.untouched and asking == READY:
        return lead_in(turn, place, (), full=True)
    return again(turn) if place is None else go_on(turn)


def start_over(turn: Turn) -> Reply:
    """The whole routine from its first exercise; a single exercise from its first repetition."""
    state = turn.state
    if state.plan is None or state.plan.number == 0:
        return again(turn)
    state.plan = state.plan._replace(number=0)
    return introduce(turn, [act("from_the_start")])


def next_exercise(turn: Turn) -> Reply:
    """Leave this one, on to the next. A question about health is left open instead."""
    state = turn.state
    if not _is_choice(turn):
        return not_sure(turn)
    if plans.following(state) is None or state.plan is None:
        return _closing(turn) if state.plan and state.plan.goal else another(turn)
    plans.advance(state)
    return introduce(turn)


def _closing(turn: Turn) -> Reply:
    """The last exercise of a routine was left out: that was it."""
    turn.state.place, turn.state.plan = None, None
    return Reply((act("routine_over"),), act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))


def previous(turn: Turn) -> Reply:
    """Back to the exercise before; the first one begins again."""
    state = turn.state
    if state.plan is None or state.plan.number == 0:
        return again(turn)
    state.plan = state.plan._replace(number=state.plan.number - 1)
    return introduce(turn)


# --- Answers --------------------------------------------------------------------------------------


def _is_choice(turn: Turn) -> bool:
    asking = turn.state.asking
    return asking is None or asking.form == "choice"


def yes(turn: Turn) -> Reply:
    """A yes to the check before, or to what was offered."""
    asking = turn.state.asking
    if asking is None or asking.form == "choice":
        answers = {EASIER: easier, INSTEAD: prepare, ANOTHER: another, NEXT: introduce}
        answers |= {GO_ON: prepare, WHICH_EXERCISE: another}
        return answers.get(asking or READY, go_on)(turn)
    if asking.form == "value":
        return _unanswered(turn)
    return _answered(turn, "yes")


def no(turn: Turn) -> Reply:
    """A no to the check before, or to what was offered."""
    asking = turn.state.asking
    if asking and asking.form == "which":
        turn.state.learn(yes_to=())
        listening.take_answer(turn.state, "no")
        return prepare(turn, [act("taken_back")])
    if asking and asking.form == "yes_no":
        return _answered(turn, "no")
    if asking == PAIN_AFTER and turn.state.place is None:
        return _after_routine(turn)
    if asking and asking.form == "value":
        return not_sure(turn)
    if asking == EASIER and turn.state.place:
        return leave_for_today(turn, act("left_for_today"))
    if asking in (READY, RESUME) and turn.state.place:
        return pause(turn)
    return _no_more(turn)


def _no_more(turn: Turn) -> Reply:
    """Not that either, or no other: what else is wanted, or a word on what was done and goodbye."""
    state = turn.state
    asking, single = state.asking, state.plan is not None and state.plan.goal is None
    state.doing, state.place, state.plan = None, None, None
    level = triage.so_far(state.known).level
    if asking == GO_ON or (asking == INSTEAD and level != "urgent"):
        return what_next(act("noted"))
    goodbye = checkup.nothing_more(turn)
    if asking != ANOTHER or not single or not state.done or level == "urgent":
        return goodbye
    many = act("done_today", count=len(set(state.done)))
    return goodbye._replace(say=(many, act("suggest_walk"), *goodbye.say))


def not_sure(turn: Turn) -> Reply:
    """Not sure of a danger sign: the full check-up. Not sure of the profile: taken as a yes."""
    asking, state = turn.state.asking, turn.state
    if asking is None or asking.form == "choice":
        return not_understood(turn)
    if asking == PAIN_AFTER and state.plan and state.place is None and state.plan.goal:
        return _after_routine(turn)
    if set(asking.about) & set(exercises().safety_check):
        state.doing = "checkup"
        return checkup.not_sure(turn)
    known = state.known.with_answers(dict.fromkeys(asking.about, UNKNOWN))
    state.known = known._replace(yes_to=())
    return prepare(turn)


def _answered(turn: Turn, answer: str) -> Reply:
    listening.take_answer(turn.state, answer)
    return prepare_or_emergency(turn)


def prepare_or_emergency(turn: Turn) -> Reply:
    """Go on to the exercise, unless the answer was an emergency."""
    if triage.so_far(turn.state.known).level == "emergency":
        return checkup.emergency(turn)
    return prepare(turn)


def not_understood(turn: Turn) -> Reply:
    """Nothing is lost by not being understood: the place is kept, and the question put again."""
    place = turn.state.place
    if place is None or not _is_choice(turn):
        return ask_again(turn)
    turn.state.place = place._replace(paused=True)
    return _waiting(turn, [act("not_understood")])


# --- Outside a routine ----------------------------------------------------------------------------

OUTSIDE = {
    "AMAZON.PauseIntent": "outside_pause",
    "AMAZON.ResumeIntent": "outside_resume",
    "AMAZON.NextIntent": "outside_next",
    "HowMuchLeftIntent": "outside_left",
    "ReadyIntent": "outside_ready",
}


def nothing_running(turn: Turn) -> Reply:
    """Pause, next and the like where nothing is being counted: what they are for."""
    if turn.intent == "PaceIntent":
        return carry_on(turn, _new_pace(turn))
    return carry_on(turn, act(OUTSIDE.get(turn.intent, "nothing_to_pause")))
