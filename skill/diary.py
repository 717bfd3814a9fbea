"""PURE What is remembered between visits, and what it says about how the back is doing.

Two kinds of memory. *Use*: settings and exercises done, kept by default. *Health*: pain scores,
verdicts, what was stopped for pain and the check-up under way, kept only by somebody who said yes.
What they mean over days is section (h) of the clinical basis (L1 to L11).

Days are ordinal numbers of local dates, moments are seconds since the epoch. Who keeps all this,
and where, is behind `Memory`.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise, takewhile
from typing import Any, Literal, NamedTuple, Protocol

from skill.content.triage import LEVELS, Level
from skill.routine import Done, Past
from skill.triage import NOTHING, is_name

KEPT_DAYS = 90
STICKY_SECONDS = 72 * 3600  # L8: an urgent verdict is asked about for three days
SAME_CHECKUP_SECONDS = 24 * 3600  # L7: later than that, the danger signs are asked again
TWO_WEEKS = 14  # days, L1
SILENT_DAYS = 7  # L9: no word for so long is not taken for good news
CLEARLY = 2  # points up or down that count as a change (L3, L4)
JUMP = 3  # points above the day before (L3)
SETTLED_SCORE = 3  # G15: at most so much pain on a settled day

Kind = Literal["exercise", "score", "verdict", "taken_back", "seen", "sore"]
HEALTH: frozenset[str] = frozenset({"score", "verdict", "taken_back", "seen", "sore"})
"""The kinds of entry that only a diary holds."""

Points = tuple[tuple[int, int], ...]
"""Pain scores as (day, score), one a day, in order."""

MUST_BE_SEEN: frozenset[Level] = frozenset({"urgent", "emergency"})
"""The verdicts that are asked about at the next visit (L8)."""

FORGETTABLE = ("everything", "scores", "person", "health")
"""What somebody may want forgotten: scores, and all there is of a person, are one person's."""


class Entry(NamedTuple):
    """One thing that happened: an exercise done or sore, a pain score, a verdict, having been seen.

    `value` is the exercise's id, the score from 0 to 10, the verdict's level, or the moment from
    which on verdicts are taken back; `person` is whose back it is; `because` are the rules of a
    verdict; `began` is the day that the trouble began.
    """

    kind: Kind
    day: int
    at: float
    value: Any = None
    person: str = "self"
    because: tuple[str, ...] = ()
    began: int | None = None


def tells_health(entry: Entry) -> bool:
    """Whether only a diary may hold an entry: it is of health, or names somebody."""
    return entry.kind in HEALTH or is_name(entry.person)


class Settings(NamedTuple):
    """What is known about how somebody uses the coach; nothing of it is about health.

    `diary` is their answer to whether a diary may be kept, None while nobody has asked. `left` is
    the place in an exercise that was left, as session data. `zone` is the device's time zone.
    """

    welcomed: bool = False
    pace: str = "normal"
    explained: tuple[str, ...] = ()
    diary: bool | None = None
    left: Mapping[str, Any] | None = None
    zone: str | None = None


class Checkup(NamedTuple):
    """A check-up of one person: what was known, as session data, and when."""

    known: Mapping[str, Any]
    at: float
    day: int
    finished: bool


class Remembered(NamedTuple):
    """All that is remembered of one listener. Entries are in the order in which they happened.

    `checkups` are the last finished ones, by person; `open` those that broke off since.
    """

    settings: Settings = Settings()
    entries: tuple[Entry, ...] = ()
    checkups: Mapping[str, Checkup] = NOTHING
    open: Mapping[str, Checkup] = NOTHING

    def of(self, person: str, *kinds: str) -> tuple[Entry, ...]:
        """The entries about one person, of these kinds (none: of all)."""
        return tuple(
            entry
            for entry in self.entries
            if entry.person == person and (not kinds or entry.kind in kinds)
        )


class Memory(Protocol):
    """What outlives a session, for one listener. Nothing of it raises: a store may be down."""

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""

    @property
    def offers_diary(self) -> bool:
        """Whether this household may keep a diary at all."""

    @property
    def recognised(self) -> bool:
        """Whether the voice is known to be one person's."""

    def recall(self) -> Remembered | None:
        """What is remembered; None when it cannot be looked up now."""

    def keep(self, *entries: Entry) -> bool:
        """Keep entries, health only with a diary. Whether it worked."""

    def settle(self, **settings: Any) -> bool:
        """Change settings, by the names of `Settings`. Whether it worked."""

    def save(self, person: str, checkup: Checkup) -> bool:
        """Keep the check-up of a person in place of an older one. Whether it worked."""

    def forget(self, what: str, person: str = "self") -> bool:
        """Wipe what is meant (`FORGETTABLE`), wherever it is kept. Whether it worked."""

    def share(self, name: str) -> bool:
        """Let the household ask about this listener by a name. Whether it worked."""

    def unshare(self) -> bool:
        """Let nobody ask about this listener any longer. Whether it worked."""

    def shared_as(self, name: str) -> Remembered | None:
        """What somebody of the household shares under a name; None when nobody does."""


