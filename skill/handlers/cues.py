"""A place in an exercise -> acts: its introduction, its cues, and how far it has got.

No decisions about the conversation are made here; `stretch.py` makes them.
"""

from __future__ import annotations

from typing import Any

from skill import routine
from skill.content.exercises import exercises
from skill.content.words import words
from skill.routine import Cue, Place, Plan
from skill.turn import Act, Turn, act

LEAD_SECONDS = 2.5  # "Here we go." before the first cue
START_SECONDS = 8.0  # the start position once more, and time to get there
ANSWER_SECONDS = 4.0  # a short answer before the count goes on
HOW_SECONDS = 7.0  # a sentence or two on how it is done
SAID_SECONDS = 8.0  # a sentence before going on, such as what is left out and why
SAY_AS_MUCH = frozenset({"G10b", "K5"})  # gates that are a reason where a value is not known
FEW = "few"  # a caution of no gate
FEWEST_TO_CHEER = 4  # repetitions


# --- Words for an exercise ----------------------------------------------------------------------


def name(turn: Turn, exercise: str) -> Act:
    """What an exercise is called."""
    return part(turn, Place(exercise, 1, 0), "name")


def part(turn: Turn, place: Place, what: str) -> Act:
    """A part of an exercise in words: those of the first of its versions that has any."""
    return Act(_path(turn, place, what), side_values(place))


def _path(turn: Turn, place: Place, what: str) -> str:
    return words(turn.locale).of_exercise(place.exercise, place.versions, what)


def _has(turn: Turn, place: Place, what: str) -> bool:
    return words(turn.locale).has(_path(turn, place, what))


def side_values(place: Place) -> dict[str, Any]:
    """The side a place is at and the other one, as the values of an act; none where it has none."""
    if place.side is None:
        return {}
    other = next(side for side in routine.SIDES if side != place.side)
    return {"side": side_name(place.side), "other_side": side_name(other)}


def side_name(side: str) -> Act:
    """Left or right."""
    return act(f"numbers.sides.{side}")


def in_turn(turn: Turn, path: str, number: int) -> Act | None:
    """One of several ways to say the same (`path.1`, `path.2` ...), over and over; None: no words.

    Unlike a list in the words, it does not depend on the turn: neighbours are never alike.
    """
    known = words(turn.locale)
    many = _how_many(turn, path)
    if not many:
        return act(path) if known.has(path) else None
    return act(f"{path}.{(number - 1) % many + 1}")


def _how_many(turn: Turn, path: str) -> int:
    known, number = words(turn.locale), 0
    while known.has(f"{path}.{number + 1}"):
        number += 1
    return number


# --- The way in ---------------------------------------------------------------------------------


def introduction(turn: Turn, place: Place, may: routine.Allowed, *, full: bool) -> list[Act]:
    """The name and the start position, how it goes if that is new, and how often.

    The stop rule is said before the first exercise, and each caution once.
    """
    intro = act("exercise_intro", exercise=part(turn, place, "name"))
    acts = [intro, part(turn, place, "start")]
    if full and words(turn.locale).entry(_path(turn, place, "steps")):
        acts.append(part(turn, place, "steps"))
    acts += _dose(place)
    acts += [act(f"caution.{gate}") for gate in cautions(turn, place.exercise, may)]
    if full and not turn.state.explained:
        acts.append(act("stop_rule"))
    return acts


def why_not(may: routine.Allowed, exercise: str) -> Act:
    """Why an exercise is shut; what was only assumed is no reason to give."""
    gate = may.forbidden_by[exercise]
    return act("gate.not_known" if gate in may.assumed - SAY_AS_MUCH else f"gate.{gate}")


def cautions(turn: Turn, exercise: str, may: routine.Allowed) -> list[str]:
    """The gates that are known to be met and have a caution which was not said yet.

    And `few`, where the dose is that of the first day only because nobody said how long it hurts.
    """
    known = words(turn.locale)
    met = [gate for gate in may.gates if gate not in may.assumed]
    few = [FEW] if routine.is_few_to_be_sure(exercise, may) else []
    return [
        name
        for name in (*met, *few)
        if known.has(f"caution.{name}") and name not in turn.state.cautioned
    ]


def _dose(place: Place) -> list[Act]:
    exercise = exercises().exercises[place.exercise]
    if exercise.timed:
        return [act("dose_time", minutes=minutes(place.hold))]
    if place.hold > routine.COUNTED_SINGLY:
        return [act("dose_long", count=place.reps, seconds=place.hold)]
    if not exercise.sides:
        return [act("dose", count=place.reps)]
    if place.first != routine.SIDES[0]:
        return [act("dose_sides_from", count=place.reps, side=side_name(place.first))]
    return [act("dose_sides", count=place.reps)]


def minutes(seconds: float) -> Act:
    """A length of time, rounded to minutes, one at least."""
    return act("numbers.minutes", count=max(1, round(seconds / 60)))


# --- The count ----------------------------------------------------------------------------------


