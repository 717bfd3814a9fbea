"""The reminders and timers of one device: what is set on it, and when it rings.

They are kept as Amazon's APIs give them back (`skill.speaker.alerts_api` answers for those). What
is set is counted from the time of the conversation; what rings is asked for with the time there is.
"""

from __future__ import annotations

import itertools
import secrets
import warnings
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import tzlocal

from skill.alarms import LONGEST_TIMER, Api
from skill.handlers import times
from skill.interaction_model import heard
from skill.speech import reader
from skill.when import Schedule, naive, of_rule

T = TypeVar("T")

BOTH: frozenset[Api] = frozenset({"reminders", "timers"})
MOST = 100  # reminders or timers; more are refused
_LONGEST_NAP = 60.0  # seconds
_LONGEST_LABEL = 256  # characters (Timers API)


class BadRequestError(ValueError):
    """A request that Amazon would refuse, too; the message says why."""


@dataclass(frozen=True)
class Ring:
    """Something that rang: the how many-th on this device, what is read out with it, and when."""

    number: int
    api: Api
    text: str
    at: datetime
    missed: datetime | None = None  # when it was due, by the device's clock, while it was off


def read_out(ring: Ring, locale: str) -> str:
    """What the device says when it rings: a reminder twice, as Alexa reads it."""
    device = heard(locale)["device"]
    if ring.missed:
        due, today = naive(ring.missed.isoformat()), ring.at.astimezone(ring.missed.tzinfo).date()
        when = reader(locale=locale)(times.when(Schedule(due), today))
        said = device["missed_reminder" if ring.api == "reminders" else "missed_timer"]
        return str(said.format(text=ring.text, when=when[:1].lower() + when[1:]))
    if ring.api == "reminders":
        return str(device["reminder"].format(text=ring.text))
    return ring.text or str(device["timer"])


