"""Amazon's reminders and timers: its Reminders, Timers and Settings APIs, as the device's `Alarms`.

The address and the token come with each request. A token is sent only to Amazon's own hosts over
verified TLS, or to this machine, where the local speaker stands in: whoever could forge a request
must not be able to send it elsewhere. What is loaded only for this (HTTP, TLS, time zones) is
loaded on first use, since most conversations never get here and Lambda's cold start pays for it.

Shapes: Amazon's Reminders REST API, Timers REST API and Alexa Settings API references, and the
classes of `ask_sdk_model.services`, against which the tests check every body sent.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from skill.alarms import NO_ALARMS, Alarms, Outcome, Reminder, Timer, Told
from skill.when import Schedule, naive, of_rule

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from ssl import SSLContext

T = TypeVar("T")

LOG = logging.getLogger("back_coach")

MOST_SECONDS = 2.0  # for all calls of one turn: then the conversation goes on without
MOST_BYTES = 256 * 1024  # of one answer
SCOPES: Mapping[str, str] = {
    "reminders": "alexa::alerts:reminders:skill:readwrite",
    "timers": "alexa::alerts:timers:skill:readwrite",
}
"""The permission that each API wants (Amazon: Reminders Overview, Timers Overview)."""

_OURS = ".amazonalexa.com"
_REMINDERS, _TIMERS = "/v1/alerts/reminders", "/v1/alerts/timers"
_GOOD = range(200, 300)
_OUTCOMES: Mapping[int, Outcome] = {401: "not_permitted", 403: "cannot", 404: "nothing"}


def alarms(system: Any, locale: str, at: datetime) -> Alarms:
    """The reminders and timers of the device that a request came from, at the moment it came.

    `system` is the request's `context.System`, whatever that is. A device that names no address
    to ask, or one that is neither Amazon's nor this machine, can do none of it.
    """
    match system:
        case {
            "apiEndpoint": str(address),
            "apiAccessToken": str(token),
            "device": {"deviceId": str(device)},
        } if token.isascii() and token.isprintable() and (host := _trusted(address)):
            return Alerts(_Service(host, token), device, locale, at)
    return NO_ALARMS


def _trusted(address: str) -> SplitResult | None:
    """The parts of an address that may be given a token; None for any other."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    amazons = parts.scheme == "https" and f".{host}".endswith(_OURS)
    return parts if amazons or (parts.scheme == "http" and host == "127.0.0.1") else None


