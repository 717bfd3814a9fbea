"""The alarm clock of a speaker on this machine, whose reminders and timers outlive the process."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from skill import memory
from skill.memory import Configuration, device
from skill.speaker.alarm_clock import AlarmClock
from skill.speaker.cloud import now
from skill.speaker.envelope import Device

LOG = logging.getLogger("back_coach")


def alarm_clock(name: str) -> AlarmClock:
    """The clock of the speaker of that name, as it was when it was last on.

    It is kept beside the memory, and shared with every other process that is this speaker. Where
    nothing is kept, or that cannot be read now, the clock is a new one, and what is set on it lasts
    as long as the process.
    """
    configuration, user = memory.in_use(), Device().user
    if configuration is None:
        return _fleeting()
    try:
        shelf = _Shelf(configuration, user, name)
    except OSError as error:
        _warn("reading", error)
        return _fleeting()
    clock = AlarmClock(shelf=shelf)
    clock.on = now()
    return clock


class _Shelf:
    """The item of one speaker in the memory. What cannot be written waits for the next change."""

    def __init__(self, configuration: Configuration, user: str, name: str) -> None:
        """Raises OSError where it cannot be read."""
        self._store = configuration.store
        self._find = partial(device.alarms, configuration, user, name)
        self._last = self._find()
        self._unwritten = False

    def read(self) -> Mapping[str, Any] | None:
        """What stands there; None while it cannot be read, or is older than what is set here."""
        try:
            self._last = self._find()
        except OSError as error:
            _warn("reading", error)
            return None
        return None if self._unwritten else self._last.value

    def write(self, alarms: Mapping[str, Any]) -> bool:
        """Put it in the place of what was read; False if another process did so first."""
        following = self._last._replace(value=alarms, version=self._last.version + 1)
        try:
            written = self._store.swap(following)
        except OSError as error:
            _warn("keeping", error)
            self._unwritten = True
            return True
        self._unwritten = self._unwritten and not written
        return written


def _warn(doing: str, error: OSError) -> None:
    LOG.warning("alarms: %s failed: %s", doing, type(error).__name__)


def _fleeting() -> AlarmClock:
    clock = AlarmClock()
    clock.fleeting = True
    return clock
