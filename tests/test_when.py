"""The time that somebody means: what was said, as a moment and the days it comes back."""

# ruff: noqa: DTZ001 - the hour of a wall clock has no zone

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from skill.alarms import Errand, Interrupted, Reminder, from_data, to_data
from skill.when import (
    DAYS,
    EVERY,
    Schedule,
    When,
    amended,
    first_said,
    lacks,
    of_rule,
    schedule,
    when_from_data,
    when_of,
)

WEDNESDAY = datetime(2026, 3, 4, 9, 17)
PARTS = ["morning", "afternoon", "evening", "night"]

clocks = st.times().map(lambda at: f"{at:%H:%M}")
every = st.sampled_from([*EVERY, "weekly"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31))
whens = st.builds(
    When,
    clock=clocks,
    part=st.none() | st.sampled_from(PARTS),
    day=st.none() | st.dates(date(2024, 1, 1), date(2028, 12, 31)).map(date.isoformat),
    every=st.none() | every,
    seconds=st.none(),
)


def at(said, now=WEDNESDAY):
    return schedule(first_said(said), now).at


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (When("10:00"), (4, 10)),
        (When("08:00"), (5, 8)),
        (When("03:00"), (4, 15)),
        (When("03:00", part="night"), (5, 3)),
        (When("05:00", part="morning"), (5, 5)),
        (When("08:00", part="evening"), (4, 20)),
        (When("20:00", part="morning"), (5, 8)),
        (When("12:00", part="night"), (5, 0)),
        (When("10:00", part="night"), (4, 22)),
        (When("08:00", day="2026-03-05"), (5, 8)),
        (When("08:00", day="2026-03-04"), (4, 20)),
        (When("08:00", day="2026-03-04", part="morning"), (5, 8)),
        (When("08:00", day="2020-01-01"), (5, 8)),
        (When("08:00", every="every_evening"), (4, 20)),
        (When("08:00", every="weekends"), (7, 8)),
        (When("08:00", every="friday"), (6, 8)),
        (When("10:00", every="weekly"), (4, 10)),
        (When("10:00", every="weekly", day="2026-03-09"), (9, 10)),
        (When("10:00", every="daily", day="2026-03-09"), (9, 10)),
        (When(seconds=3600), (4, 10, 17)),
        (When(seconds=14 * 86_400), (18, 9)),
        (When("17:00", seconds=2 * 86_400), (6, 17)),
    ],
    ids=str,
)
def test_what_was_said_is_meant_as_somebody_would_mean_it(said, moment):
    day, hour, *minute = moment
    assert at(said) == datetime(2026, 3, day, hour, *minute)


def test_in_two_weeks_said_at_night_is_in_the_morning():
    late = WEDNESDAY.replace(hour=23)
    assert at(When(seconds=14 * 86_400), late) == datetime(2026, 3, 18, 9)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (When(), "when"),
        (When(part="morning"), "time"),
        (When(day="2026-03-05"), "time"),
        (When(every="daily"), "time"),
        (When("08:00"), None),
        (When(seconds=60), None),
        (When(seconds=14 * 86_400), None),
        (When(seconds=14 * 86_400, part="evening"), "time"),
    ],
)
def test_what_is_missing_is_the_hour_or_all_of_it(said, missing):
    assert lacks(said) == missing


@pytest.mark.parametrize(
    ("first", "then", "result"),
    [
        (When("08:00", every="daily"), When("09:00"), When("09:00", every="daily")),
        (When("08:00"), When(part="evening"), When("20:00", part="evening")),
        (When("15:00"), When("03:00"), When("03:00")),
        (When("08:00", every="daily"), When(day="2026-03-06"), When("08:00", day="2026-03-06")),
        (When("08:00", day="2026-03-06"), When(every="weekdays"), When("08:00", every="weekdays")),
        (When("08:00", every="daily"), When(seconds=3600), When(seconds=3600)),
        (When(seconds=1_209_600), When("10:00"), When("10:00", seconds=1_209_600)),
        (When(seconds=3600), When("10:00"), When("10:00")),
        (When("08:00"), When(), When("08:00")),
    ],
    ids=str,
)
def test_what_is_said_last_counts(first, then, result):
    assert amended(first, then) == result


@given(whens, moments)
def test_what_is_set_lies_ahead_at_the_hour_and_on_a_day_that_was_said(said, now):
    meant = first_said(said)
    found = schedule(meant, now)
    assert found.at > now - timedelta(minutes=1)
    same_hour = f"{found.at:%H:%M}" == meant.clock
    assert same_hour or f"{found.at - timedelta(hours=12):%H:%M}" == meant.clock
    if meant.every:
        assert DAYS[found.at.weekday()] in found.days
        assert same_hour


@given(whens, moments)
def test_a_time_survives_being_looked_at_again(said, now):
    """What is set, taken for what somebody would have said, is set the same."""
    found = schedule(first_said(said), now)
    assert schedule(when_of(found), now) == found._replace(at=schedule(when_of(found), now).at)
    if not found.days:
        assert schedule(when_of(found), now).at == found.at


@given(clocks, every, moments, moments)
def test_recurrence_is_what_the_calendar_standard_makes_of_the_rule(clock, often, now, later):
    """dateutil reads the rule that is sent to Amazon, and rings at the same moments."""
    found = schedule(When(clock, every=often), now)
    rule = rrulestr(found.rule().rstrip(";"), dtstart=found.at)
    assert rule.after(later) == found.after(later)
    assert of_rule(found.rule(), found.at.isoformat()) == found


def test_one_that_rings_once_does_not_come_back():
    once = Schedule(datetime(2026, 3, 5, 8))
    assert once.after(WEDNESDAY) == once.at
    assert once.after(once.at) is None


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY", "FREQ=DAILY;INTERVAL=2", "", "nonsense", "FREQ=DAILY;BYHOUR=99"]
)
def test_a_recurrence_that_is_not_ours_is_refused(rule):
    with pytest.raises(ValueError, match=r"."):
        of_rule(rule, "2026-03-05T08:00:00.000")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"clock": "25:00", "part": None, "day": None, "every": None, "seconds": None},
        {"clock": 8, "part": None, "day": None, "every": None, "seconds": None},
        {"clock": None, "part": "noonish", "day": None, "every": None, "seconds": None},
        {"clock": None, "part": None, "day": "tomorrow", "every": None, "seconds": None},
    ],
)
def test_a_time_that_is_none_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        when_from_data(data)


@given(whens, moments, st.booleans())
def test_an_errand_is_the_same_after_a_trip_through_json(said, now, more):
    set_for = schedule(first_said(said), now.replace(second=0, microsecond=0))
    errand = Errand("change", "walk", said, "Europe/London", set_for, 900)
    if more:
        before = Interrupted(
            "yes_no", ("fever", "chest_pain"), inverted=False, asked="Any fever?", step="T2"
        )
        errand = errand._replace(reminder=Reminder("id", "label", set_for), before=before)
    assert from_data(json.loads(json.dumps(to_data(errand)))) == errand


def test_every_hour_of_the_day_is_an_hour():
    for minute in range(0, 24 * 60, 7):
        clock = (datetime.combine(date(2026, 3, 4), time()) + timedelta(minutes=minute)).time()
        assert at(When(f"{clock:%H:%M}")) > WEDNESDAY