class NothingKept:
    """The memory of a host that keeps nothing."""

    keeps = False
    offers_diary = False
    recognised = False

    def recall(self) -> Remembered:
        """Nothing."""
        return Remembered()

    def keep(self, *_entries: Entry) -> bool:
        """Nothing is kept."""
        return False

    def settle(self, **_settings: Any) -> bool:
        """Nothing is kept."""
        return False

    def save(self, _person: str, _checkup: Checkup) -> bool:
        """Nothing is kept."""
        return False

    def forget(self, _what: str, _person: str = "self") -> bool:
        """There is nothing to forget, so it is gone."""
        return True

    def share(self, _name: str) -> bool:
        """There is nothing to share."""
        return False

    def unshare(self) -> bool:
        """Nothing was ever shared."""
        return True

    def shared_as(self, _name: str) -> None:
        """Nobody shares anything."""


NOTHING_KEPT: Memory = NothingKept()


# --- What it says -------------------------------------------------------------------------------


def scores(entries: Iterable[Entry], person: str) -> Points:
    """The pain scores of a person as (day, score), the last of each day, in order."""
    by_day = {e.day: int(e.value) for e in entries if e.kind == "score" and e.person == person}
    return tuple(sorted(by_day.items()))


def this_time(points: Points) -> Points:
    """The scores of the present trouble: those after the last pain-free fortnight (L5)."""
    begin = 0
    free: int | None = None
    for number, (day, score) in enumerate(points):
        if score == 0:
            free = day if free is None else free
            continue
        if free is not None and day - free >= TWO_WEEKS:
            begin = number
        free = None
    return points[begin:]


def change(points: Points) -> Literal["better", "worse", "same"] | None:
    """Whether the pain is getting better or worse (L3, L4); None before there are two days."""
    points = this_time(points)
    if len(points) < len(("first", "last")):
        return None
    (_, first), (day, last) = points[0], points[-1]
    before_day, before = points[-2]
    yesterday = before_day == day - 1
    if yesterday and last - before >= JUMP:
        return "worse"
    if yesterday and min(last, before) - first >= CLEARLY:
        return "worse"
    if first - last >= CLEARLY or 0 < first <= (first - last) * 3:
        return "better"
    return "same"


def recurred(points: Points, today: int) -> bool:
    """Whether a pain today comes back after a pain-free fortnight (L5).

    The third episode in a year is only known from the person's own answer: what is older than 90
    days is kept nowhere.
    """
    return any(score for _, score in _before((*points, (today, 1))))


def _before(points: Points) -> Points:
    """The scores of before the present trouble, up to the last pain-free day."""
    return points[: len(points) - len(this_time(points))]


def _heard_while_well(points: Points) -> bool:
    """Whether no silent week lies in the pain-free time before the present trouble.

    Silence is not taken for recovery (L9): after it the days go on being counted as they were.
    """
    free = takewhile(lambda point: point[1] == 0, reversed(_before(points)))
    days = [this_time(points)[0][0], *(day for day, _ in free)]
    return all(later - earlier < SILENT_DAYS for later, earlier in pairwise(days))


def began(entries: Iterable[Entry], person: str) -> int | None:
    """The day on which the present trouble began, where somebody said it (L10)."""
    said = tuple(entries)
    points = scores(said, person)
    before = _before(points)
    well = before[-1][0] if before and _heard_while_well(points) else 0
    days = [e.began for e in said if e.person == person and e.began is not None]
    return next((day for day in reversed(days) if day > well), None)


def unseen(entries: Iterable[Entry], person: str, at: float) -> Entry | None:
    """The most urgent verdict of the last 72 hours that nobody has looked into (L8).

    Only being seen settles it: a milder verdict at a later visit does not. What was misheard, and
    taken back in the same visit, was never there (K7). None where there is no such verdict.
    """
    found: list[Entry] = []
    for entry in (entry for entry in entries if entry.person == person):
        if entry.kind == "seen":
            found = []
        elif entry.kind == "taken_back":
            found = [one for one in found if not entry.value <= one.at < entry.at]
        elif entry.kind == "verdict" and entry.value in MUST_BE_SEEN:
            found.append(entry)
    recent = (one for one in found if at - one.at <= STICKY_SECONDS)
    return max(recent, key=lambda one: (LEVELS.index(one.value), one.at), default=None)


def settled_days(points: Points, today: int) -> int:
    """For how many days on end, up to yesterday at least, the score was three or less (G15)."""
    days = {day for day, score in points if score <= SETTLED_SCORE}
    sore = {day for day, score in points if score > SETTLED_SCORE}
    last = today if today in days else today - 1
    count = 0
    while last - count in days and today not in sore:
        count += 1
    return count


def past(remembered: Remembered, person: str, today: int, at: float) -> Past:
    """What earlier days say about exercises: done, sore, settled, and a verdict not looked into."""
    done = [
        Done(str(e.value), e.day, sore=e.kind == "sore")
        for e in remembered.of(person, "exercise", "sore")
    ]
    verdict = unseen(remembered.entries, person, at)
    level: Level | None = verdict.value if verdict else None
    points = scores(remembered.entries, person)
    return Past(tuple(done), settled_days(points, today), level)


def silent(points: Points, today: int) -> bool:
    """Whether nothing has been heard for a week, which is not taken for good news (L9)."""
    return bool(points) and today - points[-1][0] >= SILENT_DAYS
