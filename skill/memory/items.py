"""Items <-> what is remembered: settings, entries, check-ups, and who belongs to a household.

Under a listener's hash stand one item of settings, an item for every entry, and for each person
one for the last check-up, and one for that which broke off or is going on. A household has two more
kinds: the voices that have a memory of their own, and who shares a diary under which name. A local
speaker keeps its reminders and timers there too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from skill.content.exercises import PACES
from skill.content.triage import LEVELS
from skill.diary import HEALTH, Checkup, Entry, Kind, Remembered, Settings, tells_health
from skill.memory import Item
from skill.triage import is_name

SETTINGS = "settings"
ENTRY = "entry#"
CHECKUP = "checkup#"
OPEN = "open#"
SHARED = "shared#"
VOICE = "voice#"
ALARMS = "alarms#"
USE = frozenset(get_args(Kind)) - HEALTH
"""The kinds of entry that are kept without a diary."""

HIGHEST_SCORE = 10
LATEST = 1e12

T = TypeVar("T")


def entry_name(entry: Entry) -> str:
    """A key that sorts by time and is nobody else's."""
    return f"{ENTRY}{entry.at:017.3f}#{secrets.token_hex(8)}"


def plain(value: Any) -> dict[str, Any]:
    """A record as JSON data, without what is as usual."""
    return {name: part for name, part in value._asdict().items() if part not in (None, (), [])}


def unusual(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that are as they begin; what a newer version added stays."""
    begin = Settings()._asdict()
    return {n: part for n, part in settings.items() if n not in begin or _tuple(part) != begin[n]}


def is_meant(item: Item, what: str, person: str) -> bool:
    """Whether an item is to be forgotten: `what` is one of `skill.diary.FORGETTABLE`."""
    if item.what.startswith((SHARED, VOICE, ALARMS)):
        return False  # about others of the household, or the device's, which is asked itself
    if what == "everything":
        return True
    if what == "health":
        return _is_health(item)
    about = item.value.get("person", "self")
    if item.what.startswith(ENTRY) and about == person:
        return what == "person" or item.value.get("kind") == "score"
    return what == "person" and item.what in (f"{CHECKUP}{person}", f"{OPEN}{person}")


def without_scores(items: Iterable[Item], person: str) -> list[Item]:
    """The check-ups of a person as they are without the pain score that was given in them."""
    meant = (item for item in items if item.what in (f"{CHECKUP}{person}", f"{OPEN}{person}"))
    return [item._replace(value=_without_score(item.value)) for item in meant]


def _without_score(checkup: Mapping[str, Any]) -> dict[str, Any]:
    known = checkup.get("known")
    plain_known = known if isinstance(known, Mapping) else {}
    return {**checkup, "known": {n: part for n, part in plain_known.items() if n != "severity"}}


def _is_health(item: Item) -> bool:
    """Whether an item is about health, or names somebody; an entry that does not say so is."""
    named = is_name(str(item.value.get("person", "")))
    return item.what.startswith((CHECKUP, OPEN)) or (
        item.what.startswith(ENTRY) and (named or item.value.get("kind") not in USE)
    )


def remembered(items: Iterable[Item], at: float, *, health: bool) -> Remembered:
    """What the items of one listener say, without what has expired or makes no sense.

    Health is left out without a diary: `health` says whether one may be kept here at all.
    """
    live = [item for item in items if item.expires is None or item.expires > at]
    settings = next((_settings(item.value) for item in live if item.what == SETTINGS), Settings())
    entries = [_entry(item.value) for item in live if item.what.startswith(ENTRY)]
    diary = health and settings.diary is True
    seen = (entry for entry in entries if entry and (diary or not tells_health(entry)))
    return Remembered(
        settings=settings,
        entries=tuple(sorted(seen, key=lambda entry: entry.at)),
        checkups=_checkups(live, CHECKUP) if diary else {},
        open=_checkups(live, OPEN) if diary else {},
    )


def _checkups(items: Iterable[Item], kind: str) -> dict[str, Checkup]:
    named = [(i.what.removeprefix(kind), i.value) for i in items if i.what.startswith(kind)]
    found = {name: _whole(Checkup, value) for name, value in named}
    return {name: checkup for name, checkup in found.items() if checkup}


# --- What makes sense ---------------------------------------------------------------------------

# What a newer version added is left out, what is missing is as usual. A setting that makes no
# sense is as if never set; an entry or a check-up that makes none is hidden, and hides no other.


def _settings(value: Mapping[str, Any]) -> Settings:
    fitting = _fitting(Settings, value)
    if fitting.get("pace") not in PACES:
        fitting.pop("pace", None)
    return Settings(**fitting)


def _entry(value: Mapping[str, Any]) -> Entry | None:
    entry = _whole(Entry, value)
    return entry if entry and _VALUE.get(entry.kind, _is_text)(entry.value) else None


def _whole(kind: type[T], value: Mapping[str, Any]) -> T | None:
    """A value as its kind; None where something is missing, or is not what it should be."""
    fitting = _fitting(kind, value)
    if any(name in value and name not in fitting for name in _FIELDS[kind]):
        return None
    try:
        return kind(**fitting)
    except TypeError:
        return None


def _fitting(kind: type[Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a kind that a value has something fitting for."""
    found = {name: _tuple(value[name]) for name in _FIELDS[kind] if name in value}
    return {name: part for name, part in found.items() if _FIELDS[kind][name](part)}


def _check(type_: Any) -> Callable[[Any], bool]:
    """What tells whether JSON data is of a type, for the few types there are in what is kept."""
    whole, parts = get_origin(type_), get_args(type_)
    if type_ is Any:
        return lambda _: True
    if whole is Literal:
        return parts.__contains__
    if whole is UnionType:
        checks = [_check(part) for part in parts]
        return lambda part: any(check(part) for check in checks)
    if whole is tuple:
        each = _check(parts[0])
        return lambda part: isinstance(part, tuple) and all(map(each, part))
    if type_ is float:  # a moment, in seconds since the epoch
        return lambda part: isinstance(part, (int, float)) and 0 <= part < LATEST
    return lambda part: isinstance(part, whole or type_)


def _tuple(part: Any) -> Any:
    return tuple(part) if isinstance(part, list) else part


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_FIELDS: Mapping[type[Any], Mapping[str, Callable[[Any], bool]]] = {
    kind: {name: _check(type_) for name, type_ in get_type_hints(kind).items()}
    for kind in (Settings, Entry, Checkup)
}
_VALUE: Mapping[str, Callable[[Any], bool]] = {
    "score": range(HIGHEST_SCORE + 1).__contains__,
    "verdict": LEVELS.__contains__,
    "taken_back": _check(float),
    "seen": lambda _: True,
}
