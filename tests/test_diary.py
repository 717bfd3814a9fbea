"""What a diary says over days (L1 to L11 of the clinical basis), over many histories."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from skill import diary
from skill.diary import Entry, Remembered
from skill.routine import Done

TODAY = 739_679
HOUR = 3600.0
NOW = 1_772_614_800.0


@st.composite
def histories(draw, lowest=0):
    """Scores by day, most days in a row, with pain-free times of any length among them."""
    day, points = TODAY - 300, []
    for gap in draw(st.lists(st.sampled_from([1, 1, 1, 2, 5, 7, 13, 14]), max_size=20)):
        day += gap
        points.append((day, draw(st.integers(lowest, 10) | st.sampled_from([lowest, lowest, 3]))))
    return tuple(points)


def daily(*scores, first=TODAY):
    """A score a day; None: none was given."""
    numbered = enumerate(scores, start=first)
    return tuple((day, score) for day, score in numbered if score is not None)


def pain_free_for(points, number):
    """How many days it had been pain-free, as far as anybody said, when a score was given."""
    day, _ = points[number]
    since = day
    for earlier, score in reversed(points[:number]):
        if score:
            break
        since = earlier
    return day - since


# --- This time ----------------------------------------------------------------------------------


@given(histories())
def test_the_present_trouble_is_the_end_of_the_history_and_begins_with_pain(points):
    now = diary.this_time(points)

    assert now == points[len(points) - len(now) :]
    assert bool(now) == bool(points)
    assert len(now) == len(points) or now[0][1] > 0


@given(histories())
def test_it_begins_after_the_last_pain_free_fortnight(points):
    now = diary.this_time(points)
    again = [n for n, (_, s) in enumerate(points) if s and pain_free_for(points, n) >= 14]

    assert len(points) - len(now) == (again[-1] if again else 0)
    assert diary.this_time(now) == now


def test_thirteen_pain_free_days_are_no_fortnight():
    assert diary.this_time(daily(6, *[0] * 13, 5)) == daily(6, *[0] * 13, 5)
    assert diary.this_time(daily(6, *[0] * 14, 5)) == ((TODAY + 15, 5),)


@given(histories(), st.integers(1, 20))
def test_a_pain_is_back_again_after_pain_and_a_pain_free_fortnight(points, later):
    today = (points[-1][0] if points else TODAY) + later
    now = diary.this_time((*points, (today, 5)))
    before = points[: len(points) + 1 - len(now)]

    assert diary.recurred(points, today) is any(score > 0 for _, score in before)


def test_a_first_pain_after_good_days_is_not_back_again():
    assert not diary.recurred(daily(*[0] * 20), TODAY + 20)
    assert diary.recurred(daily(4, *[0] * 20), TODAY + 21)
    assert diary.recurred(daily(4, *[0] * 20, 5), TODAY + 21)
    assert not diary.recurred(daily(4, *[0] * 13), TODAY + 14)
    assert not diary.recurred(daily(4, 5), TODAY + 40)  # silence alone is no good fortnight


# --- Better or worse ----------------------------------------------------------------------------


@given(histories())
def test_two_days_are_needed_to_say_how_it_is_going(points):
    assert (diary.change(points) is None) is (len(diary.this_time(points)) < 2)


@given(histories())
@example(daily(3, 6))
@example(daily(3, 5, 5))
@example(daily(3, None, 5, 5))
@example(daily(9, 4, 7))
def test_worse_is_two_above_the_first_day_on_two_days_running_or_three_above_yesterday(points):
    """L3."""
    now = dict(diary.this_time(points))
    assume(len(now) > 1)
    first, last = min(now), max(now)
    yesterday = now.get(last - 1)

    jumped = yesterday is not None and now[last] >= yesterday + 3
    twice = yesterday is not None and min(now[last], yesterday) >= now[first] + 2

    assert (diary.change(points) == "worse") is (jumped or twice)


@given(histories())
@example(daily(1, 0))
@example(daily(3, 2))
@example(daily(4, 3))
@example(daily(0, 0))
def test_better_is_down_by_two_or_a_third_unless_it_is_worse(points):
    """L4."""
    now = diary.this_time(points)
    assume(len(now) > 1)
    first, last = now[0][1], now[-1][1]
    down = first - last >= 2 or (first > 0 and first - last >= first / 3)

    assert (diary.change(points) == "better") is (down and diary.change(points) != "worse")


@given(histories(lowest=1), st.integers(1, 9))
def test_a_higher_last_score_never_sounds_better(points, more):
    assume(len(points) > 1)
    order = ["better", "same", "worse"]
    *earlier, (day, last) = points

    higher = diary.change((*earlier, (day, min(10, last + more))))

    assert order.index(higher) >= order.index(diary.change(points))


@given(histories(), st.integers(-1000, 1000))
def test_only_how_many_days_lie_between_counts(points, shift):
    shifted = tuple((day + shift, score) for day, score in points)

    assert diary.change(shifted) == diary.change(points)
    assert diary.recurred(shifted, TODAY + shift) == diary.recurred(points, TODAY)


# --- What was said ------------------------------------------------------------------------------


def entry(kind, value=None, at=NOW, day=TODAY, **more):
    return Entry(kind, day, at, value, **more)


def test_of_several_scores_on_one_day_the_last_counts_and_of_one_person_only():
    entries = [
        entry("score", 7),
        entry("score", 2, person="mother"),
        entry("score", 4, at=NOW + HOUR),
        entry("exercise", "walking"),
        entry("score", 5, day=TODAY - 1),
    ]

    assert diary.scores(entries, "self") == ((TODAY - 1, 5), (TODAY, 4))
    assert diary.scores(entries, "mother") == ((TODAY, 2),)
    assert diary.scores([], "self") == ()


def test_when_it_began_is_what_was_said_last():
    """L10: a start date, which does not move with the days that go by."""
    entries = [
        entry("verdict", "self_care", began=TODAY - 9),
        entry("verdict", "routine", began=TODAY - 5),
        entry("verdict", "routine"),
        entry("verdict", "urgent", person="mother", began=TODAY - 50),
    ]

    assert diary.began(entries, "self") == TODAY - 5
    assert diary.began(entries, "mother") == TODAY - 50
    assert diary.began(entries, "father") is None


def test_when_an_earlier_trouble_began_says_nothing_of_this_one():
    old = entry("verdict", "self_care", day=TODAY - 40, began=TODAY - 44)
    well = [(day, 0) for day in range(TODAY - 30, TODAY - 4, 6)]
    scores = [(TODAY - 40, 6), *well, (TODAY - 3, 5)]
    entries = [old, *(entry("score", score, day=day) for day, score in scores)]
    new = entry("verdict", "self_care", began=TODAY - 4)

    assert diary.began(entries, "self") is None
    assert diary.began([*entries, new], "self") == TODAY - 4


def test_a_silent_week_is_not_taken_for_recovery_and_the_days_go_on_being_counted():
    """L9: between two good scores nobody said how it was."""
    old = entry("verdict", "self_care", day=TODAY - 40, began=TODAY - 44)
    scores = [(TODAY - 40, 6), (TODAY - 30, 0), (TODAY - 12, 0), (TODAY - 3, 5)]
    entries = [old, *(entry("score", score, day=day) for day, score in scores)]

    assert diary.began(entries, "self") == TODAY - 44


# --- Seen yet? ----------------------------------------------------------------------------------

levels = st.sampled_from(["self_care", "routine", "urgent", "emergency"])


@st.composite
def visits(draw):
    """Verdicts and having been seen, hours apart, of two people."""
    entries, at = [], NOW - 200 * HOUR
    for hours in draw(st.lists(st.floats(1, 40), max_size=12)):
        at += hours * HOUR
        kind = draw(st.sampled_from(["verdict", "verdict", "seen", "score"]))
        value = {"verdict": draw(levels), "score": 5}.get(kind)
        person = draw(st.sampled_from(["self", "mother"]))
        entries.append(entry(kind, value, at=at, person=person))
    return entries


@given(visits())
def test_an_urgent_verdict_of_three_days_stands_until_somebody_was_seen(entries):
    """L8; the most urgent one, whatever milder verdict came after."""
    mine = [e for e in entries if e.person == "self"]
    seen = max((e.at for e in mine if e.kind == "seen"), default=0.0)
    standing = [
        e
        for e in mine
        if e.value in ("urgent", "emergency") and e.at > seen and NOW - e.at <= 72 * HOUR
    ]

    found = diary.unseen(entries, "self", NOW)

    assert (found is None) is (standing == [])
    assert found is None or found in standing
    emergency = [e for e in standing if e.value == "emergency"]
    assert not emergency or found == emergency[-1]


@given(visits(), levels)
def test_another_verdict_at_a_later_visit_never_makes_it_milder(entries, level):
    before = diary.unseen(entries, "self", NOW)

    after = diary.unseen([*entries, entry("verdict", level)], "self", NOW)

    assert before is None or after is not None
    assert not (before and before.value == "emergency") or after.value == "emergency"


@given(visits())
def test_being_seen_settles_it_for_that_person_alone(entries):
    mothers = diary.unseen(entries, "mother", NOW)
    entries = [*entries, entry("seen")]

    assert diary.unseen(entries, "self", NOW) is None
    assert diary.unseen(entries, "mother", NOW) == mothers


def test_what_was_misheard_and_taken_back_in_the_same_visit_does_not_stand():
    earlier, misheard = entry("verdict", "urgent", at=NOW - HOUR), entry("verdict", "emergency")
    back = entry("taken_back", NOW - 60, at=NOW + 120)
    milder = entry("verdict", "urgent", at=NOW + 120)

    assert diary.unseen([misheard, back], "self", NOW) is None
    assert diary.unseen([misheard, milder, back], "self", NOW) == milder
    assert diary.unseen([misheard, back, milder], "self", NOW) == milder
    assert diary.unseen([earlier, misheard, back], "self", NOW) == earlier
    assert diary.unseen([misheard, back], "mother", NOW) is None


def test_a_milder_verdict_a_few_minutes_later_takes_nothing_back():
    """Nobody said that the first one was misheard: it may be another visit."""
    urgent, milder = entry("verdict", "urgent"), entry("verdict", "self_care", at=NOW + 60)

    assert diary.unseen([urgent, milder], "self", NOW) == urgent


def test_after_three_days_nobody_is_asked_any_more():
    urgent = [entry("verdict", "urgent")]

    assert diary.unseen(urgent, "self", NOW + 72 * HOUR) == urgent[0]
    assert diary.unseen(urgent, "self", NOW + 72 * HOUR + 1) is None


# --- Settled ------------------------------------------------------------------------------------


@given(histories())
@example(daily(3, 3, 3, first=TODAY - 3))
@example(daily(3, 3, 4, first=TODAY - 2))
@example(daily(3, None, 3, first=TODAY - 2))
def test_settled_are_the_days_on_end_with_three_or_less_up_to_yesterday_or_today(points):
    """G15. A day without a score is not taken for a good one (L9)."""
    by_day = dict(points)
    for today in {TODAY, *(day for day, _ in points[-2:])}:
        begin = today if today in by_day else today - 1
        count = 0
        while by_day.get(begin - count, 10) <= 3:
            count += 1

        assert diary.settled_days(points, today) == count


@given(histories(), st.integers(4, 10))
def test_a_sore_today_leaves_no_settled_day(points, score):
    day = points[-1][0] + 1 if points else TODAY

    assert diary.settled_days((*points, (day, score)), day) == 0


# --- Silence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "silent"), [(0, False), (6, False), (7, True), (30, True)])
def test_a_week_without_a_word_is_silence(ago, silent):
    """L9."""
    assert diary.silent(((TODAY - ago, 2),), TODAY) is silent


def test_who_never_gave_a_score_has_not_gone_silent():
    assert not diary.silent((), TODAY)


# --- What earlier days mean for exercises -------------------------------------------------------


def test_the_past_is_what_was_done_what_was_sore_how_settled_and_who_must_be_seen():
    entries = (
        entry("exercise", "cat_camel", day=TODAY - 2),
        entry("sore", "cat_camel", day=TODAY - 1),
        entry("exercise", "walking", day=TODAY, person="mother"),
        *(entry("score", 2, day=TODAY - n) for n in (3, 2, 1)),
        entry("verdict", "urgent", at=NOW - HOUR),
        entry("verdict", "emergency", at=NOW - HOUR, person="mother"),
    )

    past = diary.past(Remembered(entries=entries), "self", TODAY, NOW)

    assert past.done == (Done("cat_camel", TODAY - 2), Done("cat_camel", TODAY - 1, sore=True))
    assert (past.settled_days, past.level) == (3, "urgent")
    mothers = diary.past(Remembered(entries=entries), "mother", TODAY, NOW)
    assert (mothers.done, mothers.settled_days, mothers.level) == (
        (Done("walking", TODAY),),
        0,
        "emergency",
    )


def test_nothing_remembered_is_no_past():
    past = diary.past(Remembered(), "self", TODAY, NOW)

    assert (past.done, past.settled_days, past.level) == ((), 0, None)


def test_the_memory_that_keeps_nothing_says_so():
    nothing = diary.NOTHING_KEPT

    assert nothing.recall() == Remembered()
    kept = [
        nothing.keeps,
        nothing.offers_diary,
        nothing.recognised,
        nothing.keep(entry("score", 3)),
        nothing.settle(pace="slower"),
        nothing.save("self", diary.Checkup({}, NOW, TODAY, finished=True)),
        nothing.share("mother"),
    ]
    assert not any(kept)
    assert nothing.shared_as("mother") is None
    assert nothing.forget("everything")
    assert nothing.unshare()
