"""What a local speaker keeps beside the memory: its reminders and timers, as they are read out.

An Echo keeps those by itself. Nothing in them is about health: their words are neutral.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from skill.memory import Configuration, Item
from skill.memory.household import hashed
from skill.memory.items import ALARMS


def alarms(configuration: Configuration, user: str, device: str) -> Mapping[str, Any]:
    """The reminders and timers that a device of a user had last. Raises OSError."""
    who, what = hashed(configuration.secret, user), f"{ALARMS}{device}"
    return next((i.value for i in configuration.store.read(who) if i.what == what), {})


def keep_alarms(
    configuration: Configuration, user: str, device: str, alarms: Mapping[str, Any]
) -> None:
    """Keep all the reminders and timers of a device, in place of those before. Raises OSError."""
    item = Item(hashed(configuration.secret, user), f"{ALARMS}{device}", alarms)
    configuration.store.put([item], time.time())
