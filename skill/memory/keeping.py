"""What one listener's memory means in items: settings, entries, check-ups, and what is shared.

Entries are only ever added, each under a key of its own, so two devices lose nothing of each
other's. Settings are one item, merged by a write on condition that nobody else wrote meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from skill.diary import HEALTH, KEPT_DAYS, Checkup, Entry, Remembered, Settings
from skill.memory import CALL_SECONDS, Configuration, Item, Store

LOG = logging.getLogger("back_coach")

SETTINGS = "settings"
ENTRY = "entry#"
CHECKUP = "checkup#"
OPEN = "open#"  # a check-up that broke off, or is going on
SHARED = "shared#"  # in the household: who shares a diary under a name
VOICE = "voice#"  # in the household: recognised voices that have a memory of their own
TRIES = 8  # of a conditional write, with other devices in between
KEPT_SECONDS = KEPT_DAYS * 86_400

T = TypeVar("T")


def hashed(secret: bytes, kind: str, id_: str) -> str:
    """What stands for a user or voice in the store: a keyed hash, which names nobody."""
    return hmac.new(secret, f"{kind}:{id_}".encode(), hashlib.sha256).hexdigest()


@dataclass
class Listener:
    """The memory of one listener during one turn, which `skill.diary.Memory` describes.

    `at` is the time of the turn in seconds since the epoch. All calls of a turn share two seconds;
    once they are used up, or the store has failed, it is not asked again in this turn.
    """

    store: Store
    who: str
    household: str
    at: float
    offers_diary: bool = False
    patience: float = CALL_SECONDS
    _remembered: Remembered | None = None
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
            items = self._attempt("recall", lambda: self.store.read(self.who))
            self._remembered = None if items is None else remembered(items, self.at)
        return self._remembered

    def keep(self, *entries: Entry) -> bool:
        """Keep entries, health only with a diary. Whether it worked."""
        if not entries or (any(e.kind in HEALTH for e in entries) and not self._keeps_diary()):
            return False
        items = [self._item(_entry_name(entry), _plain(entry)) for entry in entries]
        done = self._attempt("keep", lambda: self._put([*items, *self._voice()]))
        if done and self._remembered:
            known = self._remembered
            self._remembered = replace(known, entries=(*known.entries, *entries))
        return bool(done)

    def settle(self, **settings: Any) -> bool:
        """Change settings, by the names of `Settings`. Whether it worked."""
        done = self._attempt("settle", lambda: self._merge(settings))
        if done and self._remembered:
            known = self._remembered
            self._remembered = replace(known, settings=replace(known.settings, **settings))
        return bool(done)

    def save(self, person: str, checkup: Checkup) -> bool:
        """Keep the check-up of a person in place of an older one. Whether it worked."""
        if not self._keeps_diary():
            return False
        name = f"{CHECKUP if checkup.finished else OPEN}{person}"
        item = self._item(name, _plain(checkup))
        return bool(self._attempt("save", lambda: self._put([item])))

    def forget(self, what: str, person: str = "self") -> bool:
        """Wipe what is meant (`FORGETTABLE`), wherever it is kept. Whether it worked."""
        done = self._attempt("forget", lambda: self._wipe(what, person))
        self._remembered = None
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

    def _voice(self) -> list[Item]:
        """Under which key a recognised voice is kept, so that the household can be wiped whole."""
        return [Item(self.household, f"{VOICE}{self.who}", {})] if self.recognised else []

    def _put(self, items: Iterable[Item]) -> bool:
        self.store.put(items)
        return True

    def _merge(self, changes: Mapping[str, Any]) -> bool:
        for _ in range(TRIES):
            found = [item for item in self.store.read(self.who) if item.what == SETTINGS]
            old = found[0] if found else Item(self.who, SETTINGS, {}, version=0)
            new = replace(old, value={**old.value, **changes}, version=old.version + 1)
            if self.store.swap(new):
                self.store.put(self._voice())
                return True
        raise OSError("the settings were changed by others again and again")

    def _wipe(self, what: str, person: str) -> bool:
        items = self.store.read(self.who)
        self.store.remove(self.who, [i.what for i in items if _is_meant(i, what, person)])
        if what in ("everything", "health"):
            self._unshare()
        if what == "everything" and self.recognised:
            self.store.remove(self.household, [f"{VOICE}{self.who}"])
        return True

    def _unshare(self) -> bool:
        items = self.store.read(self.household)
        mine = [i.what for i in items if i.what.startswith(SHARED) and i.value["who"] == self.who]
        self.store.remove(self.household, mine)
        return True

    def _of_household(self, name: str) -> Remembered | None:
        shared = [i for i in self.store.read(self.household) if i.what == f"{SHARED}{name}"]
        if not shared:
            return None
        found = remembered(self.store.read(str(shared[0].value["who"])), self.at)
        return found if found.settings.diary else None

    def _attempt(self, what: str, call: Callable[[], T]) -> T | None:
        """What a call of the store returns; None, and a line in the log, when it failed."""
        if self._failed or self.patience <= 0:
            return None
        began = time.monotonic()
        outcome: list[T] = []
        failure: list[BaseException] = []

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
        reason = type(failure[0]).__name__ if failure else "too slow"
        LOG.warning("memory: %s failed: %s", what, reason)
        return None


def listener(configuration: Configuration, user: str, voice: str | None, at: float) -> Listener:
    """The memory of whoever speaks: of a recognised voice its own, else of the household."""
    household = hashed(configuration.secret, "user", user)
    who = hashed(configuration.secret, "voice", voice) if voice else household
    return Listener(configuration.store, who, household, at, configuration.offers_diary)


def forget_household(configuration: Configuration, user: str) -> None:
    """Wipe all that was ever kept for a user, and for the voices of that home. Raises OSError."""
    store, household = configuration.store, hashed(configuration.secret, "user", user)
    items = store.read(household)
    for voice in [i.what.removeprefix(VOICE) for i in items if i.what.startswith(VOICE)]:
        store.remove(voice, [item.what for item in store.read(voice)])
    store.remove(household, [item.what for item in items])


def purge_expired(store: Store, at: float) -> int:
    """Wipe what has expired, for stores that do not do so themselves. How many items went."""
    expired: dict[str, list[str]] = {}
    for item in store.everything():
        if item.expires is not None and item.expires <= at:
            expired.setdefault(item.who, []).append(item.what)
    for who, whats in expired.items():
        store.remove(who, whats)
    return sum(map(len, expired.values()))


# --- Items <-> what is remembered ---------------------------------------------------------------


def remembered(items: Iterable[Item], at: float) -> Remembered:
    """What the items of one listener say, without what has expired or cannot be read."""
    live = [item for item in items if item.expires is None or item.expires > at]
    settings = [_read(Settings, item.value) for item in live if item.what == SETTINGS]
    entries = [_read(Entry, item.value) for item in live if item.what.startswith(ENTRY)]
    return Remembered(
        settings=next(filter(None, settings), Settings()),
        entries=tuple(sorted(filter(None, entries), key=lambda entry: entry.at)),
        checkups=_checkups(live, CHECKUP),
        open=_checkups(live, OPEN),
    )


def _checkups(items: Iterable[Item], kind: str) -> dict[str, Checkup]:
    named = [(i.what.removeprefix(kind), i.value) for i in items if i.what.startswith(kind)]
    found = {name: _read(Checkup, value) for name, value in named}
    return {name: checkup for name, checkup in found.items() if checkup}


def _read(kind: type[T], value: Mapping[str, Any]) -> T | None:
    """A value as its kind: what a newer version added is left out, what is missing has a default.

    None when even so it makes no sense: one spoilt item must not hide the others.
    """
    names = {field_.name for field_ in fields(kind)}  # type: ignore[arg-type]
    known = {name: _tuples(part) for name, part in value.items() if name in names}
    try:
        return kind(**known)
    except TypeError:
        return None


def _tuples(part: Any) -> Any:
    return tuple(part) if isinstance(part, list) else part


def _plain(value: Any) -> dict[str, Any]:
    """A dataclass as JSON data, without what is as usual."""
    return {name: part for name, part in asdict(value).items() if part not in (None, (), [])}


def _entry_name(entry: Entry) -> str:
    """A key that sorts by time and is nobody else's."""
    return f"{ENTRY}{entry.at:017.3f}#{secrets.token_hex(8)}"


def _is_meant(item: Item, what: str, person: str) -> bool:
    if item.what.startswith((SHARED, VOICE)):
        return False  # about others of the household
    if what == "everything":
        return True
    if what == "health":
        return item.what.startswith((CHECKUP, OPEN)) or item.value.get("kind") in HEALTH
    about = item.value.get("person", "self")
    if item.what.startswith(ENTRY) and about == person:
        return what == "person" or item.value.get("kind") == "score"
    return what == "person" and item.what in (f"{CHECKUP}{person}", f"{OPEN}{person}")
