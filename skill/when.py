"""PURE The time that somebody means: what was said of it -> a moment and the days it comes back.

`When` is what was said, as far as it was said; `Schedule` is what comes of it. Every time here is
the wall clock of the device, without a zone.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, cast, get_args

Part = Literal["morning", "afternoon", "evening", "night"]

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as RFC 5545 writes them
EVERY: Mapping[str, tuple[str, ...]] = {
    "daily": DAYS,
    "every_morning": DAYS,
    "every_evening": DAYS,
    "weekdays": DAYS[:5],
    "weekends": DAYS[5:],
    "monday": ("MO",),
    "tuesday": ("TU",),
    "wednesday": ("WE",),
    "thursday": ("TH",),
    "friday": ("FR",),
    "saturday": ("SA",),
    "sunday": ("SU",),
}
"""How often, by the id of the Frequency slot; `weekly` takes its day from the date."""

_PART_OF: Mapping[str, Part] = {"every_morning": "morning", "every_evening": "evening"}
_NOON, _HALF_A_DAY = 12, 12
_NIGHT_ENDS = 5  # "at four" is in the afternoon, unless the night is named
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WAKING = range(8, 21)  # hours in which "in two weeks" keeps the hour of the moment
_USUAL = time(9)  # and otherwise means this one


class When(NamedTuple):
    """What was said of a time: an hour "HH:MM", a part of the day, an ISO date, how often.

    `seconds` is a distance from now.
    """

    clock: str | None = None
    part: Part | None = None
    day: str | None = None
    every: str | None = None
    seconds: int | None = None

    def __bool__(self) -> bool:
        """Whether anything was said at all."""
        return self != UNSAID


UNSAID = When()


class Schedule(NamedTuple):
    """When it rings first, and the days of the week on which it comes back; none: just once.

    `seconds` is set for one that counts from now, shorter than a day.
    """

    at: datetime
    days: tuple[str, ...] = ()
    seconds: int | None = None

    def after(self, moment: datetime) -> datetime | None:
        """The next time it rings after a moment; None when it never will again."""
        if self.at > moment or not self.days:
            return self.at if self.at > moment else None
        return _first(_clock(self.at), self.days, moment)

    def rule(self) -> str:
        """The recurrence as RFC 5545 writes it, in the form that Amazon documents."""
        how = "DAILY" if self.days == DAYS else f"WEEKLY;BYDAY={','.join(self.days)}"
        at = f"BYHOUR={self.at.hour};BYMINUTE={self.at.minute};BYSECOND=0"
        return f"FREQ={how};{at};INTERVAL=1;"


def first_said(when: When) -> When:
    """A time as somebody means it who has just named it: "at three" is in the afternoon."""
    part = when.part or _PART_OF.get(when.every or "")
    clock = when.clock
    if clock and part:
        clock = _in_the(part, clock)
    elif clock and 0 < _hour(clock) <= _NIGHT_ENDS:
        clock = _later(clock)
    return when._replace(clock=clock, part=part)


def amended(when: When, new: When) -> When:
    """The time after "no, at nine", "in the evening", "on Friday": what is said last counts.

    An hour is then taken as it comes, so that whoever does mean three at night gets it.
    """
    if not new:
        return when
    if new.seconds is not None:
        return new
    part = new.part or _PART_OF.get(new.every or "")
    clock = new.clock or when.clock
    another_day = new.day or new.every
    return When(
        clock=_in_the(part, clock) if clock and part else clock,
        part=part or when.part,
        day=new.day if another_day else when.day,
        every=new.every if another_day else when.every,
        seconds=None if another_day or _within_a_day(when) else when.seconds,
    )


def when_of(schedule: Schedule) -> When:
    """What somebody would have said for a schedule."""
    every = next((name for name, days in EVERY.items() if days == schedule.days), None)
    day = None if every else schedule.at.date().isoformat()
    return When(clock=schedule.at.strftime("%H:%M"), day=day, every=every)


def lacks(when: When) -> Literal["when", "time"] | None:
    """What has to be asked before it can be set: all of it, or just the hour."""
    if when.clock or (when.seconds is not None and (_within_a_day(when) or not when.part)):
        return None
    return "time" if when else "when"


def schedule(when: When, now: datetime) -> Schedule:
    """The schedule of a time that lacks nothing, as seen at `now` on the device's clock."""
    now = now.replace(tzinfo=None, second=0, microsecond=0)
    if when.seconds is not None:
        return _from_now(when, now)
    clock = time.fromisoformat(when.clock or "")
    if days := _days(when, now):
        since = datetime.combine(date.fromisoformat(when.day), time.min) if when.day else now
        return Schedule(_first(clock, days, max(now, since - _MINUTE)), days)
    if when.day is None:
        return Schedule(_first(clock, DAYS, now))
    at = datetime.combine(date.fromisoformat(when.day), clock)
    return Schedule(at if at > now else _not_over_yet(at, when, now))


