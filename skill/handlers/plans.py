"""Where in its plan the conversation is: what is allowed now, and which item comes next."""

from __future__ import annotations

from skill import routine
from skill.content.exercises import exercises
from skill.handlers import cues
from skill.routine import Allowed, Item, Place, Plan
from skill.triage import Known
from skill.turn import State, Turn


def may(state: State, known: Known | None = None) -> Allowed:
    """What the gates leave, without what was stopped for pain in this session."""
    left = routine.allowed(known or state.known, state.past)
    sore = state.sore.get(state.person, [])
    return left._replace(
        exercises=tuple(name for name in left.exercises if name not in sore),
        forbidden_by={**dict.fromkeys(sore, "sore_today"), **left.forbidden_by},
    )


def stopped_for_pain(state: State) -> None:
    """Leave the exercise under way, and note that it hurt."""
    if state.place:
        state.sore.setdefault(state.person, []).append(state.place.exercise)
    state.place = None


def current(state: State) -> Item | None:
    """The item that the plan is at; None when there is no plan, or it is through."""
    return _item(state.plan, state.plan.number) if state.plan else None


def begin(state: State, item: Item) -> Place:
    """The start of an item, at the pace that was asked for."""
    return routine.begin(item.exercise, may(state), pace=state.pace, item=item)


def following(state: State) -> Item | None:
    """The item after the one that the plan is at; None when that is the last."""
    number = _following(state)
    return _item(state.plan, number) if state.plan else None


def advance(state: State) -> None:
    """Move the plan on to the item that follows."""
    if state.plan:
        state.plan = state.plan._replace(number=_following(state))


def _following(state: State) -> int:
    """The number of the next item that is still allowed: more may be known by now."""
    if state.plan is None:
        return 0
    allowed, items = may(state).exercises, state.plan.items
    after = range(state.plan.number + 1, len(items))
    return next((number for number in after if items[number].exercise in allowed), len(items))


def still_to_do(state: State) -> tuple[str, ...]:
    """The exercises of the plan from the one under way on."""
    under_way = (state.place.exercise,) if state.place else ()
    coming = _split(state.plan)[1] if state.plan else ()
    return (*under_way, *(item.exercise for item in coming))


def without_shut(state: State) -> tuple[str, ...]:
    """Take what is shut by now out of the rest of the plan; returns what that was, in order.

    The plan is then at the first item that is left, None where none is.
    """
    if state.plan is None:
        return ()
    allowed, (done, coming) = may(state).exercises, _split(state.plan)
    left = tuple(item for item in coming if item.exercise in allowed)
    state.plan = state.plan._replace(items=done + left) if left else None
    return tuple(item.exercise for item in coming if item.exercise not in allowed)


def _split(plan: Plan) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    return plan.items[: plan.number], plan.items[plan.number :]


def _item(plan: Plan, number: int) -> Item | None:
    return plan.items[number] if number < len(plan.items) else None


def stays_on_chair(plan: Plan) -> bool:
    """Whether all of a plan is done sitting or standing, some of it on a chair."""
    positions = {_position(item) for item in plan.items}
    return "on_chair" in positions and positions <= {"on_chair", "standing"}


def same_position(state: State, place: Place, following: Item) -> bool:
    """Whether the item that follows begins in the position in which an exercise ends."""
    return _lies(place) == _lies(begin(state, following))


def _lies(place: Place) -> str:
    exercise = exercises().exercises[place.exercise]
    versions = (exercise.versions[name].position for name in place.versions)
    return next((position for position in versions if position), exercise.position)


def _position(item: Item) -> str:
    exercise = exercises().exercises[item.exercise]
    version = exercise.versions.get(item.version or "")
    return (version and version.position) or exercise.position


def on_chair(left: Allowed) -> Allowed:
    """What is left that can be done on a chair, in that version; all of it where nothing can."""
    versions = {
        name: ("chair",) if "chair" in exercises().exercises[name].versions else ()
        for name in left.exercises
    }
    sitting = tuple(
        name
        for name in left.exercises
        if versions[name] or exercises().exercises[name].position == "on_chair"
    )
    return left._replace(exercises=sitting, versions=versions) if sitting else left


def in_position(left: Allowed, wished: str) -> dict[str, str | None]:
    """What is left that can be done in a position, each with the version in which it can."""
    wanted = exercises().positions[wished]
    found: dict[str, str | None] = {}
    for name in left.exercises:
        for version in (None, *exercises().exercises[name].versions):
            if _lies(routine.begin(name, left, item=Item(name, version))) in wanted:
                found.setdefault(name, version)
    return found


def remember_told(turn: Turn, exercise: str, left: Allowed) -> None:
    """Note that an exercise and the cautions for what is left were said in full."""
    state = turn.state
    state.cautioned += cues.cautions(turn, exercise, left)
    if exercise not in state.explained:
        state.explained.append(exercise)