def home_zone() -> ZoneInfo:
    """The time zone that this machine is in; UTC where it does not say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said of a machine that does not say
        return tzlocal.get_localzone()


class Shelf(Protocol):
    """Where all that is set is kept as JSON data, by every process that is the same device."""

    def read(self) -> Mapping[str, Any] | None:
        """What stands there now; None where only what the clock holds itself is to be had."""

    def write(self, alarms: Mapping[str, Any]) -> bool:
        """Put it in the place of what was read last; False if that had changed by then."""


class _NoShelf:
    """Nothing outlives the process, and nobody else sets anything."""

    def read(self) -> None:
        """Nothing is to be had."""

    def write(self, alarms: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """It is as kept as it will be."""
        return True


class AlarmClock:
    """A device that can be given reminders and timers.

    Threads may share it, and processes by its shelf: each change is made to what all have set, and
    what rings rings in one of them.
    """

    def __init__(
        self,
        zone: ZoneInfo | None = None,
        *,
        allowed: frozenset[Api] = BOTH,
        can: frozenset[Api] = BOTH,
        shelf: Shelf | None = None,
    ) -> None:
        """A device in `zone` (this machine's), which `can` do some and is `allowed` to.

        What is set on it stands on the `shelf`, so that reminders may outlive the process.
        """
        self.zone = zone or home_zone()
        self.allowed: set[Api] = set(allowed)
        self.can = can
        self.token = secrets.token_urlsafe(16)
        self.at = datetime.now(UTC)  # the time of the conversation
        self.rang: deque[Ring] = deque(maxlen=MOST)
        self.fleeting = False  # whether all is gone when it is switched off
        self.on: datetime | None = None  # when it was switched on: what was due before was missed
        self._shelf = shelf or _NoShelf()
        self._reminders: dict[str, dict[str, Any]] = {}
        self._timers: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._changed = Condition()
        self._off = False
        self._take_up()

    # --- what is set on it ----------------------------------------------------------------------

    def reminders(self) -> list[dict[str, Any]]:
        """Every reminder that is still to ring, as the Reminders API gives it back."""
        with self._changed:
            self._take_up()
            still = [
                one
                for one in self._reminders.values()
                if "recurrence" in one["trigger"] or _moment(one["_next"]) > self.at
            ]
            return [_public(one) for one in still]

    def set_reminder(self, asked: Any, token: str | None = None) -> dict[str, Any]:
        """Make a reminder, or change the one of this token.

        Raises `BadRequestError`, and KeyError for a token that there is no reminder of.
        """
        return _public(self._change(lambda: self._with_reminder(asked, token)))

    def _with_reminder(self, asked: Any, token: str | None) -> dict[str, Any]:
        if token is not None and token not in self._reminders:
            raise KeyError(token)
        if token is None and len(self._reminders) >= MOST:
            raise BadRequestError("MAX_REMINDERS_EXCEEDED")
        schedule = self._scheduled(asked)
        now = self._moment()
        made = self._reminders[token]["createdTime"] if token else _iso(now)
        reminder = {
            "alertToken": token or secrets.token_hex(8),
            "createdTime": made,
            "updatedTime": _iso(now),
            "status": "ON",
            "version": "1",
            "trigger": asked["trigger"],
            "alertInfo": asked["alertInfo"],
            "pushNotification": asked.get("pushNotification"),
            "_next": _iso(schedule.at.replace(tzinfo=self.zone)),
        }
        self._reminders[reminder["alertToken"]] = reminder
        return reminder

    def delete(self, api: Api, token: str) -> None:
        """Take one away. Raises KeyError when there is none of this token."""
        self._change(lambda: (self._reminders if api == "reminders" else self._timers).pop(token))

    def timers(self) -> list[dict[str, Any]]:
        """Every timer that runs, as the Timers API gives it back."""
        with self._changed:
            self._take_up()
            return [
                _public(one)
                for one in self._timers.values()
                if _moment(one["triggerTime"]) > self.at
            ]

    def start_timer(self, asked: Any) -> dict[str, Any]:
        """Start a timer. Raises `BadRequestError`."""
        seconds = _timed(asked)
        return _public(self._change(lambda: self._with_timer(asked, seconds)))

    def _with_timer(self, asked: Any, seconds: int) -> dict[str, Any]:
        if len(self._timers) >= MOST:
            raise BadRequestError("MAX_TIMERS_EXCEEDED")
        now = self._moment()
        timer = {
            "id": secrets.token_hex(8),
            "status": "ON",
            "duration": asked["duration"],
            "timerLabel": asked.get("timerLabel"),
            "triggerTime": _iso(now + timedelta(seconds=seconds)),
            "createdTime": _iso(now),
            "updatedTime": _iso(now),
            "_says": _announced(asked),
        }
        self._timers[timer["id"]] = timer
        return timer

    def _scheduled(self, asked: Any) -> Schedule:
        now = naive(self._moment().astimezone(self.zone).isoformat())
        try:
            text = _label(asked)
            schedule = _schedule(asked["trigger"], now)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise BadRequestError("INVALID_REQUEST") from error
        if not text or schedule.at < now:
            raise BadRequestError("INVALID_ALERT_INFO" if not text else "TRIGGER_TIME_IN_THE_PAST")
        return schedule

    # --- when it rings --------------------------------------------------------------------------

    def next_ring(self) -> datetime | None:
        """The moment of the next ring; None when nothing is set."""
        with self._changed:
            self._take_up()
            return self._next_ring()

    def _next_ring(self) -> datetime | None:
        moments = [_moment(one["_next"]) for one in self._reminders.values()]
        moments += [_moment(one["triggerTime"]) for one in self._timers.values()]
        return min(moments, default=None)

    def ring(self, now: datetime) -> list[Ring]:
        """What rings by `now`, the earliest first; none of it rings a second time."""
        with self._changed:
            due = self.next_ring()
            rings = self._change(lambda: self._rung_by(now)) if due and due <= now else []
            self.rang += rings
        return rings

    def _rung_by(self, now: datetime) -> list[Ring]:
        due = [
            *((_moment(one["_next"]), self._rung, one) for one in self._reminders.values()),
            *((_moment(one["triggerTime"]), self._over, one) for one in self._timers.values()),
        ]
        by_time = sorted(due, key=lambda found: found[0])
        return [rung(one, now) for at, rung, one in by_time if at <= now]

    def _rung(self, reminder: dict[str, Any], now: datetime) -> Ring:
        """Rings once, however often it was slept through, and is set for the next time."""
        due = _moment(reminder["_next"])
        local = naive(now.astimezone(self.zone).isoformat())
        following = _schedule(reminder["trigger"], local).after(local)
        if following is None or "recurrence" not in reminder["trigger"]:
            del self._reminders[reminder["alertToken"]]
        else:
            reminder["_next"] = _iso(following.replace(tzinfo=self.zone))
        return Ring(next(self._numbers), "reminders", _label(reminder), now, self._missed(due))

    def _over(self, timer: dict[str, Any], now: datetime) -> Ring:
        del self._timers[timer["id"]]
        missed = self._missed(_moment(timer["triggerTime"]))
        return Ring(next(self._numbers), "timers", timer["_says"], now, missed)

    def _missed(self, due: datetime) -> datetime | None:
        """When something was due, by the device's clock, if it was off then."""
        return due.astimezone(self.zone) if self.on and due < self.on else None

    def _is_reminder(self, kept: Mapping[str, Any]) -> bool:
        """Whether what was kept is a reminder. Raises KeyError or the like where it is none."""
        local = naive(_moment(kept["_next"]).astimezone(self.zone).isoformat())
        return bool(kept["alertToken"] and _label(kept) and _schedule(kept["trigger"], local))

    def wait_for_rings(self, clock: Callable[[], datetime]) -> list[Ring]:
        """What rings next, as soon as `clock` gets there; nothing once it was switched off."""
        with self._changed:
            while not self._off:
                if rings := self.ring(clock()):
                    return rings
                due = self._next_ring()
                left = (due - clock()).total_seconds() if due else _LONGEST_NAP
                # Looking up once in a while notices a clock that was set, a lid that was shut, and
                # what another process has set.
                self._changed.wait(min(max(0.0, left), _LONGEST_NAP))
        return []

    def switch_off(self) -> None:
        """Nobody waits for it to ring any more."""
        with self._changed:
            self._off = True
            self._changed.notify_all()

    def _moment(self) -> datetime:
        return self.at.replace(microsecond=0)

    # --- shared with others ---------------------------------------------------------------------

    def _take_up(self) -> None:
        """What stands on the shelf is what is set."""
        kept = self._shelf.read()
        if kept is not None:
            self._reminders = _sound(kept, "reminders", self._is_reminder)
            self._timers = _sound(kept, "timers", _is_timer)

    def _change(self, change: Callable[[], T]) -> T:
        """Make a change to what is set, anew whenever another process was quicker."""
        with self._changed:
            while True:
                self._take_up()
                result = change()
                if self._shelf.write({"reminders": self._reminders, "timers": self._timers}):
                    self._changed.notify_all()
                    return result


def _sound(
    kept: Mapping[str, Any], api: Api, is_one: Callable[[Mapping[str, Any]], bool]
) -> dict[str, dict[str, Any]]:
    """What was kept of one kind, without what another version wrote in another way."""
    found = kept.get(api)
    sound = {}
    for token, one in found.items() if isinstance(found, dict) else ():
        with suppress(LookupError, TypeError, ValueError, AttributeError):
            if is_one(one):
                sound[token] = dict(one)
    return sound


def _is_timer(kept: Mapping[str, Any]) -> bool:
    _moment(kept["triggerTime"])
    return isinstance(kept["id"], str) and isinstance(kept["_says"], str)


def _public(alert: Mapping[str, Any]) -> dict[str, Any]:
    """A reminder or timer as the API gives it back, without what only the device needs."""
    return {key: value for key, value in alert.items() if not key.startswith("_")}


def _label(asked: Mapping[str, Any]) -> str:
    return str(asked["alertInfo"]["spokenInfo"]["content"][0]["text"])


def _schedule(trigger: Mapping[str, Any], now: datetime) -> Schedule:
    """When a trigger rings first, by the device's clock. Raises for one that Amazon refuses."""
    if trigger["type"] == "SCHEDULED_RELATIVE":
        return Schedule(now + timedelta(seconds=int(trigger["offsetInSeconds"])))
    if trigger["type"] != "SCHEDULED_ABSOLUTE":
        raise ValueError(trigger["type"])
    ZoneInfo(trigger["timeZoneId"])
    if recurrence := trigger.get("recurrence"):
        rule = of_rule(recurrence["recurrenceRules"][0], recurrence["startDateTime"])
        return Schedule(rule.after(now - timedelta(minutes=1)) or rule.at, rule.days)
    return Schedule(naive(trigger["scheduledTime"]))


def _timed(asked: Any) -> int:
    """The seconds of a timer that is asked for. Raises `BadRequestError`."""
    match asked:
        case {
            "duration": str(duration),
            "creationBehavior": {"displayExperience": {"visibility": "VISIBLE" | "HIDDEN"}},
            "triggeringBehavior": {
                "operation": {"type": "NOTIFY_ONLY" | "ANNOUNCE"},
                "notificationConfig": {"playAudible": bool()},
            },
        }:
            seconds = _seconds(duration)
        case _:
            raise BadRequestError("INVALID_REQUEST")
    if not 0 < seconds <= LONGEST_TIMER or len(asked.get("timerLabel") or "") > _LONGEST_LABEL:
        raise BadRequestError("INVALID_DURATION")
    return seconds


def _seconds(duration: str) -> int:
    """The seconds of an ISO duration of hours, minutes and seconds; 0 for any other."""
    units = {"H": 3600, "M": 60, "S": 1}
    total, digits = 0, ""
    for letter in duration.removeprefix("PT") if duration.startswith("PT") else "?":
        if letter.isdecimal():
            digits += letter
        elif letter in units and digits:
            total, digits = total + int(digits) * units[letter], ""
        else:
            return 0
    return total


def _announced(asked: Mapping[str, Any]) -> str:
    texts = asked["triggeringBehavior"]["operation"].get("textToAnnounce") or []
    return str(texts[0]["text"]) if texts else ""


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
