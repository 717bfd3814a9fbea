"""Moments, days and lengths of time as acts: the words of the locale make sentences of them."""

from __future__ import annotations

from datetime import date, datetime

from skill.turn import Act, OneOf, act
from skill.when import DAYS, EVERY, Schedule

_NAMED_DAYS = 7  # so far ahead the name of the day is enough
_BELOW_TEN = 10  # minutes
_A_MINUTE, _AN_HOUR = 60, 3600  # seconds


def when(schedule: Schedule, today: date | None) -> Act:
    """When something rings: "every weekday at eight in the morning", "tomorrow at noon"."""
    if schedule.seconds is not None:
        return act("when.from_now", length=length(schedule.seconds))
    at = clock(schedule.at)
    if not schedule.days:
        return act("when.once", day=day(schedule.at, today), clock=at)
    for name in ("daily", "weekdays", "weekends"):
        if schedule.days == EVERY[name]:
            return act(f"when.{name}", clock=at)
    named = tuple(act(f"weekday.{one}") for one in schedule.days)
    return act("when.weekly", days=OneOf(named, "and"), clock=at)


def day(at: datetime, today: date | None) -> Act:
    """A day as somebody would call it who stands at `today`; None: by its date."""
    ahead = None if today is None else (at.date() - today).days
    weekday = act(f"weekday.{DAYS[at.weekday()]}")
    if ahead == 0:
        return act("when.today")
    if ahead == 1:
        return act("when.tomorrow")
    if ahead is not None and 0 < ahead < _NAMED_DAYS:
        return act("when.on_day", weekday=weekday)
    return act("when.on_date", weekday=weekday, month=act(f"month.{at.month}"), number=str(at.day))


def clock(at: datetime) -> Act:
    """An hour of the day: "eight in the morning", "noon"."""
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return act("clock.noon" if at.hour else "clock.midnight")
    hour, part = at.hour % 12 or 12, act(f"clock.{_part(at.hour)}")
    if at.minute == 0:
        return act("clock.whole", hour=hour, hours=at.hour, part=part)
    return act(
        "clock.few_minutes" if at.minute < _BELOW_TEN else "clock.minutes",
        hour=hour,
        hours=at.hour,
        minute=at.minute,
        part=part,
    )


def _part(hour: int) -> str:
    begins = {"morning": 5, "afternoon": 12, "evening": 18, "night": 21}
    return next((name for name in reversed(begins) if hour >= begins[name]), "night")


def length(seconds: int) -> Act:
    """A length of time: hours and minutes, or seconds where it is short."""
    if seconds < _A_MINUTE:
        return act("numbers.seconds", count=seconds)
    hours, rest = divmod(seconds, _AN_HOUR)
    minutes = rest // _A_MINUTE
    named = [act("tell.hours", count=hours)] if hours else []
    named += [act("numbers.minutes", count=minutes)] if minutes else []
    return act("numbers.length", parts=OneOf(tuple(named), "and"))


def about(seconds: int) -> int:
    """A length of time as it is told of something that runs: to the minute, or to ten seconds."""
    to = _A_MINUTE if seconds >= _A_MINUTE else 10
    return max(to, round(seconds / to) * to)
