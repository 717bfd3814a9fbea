"""What a local speaker keeps beside the memory: its reminders and timers, as they are read out.

An Echo keeps those by itself. Nothing in them is about health: their words are neutral.
"""

from __future__ import annotations

from skill.memory import Configuration, Item
from skill.memory.household import hashed
from skill.memory.items import ALARMS


def alarms(configuration: Configuration, user: str, device: str) -> Item:
    """The reminders and timers that a device of a user has, none at version 0. Raises OSError."""
    who, what = hashed(configuration.secret, user), f"{ALARMS}{device}"
    found = (item for item in configuration.store.read(who) if item.what == what)
    return next(found, Item(who, what, {}, version=0))
