"""The guided exercises, routines and gates, read from `exercises.toml` and checked once."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from skill.content.reading import Entry, read
from skill.content.triage import CONDITIONS_FILE, LEVELS, VALUES, Case, cases, triage

FILE = CONDITIONS_FILE
POSITIONS = ("standing", "in_bed", "lying_down")
"""What somebody may wish to be in for an exercise; for a chair there is a routine."""

USUAL = "usual"
"""Whatever was done the last time, where a routine may be named."""

PACES = ("slower", "normal", "faster")

Sides = Literal["", "turns", "sets"]
"""No sides; right and left by turns; or all of one side before the other."""

SIDES: tuple[Sides, ...] = ("", "turns", "sets")


class Version(NamedTuple):
    """Another way to do an exercise: a dose of its own (0: the usual one), phases left out."""

    repetitions: int
    hold: int
    without: tuple[str, ...]
    position: str | None


class Exercise(NamedTuple):
    """One guided exercise, as in `exercises.toml`.

    `hold` and `longest` are seconds: of one hold, or of the whole where it is `timed`.
    `seconds_each` are those of the phases of a timed exercise. `versions` are in the order in
    which they have the word.
    """

    id: str
    source: tuple[str, ...]
    position: str
    loads: tuple[str, ...]
    areas: tuple[str, ...]
    phases: tuple[str, ...]
    seconds_each: tuple[float, ...]
    sides: Sides
    timed: bool
    repetitions: int
    hold: int
    most: int
    longest: int
    versions: Mapping[str, Version]

    @property
    def cycle(self) -> float:
        """How many seconds once through the phases takes, by the clock; 0 where it is counted."""
        return sum(self.seconds_each)


class Gate(NamedTuple):
    """Who may not do what: `only` these are left, `forbid` these are gone.

    `versions` names the version in which alone an exercise is left. `until_settled` is a number
    of days; `unknown` are values ("age") that are not known.
    """

    id: str
    level: str | None
    when: tuple[Case, ...]
    until_settled: int
    unknown: tuple[str, ...]
    only: tuple[str, ...] | None
    forbid: tuple[str, ...]
    versions: Mapping[str, str]
    repetitions: int | None


class RoutineItem(NamedTuple):
    """One exercise of a routine, or `instead` where that is shut; `seconds` if timed."""

    exercise: str
    instead: str | None
    version: str | None
    seconds: int | None


class Routine(NamedTuple):
    """A routine: its items in order, and for whom it is chosen when nobody asked by name.

    `made_for` is the condition that somebody has who asks for it by name, if that tells one.
    """

    id: str
    made_for: str | None
    suits: tuple[Case, ...]
    items: tuple[RoutineItem, ...]


class Exercises(NamedTuple):
    """All of `exercises.toml`. `positions` are those of exercises that a wish for one will do."""

    exercises: Mapping[str, Exercise]
    routines: Mapping[str, Routine]
    order: tuple[str, ...]
    positions: Mapping[str, tuple[str, ...]]
    gates: tuple[Gate, ...]
    seconds_a_phase: Mapping[str, int]
    safety_check: tuple[str, ...]
    profile: tuple[str, ...]


@cache
def exercises() -> Exercises:
    """The exercises and gates, loaded and checked once. Raises `ContentError` when wrong."""
    return read_exercises(read(FILE))


def read_exercises(data: Mapping[str, Any]) -> Exercises:
    """The checked exercises in `data`. Raises `ContentError` when they are wrong."""
    entry = Entry(FILE, "the whole file", data)
    found = {one.id: one for one in map(_exercise, _tables(entry, "exercise"))}
    conditions = {_condition(table) for table in _tables(entry, "condition")}
    names = frozenset(triage().findings) | conditions
    check = Entry(FILE, "safety_check", entry.take("safety_check", dict))
    paces = Entry(FILE, "seconds_a_phase", entry.take("seconds_a_phase", dict))
    wishes = Entry(FILE, "positions", entry.take("positions", dict))
    taken = _positions(found.values())
    routines = [_routine(table, names, found) for table in _tables(entry, "routine")]
    result = Exercises(
        exercises=found,
        routines={routine.id: routine for routine in routines},
        order=entry.names("order", found),
        positions={name: wishes.names(name, taken) for name in POSITIONS},
        gates=tuple(_gate(table, names, found) for table in _tables(entry, "gate")),
        seconds_a_phase={pace: paces.take(pace, int) for pace in PACES},
        safety_check=check.names("about", names),
        profile=check.names("profile", names),
    )
    for part in (paces, wishes, check, entry):
        part.done()
    if sorted(result.order) != sorted(found):
        entry.refuse("`order` should name every exercise once")
    return result


def _positions(found: Iterable[Exercise]) -> frozenset[str]:
    """Every position that an exercise or a version of one is done in."""
    versions = (version.position for one in found for version in one.versions.values())
    return frozenset(filter(None, (*(one.position for one in found), *versions)))


def _tables(entry: Entry, kind: str) -> list[Any]:
    """The tables of a kind, no two of one id."""
    tables = entry.take(kind, list)
    ids = [Entry(FILE, kind, table).take("id", str) for table in tables]
    for id_ in ids:
        if ids.count(id_) > 1:
            Entry(FILE, f"{kind} {id_}", {}).refuse("there are two of this id")
    return tables


def _exercise(table: Any) -> Exercise:
    entry = Entry(FILE, f"exercise {table.get('id', '?')}", table)
    timed = "seconds" in table
    each = tuple(float(seconds) for seconds in entry.take("seconds_each", list, []))
    sides = entry.take("sides", str, "")
    phases = entry.names("phases")
    exercise = Exercise(
        id=entry.take("id", str),
        source=entry.source(),
        position=entry.take("position", str),
        loads=entry.names("loads"),
        areas=entry.names("areas"),
        phases=phases,
        seconds_each=each,
        sides=next((known for known in SIDES if known == sides), ""),
        timed=timed,
        repetitions=1 if timed else entry.take("repetitions", int),
        hold=entry.take("seconds", int) if timed else entry.take("hold", int, 0),
        most=1 if timed else entry.take("most", int),
        longest=entry.take("most_seconds", int) if timed else entry.take("longest", int, 0),
        versions={
            name: _version(entry, name, version, phases)
            for name, version in entry.take("versions", dict, {}).items()
        },
    )
    entry.done()
    if exercise.sides != sides:
        entry.refuse(f"`sides` is {sides!r}; use {' or '.join(filter(None, SIDES))}")
    if exercise.repetitions > exercise.most or exercise.hold > exercise.longest:
        entry.refuse("the first dose is above its own cap")
    for name, version in exercise.versions.items():
        if version.repetitions > exercise.most or version.hold > exercise.longest:
            entry.refuse(f"the dose of its version {name} is above its cap")
    if len(each) != (len(phases) if timed else 0):
        entry.refuse("a timed exercise, and no other, says `seconds_each` of its phases")
    return exercise


def _version(exercise: Entry, name: str, table: Any, phases: tuple[str, ...]) -> Version:
    entry = Entry(FILE, f"{exercise.name}, version {name}", table)
    version = Version(
        repetitions=entry.take("repetitions", int, 0),
        hold=entry.take("hold", int, 0),
        without=entry.names("without", phases),
        position=entry.take("position", str) if "position" in table else None,
    )
    entry.done()
    return version


def _routine(table: Any, names: frozenset[str], known: Mapping[str, Exercise]) -> Routine:
    entry = Entry(FILE, f"routine {table.get('id', '?')}", table)
    entry.source()
    routine = Routine(
        id=entry.take("id", str),
        made_for=entry.one_of("made_for", names) if "made_for" in table else None,
        suits=_suits(entry, names),
        items=tuple(_item(entry, item, known) for item in entry.take("items", list)),
    )
    entry.done()
    return routine


def _suits(entry: Entry, names: frozenset[str]) -> tuple[Case, ...]:
    when = entry.take("suits", list, [])
    return cases(Entry(FILE, f"{entry.name}, suits", {"when": when}), names)


def _item(routine: Entry, table: Any, known: Mapping[str, Exercise]) -> RoutineItem:
    entry = Entry(FILE, f"{routine.name}, item {table.get('exercise', '?')}", table)
    exercise = entry.one_of("exercise", known)
    item = RoutineItem(
        exercise=exercise,
        instead=entry.one_of("or", known) if "or" in table else None,
        version=entry.one_of("version", known[exercise].versions) if "version" in table else None,
        seconds=entry.take("seconds", int) if "seconds" in table else None,
    )
    entry.done()
    if item.seconds and not known[exercise].timed:
        entry.refuse("only a timed exercise is given `seconds`")
    return item


def _condition(table: Any) -> str:
    entry = Entry(FILE, f"condition {table.get('id', '?')}", table)
    name = entry.take("id", str)
    entry.source()
    entry.done()
    return name


def _gate(table: Any, names: frozenset[str], known: Mapping[str, Exercise]) -> Gate:
    entry = Entry(FILE, f"gate {table.get('id', '?')}", table)
    entry.source()
    gate = Gate(
        id=entry.take("id", str),
        level=entry.one_of("level", LEVELS) if "level" in table else None,
        when=cases(entry, names),
        until_settled=entry.take("until_settled", int, 0),
        unknown=entry.names("unknown", VALUES),
        only=entry.names("only", known) if "only" in table else None,
        forbid=entry.names("forbid", known),
        versions=entry.take("versions", dict, {}),
        repetitions=entry.take("repetitions", int, 0) or None,
    )
    entry.done()
    if not (gate.when or gate.level or gate.until_settled or gate.unknown):
        entry.refuse("it never applies: say `when`, `level`, `until_settled` or `unknown`")
    if gate.only is None and not gate.forbid and not gate.versions:
        entry.refuse("it changes nothing: say `only`, `forbid` or `versions`")
    for exercise, version in gate.versions.items():
        if exercise not in known or version not in known[exercise].versions:
            entry.refuse(f"`versions` names {exercise} {version!r}, which is not known")
    return gate