def _days(when: When, now: datetime) -> tuple[str, ...]:
    if when.every == "weekly":
        day = date.fromisoformat(when.day) if when.day else now.date()
        return (DAYS[day.weekday()],)
    return EVERY.get(when.every or "", ())


def _within_a_day(when: When) -> bool:
    """Whether it counts in hours from now: a longer way off is meant by days."""
    return when.seconds is not None and when.seconds < _DAY.total_seconds()


def _from_now(when: When, now: datetime) -> Schedule:
    """In an hour: just then. In two weeks: on that day, at about this hour."""
    at = now + timedelta(seconds=when.seconds or 0)
    if _within_a_day(when):
        return Schedule(at, seconds=when.seconds)
    usual = time(at.hour) if at.hour in _WAKING else _USUAL
    clock = time.fromisoformat(when.clock) if when.clock else usual
    return Schedule(datetime.combine(at.date(), clock))


def _not_over_yet(at: datetime, when: When, now: datetime) -> datetime:
    """For a moment that is over: "today at eight", said at nine, is in the evening."""
    later = at + timedelta(hours=_HALF_A_DAY)
    if when.part is None and at.hour < _NOON and later > now:
        return later
    return _first(_clock(at), DAYS, now)


def _first(clock: time, days: tuple[str, ...], after: datetime) -> datetime:
    """The first such hour after a moment, on one of these days."""
    at = datetime.combine(after.date(), clock)
    while at <= after or DAYS[at.weekday()] not in days:
        at += _DAY
    return at


def _clock(at: datetime) -> time:
    return time(at.hour, at.minute)


def _hour(clock: str) -> int:
    return int(clock[:2])


def _later(clock: str) -> str:
    return f"{(_hour(clock) + _HALF_A_DAY) % 24:02d}{clock[2:]}"


def _in_the(part: Part, clock: str) -> str:
    """The hour in that part of the day: eight in the evening is twenty hundred."""
    hour = _hour(clock)
    afternoon = part in ("afternoon", "evening") or (part == "night" and hour > _NIGHT_ENDS)
    is_afternoon = hour >= _NOON
    if part == "night" and hour == _NOON:
        return _later(clock)
    return clock if afternoon == is_afternoon else _later(clock)


def of_rule(rule: str, start: str) -> Schedule:
    """The schedule of an RFC 5545 rule and the ISO time from which it counts.

    Raises ValueError for a rule that is not daily or weekly, at one hour.
    """
    parts = dict(part.split("=", 1) for part in rule.rstrip("; ").split(";") if "=" in part)
    begins = naive(start)
    hour = time(int(parts.get("BYHOUR", begins.hour)), int(parts.get("BYMINUTE", begins.minute)))
    named = tuple(day for day in DAYS if day in parts.get("BYDAY", "").split(","))
    weekly = named or (DAYS[begins.weekday()],)
    days = {"DAILY": named or DAYS, "WEEKLY": weekly}.get(parts.get("FREQ", ""))
    if days is None or parts.get("INTERVAL", "1") != "1":
        raise ValueError(f"the recurrence {rule!r} is not daily or weekly")
    return Schedule(_first(hour, days, begins - _MINUTE), days)


def naive(said: str) -> datetime:
    """An ISO time without its zone, to the minute. Raises ValueError when it is none."""
    return datetime.fromisoformat(said).replace(tzinfo=None, second=0, microsecond=0)


def when_from_data(data: Mapping[str, object]) -> When:
    """What was said of a time, from its fields by name. Raises ValueError for what is none."""
    match data:
        case {
            "clock": str() | None as clock,
            "part": str() | None as part,
            "day": str() | None as day,
            "every": str() | None as every,
            "seconds": int() | None as seconds,
        }:
            pass
        case _:
            raise ValueError("there is no time in it")
    if clock is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", clock):
        raise ValueError(f"{clock!r} is no hour")
    if part is not None and part not in get_args(Part):
        raise ValueError(f"{part!r} is no part of the day")
    if day is not None:
        date.fromisoformat(day)
    return When(clock, cast("Part | None", part), day, every, seconds)