def count(turn: Turn, place: Place, cues: tuple[Cue, ...]) -> list[Act]:
    """The cues in acts that take each cue's time, with an encouragement half way."""
    return [
        _cheered(turn, said) if _is_half_way(place, cue) else said
        for cue in cues
        for said in (_cue(turn, place, cue),)
    ]


def _is_half_way(place: Place, cue: Cue) -> bool:
    many = routine.repetitions(place)
    last_side = routine.sides(place)[-1]
    half = (many + 1) // 2
    at_half = cue.name == "done" and cue.repetition == half and cue.side == last_side
    timed = exercises().exercises[place.exercise].timed
    return at_half and many >= FEWEST_TO_CHEER and not timed


def _cue(turn: Turn, place: Place, cue: Cue) -> Act:
    if cue.name in ("hold", "long_hold"):
        said = in_turn(turn, f"say.{cue.name}", cue.repetition)
        return (said or act("hold"))._replace(lasts=cue.lasts)
    if cue.name == "count":
        return Act("count", {"number": cue.number}, cue.lasts)
    if cue.name == "done":
        return _done(place, cue)._replace(lasts=cue.lasts)
    here = place._replace(side=cue.side)
    said = in_turn(turn, _path(turn, here, f"cue.{cue.name}"), cue.repetition)
    return (said or act("hold"))._replace(values=side_values(here), lasts=cue.lasts)


def turn_over(turn: Turn, place: Place, cue: Cue) -> Act:
    """How to get onto the other side; it takes as long as it takes."""
    return _cue(turn, place, cue)._replace(lasts=None)


def _done(place: Place, cue: Cue) -> Act:
    if exercises().exercises[place.exercise].timed:
        return act("done_minutes", minutes=minutes(60 * cue.repetition))
    if cue.side:
        return act("done_side", side=side_name(cue.side), count=cue.repetition)
    return act("done_one", count=cue.repetition)


def _cheered(turn: Turn, said: Act) -> Act:
    encouragement = cheer_up(turn)
    if encouragement is None:
        return said
    return Act("done_and_cheer", {"done": said, "cheer": encouragement}, said.lasts)


def cheer_up(turn: Turn) -> Act | None:
    """An encouragement that was not used in this routine; None when all have been."""
    if turn.state.cheered >= _how_many(turn, "cheer"):
        return None
    turn.state.cheered += 1
    return act(f"cheer.{turn.state.cheered}")


def ending(turn: Turn, place: Place, *, stays: bool) -> list[Act]:
    """The end of an exercise: that it is done, and how to come out of it where that matters.

    Nobody comes out of a position in which the next one `stays`.
    """
    timed = exercises().exercises[place.exercise].timed
    done = act("time_done") if timed else in_turn(turn, "set_done", len(turn.state.done) + 1)
    finish = part(turn, place, "finish") if not stays and _has(turn, place, "finish") else None
    return [said for said in (done, finish) if said]


# --- How far ------------------------------------------------------------------------------------


def going_on(place: Place) -> Act:
    """A short lead into the count from the place on."""
    if exercises().exercises[place.exercise].timed:
        return act("going_on_timed")
    if place.side and exercises().exercises[place.exercise].sides == "sets":
        return act("going_on_leg", number=place.repetition, side=side_name(place.side))
    if place.side:
        return act("going_on_side", number=place.repetition, side=side_name(place.side))
    return act("going_on", number=place.repetition)


def progress(place: Place) -> Act:
    """How many have been done, on each side."""
    if exercises().exercises[place.exercise].timed:
        return act("time_left", minutes=minutes(routine.seconds(place)))
    done = routine.counted(place)
    if not any(done.values()):
        return act("progress_none")
    if place.side and not all(done.values()):
        first, other = (side_name(str(side)) for side in routine.sides(place))
        return act("progress_one_side", count=done[place.first], side=first, other_side=other)
    if place.side:
        return act("progress_sides", right=done["right"], left_count=done["left"])
    return act("progress", count=done[None], of=place.reps)


def to_go(place: Place) -> Act:
    """How many are to come; on this side, where each side has its own set."""
    exercise = exercises().exercises[place.exercise]
    if exercise.timed:
        return act("time_left", minutes=minutes(routine.seconds(place)))
    count_ = routine.left(place)
    done = routine.counted(place)
    if exercise.sides == "sets" and place.side:
        first = place.side == place.first
        kind = "reps_left_first_side" if first else "reps_left_side"
        return act(kind, count=count_, **side_values(place))
    if len(set(done.values())) > 1:
        many = routine.repetitions(place)
        return act("reps_left_sides", right=many - done["right"], left_count=many - done["left"])
    return act("reps_left", count=count_)


def how_long(place: Place) -> list[Act]:
    """How long the rest of an exercise takes, where that was not said in its stead."""
    if exercises().exercises[place.exercise].timed:
        return []
    return [act("time_here", minutes=minutes(routine.seconds(place)))]


def in_all(plan: Plan, seconds: float) -> list[Act]:
    """How long the rest of a routine takes; nothing where there is no more than one exercise."""
    if plan.number + 1 >= len(plan.items):
        return []
    return [act("time_in_all", minutes=minutes(seconds))]
