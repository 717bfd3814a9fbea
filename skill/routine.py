"""PURE A guided exercise or routine: who may do it, its doses, its cues in time, and the place.

A dose at a pace expands to a timeline of cues with start times in seconds. Everything else is
derived from it: what is spoken and how long the pauses are, how many are left, how long it all
takes, and where an interruption fell (from the time that went by, since a speaker never tells how
far it got).

Times are planned slots, not measured speech: a cue lasts as long as its slot, and the words for
it must fit (a test over every locale says so). Doses, routines and gates: `content/exercises.toml`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Literal, NamedTuple

from skill import triage
from skill.content.exercises import Exercise, Gate, Routine, exercises
from skill.content.triage import Level
from skill.triage import NOTHING

Side = Literal["left", "right"]
SIDES: tuple[Side, ...] = ("right", "left")

MOST_SILENCE_SECONDS = 180.0
"""Bounds the silence of one reply. Sources differ on what a device plays: lower it here if a
device test says so, and longer work is spread over more turns."""

LONGEST_REPLY_SECONDS = 240.0
COUNT_SECONDS = 1.0
COUNTED_SINGLY = 10  # seconds; a longer hold is counted by fives, or it would never stop talking
LONG_COUNT_SECONDS = 5.0
DONE_SECONDS = 2.5  # "That's three." and a breath before the next one
TURN_OVER_SECONDS = 10.0  # onto the other side
SETTLE_SECONDS = 10.0  # hearing what comes next and getting into place
ASSUMED_SEVERITY = 5  # K5: severity not known
ASSUMED_WEEKS = 40  # G10: weeks not known counts as late
WORSE_BY = 2  # points above the start end a routine: clinical basis (d)
SORE_DAYS = 2  # too sore on so many days: dropped, clinical basis (d)
DAYS_A_STEP = 2  # good days before a dose rises: "add 1 or 2 every few days" (C-18)
MOST_SECONDS_A_STEP = 60  # a timed exercise gets a minute longer
FEWEST_ITEMS = 2  # fewer are no routine
MOST_OF_IT = 0.5  # of what was done, and of a routine: then it was that routine


# --- What is known, and where somebody is -------------------------------------------------------


class Dose(NamedTuple):
    """How much: repetitions (on each side, if it has sides) and seconds of each hold."""

    repetitions: int
    hold: int


class Done(NamedTuple):
    """One exercise on one day (an ordinal number), and whether it had to be stopped for pain."""

    exercise: str
    day: int
    sore: bool = False


class Past(NamedTuple):
    """What earlier days tell: exercises done, and for how many days the back has been settled.

    `level` is that of an urgent or emergency verdict that nobody has looked into yet (L8).
    """

    done: tuple[Done, ...] = ()
    settled_days: int = 0
    level: Level | None = None


NO_PAST = Past()


class Place(NamedTuple):
    """Where somebody is in an exercise, and when its counting began to be spoken.

    `repetition` and `side` are the next to be counted, from 1. `began` and `since` (when it was
    interrupted) are seconds since the epoch on the device's clock; `began` is None while nothing
    is being counted. `reps` and `hold` are the dose; `first` is the side to begin with.
    """

    exercise: str
    reps: int
    hold: int
    pace: str = "normal"
    versions: tuple[str, ...] = ()
    first: Side = SIDES[0]
    repetition: int = 1
    side: Side | None = None
    began: float | None = None
    since: float | None = None
    paused: bool = False
    sore: bool = False  # has said once that it hurts

    @property
    def dose(self) -> Dose:
        """The dose under way."""
        return Dose(self.reps, self.hold)

    @property
    def gentle(self) -> bool:
        """Whether this is the easier version."""
        return "gentle" in self.versions

    @property
    def untouched(self) -> bool:
        """Whether nothing of it has been counted yet."""
        return (self.repetition, self.side) == (1, restarted(self).side)


class Cue(NamedTuple):
    """One thing to say at a time: `at` and `lasts` in seconds, from the start of the counting."""

    name: str
    at: float
    lasts: float
    repetition: int
    side: Side | None = None
    number: int | None = None  # the second of a hold being counted, or how many are done


class Allowed(NamedTuple):
    """What the gates leave: exercises in the order they are offered, and why others are not.

    `versions` are those in which alone an exercise is left, `gates` the ids of all that were met,
    `assumed` those of them that only what is not known meets; `past` is what the doses follow from.
    """

    exercises: tuple[str, ...]
    forbidden_by: Mapping[str, str] = NOTHING
    versions: Mapping[str, tuple[str, ...]] = NOTHING
    repetitions: int | None = None
    gates: tuple[str, ...] = ()
    past: Past = NO_PAST
    assumed: frozenset[str] = frozenset()

    @property
    def gentle(self) -> frozenset[str]:
        """The exercises that are left in the easier version only."""
        return frozenset(name for name, versions in self.versions.items() if "gentle" in versions)


class Item(NamedTuple):
    """One exercise of a plan, and what is wished for.

    Seconds (if timed) and repetitions are kept to the caps; `side` is the one to begin with.
    """

    exercise: str
    version: str | None = None
    seconds: int | None = None
    repetitions: int | None = None
    side: Side | None = None


class Plan(NamedTuple):
    """What is being done: the items in order, and which of them it is at, from 0.

    `goal` is the id of the routine, None for a single exercise. `severity` is the pain at its
    start, 0 to 10, where it was known.
    """

    goal: str | None
    items: tuple[Item, ...]
    number: int = 0
    severity: int | None = None
    position: str | None = None  # that was wished for


# --- Who may do what ----------------------------------------------------------------------------


def allowed(known: triage.Known, past: Past = NO_PAST) -> Allowed:
    """The exercises that every gate leaves (G1 to G15), each other one with the gate it met.

    What is not known is taken at its worst: pain of five, the first day, late in pregnancy, and
    not being sure for a yes. An exercise that was too sore on two days meets `sore`.
    """
    levels = {triage.so_far(known).level, past.level}
    surely, cautious = _surely(known), _cautious(known)
    met = [gate for gate in exercises().gates if _meets(gate, levels, cautious, past)]
    sure = [gate for gate in met if _surely_meets(gate, levels, surely, past)]
    met = [*sure, *(gate for gate in met if gate not in sure)]  # the reason is what is known
    forbidden: dict[str, str] = {}
    for gate in met:
        for exercise in _shut_by(gate):
            forbidden.setdefault(exercise, gate.id)
    forbidden |= _nothing_left(met) | dict.fromkeys(too_sore(past), "sore") | forbidden
    return Allowed(
        exercises=tuple(name for name in exercises().order if name not in forbidden),
        forbidden_by=forbidden,
        versions={name: _versions(met, name) for gate in met for name in gate.versions},
        repetitions=min((gate.repetitions for gate in met if gate.repetitions), default=None),
        gates=tuple(gate.id for gate in met),
        past=past,
        assumed=frozenset(gate.id for gate in met if gate not in sure),
    )


def _shut_by(gate: Gate) -> Iterable[str]:
    if gate.only is None:
        return gate.forbid
    return (*gate.forbid, *(name for name in exercises().order if name not in gate.only))


def _cautious(known: triage.Known) -> triage.Known:
    return _surely(known)._replace(
        severity=ASSUMED_SEVERITY if known.severity is None else known.severity,
        days=0 if known.days is None else known.days,
        weeks=ASSUMED_WEEKS if known.weeks is None else known.weeks,
    )


def _surely(known: triage.Known) -> triage.Known:
    return known._replace(
        answers={name: answer is not False for name, answer in known.answers.items()},
    )


def _meets(gate: Gate, levels: set[Level | None], known: triage.Known, past: Past) -> bool:
    unknown = any(getattr(known, value) is None for value in gate.unknown)
    return unknown or _surely_meets(gate, levels, known, past)


def _surely_meets(gate: Gate, levels: set[Level | None], known: triage.Known, past: Past) -> bool:
    if (gate.level and gate.level in levels) or past.settled_days < gate.until_settled:
        return True
    return triage.any_holds(gate.when, known)


def _versions(met: Iterable[Gate], name: str) -> tuple[str, ...]:
    wanted = {gate.versions[name] for gate in met if name in gate.versions}
    return _in_order(name, wanted)


def _in_order(name: str, wanted: Iterable[str | None]) -> tuple[str, ...]:
    """The versions in the order in which they have the word."""
    found = set(wanted)
    return tuple(version for version in exercises().exercises[name].versions if version in found)


def _nothing_left(met: list[Gate]) -> dict[str, str]:
    """Exercises of which the versions together leave no movement, by the last gate to take some."""
    gone: dict[str, str] = {}
    for gate in met:
        for name in gate.versions:
            exercise = exercises().exercises[name]
            if len(exercise.phases) > 1 >= len(_phases(exercise, _versions(met, name))):
                gone[name] = gate.id
    return gone


def _phases(exercise: Exercise, versions: Iterable[str]) -> tuple[str, ...]:
    without = {phase for version in versions for phase in exercise.versions[version].without}
    return tuple(phase for phase in exercise.phases if phase not in without)


def too_sore(past: Past) -> tuple[str, ...]:
    """The exercises that had to be stopped for pain on two days."""
    days: dict[str, set[int]] = {}
    for done in past.done:
        if done.sore:
            days.setdefault(done.exercise, set()).add(done.day)
    return tuple(name for name, sore in days.items() if len(sore) >= SORE_DAYS)


# --- How much -----------------------------------------------------------------------------------


def dose(name: str, past: Past = NO_PAST) -> Dose:
    """The dose of an exercise after what was done so far, never above its cap.

    It begins at the first dose. After every two good days it rises by a step: a repetition, and
    next time the hold; a timed exercise by a minute. A sore day begins again.
    """
    exercise = exercises().exercises[name]
    steps = _good_days(name, past) // DAYS_A_STEP
    if exercise.timed:
        return Dose(1, min(exercise.longest, exercise.hold + steps * MOST_SECONDS_A_STEP))
    longer = 1 if exercise.longest <= COUNTED_SINGLY else int(LONG_COUNT_SECONDS)
    return Dose(
        min(exercise.most, exercise.repetitions + (steps + 1) // 2),
        min(exercise.longest, exercise.hold + steps // 2 * longer),
    )


def _good_days(name: str, past: Past) -> int:
    days = {done.day for done in past.done if done.exercise == name}
    sore = {done.day for done in past.done if done.exercise == name and done.sore}
    return len([day for day in days if day > max(sore, default=-1)])


def is_few_to_be_sure(name: str, may: Allowed) -> bool:
    """Whether an exercise is capped only because something is not known."""
    exercise = exercises().exercises[name]
    capping = {gate.id for gate in exercises().gates if gate.repetitions} & {*may.gates}
    return (
        not exercise.timed
        and capping <= may.assumed
        and (may.repetitions or exercise.repetitions) < exercise.repetitions
    )


def begin(
    name: str,
    may: Allowed,
    *,
    gentle: bool = False,
    pace: str = "normal",
    item: Item | None = None,
) -> Place:
    """The start of an exercise, at the dose that fits what was done so far and the gates leave.

    What `item` wishes for is granted as far as the caps go.
    """
    exercise = exercises().exercises[name]
    item = item or Item(name)
    wanted = {*may.versions.get(name, ()), item.version, "gentle" if gentle else None}
    versions = _in_order(name, wanted)
    plain = _of_versions(exercise, versions, dose(name, may.past))
    much = _timed(exercise, plain, item) if exercise.timed else _counted(exercise, plain, may, item)
    first = item.side or SIDES[0]
    return restarted(Place(name, much.repetitions, much.hold, pace, versions, first=first))


def _of_versions(exercise: Exercise, versions: Iterable[str], usual: Dose) -> Dose:
    """The dose of the first version that has one of its own; the usual one otherwise."""
    for version in (exercise.versions[name] for name in versions):
        if version.repetitions:
            return Dose(version.repetitions, min(version.hold or usual.hold, usual.hold))
    return usual


def _counted(exercise: Exercise, plain: Dose, may: Allowed, item: Item) -> Dose:
    most = exercise.most if plain.repetitions >= exercise.repetitions else exercise.repetitions
    reps = min(item.repetitions or plain.repetitions, most, may.repetitions or most)
    return Dose(max(1, reps), plain.hold)


def _timed(exercise: Exercise, plain: Dose, item: Item) -> Dose:
    wish = min(item.seconds or plain.hold, exercise.longest)
    cycles = max(1, int(wish // exercise.cycle))
    return Dose(1, int(cycles * exercise.cycle))


def restarted(place: Place) -> Place:
    """The same exercise from its first repetition."""
    first = place.first if exercises().exercises[place.exercise].sides else None
    return place._replace(repetition=1, side=first, began=None, since=None)


# --- Routines -----------------------------------------------------------------------------------


def plan(goal: str, may: Allowed) -> Plan:
    """A routine with the items that the gates leave; those that are shut are left out."""
    items = []
    for item in exercises().routines[goal].items:
        for name in (item.exercise, item.instead):
            if name in may.exercises:
                version = item.version if name == item.exercise else None
                items.append(Item(name, version, item.seconds))
                break
    return Plan(goal, tuple(items))


def left_out(goal: str, may: Allowed) -> tuple[str, ...]:
    """The exercises of a routine that are shut, without those another one stands in for."""
    return tuple(
        item.exercise
        for item in exercises().routines[goal].items
        if item.exercise not in may.exercises and item.instead not in may.exercises
    )


def is_whole(goal: str, may: Allowed) -> bool:
    """Whether enough of a routine is left to be worth the name: half of it, and two items."""
    items = len(plan(goal, may).items)
    return items >= FEWEST_ITEMS and 2 * items >= len(exercises().routines[goal].items)


def suiting(known: triage.Known, may: Allowed) -> str | None:
    """The routine for a person who asked for none by name; None when no routine is left."""
    cautious = _cautious(known)
    for routine in exercises().routines.values():
        if triage.any_holds(routine.suits, cautious):
            return routine.id if is_whole(routine.id, may) else None
    return None


def done_last(past: Past) -> tuple[str, ...]:
    """The exercises of the last day on which any were done, in that order; none that hurt."""
    done = [one for one in past.done if not one.sore]
    last = max((one.day for one in done), default=None)
    return tuple(dict.fromkeys(one.exercise for one in done if one.day == last))


def of(names: Collection[str]) -> str | None:
    """The routine that these exercises are most of; None where they are of none."""

    def shared(routine: Routine) -> float:
        own = {item.exercise for item in routine.items}
        return len(own & set(names)) / len(own | set(names))

    best = max(exercises().routines.values(), key=shared)
    return best.id if len(names) >= FEWEST_ITEMS and shared(best) > MOST_OF_IT else None


def nearest(seconds: float, known: triage.Known, may: Allowed) -> str | None:
    """The routine whose length comes nearest, of those that suit by more than their name.

    One made for a condition is for those who have it.
    """
    cautious = _cautious(known)
    fitting = [
        routine.id
        for routine in exercises().routines.values()
        if routine.suits
        and is_whole(routine.id, may)
        and all(not case.all or triage.holds(case, cautious) for case in routine.suits)
    ]
    return min(fitting, key=lambda goal: abs(total(plan(goal, may), may) - seconds), default=None)


def places(plan_: Plan, may: Allowed, pace: str = "normal") -> list[Place]:
    """The start of every item of a plan from the one it is at, in order."""
    return [begin(item.exercise, may, pace=pace, item=item) for item in plan_.items[plan_.number :]]


def total(plan_: Plan, may: Allowed, pace: str = "normal") -> float:
    """How many seconds the rest of a plan takes: the counting, and getting into each place."""
    return sum(SETTLE_SECONDS + seconds(place) for place in places(plan_, may, pace))


# --- The timeline -------------------------------------------------------------------------------


def timeline(place: Place) -> tuple[Cue, ...]:
    """All cues from the place to the end of the dose, the first at 0 seconds.

    Whoever begins on the second side has turned over already.
    """
    exercise = exercises().exercises[place.exercise]
    cues: list[Cue] = []
    at = 0.0
    for repetition, side in _remaining(exercise, place):
        for name, lasts, number in _slots(exercise, place, repetition, side):
            if name == "turn_over" and not cues:
                continue
            cues.append(Cue(name, at, lasts, repetition, side, number))
            at += lasts
    return tuple(cues)


Slot = tuple[str, float, int | None]
"""A cue's name, its seconds, and what it counts."""


