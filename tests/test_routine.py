"""Guided exercises: nothing is miscounted, lost by an interruption, or let through a shut gate."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations, pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill import routine
from skill.content.exercises import PACES, exercises
from skill.content.reading import read
from skill.content.triage import triage
from skill.handlers import stretch
from skill.routine import (
    LONGEST_REPLY_SECONDS,
    MOST_SILENCE_SECONDS,
    SIDES,
    Allowed,
    Cue,
    Done,
    Past,
    Place,
    allowed,
    begin,
    dose,
    restarted,
    timeline,
)
from skill.speech import MOST_CHARACTERS, speak
from skill.tempo import spoken_seconds
from skill.triage import UNKNOWN, Known, so_far
from skill.turn import Heard, Reply, State, Turn

NAMES = exercises().order
LOCALES = ["en-US"]
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SETTLED = Past(settled_days=9)

Count = tuple[int, str | None]
"""One repetition, and its side."""


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Anywhere in any exercise: any dose up to the caps, any pace, version and first side."""
    exercise = exercises().exercises[draw(st.sampled_from(NAMES))]
    if exercise.timed:
        reps, rounds = 1, draw(st.integers(1, int(exercise.longest // exercise.cycle)))
        hold = int(rounds * exercise.cycle)
    else:
        reps, hold = draw(st.integers(1, exercise.most)), draw(st.integers(0, exercise.longest))
    versions = draw(st.sets(st.sampled_from(sorted(exercise.versions) or [""]), max_size=1))
    start = Place(
        exercise.id,
        reps,
        hold,
        draw(st.sampled_from(PACES)),
        tuple(versions - {""}),
        first=draw(st.sampled_from(SIDES)),
    )
    start = restarted(start)
    order = counts(timeline(start))
    repetition, side = draw(st.sampled_from(order))
    return start._replace(repetition=repetition, side=side)


def counts(cues: tuple[Cue, ...]) -> list[Count]:
    """Every repetition of a timeline with its side, in order, each once."""
    return list(dict.fromkeys((cue.repetition, cue.side) for cue in cues))


def expected_counts(place: Place) -> list[Count]:
    """What the exercise file says: no sides, right and left by turns, or one side's set first."""
    exercise = exercises().exercises[place.exercise]
    every = range(1, (int(place.hold // exercise.cycle) if exercise.timed else place.reps) + 1)
    other = "left" if place.first == "right" else "right"
    if exercise.sides == "sets":
        return [(number, side) for side in (place.first, other) for number in every]
    sides = (place.first, other) if exercise.sides == "turns" else (None,)
    return [(number, side) for number in every for side in sides]


# --- Counting -----------------------------------------------------------------------------------


@given(places())
@settings(max_examples=200)
def test_every_repetition_and_side_is_counted_exactly_once_and_in_order(place):
    start = restarted(place)
    assert counts(timeline(start)) == expected_counts(start)
    exercise = exercises().exercises[place.exercise]
    if not exercise.timed:
        done = [(cue.repetition, cue.side) for cue in timeline(start) if cue.name == "done"]
        assert done == expected_counts(start)


@given(places())
@settings(max_examples=200)
def test_the_count_says_the_number_of_the_repetition(place):
    done = [cue for cue in timeline(place) if cue.name == "done"]
    assert all(cue.number == cue.repetition for cue in done)


@given(places())
@settings(max_examples=200)
def test_cues_follow_each_other_without_gap_or_overlap_and_add_up(place):
    cues = timeline(place)
    assert cues[0].at == 0
    assert all(cue.lasts > 0 for cue in cues)
    assert all(after.at == pytest.approx(cue.at + cue.lasts) for cue, after in pairwise(cues))
    assert routine.seconds(place) == pytest.approx(sum(cue.lasts for cue in cues))


@given(places())
@settings(max_examples=200)
def test_a_hold_is_held_for_as_long_as_its_dose(place):
    exercise = exercises().exercises[place.exercise]
    if "hold" in exercise.phases:
        cues = [
            cue for cue in timeline(restarted(place)) if (cue.repetition, cue.side) == _first(place)
        ]
        holding = [cue for cue in cues if cue.name in ("hold", "long_hold", "count")]
        assert sum(cue.lasts for cue in holding) == place.hold
        numbers = [cue.number for cue in holding if cue.number is not None]
        assert numbers == sorted(set(numbers))


def _first(place: Place) -> Count:
    return (1, restarted(place).side)


@pytest.mark.parametrize("name", NAMES)
def test_a_slower_pace_takes_longer_and_counts_the_same(name):
    place = begin(name, Allowed(NAMES))
    slower, normal, faster = (timeline(place._replace(pace=pace)) for pace in PACES)
    assert counts(slower) == counts(normal) == counts(faster)
    lengths = [sum(cue.lasts for cue in cues) for cues in (slower, normal, faster)]
    assert lengths == sorted(lengths, reverse=True)
    if not exercises().exercises[name].timed:
        assert lengths[0] > lengths[1] > lengths[2]


# --- Interruptions ------------------------------------------------------------------------------


@given(places(), st.floats(0, 1))
@settings(max_examples=400)
def test_an_interruption_loses_no_repetition_and_repeats_at_most_the_one_it_fell_in(place, share):
    order, moment = counts(timeline(place)), share * routine.seconds(place)
    resumed = routine.at(place, moment)
    left = [] if resumed is None else counts(timeline(resumed))
    assert left == order[len(order) - len(left) :]
    for count in order[: len(order) - len(left)]:
        assert _moved_by(place, count) <= moment, "what had not been moved yet was taken as done"
    assert all(_moved_by(place, count) > moment for count in left), "what was done is repeated"


def _moved_by(place: Place, count: Count) -> float:
    """When the movement of a repetition is over; only its count may still be coming."""
    cues = [cue for cue in timeline(place) if (cue.repetition, cue.side) == count]
    moving = [cue for cue in cues if cue.name != "done"]
    return moving[-1].at + moving[-1].lasts


@given(places(), st.lists(st.floats(0, 90), max_size=6))
@settings(max_examples=200)
def test_however_often_it_is_interrupted_every_repetition_comes_to_its_end(place, moments):
    order, here, done = counts(timeline(place)), place, 0
    for moment in moments:
        there = routine.at(here, moment)
        done = len(order) if there is None else len(order) - len(counts(timeline(there)))
        if there is None:
            break
        assert counts(timeline(there)) == order[done:]
        here = there
    assert 0 <= done <= len(order)


@given(places())
@settings(max_examples=100)
def test_before_the_first_second_nothing_is_done_and_after_the_last_everything(place):
    assert counts(timeline(routine.at(place, 0))) == counts(timeline(place))
    assert routine.at(place, routine.seconds(place)) is None


@given(places())
@settings(max_examples=100)
def test_resuming_keeps_the_dose_the_pace_and_the_version(place):
    resumed = routine.at(place, routine.seconds(place) / 2)
    if resumed is not None:
        kept = ("exercise", "reps", "hold", "pace", "versions", "first")
        assert [getattr(resumed, one) for one in kept] == [getattr(place, one) for one in kept]


@given(places())
@settings(max_examples=200)
def test_what_is_left_and_what_was_counted_make_the_whole(place):
    counted = sum(routine.counted(place).values())
    assert counted + len(counts(timeline(place))) == len(counts(timeline(restarted(place))))
    assert 1 <= routine.left(place) <= routine.repetitions(place)


# --- Replies ------------------------------------------------------------------------------------


@given(places())
@settings(max_examples=200)
def test_one_reply_is_whole_repetitions_within_its_bounds(place):
    whole = timeline(place)
    cues = routine.one_reply(whole)
    assert cues
    assert cues == whole[: len(cues)]
    assert not set(counts(cues)) & set(counts(whole[len(cues) :]))
    length = cues[-1].at + cues[-1].lasts
    assert length <= min(MOST_SILENCE_SECONDS, LONGEST_REPLY_SECONDS) or len(counts(cues)) == 1


@given(places())
@settings(max_examples=100)
def test_reply_after_reply_counts_everything_once(place):
    said: list[Count] = []
    here: Place | None = place
    while here is not None:
        cues = routine.one_reply(timeline(here))
        said += counts(cues)
        here = routine.after(here, cues)
    assert said == counts(timeline(place))


def counting(place: Place, turn: int = 0, locale: str = "en-US") -> Reply:
    """What the skill says when it counts from a place."""
    state = State(doing="stretch", place=place, turns=turn)
    state.people["self"] = Known()
    return stretch.count(Turn("ReadyIntent", Heard(), state, NOON, locale))


def every_way(name: str, *, at_the_cap: bool) -> list[Place]:
    exercise = exercises().exercises[name]
    first = begin(name, Allowed(NAMES))
    reps, hold = (exercise.most, exercise.longest) if at_the_cap else (first.reps, first.hold)
    found = []
    for pace, version in product(PACES, ((), *((one,) for one in exercise.versions))):
        found.append(restarted(Place(name, reps, hold, pace, version)))
    return found


@pytest.mark.parametrize("at_the_cap", [False, True])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_every_cue_fit_into_its_time_at_every_pace(locale, name, at_the_cap):
    too_long = set()
    for place, turn in product(every_way(name, at_the_cap=at_the_cap), range(3)):
        for act in counting(place, turn, locale).say:
            if act.lasts is not None:
                text = speak(Reply((act,)), locale=locale, turn=turn).said
                if spoken_seconds(text) > act.lasts:
                    too_long.add((place.pace, text, act.lasts))
    assert too_long == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_count_never_outgrows_what_a_reply_may_hold(name):
    for place in every_way(name, at_the_cap=True):
        assert len(speak(counting(place), locale="en-US").ssml) < MOST_CHARACTERS


# --- Doses --------------------------------------------------------------------------------------

PASTS = st.lists(
    st.builds(Done, st.sampled_from(NAMES), st.integers(0, 40), st.booleans()), max_size=60
).map(lambda done: Past(tuple(done)))


@given(st.sampled_from(NAMES), PASTS)
@settings(max_examples=200)
def test_no_past_lifts_a_dose_above_its_cap(name, past):
    exercise, much = exercises().exercises[name], dose(name, past)
    assert 1 <= much.repetitions <= exercise.most
    assert 0 <= much.hold <= exercise.longest


@pytest.mark.parametrize("name", NAMES)
def test_the_first_dose_is_the_one_to_start_with(name):
    exercise = exercises().exercises[name]
    assert dose(name) == routine.Dose(exercise.repetitions, exercise.hold)


@given(st.sampled_from(NAMES), st.integers(1, 5))
def test_a_gate_that_caps_the_repetitions_is_kept(name, most):
    assert begin(name, Allowed(NAMES, repetitions=most)).reps <= most


@given(st.sampled_from(NAMES), st.integers(-5, 99), st.integers(1, 99_999))
def test_a_wish_never_lifts_a_dose_above_its_cap(name, repetitions, seconds):
    exercise = exercises().exercises[name]
    wish = routine.Item(name, repetitions=repetitions, seconds=seconds)
    place = begin(name, Allowed(NAMES), item=wish)
    assert 1 <= place.reps <= exercise.most
    assert place.hold <= exercise.longest


@pytest.mark.parametrize(
    "name", [one.id for one in exercises().exercises.values() if not one.timed]
)
def test_the_easier_version_asks_for_no_more_than_the_usual_one(name):
    gentle, usual = begin(name, Allowed(NAMES), gentle=True), begin(name, Allowed(NAMES))
    assert gentle.gentle
    assert gentle.reps <= usual.reps
    assert gentle.hold <= usual.hold


# The seed's number, which is a ceiling in the first week: repetitions and seconds.
CEILINGS = {
    "cat_camel": (10, 0),
    "low_bridge": (10, 5),
    "childs_pose": (5, 60),
    "seated_forward_bend": (5, 30),
    "knee_rolls": (10, 10),
    "bridge": (15, 5),
    "side_leg_raise": (10, 3),
    "curl_up": (10, 5),
    "walking": (1, 1800),
    "rest_position": (1, 600),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_the_caps_are_those_of_the_seeds(name):
    exercise = exercises().exercises[name]
    assert (exercise.most, exercise.longest) == CEILINGS[name]


# --- Who may do what: the clinical basis (d), written down a second time -------------------------

EVERYTHING = frozenset(NAMES)
STRENGTHENING = {"bridge", "side_leg_raise", "curl_up"}
FLAT_ON_THE_BACK = {"low_bridge", "bridge", "knee_rolls"}
HEAD_LOW = {"childs_pose", "seated_forward_bend"}
REST_OR_WALK = EVERYTHING - {"rest_position", "walking"}

# Who: what is known of them, and what is never to be offered to them.
WELL = Known(dict.fromkeys(triage().names, False), severity=2, days=5, age=(40, 40))
WHO: dict[str, tuple[dict[str, Any], frozenset[str] | set[str]]] = {
    "fever": ({"fever": True}, EVERYTHING),
    "unwell": ({"unwell": True}, EVERYTHING),
    "a child": ({"age": (15, 15)}, EVERYTHING),
    "under sixteen": ({"age": (0, 15)}, EVERYTHING),
    "an operation": ({"recent_operation": True}, EVERYTHING),
    "an emergency": ({"saddle_numbness": True}, EVERYTHING),
    "urgent": ({"weight_loss": True}, EVERYTHING - {"rest_position"}),
    "an eight": ({"severity": 8}, EVERYTHING - {"rest_position"}),
    "a seven": ({"severity": 7}, EVERYTHING - {"rest_position", "knee_rolls", "walking"}),
    "a six": ({"severity": 6}, STRENGTHENING),
    "a four": ({"severity": 4}, STRENGTHENING),
    "a three": ({"severity": 3}, frozenset()),
    "severity unknown": ({"severity": None}, STRENGTHENING),
    "the first day": ({"days": 0}, STRENGTHENING),
    "the second day": ({"days": 1}, STRENGTHENING),
    "the third day": ({"days": 2}, frozenset()),
    "days unknown": ({"days": None}, STRENGTHENING),
    "age unknown (K5)": ({"age": None}, STRENGTHENING),
    "a tingling leg": ({"limb_numbness": True}, REST_OR_WALK),
    "a weak arm": ({"limb_weakness": True}, REST_OR_WALK),
    "pain down a leg": ({"leg_pain": True}, HEAD_LOW | {"curl_up"}),
    "early pregnancy": ({"pregnant": True, "weeks": 15}, {"curl_up"}),
    "later pregnancy": ({"pregnant": True, "weeks": 16}, FLAT_ON_THE_BACK | {"curl_up"}),
    "weeks unknown": ({"pregnant": True, "weeks": None}, FLAT_ON_THE_BACK | {"curl_up"}),
    "weak bones": ({"bone_risk": True}, HEAD_LOW | {"curl_up", "knee_rolls"}),
    "a broken vertebra once": (
        {"past_spinal_fracture": True},
        HEAD_LOW | {"curl_up", "knee_rolls"},
    ),
    "cannot kneel": ({"cannot_kneel": True}, {"bridge", "curl_up"}),
    "unsteady": ({"unsteady": True}, {"bridge", "curl_up"}),
    "seventy-five": ({"age": (75, 75)}, {"bridge", "curl_up"}),
    "neck pain": ({"neck_pain": True}, HEAD_LOW | {"curl_up"}),
    "dizzy": ({"dizziness": True}, HEAD_LOW | {"curl_up", "walking"}),
    "high blood pressure": ({"high_blood_pressure": True}, HEAD_LOW | {"bridge"}),
    "glaucoma": ({"glaucoma": True}, HEAD_LOW | {"bridge"}),
    "reflux": ({"reflux": True}, HEAD_LOW | {"bridge"}),
}
BED_OR_CHAIR = {"cannot kneel", "unsteady", "seventy-five"}
PREGNANT = {"early pregnancy", "later pregnancy", "weeks unknown"}
BONES = {"weak bones", "a broken vertebra once"}
EYES_DOWN = {"neck pain", "dizzy"}
SMALL = {"a six", "a four", "severity unknown", "the first day", "the second day", "days unknown"}


def a_person(who: tuple[str, ...]) -> Known:
    person = WELL
    for one in who:
        for name, value in WHO[one][0].items():
            if name in triage().names:
                person = person.with_answers({name: value})
            else:
                person = person._replace(**{name: value})
    return person


def contradict(one: str, other: str) -> bool:
    """Whether the two set the same thing, so that only one of them can be true of somebody."""
    return bool(set(WHO[one][0]) & set(WHO[other][0]))


ALONE = [(one,) for one in WHO]
PAIRS = [pair for pair in combinations(WHO, 2) if not contradict(*pair)]


def shut(who: tuple[str, ...]) -> set[str]:
    level = so_far(a_person(who)).level
    for_the_level = {"emergency": EVERYTHING, "urgent": EVERYTHING - {"rest_position"}}
    return set().union(*(WHO[one][1] for one in who), for_the_level.get(level, set()))


def test_no_exercise_that_a_gate_forbids_is_ever_allowed():
    """For everybody with one condition and with any two of them."""
    let_through = {
        (who, name)
        for who in [*ALONE, *PAIRS]
        for name in set(allowed(a_person(who), SETTLED).exercises) & shut(who)
    }
    assert let_through == set()


def test_the_curl_up_waits_for_three_settled_days():
    for days in range(5):
        offered = allowed(WELL, Past(settled_days=days)).exercises
        assert ("curl_up" in offered) is (days >= 3)


def test_a_well_person_may_do_everything():
    assert set(allowed(WELL, SETTLED).exercises) == EVERYTHING


def test_what_is_not_allowed_says_which_gate_it_met():
    for who in [*ALONE, *PAIRS]:
        may = allowed(a_person(who), SETTLED)
        assert set(may.forbidden_by) == EVERYTHING - set(may.exercises)
        assert set(may.forbidden_by.values()) <= {gate.id for gate in exercises().gates}


GATED = {name for gate in exercises().gates for case in gate.when for name in case.all}


@pytest.mark.parametrize("condition", sorted(GATED))
def test_not_sure_of_a_condition_shuts_what_a_yes_would_shut(condition):
    for who in ALONE:
        yes = a_person(who).with_answers({condition: True})
        unsure = a_person(who).with_answers({condition: UNKNOWN})
        if so_far(yes).level == so_far(unsure).level:
            offered = set(allowed(unsure, SETTLED).exercises)
            assert offered <= set(allowed(yes, SETTLED).exercises)


def begun(who: tuple[str, ...]) -> list[Place]:
    may = allowed(a_person(who), SETTLED)
    return [begin(name, may) for name in may.exercises]


def test_in_pregnancy_the_back_is_never_hollowed_and_nobody_lies_flat():
    for who in _with(PREGNANT):
        for place in begun(who):
            cues = {cue.name for cue in timeline(place)}
            assert not cues & {"sink", "look_up"}, who
            if place.exercise == "rest_position":
                assert position(place) == "on_side", who


def test_weak_bones_are_never_rounded():
    for who in _with(BONES):
        assert all("round" not in {cue.name for cue in timeline(place)} for place in begun(who)), (
            who
        )


def test_a_sore_neck_keeps_the_eyes_down():
    for who in _with(EYES_DOWN):
        for place in begun(who):
            if "look_up" in {cue.name for cue in timeline(place)}:
                assert "eyes_down" in place.versions, who


def test_who_cannot_get_to_the_floor_is_not_sent_there():
    for who in _with(BED_OR_CHAIR):
        for place in begun(who):
            assert position(place) in ("on_chair", "on_bed", "standing", "on_side"), (who, place)
            assert position(place) != "on_side" or place.exercise == "rest_position", who


def test_with_strong_pain_and_in_the_first_days_the_movement_is_small():
    for who in _with(SMALL):
        for place in begun(who):
            assert place.gentle or place.exercise != "low_bridge", who
    for who in _with({"the first day", "the second day", "days unknown"}):
        for place in begun(who):
            assert place.reps <= 3, who
    for who in _with({"a seven"}):
        assert all(place.gentle for place in begun(who) if place.exercise == "knee_rolls"), who


def test_with_pain_down_a_leg_every_movement_is_small():
    for who in _with({"pain down a leg"}):
        for place in begun(who):
            assert place.gentle or place.exercise in ("walking", "rest_position"), who


def _with(some: set[str]) -> list[tuple[str, ...]]:
    return [who for who in [*ALONE, *PAIRS] if set(who) & some]


def position(place: Place) -> str:
    """Where the exercise is done, in the version it is done in."""
    exercise = exercises().exercises[place.exercise]
    of_versions = [exercise.versions[name].position for name in place.versions]
    return next((where for where in of_versions if where), exercise.position)


# --- Routines -----------------------------------------------------------------------------------

GOALS = sorted(exercises().routines)


def test_a_routine_never_holds_what_is_not_allowed():
    for who, goal in product([*ALONE, *PAIRS], GOALS):
        may = allowed(a_person(who), SETTLED)
        items = {item.exercise for item in routine.plan(goal, may).items}
        assert items <= set(may.exercises), (who, goal)


@pytest.mark.parametrize("goal", GOALS)
def test_a_routine_takes_the_time_of_its_items(goal):
    may = allowed(WELL, SETTLED)
    plan = routine.plan(goal, may)
    spent = sum(routine.seconds(place) for place in routine.places(plan, may))
    assert routine.total(plan, may) == pytest.approx(spent + 10 * len(plan.items), abs=1)


def test_two_points_more_pain_than_at_the_start_end_a_routine():
    plan = routine.Plan("loosen_up", (), severity=4)
    assert [routine.worse(severity, plan) for severity in (3, 4, 5, 6, 7)] == [False] * 3 + [
        True
    ] * 2
    assert not routine.worse(None, plan)


def test_an_exercise_too_sore_on_two_days_is_dropped():
    sore = [Done("cat_camel", day, sore=True) for day in (1, 1, 3)]
    assert "cat_camel" in allowed(WELL, Past(tuple(sore[:2]))).exercises
    assert "cat_camel" not in allowed(WELL, Past(tuple(sore))).exercises


def test_every_exercise_that_is_allowed_can_be_begun():
    for who in ALONE:
        for place in begun(who):
            assert counts(timeline(place)), (who, place)


def test_there_are_no_conditions_that_decide_nothing():
    """Beside the one that is about warmth and cold, not about exercise."""
    mentioned = {
        name for gate in exercises().gates for case in gate.when for name in case.mentions()
    }
    conditions = {condition["id"] for condition in read("exercises.toml")["condition"]}
    assert conditions - mentioned == {"numb_skin"}
