"""The alarm clock of a speaker on this machine, whose reminders and timers outlive the process."""

from __future__ import annotations

import logging
from typing import Any

from skill import memory
from skill.memory import device
from skill.speaker.alarm_clock import AlarmClock
from skill.speaker.cloud import now
from skill.speaker.envelope import Device

LOG = logging.getLogger("back_coach")


def alarm_clock(name: str) -> AlarmClock:
    """The clock of the speaker of that name, as it was when it was last on.

    It is kept beside the memory. Where nothing is kept, or that cannot be read now, the clock is a
    new one, and what is set on it lasts as long as the process.
    """
    configuration, user = memory.in_use(), Device().user
    if configuration is None:
        return _fleeting()
    try:
        kept = device.alarms(configuration, user, name)
    except OSError as error:
        LOG.warning("alarms: reading failed: %s", type(error).__name__)
        return _fleeting()

    def keep(alarms: dict[str, Any]) -> None:
        try:
            device.keep_alarms(configuration, user, name, alarms)
        except OSError as error:
            LOG.warning("alarms: keeping failed: %s", type(error).__name__)

    clock = AlarmClock(kept=kept, keep=keep)
    clock.on = now()
    return clock


def _fleeting() -> AlarmClock:
    clock = AlarmClock()
    clock.fleeting = True
    return clock
