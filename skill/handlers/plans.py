"""Where in its plan the conversation is: what is allowed now, and which item comes next."""

from __future__ import annotations

from skill import routine
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
    return _item(state.plan, state.plan.number + 1) if state.plan else None


def _item(plan: Plan, number: int) -> Item | None:
    return plan.items[number] if number < len(plan.items) else None


def remember_told(turn: Turn, exercise: str, left: Allowed) -> None:
    """Note that an exercise and the cautions for what is left were said in full."""
    state = turn.state
    state.cautioned += cues.cautions(turn, left)
    if exercise not in state.explained:
        state.explained.append(exercise)