def _slots(exercise: Exercise, place: Place, repetition: int, side: Side | None) -> Iterator[Slot]:
    """One repetition, from the first phase to its count."""
    if exercise.timed:
        for phase, lasts in zip(exercise.phases, exercise.seconds_each, strict=True):
            yield phase, lasts, repetition if phase == "done" else None
        return
    if exercise.sides == "sets" and repetition == 1 and side != place.first:
        yield "turn_over", TURN_OVER_SECONDS, None
    for phase in _phases(exercise, place.versions):
        if phase == "hold":
            yield from _hold(place.hold)
        else:
            yield phase, float(exercises().seconds_a_phase[place.pace]), None
    yield "done", DONE_SECONDS, repetition


def _hold(seconds_: int) -> Iterator[Slot]:
    """A hold as a count: every second, or in a long one every five ("hold", "five", "ten")."""
    if seconds_ <= COUNTED_SINGLY:
        for number in range(1, seconds_ + 1):
            yield "hold" if number == 1 else "count", COUNT_SECONDS, number
        return
    step = int(LONG_COUNT_SECONDS)
    for passed in range(0, seconds_, step):
        lasts = float(min(step, seconds_ - passed))
        yield ("count", lasts, passed) if passed else ("long_hold", lasts, None)


def repetitions(place: Place) -> int:
    """How many repetitions the whole exercise has; rounds by the clock, where it is timed."""
    exercise = exercises().exercises[place.exercise]
    return int(place.hold // exercise.cycle) if exercise.timed else place.reps


def sides(place: Place) -> tuple[Side | None, ...]:
    """The sides in the order they are done; one None for an exercise without sides."""
    if not exercises().exercises[place.exercise].sides:
        return (None,)
    return (place.first, next(side for side in SIDES if side != place.first))


def _remaining(exercise: Exercise, place: Place) -> list[tuple[int, Side | None]]:
    """Every repetition still to come, with its side, in order."""
    every = range(1, repetitions(place) + 1)
    if exercise.sides == "sets":
        order = [(repetition, side) for side in sides(place) for repetition in every]
    else:
        order = [(repetition, side) for repetition in every for side in sides(place)]
    here = (place.repetition, place.side)
    return order[order.index(here) :] if here in order else []


def one_reply(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """The cues that fit into one reply: whole repetitions, within the bounds on a reply.

    One repetition is always given whole, however long it holds. Turning over takes a sore back its
    time, so nothing is counted after it in the same reply.
    """
    limit = min(MOST_SILENCE_SECONDS, LONGEST_REPLY_SECONDS)
    cues = tuple(takewhile(lambda cue: cue.name != "turn_over", cues))
    fitting = tuple(takewhile(lambda cue: cue.at + cue.lasts <= limit, cues))
    if len(fitting) == len(cues):
        return cues
    cut = cues[len(fitting)]
    whole = tuple(c for c in fitting if (c.repetition, c.side) != (cut.repetition, cut.side))
    first = (cues[0].repetition, cues[0].side)
    return whole or tuple(c for c in cues if (c.repetition, c.side) == first)


def at(place: Place, seconds: float) -> Place | None:
    """The place after `seconds` of counting; None when all of it had been counted by then.

    A repetition whose count had begun to be spoken is done; any other is counted from its start.
    """
    for cue in timeline(place):
        if cue.name != "done" and seconds < cue.at + cue.lasts:
            return place._replace(repetition=cue.repetition, side=cue.side, began=None)
    return None


def after(place: Place, spoken: tuple[Cue, ...]) -> Place | None:
    """The place when these cues have been spoken to their end; None when that was the last."""
    left = timeline(place)[len(spoken) :]
    if not left:
        return None
    return place._replace(repetition=left[0].repetition, side=left[0].side, began=None)


def left(place: Place) -> int:
    """How many repetitions are still to come: both sides counted as one, or of this side's set."""
    exercise = exercises().exercises[place.exercise]
    remaining = _remaining(exercise, place)
    if exercise.sides == "sets":
        remaining = [here for here in remaining if here[1] == place.side]
    return len({repetition for repetition, _ in remaining})


def counted(place: Place) -> dict[Side | None, int]:
    """How many repetitions have been done on each side."""
    remaining = _remaining(exercises().exercises[place.exercise], place)
    return {
        side: repetitions(place) - sum(here == side for _, here in remaining)
        for side in sides(place)
    }


def seconds(place: Place) -> float:
    """How long the rest of the counting takes."""
    cues = timeline(place)
    return cues[-1].at + cues[-1].lasts if cues else 0.0


def worse(severity: int | None, plan_: Plan | None) -> bool:
    """Whether the pain is two points above what it was at the start: that ends a routine."""
    if severity is None or plan_ is None or plan_.severity is None:
        return False
    return severity >= plan_.severity + WORSE_BY
