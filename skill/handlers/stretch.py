"""Guided exercises and routines: the check before, the way in, the count, and keeping the place.

`prepare` asks what has to be known first, `choose` decides, `introduce` leads in and `count` speaks
one reply's worth of the timeline. A speaker never tells how far it got: `catch_up` works that out
from the time. What is said at each of these is made in `cues.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from skill import routine, triage
from skill.content.exercises import PACES, exercises
from skill.content.triage import triage as knowledge
from skill.content.words import words
from skill.handlers import checkup, cues, follow_up, listening, plans
from skill.handlers.counting import ANOTHER, PAIN_AFTER, READY, RESUME, count
from skill.handlers.cues import START_SECONDS
from skill.routine import Allowed, Item, Place, Plan
from skill.triage import ADULT, UNKNOWN, Known, Question
from skill.turn import Act, Asking, Heard, OneOf, Reply, State, Turn, Wish, act

EASIER = Asking("choice", ("easier",))
INSTEAD = Asking("choice", ("instead",))
NEXT = Asking("choice", ("next",))
GO_ON = Asking("choice", ("go_on",))
WHICH_EXERCISE = Asking("choice", ("which_exercise",))

MOST_LISTED = 3  # nobody remembers a longer list
LONG_BREAK_SECONDS = 60.0  # after it, the start position is said once more
ALARMING = frozenset({"sharp", "burning"})  # qualities of pain that end an exercise
HARMLESS_CONDITIONS = frozenset(
    {"cannot_kneel", "neck_pain", "high_blood_pressure", "glaucoma", "reflux", "unsteady"}
)
"""What may come up in an exercise without ending it: the gates are looked at again."""


# --- Before -------------------------------------------------------------------------------------


def guide(turn: Turn) -> Reply:
    """A stretch or routine, as asked for: the one that was named, or one that suits."""
    heard, state = turn.heard, turn.state
    follow_up.take_over(turn)
    state.place, state.plan = None, None
    state.wish = Wish(
        heard.exercise, heard.goal, heard.seconds, heard.repetitions, heard.side, heard.area
    )
    return prepare(turn, _swapped(turn))


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


def prepare(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """Ask what must be known before an exercise, one question at a time; then choose one."""
    state = turn.state
    level = triage.so_far(state.known).level
    if level == "emergency":
        return _emergency_first(turn)
    if follow_up.must_be_seen(turn):
        return follow_up.did_you_get_seen(turn)
    state.doing = "stretch"
    question = _to_ask_first(turn, level)
    if question is None:
        return choose(turn, say)
    lead = [act("safety_lead")] if question.step == "safety_check" else []
    return checkup.put(turn, question, [*say, *lead])


def _emergency_first(turn: Turn) -> Reply:
    turn.state.doing, turn.state.place = "checkup", None
    say = (act("still_emergency"), act("no_exercise_now"))
    return Reply(say, act("ask.anything_else"), checkup.MORE, act("reprompt.what_else"))


def _to_ask_first(turn: Turn, level: str) -> Question | None:
    known = turn.state.known
    if known.yes_to:
        return Question("which", "which", known.yes_to)
    safety = _open(turn, exercises().safety_check)
    if safety:
        return Question("safety_check", "yes_no", safety)
    if known.answers.get("pregnant") is True and triage.is_open(known, "pregnancy_warning"):
        return Question("pregnancy_warning", "yes_no", ("pregnancy_warning",))
    if level == "urgent":
        return None
    matters = _opens_with_more_known(turn)
    age = _open(turn, ("age",)) if matters or known.age else ()
    profile = _open(turn, exercises().profile)
    if profile:
        return Question("profile", "yes_no", (*profile, *(() if known.age else age)))
    pain = _open(turn, ("severity", "days")) if matters else ()
    values = age or pain
    return Question("pain", "value", values) if values else None


def _open(turn: Turn, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if triage.is_open(turn.state.known, name))


def _opens_with_more_known(turn: Turn) -> bool:
    """Whether what was wished for is shut only because the pain, its days or the age are open."""
    wish, known = turn.state.wish, turn.state.known
    now, best = plans.may(turn.state), plans.may(turn.state, _at_best(known))
    if wish.exercise:
        return wish.exercise in best.exercises and wish.exercise not in now.exercises
    goal = _goal(wish, known, best)
    return goal is not None and routine.plan(goal, now) != routine.plan(goal, best)


def _at_best(known: Known) -> Known:
    month = 30  # days
    return replace(
        known,
        severity=0 if known.severity is None else known.severity,
        days=month if known.days is None else known.days,
        age=known.age or ADULT,
    )


def _goal(wish: Wish, known: Known, may: Allowed) -> str | None:
    """The routine that was asked for, by name or by its length; None: a single exercise."""
    if wish.exercise:
        return None
    if wish.goal in exercises().routines:
        return wish.goal
    return routine.nearest(wish.seconds, known, may) if wish.seconds else None


# --- Choosing -----------------------------------------------------------------------------------


def choose(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """What was wished for, or what suits, as far as every gate leaves it."""
    state = turn.state
    may = plans.may(state)
    if not may.exercises:
        return _none_allowed(turn, may.forbidden_by[exercises().order[0]])
    if state.place:
        return _go_on_if_allowed(turn, may, say)
    goal = _goal(state.wish, state.known, may)
    if goal:
        return _choose_routine(turn, goal, may, say)
    wish = state.wish.exercise
    if wish in may.forbidden_by:
        return _instead(turn, may.forbidden_by[wish], Wish(_next(turn, may)), say)
    return _start(turn, Plan(None, (_item(turn, wish or _next(turn, may)),)), say)


def _item(turn: Turn, exercise: str) -> Item:
    wish = turn.state.wish
    return Item(exercise, seconds=wish.seconds, repetitions=wish.repetitions, side=_side(wish.side))


def _side(said: str | None) -> routine.Side | None:
    return next((side for side in routine.SIDES if side == said), None)


def _next(turn: Turn, may: Allowed, *, but: str | None = None) -> str:
    """The next exercise to offer: a new one, for the part of the back that was named."""
    area = turn.state.wish.area
    fresh = [n for n in may.exercises if n not in turn.state.done and n != but]
    fitting = [n for n in fresh if area in exercises().exercises[n].areas]
    return [*fitting, *fresh, *may.exercises][0]


def _choose_routine(turn: Turn, goal: str, may: Allowed, say: Iterable[Act]) -> Reply:
    state = turn.state
    shut = routine.left_out(goal, may)
    if not routine.is_whole(goal, may):
        suiting = routine.suiting(state.known, may)
        other = Wish(goal=suiting) if suiting else Wish(_next(turn, may))
        return _instead(turn, may.forbidden_by[shut[0]], other, say)
    plan = routine.plan(goal, may)
    side = _side(state.wish.side)
    plan = replace(plan, items=tuple(replace(item, side=side) for item in plan.items))
    length = cues.minutes(routine.total(plan, may, state.pace))
    intro = act("routine_intro", routine=_routine_name(goal), minutes=length)
    left_out = [act("left_out", exercise=_name(turn, n), why=_why(may, n)) for n in shut[:1]]
    return _start(turn, plan, [*say, intro, *left_out])


def _routine_name(goal: str) -> Act:
    return act(f"routine.{goal}.name")


def _name(turn: Turn, exercise: str) -> Act:
    return cues.name(turn, exercise)


def _why(may: Allowed, exercise: str) -> Act:
    return act(f"gate.{may.forbidden_by[exercise]}")


def _none_allowed(turn: Turn, gate: str) -> Reply:
    state = turn.state
    state.doing, state.wish, state.place, state.plan = None, Wish(), None, None
    say = (act("none_allowed", why=act(f"gate.{gate}")),)
    return Reply(say, act("ask.offer_check"), Asking("choice", ("check",)), act("reprompt.choice"))


def _instead(turn: Turn, gate: str, other: Wish, say: Iterable[Act] = ()) -> Reply:
    """Why not that one, and something allowed in its place."""
    state = turn.state
    state.wish, state.place, state.plan = replace(other, side=state.wish.side), None, None
    name = _routine_name(other.goal) if other.goal else _name(turn, str(other.exercise))
    why = act("instead", why=act(f"gate.{gate}"))
    ask = act("ask.shall_instead", exercise=name)
    return Reply((*say, why), ask, INSTEAD, act("reprompt.choice"))


def _start(turn: Turn, plan: Plan, say: Iterable[Act]) -> Reply:
    state = turn.state
    state.plan = replace(plan, severity=state.known.severity)
    state.wish, state.cheered = Wish(), 0
    return introduce(turn, say)


# --- The way in ---------------------------------------------------------------------------------


def introduce(turn: Turn, say: Iterable[Act] = (), *, full: bool | None = None) -> Reply:
    """Lead into the item the plan is at, from its start: fully the first time; wait for "ready"."""
    state = turn.state
    item = plans.current(state)
    if item is None:
        return another(turn)
    state.doing = "stretch"
    place = state.place = plans.begin(state, item)
    if item.repetitions and place.reps < item.repetitions:
        say = [*say, act("capped", count=place.reps)]
    if full is None:
        full = item.exercise not in state.explained
    return _lead_in(turn, place, say, full=full)


def _lead_in(turn: Turn, place: Place, say: Iterable[Act], *, full: bool) -> Reply:
    may = plans.may(turn.state)
    acts = cues.introduction(turn, place, may, full=full)
    plans.remember_told(turn, place.exercise, may)
    return Reply((*say, *acts), act("ask.ready"), READY, act("reprompt.ready"))


def explain(turn: Turn) -> Reply:
    """The exercise in full once more; the place in it is kept."""
    place = turn.state.place
    if place is None or not _is_choice(turn):
        return checkup.what_do_you_mean(turn)
    turn.state.place = replace(place, paused=True)
    return _lead_in(turn, place, (), full=True)


# --- Counting -----------------------------------------------------------------------------------


def ready(turn: Turn) -> Reply:
    """In position, or back after a pause: count on from the place, after a short lead-in."""
    state = turn.state
    place = state.place
    if place is None:
        return another(turn)
    if place.untouched:
        unheard = state.asking == RESUME and place.since is None
        return introduce(turn) if unheard else count(turn)
    lead = [cues.going_on(place)]
    if _long_ago(turn, place):
        start = replace(cues.part(turn, place, "start"), lasts=START_SECONDS)
        lead = [act("welcome_back"), start, *lead]
    return count(turn, lead)


def _long_ago(turn: Turn, place: Place) -> bool:
    return place.since is not None and turn.at.timestamp() - place.since > LONG_BREAK_SECONDS


def another(turn: Turn) -> Reply:
    """One more exercise, another one."""
    place, wish = turn.state.place, turn.state.wish
    turn.state.place, turn.state.plan = None, None
    but = place.exercise if place else None
    may = plans.may(turn.state)
    turn.state.wish = Wish(_next(turn, may, but=but) if may.exercises else None, side=wish.side)
    return prepare(turn)


# --- A routine that was left --------------------------------------------------------------------


def welcome_back(turn: Turn) -> Reply:
    """Opened again with an exercise half done: offer to go on from there."""
    state = turn.state
    place = state.place
    if place is None:
        return nothing_running(turn)
    state.doing = "stretch"
    state.place = replace(place, began=None, paused=True, since=place.since or 0.0)
    said = act("stopped_at", exercise=cues.part(turn, place, "name"), place=cues.progress(place))
    return Reply((said,), act("ask.go_on"), GO_ON, act("reprompt.choice"))


def _go_on_if_allowed(turn: Turn, may: Allowed, say: Iterable[Act]) -> Reply:
    """On from the place, in the version that the gates now leave; if they shut it, what is next."""
    place = turn.state.place
    if place is None or place.exercise not in may.exercises:
        return _leave_shut(turn, may)
    fresh = routine.begin(place.exercise, may, item=Item(place.exercise))
    if set(fresh.versions) - set(place.versions):
        return introduce(turn, say)
    return ready(turn)


def _leave_shut(turn: Turn, may: Allowed) -> Reply:
    place = turn.state.place
    shut = place.exercise if place else exercises().order[0]
    return _instead(turn, may.forbidden_by.get(shut, "G7"), Wish(_next(turn, may)))


def keep_only_allowed(turn: Turn) -> None:
    """No place is kept in an exercise that what is known by now forbids, or beside a check-up."""
    state = turn.state
    if state.place is None:
        return
    if state.doing == "checkup" or state.place.exercise not in plans.may(state).exercises:
        state.place = None


# --- While it runs ------------------------------------------------------------------------------


def pause(turn: Turn) -> Reply:
    """Keep the place, and say what has been done."""
    place = turn.state.place
    if place is None:
        return nothing_running(turn)
    since = place.since if place.untouched else place.since or turn.at.timestamp()
    turn.state.place = replace(place, paused=True, since=since)
    return _waiting(turn, [act("waiting", progress=cues.progress(place))])


def _waiting(turn: Turn, say: Iterable[Act]) -> Reply:
    """Something to say while the place is kept; before the first count, still "ready"."""
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
    if state.plan:
        left += cues.in_all(state.plan, _seconds_in_all(state, state.plan, place))
    return count(turn, left) if _was_counting(turn) else _waiting(turn, left)


def _seconds_in_all(state: State, plan: Plan, place: Place) -> float:
    rest_of_plan = replace(plan, number=plan.number + 1)
    return routine.seconds(place) + routine.total(rest_of_plan, plans.may(state), state.pace)


def _was_counting(turn: Turn) -> bool:
    """Whether this very turn interrupted a count."""
    place = turn.state.place
    return place is not None and place.since == turn.at.timestamp()


def change_pace(turn: Turn) -> Reply:
    """Slower or faster by one step, from the place on and for what comes after."""
    state = turn.state
    place = state.place
    said = _new_pace(turn)
    if place is None:
        return _outside(turn, said)
    state.place = replace(place, pace=state.pace)
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


def hurts(turn: Turn) -> Reply:
    """Pain in an exercise: stop at once, offer the easier version once, look into a new sign."""
    state = turn.state
    if _is_alarming(turn.heard):
        return end_for_pain(turn)
    place = state.place
    if place is None:
        return end_for_pain(turn) if state.done else _outside(turn, act("outside_hurts"))
    if place.gentle or place.sore or "gentle" not in exercises().exercises[place.exercise].versions:
        return leave_for_today(turn)
    state.place = replace(place, paused=True, sore=True, since=turn.at.timestamp())
    return Reply((act("stop_hurting"),), act("ask.easier"), EASIER, act("reprompt.choice"))


def _is_alarming(heard: Heard) -> bool:
    new = {name for name, answer in heard.findings.items() if answer is not False}
    return bool(new - HARMLESS_CONDITIONS) or heard.quality in ALARMING


def easier(turn: Turn) -> Reply:
    """The easier version of the exercise under way, from its start."""
    state, item = turn.state, plans.current(turn.state)
    if state.place is None or state.plan is None or item is None:
        return another(turn)
    items = list(state.plan.items)
    items[state.plan.number] = replace(item, version="gentle", repetitions=None)
    state.plan = replace(state.plan, items=tuple(items))
    reply = introduce(turn, full=True)
    if state.place:
        state.place = replace(state.place, sore=True)
    return reply


def leave_for_today(turn: Turn) -> Reply:
    """It was sore even so: not this exercise again today, and on to the next of the routine."""
    state = turn.state
    plans.stopped_for_pain(state)
    following = plans.following(state)
    say = (act("stop_for_good"),)
    if following is None or state.plan is None:
        return Reply(say, act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))
    state.plan = replace(state.plan, number=state.plan.number + 1)
    ask = act("ask.shall_next", exercise=_name(turn, following.exercise))
    return Reply(say, ask, NEXT, act("reprompt.choice"))


def end_for_pain(turn: Turn, say: Act | None = None) -> Reply:
    """Sharp, shooting, numb, dizzy or worse by two points: it ends, and the danger signs are asked.

    A new symptom makes the earlier answers about them old (L7), so they are asked again.
    """
    state = turn.state
    plans.stopped_for_pain(state)
    state.plan, state.doing = None, "checkup"
    signs = {n for step in knowledge().steps if step.id in ("T1", "T2") for n in step.about}
    signs |= set(exercises().safety_check)
    said_now = turn.heard.findings
    state.known = replace(
        state.known,
        answers={
            name: answer
            for name, answer in state.known.answers.items()
            if answer is not False or name not in signs or name in said_now
        },
    )
    return checkup.proceed(turn, [say or act("end_for_pain")])


def told(turn: Turn) -> Reply:
    """News: an answer to the check before, a sign in the middle, a pain score, a side."""
    state, heard = turn.state, turn.heard
    if state.asking == PAIN_AFTER and state.place is None:
        return _after_routine(turn)
    if not _is_choice(turn):
        return prepare(turn)
    if _is_alarming(heard):
        return end_for_pain(turn)
    if routine.worse(heard.severity, state.plan):
        return end_for_pain(turn, act("pain_worse"))
    if state.place is None and state.asking in (ANOTHER, NEXT) and heard.facts():
        return Reply((act("noted"),), act("ask.how_was_it"), ANOTHER, act("reprompt.choice"))
    if state.place is None:
        return prepare(turn) if heard.facts() else checkup.ask_again(turn)
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
        return _none_allowed(turn, "G2") if not may.exercises else _leave_shut(turn, may)
    fresh = routine.begin(place.exercise, may)
    if set(fresh.versions) - set(place.versions):
        return introduce(turn, [act("noted")], full=True)
    return _waiting(turn, [act("noted")])


def _from_side(turn: Turn, said: str) -> Reply:
    state, side = turn.state, _side(said)
    item = plans.current(state)
    if side is None or item is None or state.plan is None:
        return _waiting(turn, [act("both_sides")])
    items = list(state.plan.items)
    items[state.plan.number] = replace(item, side=side)
    state.plan = replace(state.plan, items=tuple(items))
    return introduce(turn, [act("both_sides_from", side=cues.side_name(side))], full=False)


def _after_routine(turn: Turn) -> Reply:
    """How the pain is after a routine: worse by two points is looked into."""
    state = turn.state
    if routine.worse(turn.heard.severity, state.plan) or _is_alarming(turn.heard):
        return end_for_pain(turn, act("pain_worse"))
    state.plan, state.doing = None, None
    return checkup.nothing_more(turn)


def again(turn: Turn) -> Reply:
    """The same exercise from its first repetition."""
    state = turn.state
    if state.place is None:
        last = state.done[-1] if state.done else None
        if last is None or last not in plans.may(state).exercises:
            return nothing_running(turn)
        state.plan = Plan(None, (Item(last),), severity=state.known.severity)
        state.place = plans.begin(state, state.plan.items[0])
    state.place = routine.restarted(state.place)
    return count(turn)


def repeat(turn: Turn) -> Reply:
    """Before the count: the instruction once more, in full. In or after it: the count once more."""
    from skill.handlers import everywhere  # noqa: PLC0415 - it imports the topics

    asking, place = turn.state.asking, turn.state.place
    if not _is_choice(turn) or asking in (EASIER, INSTEAD, NEXT, GO_ON):
        return everywhere.repeat(turn)
    if place and place.untouched and asking == READY:
        return _lead_in(turn, place, (), full=True)
    return again(turn)


def start_over(turn: Turn) -> Reply:
    """The whole routine from its first exercise; a single exercise from its first repetition."""
    state = turn.state
    if state.plan is None or state.plan.number == 0:
        return again(turn)
    state.plan = replace(state.plan, number=0)
    return introduce(turn, [act("from_the_start")])


def next_exercise(turn: Turn) -> Reply:
    """Leave this one, on to the next. A question about health is left open instead."""
    state = turn.state
    if not _is_choice(turn):
        return not_sure(turn)
    if plans.following(state) is None or state.plan is None:
        return _closing(turn) if state.plan and state.plan.goal else another(turn)
    state.plan = replace(state.plan, number=state.plan.number + 1)
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
    state.plan = replace(state.plan, number=state.plan.number - 1)
    return introduce(turn)


# --- Answers ------------------------------------------------------------------------------------


def _is_choice(turn: Turn) -> bool:
    asking = turn.state.asking
    return asking is None or asking.form == "choice"


def yes(turn: Turn) -> Reply:
    """A yes to the check before, or to what was offered."""
    asking = turn.state.asking
    if asking is None or asking.form == "choice":
        answers = {EASIER: easier, INSTEAD: prepare, ANOTHER: another, NEXT: introduce}
        answers |= {GO_ON: prepare, WHICH_EXERCISE: another}
        return answers.get(asking or READY, ready)(turn)
    if asking.form == "value":
        return checkup.ask_again(turn)
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
        return leave_for_today(turn)
    if asking in (READY, RESUME) and turn.state.place:
        return pause(turn)
    turn.state.doing, turn.state.place, turn.state.plan = None, None, None
    return _something_else(turn) if asking == GO_ON else checkup.nothing_more(turn)


def _something_else(turn: Turn) -> Reply:
    from skill.handlers import everywhere  # noqa: PLC0415 - it imports the topics

    return everywhere.launch(turn)


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
    state.known = replace(known, yes_to=())
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
        return checkup.ask_again(turn)
    turn.state.place = replace(place, paused=True)
    return _waiting(turn, [act("not_understood")])


# --- Outside a routine --------------------------------------------------------------------------

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
        return _outside(turn, _new_pace(turn))
    return _outside(turn, act(OUTSIDE.get(turn.intent, "nothing_to_pause")))


def _outside(turn: Turn, say: Act) -> Reply:
    from skill.handlers import everywhere  # noqa: PLC0415 - it imports the topics

    return everywhere.carry_on(turn, say)


def list_exercises(turn: Turn) -> Reply:
    """A few that every gate leaves."""
    may = plans.may(turn.state)
    if not may.exercises:
        return _none_allowed(turn, may.forbidden_by[exercises().order[0]])
    fresh = [name for name in may.exercises if name not in turn.state.done] or may.exercises
    listed = OneOf(tuple(_name(turn, name) for name in fresh[:MOST_LISTED]), "and")
    return Reply(
        (act("list_exercises", exercises=listed),),
        act("ask.which_exercise"),
        WHICH_EXERCISE,
        act("reprompt.which_exercise"),
    )
