"""Before an exercise: what has to be known first, which one it is, and the way into it.

`prepare` asks, `choose` decides as far as every gate leaves it, `introduce` leads in, and `go_on`
counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from skill import routine, triage
from skill.content.exercises import exercises
from skill.handlers import checkup, cues, follow_up, plans
from skill.handlers.counting import READY, RESUME, count
from skill.handlers.cues import SAID_SECONDS, START_SECONDS
from skill.routine import Allowed, Item, Place, Plan
from skill.triage import ADULT, Known, Question
from skill.turn import NO_WISH, Act, Asking, Reply, State, Turn, Wish, act

INSTEAD = Asking("choice", ("instead",))

SECONDS_A_MINUTE = 60
AS_LONG = 0.25  # of the length that was wished for, more or less
LONG_BREAK_SECONDS = 60.0  # after it, the start position is said once more


# --- What has to be known -----------------------------------------------------------------------


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
    """Whether what was wished for is shut only because the pain, its days or the age are open.

    Or so many of it, where a number was named.
    """
    wish, known = turn.state.wish, turn.state.known
    now, best = plans.may(turn.state), at_best(turn.state)
    if turn.state.place:
        under_way = plans.still_to_do(turn.state)
        return any(n in best.exercises and n not in now.exercises for n in under_way)
    if wish.exercise:
        shut = wish.exercise not in now.exercises
        capped = now.repetitions is not None and (wish.repetitions or 0) > now.repetitions
        return wish.exercise in best.exercises and (shut or (capped and not best.repetitions))
    goal = _goal(wish, known, best)
    return goal is not None and routine.plan(goal, now) != routine.plan(goal, best)


def at_best(state: State) -> Allowed:
    """What the gates would leave if all that is not known were for the best."""
    known, month = state.known, 30  # days
    best = known._replace(
        severity=0 if known.severity is None else known.severity,
        days=month if known.days is None else known.days,
        age=known.age or ADULT,
    )
    return plans.may(state, best)


def _goal(wish: Wish, known: Known, may: Allowed) -> str | None:
    """The routine that was asked for, by name or by its length; None: a single exercise."""
    if wish.exercise:
        return None
    if wish.goal in exercises().routines:
        return wish.goal
    return routine.nearest(wish.seconds, known, may) if wish.seconds else None


# --- Which one ----------------------------------------------------------------------------------


def choose(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """What was wished for, or what suits, as far as every gate leaves it."""
    state = turn.state
    may = plans.may(state)
    if not may.exercises:
        return none_allowed(turn, may.forbidden_by[exercises().order[0]])
    if state.place:
        return _go_on_if_allowed(turn, may, say)
    goal = _goal(state.wish, state.known, may)
    if goal:
        return _choose_routine(turn, goal, may, say)
    wish, position = state.wish.exercise, state.wish.position
    if wish and wish in may.forbidden_by:
        return _instead(turn, cues.why_not(may, wish), Wish(next_one(turn, may)), say)
    if position:
        return _choose_in_position(turn, position, may, say)
    item = _item(turn, wish or next_one(turn, may))
    gentle = bool(wish) and (item.exercise in may.gentle or item.version == "gentle")
    easier = [act("made_easier")] if gentle else []
    return _start(turn, Plan(None, (item,)), [*say, *easier])


def _choose_in_position(turn: Turn, position: str, may: Allowed, say: Iterable[Act]) -> Reply:
    """Something to be done standing, lying or in bed; where nothing can, what suits, and that."""
    wish, fitting = turn.state.wish.exercise, plans.in_position(may, position)
    if not fitting or (wish and wish not in fitting):
        item = _item(turn, wish or next_one(turn, may))
        return _start(turn, Plan(None, (item,)), [*say, act(f"none_{position}")])
    name = wish or next_one(turn, may._replace(exercises=tuple(fitting)))
    item = _item(turn, name)._replace(version=fitting[name])
    return _start(turn, Plan(None, (item,), position=position), say)


def _item(turn: Turn, exercise: str) -> Item:
    wish = turn.state.wish
    return Item(exercise, wish.version, wish.seconds, wish.repetitions, side=side_of(wish.side))


def side_of(said: str | None) -> routine.Side | None:
    """The side that was named; None when it was none, or both."""
    return next((side for side in routine.SIDES if side == said), None)


def next_one(turn: Turn, may: Allowed, *, but: str | None = None) -> str:
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
        other = Wish(goal=suiting) if suiting else Wish(next_one(turn, may))
        return _instead(turn, cues.why_not(may, shut[0]), other, say)
    plan = routine.plan(goal, may)
    side = side_of(state.wish.side)
    plan = plan._replace(items=tuple(item._replace(side=side) for item in plan.items))
    seconds = routine.total(plan, may, state.pace)
    name, length = _routine_name(goal), cues.minutes(seconds)
    intro = [act("routine_intro", routine=name, minutes=length), *_as_near(turn, seconds)]
    left_out = [
        act("left_out", exercise=cues.name(turn, n), why=cues.why_not(may, n)) for n in shut[:1]
    ]
    return _start(turn, plan, [*say, *intro, *left_out])


def _as_near(turn: Turn, seconds: float) -> list[Act]:
    """A word on a routine that is much shorter or longer than was wished for."""
    wished = turn.state.wish.seconds
    if not wished or abs(wished - seconds) <= max(AS_LONG * wished, SECONDS_A_MINUTE):
        return []
    return [act("longest_there_is" if seconds < wished else "shortest_there_is")]


def _routine_name(goal: str) -> Act:
    return act(f"routine.{goal}.name")


def none_allowed(turn: Turn, gate: str) -> Reply:
    """No exercise at all, why not, and the offer to look into it."""
    state = turn.state
    state.doing, state.wish, state.place, state.plan = None, NO_WISH, None, None
    say = (act("none_allowed", why=act(f"gate.{gate}")),)
    return Reply(say, act("ask.offer_check"), Asking("choice", ("check",)), act("reprompt.choice"))


def _instead(turn: Turn, why: Act, other: Wish, say: Iterable[Act] = ()) -> Reply:
    """Why not that one, and something allowed in its place."""
    state = turn.state
    state.wish, state.place, state.plan = other._replace(side=state.wish.side), None, None
    name = _routine_name(other.goal) if other.goal else cues.name(turn, str(other.exercise))
    ask = act("ask.shall_instead", exercise=name)
    return Reply((*say, act("instead", why=why)), ask, INSTEAD, act("reprompt.choice"))


def _start(turn: Turn, plan: Plan, say: Iterable[Act]) -> Reply:
    state = turn.state
    state.plan = plan._replace(severity=state.known.severity)
    state.wish, state.cheered = NO_WISH, 0
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
    return lead_in(turn, place, say, full=full)


def lead_in(turn: Turn, place: Place, say: Iterable[Act], *, full: bool) -> Reply:
    """How to get into an exercise, and the wait for "ready"."""
    may = plans.may(turn.state)
    acts = cues.introduction(turn, place, may, full=full)
    plans.remember_told(turn, place.exercise, may)
    return Reply((*say, *acts), act("ask.ready"), READY, act("reprompt.ready"))


def go_on(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """In position, or back after a pause: count on from the place, after a short lead-in."""
    state = turn.state
    place = state.place
    if place is None:
        return another(turn)
    if place.untouched:
        unheard = state.asking == RESUME and place.since is None
        return introduce(turn, say) if unheard else count(turn)
    said = [one._replace(lasts=SAID_SECONDS) for one in say]
    lead = [cues.going_on(place)]
    if _long_ago(turn, place):
        start = cues.part(turn, place, "start")._replace(lasts=START_SECONDS)
        lead = [act("welcome_back"), start, *lead]
    return count(turn, [*said, *lead])


def _long_ago(turn: Turn, place: Place) -> bool:
    return place.since is not None and turn.at.timestamp() - place.since > LONG_BREAK_SECONDS


def another(turn: Turn) -> Reply:
    """One more exercise, another one."""
    state = turn.state
    place, wish = state.place, state.wish
    may = plans.may(state)
    if state.plan and plans.stays_on_chair(state.plan):
        may = plans.on_chair(may)
    but = place.exercise if place else None
    position, say = state.plan.position if state.plan else None, []
    fitting = plans.in_position(may, position) if position else {}
    if others := tuple(name for name in fitting if name not in (*state.done, but)):
        may = may._replace(exercises=others)
    elif position:
        position, say = None, [act(f"none_{position}")]
    state.place, state.plan = None, None
    one = next_one(turn, may, but=but) if may.exercises else None
    version = "chair" if one and may.versions.get(one) == ("chair",) else None
    state.wish = Wish(one, side=wish.side, version=version, position=position)
    return prepare(turn, say)


def _go_on_if_allowed(turn: Turn, may: Allowed, say: Iterable[Act]) -> Reply:
    """On from the place, in the version that the gates now leave; if they shut it, what is next."""
    state = turn.state
    place = state.place
    if state.plan:
        state.plan = state.plan._replace(severity=state.known.severity)
    if place is None or place.exercise not in may.exercises:
        return leave_shut(turn, may)
    say = [*say, *_leave_out_shut(turn, may)]
    fresh = routine.begin(place.exercise, may, item=Item(place.exercise))
    if set(fresh.versions) - set(place.versions):
        return introduce(turn, [*say, act("made_easier")], full=True)
    return go_on(turn, say)


def _leave_out_shut(turn: Turn, may: Allowed) -> list[Act]:
    """Leave out what is shut by now of the rest of the plan, and say so of the first."""
    shut = plans.without_shut(turn.state)
    return [
        act("left_out", exercise=cues.name(turn, n), why=cues.why_not(may, n)) for n in shut[:1]
    ]


def leave_shut(turn: Turn, may: Allowed) -> Reply:
    """The exercise under way is no longer allowed: why, and what comes next in its place."""
    state = turn.state
    shut = state.place.exercise if state.place else exercises().order[0]
    if state.plan and plans.following(state):
        say = _leave_out_shut(turn, may)
        return introduce(turn, say)
    return _instead(turn, cues.why_not(may, shut), Wish(next_one(turn, may)))
