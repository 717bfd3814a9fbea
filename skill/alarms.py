"""PURE Reminders and timers: what is arranged, and the port to whatever makes it ring.

`Alarms` is the port: the device that answers it arrives with the turn. An `Errand` is a reminder or
timer that is being arranged, until it is settled.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, cast, get_args

from skill.when import UNSAID, Schedule, When, naive, when_from_data

Outcome = Literal["done", "not_permitted", "cannot", "nothing", "failed"]
"""How it went: `cannot` is a device without them, `nothing` means that there is none."""

Kind = Literal["remind", "change", "stop", "timer"]
Api = Literal["reminders", "timers"]

LONGEST_TIMER = 24 * 3600  # seconds (Timers API)


class Reminder(NamedTuple):
    """One that is set. `label` is what is read out."""

    id: str
    label: str
    schedule: Schedule


class Timer(NamedTuple):
    """One that runs, and how many seconds are left on it."""

    id: str
    seconds: int


class Told(NamedTuple):
    """What came of asking: how it went, and what there is where that was asked.

    `fleeting` is whether what was set is gone when the device is switched off.
    """

    outcome: Outcome
    reminders: tuple[Reminder, ...] = ()
    timers: tuple[Timer, ...] = ()
    fleeting: bool = False


class Alarms(Protocol):
    """A device's reminders and timers, as far as they are ours. Nothing here ever raises."""

    def local_time(self) -> datetime | None:
        """The moment of the turn on the device's clock, with its zone; None: it cannot be told."""

    def reminders(self) -> Told:
        """Those that are still to ring, the next one first."""

    def remind(self, label: str, schedule: Schedule, zone: str) -> Told:
        """Set one; one that is just so already is left as it is."""

    def move(self, reminder: Reminder, schedule: Schedule, zone: str) -> Told:
        """Give one another time."""

    def forget(self, reminders: tuple[Reminder, ...]) -> Told:
        """Take them away."""

    def timers(self) -> Told:
        """Those that run."""

    def start_timer(self, seconds: int, announce: str | None) -> Told:
        """Start one; `announce` is said when it ends."""

    def stop_timers(self, timers: tuple[Timer, ...]) -> Told:
        """Take them away."""


class NoAlarms:
    """A device that can do none of it."""

    def local_time(self) -> datetime | None:
        """None: nobody can tell."""
        return None

    def _cannot(self, *_: object) -> Told:
        return Told("cannot")

    reminders = remind = move = forget = timers = start_timer = stop_timers = _cannot


NO_ALARMS = NoAlarms()


class Permission(NamedTuple):
    """A permission to ask for: aloud, with a token that the answer brings back, or on a card."""

    api: Api
    token: str | None = None  # None: on a card


class Interrupted(NamedTuple):
    """A question that was open when something else came up: it is put again afterwards."""

    form: str
    about: tuple[str, ...]
    inverted: bool
    asked: str  # as it was worded
    step: str


class Errand(NamedTuple):
    """A reminder or timer that is being arranged, until it is settled.

    `task` is what to be reminded of, or the remedy that is timed.
    """

    kind: Kind
    task: str | None = None
    when: When = UNSAID
    zone: str = ""
    schedule: Schedule | None = None
    seconds: int | None = None  # of a timer
    reminder: Reminder | None = None  # which is to be changed
    before: Interrupted | None = None


def to_data(errand: Errand) -> dict[str, Any]:
    """An errand as plain JSON data."""
    reminder, before = errand.reminder, errand.before
    return {
        **errand._asdict(),
        "when": errand.when._asdict(),
        "schedule": _schedule_data(errand.schedule),
        "reminder": reminder
        and {**reminder._asdict(), "schedule": _schedule_data(reminder.schedule)},
        "before": before and {**before._asdict(), "about": list(before.about)},
    }


def from_data(data: Any) -> Errand:
    """The errand in plain JSON data. Raises ValueError when there is none in it."""
    try:
        reminder, before = data["reminder"], data["before"]
        return Errand(
            kind=_kind(data["kind"]),
            task=_text(data["task"]),
            when=when_from_data(data["when"]),
            zone=str(data["zone"]),
            schedule=_schedule(data["schedule"]),
            seconds=None if data["seconds"] is None else int(data["seconds"]),
            reminder=reminder and _reminder(reminder),
            before=before and Interrupted(**{**before, "about": tuple(before["about"])}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("there is no errand in it") from error


def _kind(name: object) -> Kind:
    if name not in get_args(Kind):
        raise ValueError(f"{name!r} is no errand")
    return cast("Kind", name)


def _text(text: object) -> str | None:
    return None if text is None else str(text)


def _reminder(data: Mapping[str, Any]) -> Reminder:
    schedule = _schedule(data["schedule"])
    if schedule is None:
        raise ValueError("a reminder without a time")
    return Reminder(str(data["id"]), str(data["label"]), schedule)


def _schedule(data: Mapping[str, Any] | None) -> Schedule | None:
    if data is None:
        return None
    return Schedule(naive(data["at"]), tuple(data["days"]), data["seconds"])


def _schedule_data(schedule: Schedule | None) -> dict[str, Any] | None:
    if schedule is None:
        return None
    return {"at": schedule.at.isoformat(), "days": list(schedule.days), "seconds": schedule.seconds}