class Alerts:
    """The `Alarms` of one Alexa device, for one turn."""

    def __init__(self, service: _Service, device: str, locale: str, at: datetime) -> None:
        """`at` is the moment of the turn, with its zone."""
        self._service = service
        self._device = device
        self._locale = locale
        self._at = at

    def local_time(self) -> datetime | None:
        """The moment of the turn in the zone that is set for the device."""
        from zoneinfo import ZoneInfo  # noqa: PLC0415  (see the head of this file)

        path = f"/v2/devices/{quote(self._device, safe='')}/settings/System.timeZone"
        outcome, name = self._service.ask("GET", path)
        try:
            return self._at.astimezone(ZoneInfo(name)) if outcome == "done" else None
        except (LookupError, ValueError, TypeError, OSError):  # no such zone, or no name at all
            return None

    def reminders(self) -> Told:
        """Ours that are still to ring, the next one first."""
        outcome, answer = self._service.ask("GET", _REMINDERS)
        if outcome != "done":
            return Told(outcome)
        found = _each(answer, "alerts", _reminder)
        return Told("done" if found else "nothing", reminders=tuple(sorted(found, key=_next)))

    def remind(self, label: str, schedule: Schedule, zone: str) -> Told:
        """Set one, unless it is there already: whoever asks twice wants it once."""
        there = self.reminders()
        if there.outcome not in ("done", "nothing"):
            return there
        if any((one.label, one.schedule) == (label, schedule) for one in there.reminders):
            return Told("done")
        return self._set("POST", _REMINDERS, self._request(label, schedule, zone))

    def move(self, reminder: Reminder, schedule: Schedule, zone: str) -> Told:
        """Give one another time."""
        path = f"{_REMINDERS}/{quote(reminder.id, safe='')}"
        return self._set("PUT", path, self._request(reminder.label, schedule, zone))

    def forget(self, reminders: tuple[Reminder, ...]) -> Told:
        """Take them away."""
        return self._delete(_REMINDERS, [one.id for one in reminders])

    def timers(self) -> Told:
        """Ours that run."""
        outcome, answer = self._service.ask("GET", _TIMERS)
        if outcome != "done":
            return Told(outcome)
        found = _each(answer, "timers", self._timer)
        return Told("done" if found else "nothing", timers=tuple(found))

    def start_timer(self, seconds: int, announce: str | None) -> Told:
        """Start one. It has no label: two that run may not have the same (Timers REST API)."""
        operation: dict[str, Any] = {"type": "NOTIFY_ONLY"}
        if announce:
            text = {"locale": self._locale, "text": announce}
            operation = {"type": "ANNOUNCE", "textToAnnounce": [text]}
        body = {
            "duration": _iso_duration(seconds),
            "creationBehavior": {"displayExperience": {"visibility": "VISIBLE"}},
            "triggeringBehavior": {
                "operation": operation,
                "notificationConfig": {"playAudible": True},
            },
        }
        return Told(self._service.ask("POST", _TIMERS, body)[0])

    def stop_timers(self, timers: tuple[Timer, ...]) -> Told:
        """Take them away."""
        return self._delete(_TIMERS, [one.id for one in timers])

    def _set(self, method: str, path: str, body: Any) -> Told:
        """How setting a reminder went; only the local speaker may add that it is `fleeting`."""
        outcome, answer = self._service.ask(method, path, body)
        fleeting = isinstance(answer, Mapping) and answer.get("fleeting") is True
        return Told(outcome, fleeting=fleeting)

    def _delete(self, path: str, ids: Iterable[str]) -> Told:
        """How deleting them went; one that is gone already is as good as deleted."""
        outcome: Outcome = "nothing"
        for one in ids:
            outcome, _ = self._service.ask("DELETE", f"{path}/{quote(one, safe='')}")
            if outcome not in ("done", "nothing"):
                return Told(outcome)
        return Told("done")

    def _request(self, label: str, schedule: Schedule, zone: str) -> dict[str, Any]:
        trigger: dict[str, Any] = {"type": "SCHEDULED_ABSOLUTE", "timeZoneId": zone}
        start = schedule.at.isoformat(timespec="milliseconds")
        if schedule.seconds is not None:
            trigger = {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": schedule.seconds}
        elif schedule.days:
            rules = [schedule.rule()]
            trigger["recurrence"] = {"startDateTime": start, "recurrenceRules": rules}
        else:
            trigger["scheduledTime"] = start
        at = self._at.astimezone(UTC).isoformat(timespec="milliseconds")
        text = {"locale": self._locale, "text": label}
        return {
            "requestTime": at.replace("+00:00", "Z"),
            "trigger": trigger,
            "alertInfo": {"spokenInfo": {"content": [text]}},
            "pushNotification": {"status": "ENABLED"},
        }

    def _timer(self, timer: Mapping[str, Any]) -> Timer | None:
        if timer["status"] != "ON":
            return None
        left = datetime.fromisoformat(timer["triggerTime"]) - self._at
        return Timer(str(timer["id"]), max(0, round(left.total_seconds())))


def _each(answer: Any, key: str, read: Callable[[Mapping[str, Any]], T | None]) -> list[T]:
    """What can be read of a list in an answer; one that has another shape is passed over."""
    listed = answer.get(key) if isinstance(answer, Mapping) else None
    found = []
    for one in listed if isinstance(listed, list) else []:
        try:
            found.append(read(one))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            continue
    return [one for one in found if one is not None]


def _reminder(alert: Mapping[str, Any]) -> Reminder | None:
    """A reminder as Amazon gives it back; None for one that has rung."""
    if alert["status"] != "ON":
        return None
    label = alert["alertInfo"]["spokenInfo"]["content"][0]["text"]
    return Reminder(str(alert["alertToken"]), str(label), _schedule(alert))


def _schedule(alert: Mapping[str, Any]) -> Schedule:
    trigger = alert["trigger"]
    recurrence = trigger.get("recurrence") or {}
    if rules := recurrence.get("recurrenceRules"):
        return of_rule(rules[0], recurrence.get("startDateTime") or trigger["scheduledTime"])
    if trigger.get("scheduledTime"):
        return Schedule(naive(trigger["scheduledTime"]))
    made = datetime.fromisoformat(alert["createdTime"])
    return Schedule(naive((made + timedelta(seconds=trigger["offsetInSeconds"])).isoformat()))


def _next(reminder: Reminder) -> datetime:
    return reminder.schedule.at


def _iso_duration(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + "".join(f"{number}{unit}" for number, unit in parts if number)


# --- Over HTTP ----------------------------------------------------------------------------------


class _Answer(NamedTuple):
    status: int
    body: bytes


class _FailedError(Exception):
    """No answer that can be used; the message says why in a word or two, for the log."""


class _Service:
    """An API of Amazon's at its address, with the token that opens it."""

    def __init__(self, address: SplitResult, token: str) -> None:
        self._address = address
        self._token = token
        self._until: float | None = None  # when the time for this turn is up

    def ask(self, method: str, path: str, body: Any = None) -> tuple[Outcome, Any]:
        """How a request went, and the JSON that was answered (None where there is none)."""
        began = time.monotonic()
        self._until = self._until or began + MOST_SECONDS
        outcome: Outcome
        try:
            answer = self._exchange(method, path, body)
            outcome, content, why = _read(answer)
        except _FailedError as error:
            outcome, content, why = "failed", None, str(error)
        took = (time.monotonic() - began) * 1000
        which = next(api for api in ("reminders", "timers", "settings") if api in path.split("/"))
        # Neither ids nor words: the log says which service, and how it went.
        LOG.info("alerts: %s %s %s (%s) in %d ms", method, which, outcome, why, took)
        return outcome, content

    def _exchange(self, method: str, path: str, body: Any) -> _Answer:
        """One request and its answer. Raises `_FailedError`, also when the time is up.

        It runs in a thread of its own, because a time-out of the connection bounds every single
        wait in it and not their sum, and looking up the host's name not at all.
        """
        from queue import Empty, SimpleQueue  # noqa: PLC0415
        from threading import Thread  # noqa: PLC0415

        left = (self._until or 0) - time.monotonic()
        if left <= 0:
            raise _FailedError("no time left")
        connection = self._connection(left)
        answers: SimpleQueue[_Answer | _FailedError] = SimpleQueue()
        asking = (connection, method, self._address.path.rstrip("/") + path, body)
        Thread(target=lambda: answers.put(self._ask(*asking)), daemon=True).start()
        try:
            answer = answers.get(timeout=left)
        except Empty:
            _hang_up(connection)
            raise _FailedError("too slow") from None
        if isinstance(answer, _FailedError):
            raise answer
        return answer

    def _ask(
        self, connection: HTTPConnection, method: str, path: str, body: Any
    ) -> _Answer | _FailedError:
        from http.client import HTTPException  # noqa: PLC0415

        headers = {"Authorization": f"Bearer {self._token}", "Connection": "close"}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            return _Answer(response.status, response.read(MOST_BYTES + 1))
        except TimeoutError:
            return _FailedError("too slow")
        except (OSError, HTTPException, ValueError) as error:
            return _FailedError(type(error).__name__)
        finally:
            connection.close()

    def _connection(self, seconds: float) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415

        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "http":
            return HTTPConnection(host, port, timeout=seconds)
        return HTTPSConnection(host, port, timeout=seconds, context=_tls())


def _hang_up(connection: HTTPConnection) -> None:
    """Let the thread that still waits for it end."""
    from socket import SHUT_RDWR  # noqa: PLC0415

    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(SHUT_RDWR)


@cache
def _tls() -> SSLContext:
    """TLS that checks the certificate and the name in it; read once, since it holds no one's."""
    from ssl import create_default_context  # noqa: PLC0415

    return create_default_context()


def _read(answer: _Answer) -> tuple[Outcome, Any, str]:
    """The outcome of a status, the JSON in an answer that went well, and a word for the log."""
    if answer.status not in _GOOD:
        return _OUTCOMES.get(answer.status, "failed"), None, str(answer.status)
    if len(answer.body) > MOST_BYTES:
        raise _FailedError("too much")
    try:
        return "done", json.loads(answer.body) if answer.body else None, str(answer.status)
    except (ValueError, RecursionError):
        raise _FailedError("no JSON") from None
