"""The memory of one listener during one turn, in a store of items.

Entries are only ever added, each under a key of its own, so two devices lose nothing of each
other's. Settings are one item, merged by a write on condition that nobody else wrote meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from skill.diary import KEPT_DAYS, Checkup, Entry, Remembered, tells_health
from skill.memory import CALL_SECONDS, Configuration, Item, Store
from skill.memory.household import hashed
from skill.memory.items import (
    CHECKUP,
    OPEN,
    SETTINGS,
    SHARED,
    VOICE,
    entry_name,
    is_meant,
    plain,
    remembered,
    unusual,
    without_scores,
)

LOG = logging.getLogger("back_coach")

TRIES = 20  # of a conditional write, with other devices in between
KEPT_SECONDS = KEPT_DAYS * 86_400

T = TypeVar("T")


@dataclass
class Listener:
    """The memory of one listener during one turn, which `skill.diary.Memory` describes.

    `at` is the time of the turn in seconds since the epoch. All calls of a turn share `patience`,
    in seconds; once it is used up, or the store has failed, it is not asked again in this turn.
    """

    store: Store
    who: str
    household: str
    at: float
    offers_diary: bool = False
    patience: float = CALL_SECONDS
    _remembered: Remembered | None = field(default=None, init=False)
    _items: list[Item] | None = field(default=None, init=False)  # as recalled, until written to
    _failed: bool = field(default=False, init=False)

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all: it is, but see what `recall` finds."""
        return True

    @property
    def recognised(self) -> bool:
        """Whether the voice is known to be one person's."""
        return self.who != self.household

    def recall(self) -> Remembered | None:
        """What is remembered; None when it cannot be looked up now."""
        if self._remembered is None:
            self._remembered = self._attempt("recall", self._recall)
        return self._remembered

    def keep(self, *entries: Entry) -> bool:
        """Keep entries, health only with a diary. Whether it worked."""
        if not entries or (any(map(tells_health, entries)) and not self._keeps_diary()):
            return False
        items = [self._item(entry_name(entry), plain(entry)) for entry in entries]
        done = self._attempt("keep", lambda: self._put(items))
        if done and self._remembered:
            known = self._remembered
            self._remembered = known._replace(entries=(*known.entries, *entries))
        return bool(done)

    def settle(self, **settings: Any) -> bool:
        """Change settings, by the names of `Settings`. Whether it worked."""
        self.recall()  # the settings to merge with, and what the rest of the turn will ask for
        done = self._attempt("settle", lambda: self._merge(settings))
        if done and self._remembered:
            known = self._remembered
            self._remembered = known._replace(settings=known.settings._replace(**settings))
        return bool(done)

    def save(self, person: str, checkup: Checkup) -> bool:
        """Keep the check-up of a person in place of an older one. Whether it worked."""
        if not self._keeps_diary():
            return False
        kind = CHECKUP if checkup.finished else OPEN
        item = self._item(f"{kind}{person}", plain(checkup))
        return bool(self._attempt("save", lambda: self._put([item])))

    def forget(self, what: str, person: str = "self") -> bool:
        """Wipe what is meant (`FORGETTABLE`), wherever it is kept. Whether it worked."""
        done = self._attempt("forget", lambda: self._wipe(what, person))
        self._remembered = self._items = None
        return bool(done)

    def share(self, name: str) -> bool:
        """Let the household ask about this listener by a name. Whether it worked."""
        if not (self.recognised and self._keeps_diary()):
            return False
        item = Item(self.household, f"{SHARED}{name}", {"who": self.who})
        return bool(self._attempt("share", lambda: self._put([item])))

    def unshare(self) -> bool:
        """Let nobody ask about this listener any longer. Whether it worked."""
        return bool(self._attempt("unshare", self._unshare))

    def shared_as(self, name: str) -> Remembered | None:
        """What somebody of the household shares under a name; None when nobody does."""
        return self._attempt("shared", lambda: self._of_household(name))

    def _keeps_diary(self) -> bool:
        known = self.recall()
        return self.offers_diary and known is not None and known.settings.diary is True

    def _item(self, what: str, value: Mapping[str, Any]) -> Item:
        return Item(self.who, what, value, expires=int(self.at) + KEPT_SECONDS)

    def _recall(self) -> Remembered:
        self._items = self.store.read(self.who)
        return self._understood(self._items)

    def _understood(self, items: Iterable[Item]) -> Remembered:
        return remembered(items, self.at, health=self.offers_diary)

    def _put(self, items: Iterable[Item]) -> bool:
        self._name_voice()
        self.store.put(items, self.at)
        return True

    def _name_voice(self) -> None:
        """Before anything of a recognised voice: the household, once wiped, leaves none behind."""
        if self.recognised:
            self.store.put([Item(self.household, f"{VOICE}{self.who}", {})], self.at)

    def _merge(self, changes: Mapping[str, Any]) -> bool:
        for _ in range(TRIES):
            items = self.store.read(self.who) if self._items is None else self._items
            self._items = None
            found = [item for item in items if item.what == SETTINGS]
            old = found[0] if found else Item(self.who, SETTINGS, {}, version=0)
            value = unusual({**old.value, **changes})
            if value == old.value:
                return True
            self._name_voice()
            if self.store.swap(old._replace(value=value, version=old.version + 1)):
                return True
        raise OSError("the settings were changed by others again and again")

    def _wipe(self, what: str, person: str) -> bool:
        items = self.store.read(self.who)
        self.store.remove(self.who, [i.what for i in items if is_meant(i, what, person)])
        if what == "scores":
            self.store.put(without_scores(items, person), self.at)
        if what in ("everything", "health"):
            self._unshare()
        if what == "everything" and self.recognised:
            self.store.remove(self.household, [f"{VOICE}{self.who}"])
        return True

    def _unshare(self) -> bool:
        items = self.store.read(self.household)
        shared = [item for item in items if item.what.startswith(SHARED)]
        mine = [item.what for item in shared if item.value.get("who") == self.who]
        self.store.remove(self.household, mine)
        return True

    def _of_household(self, name: str) -> Remembered | None:
        shared = [i for i in self.store.read(self.household) if i.what == f"{SHARED}{name}"]
        if not shared:
            return None
        found = self._understood(self.store.read(str(shared[0].value.get("who"))))
        return found if self.offers_diary and found.settings.diary is True else None

    def _attempt(self, what: str, call: Callable[[], T]) -> T | None:
        """What a call of the store returns; None, and a line in the log, when it failed."""
        if self._failed or self.patience <= 0:
            return None
        began = time.monotonic()
        outcome: list[T] = []
        failure: list[Exception] = []

        def run() -> None:
            try:
                outcome.append(call())
            except Exception as error:  # noqa: BLE001 - whatever it is must not cost the answer
                failure.append(error)

        # A thread, since a hanging disk or network has no other end.
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(self.patience)
        self.patience -= time.monotonic() - began
        if outcome:
            return outcome[0]
        self._failed = True
        LOG.warning("memory: %s failed: %s", what, _reason(failure))
        return None


def _reason(failure: list[Exception]) -> str:
    """Why a call failed, by the kind of error that lies beneath: its text might hold anything."""
    if not failure:
        return "too slow"
    return type(failure[0].__cause__ or failure[0]).__name__


def listener(configuration: Configuration, user: str, voice: str | None, at: float) -> Listener:
    """The memory of whoever speaks: of a recognised voice its own, else of the household."""
    household = hashed(configuration.secret, user)
    who = hashed(configuration.secret, user, voice) if voice else household
    return Listener(
        configuration.store,
        who,
        household,
        at,
        configuration.offers_diary,
        configuration.patience,
    )
