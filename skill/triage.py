"""PURE What is known of one person -> how urgent it is, why, and what to ask next.

The rules are data (`content/triage.toml`); this module gives them their one fixed meaning:

- Every rule is looked at, and the highest level of all that match wins. Nothing is subtracted.
- A finding that was said outright and one that follows from others count the same.
- Not sure never ranks below no. A rule that relaxes another needs to be sure: what it excludes
  may be neither there nor unsure.
- An age known only as a band ("over fifty-five") meets every raising bound that it might meet.

No words, no clock, no platform. Source of the rules: `../content/triage.toml`, entry by entry.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, Self, TypeVar

from skill.content.triage import (
    LEVELS,
    VALUES,
    Bounds,
    Case,
    Level,
    Rule,
    Step,
    UnknownRule,
    triage,
)

T = TypeVar("T")

Answer = bool | Literal["unknown"]
"""What is known of one finding: there, not there, or asked and not sure. Left out: not asked."""

UNKNOWN: Literal["unknown"] = "unknown"

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What a record holds where it would hold a dict: records share it, so nobody may change it."""

ADULT = (16, 55)
"""The ages, in years, that a person is taken to have until something else is said (K5)."""

AGE_ENDS = ("under_sixteen", "over_fifty_five")
"""The bands of age that are asked about, in the order they are read out."""

LOWEST: Level = LEVELS[0]

_NUMBERS = frozenset(VALUES)

_ASKED_IN_ORDER: tuple[Level, ...] = ("self_care", "routine")
"""The levels at which every step is asked; above, only what could still change the level."""

_EXTREMES: Mapping[str, tuple[int, ...]] = {
    "age": (5, 90),
    "severity": (10,),
    "days": (0, 400),
    "weeks": (30,),
}
"""Values that stand for "whatever the answer may be" when asking whether a question matters."""


class _Known(NamedTuple):
    answers: Mapping[str, Answer] = NOTHING
    severity: int | None = None
    days: int | None = None
    age: tuple[int, int] | None = None
    weeks: int | None = None
    unsure: tuple[str, ...] = ()
    yes_to: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()


class Known(_Known):
    """What is known of one person. It never changes; `_replace` makes another one.

    `answers` holds findings (true, false or "unknown"; left out: not asked), what exercises ask
    about besides, and "unknown" under the name of a value that was asked for in vain. `severity`
    is 0 to 10, `days` since it began, `age` in years from and to, `weeks` of pregnancy. `unsure`
    are findings to be asked once more, singly. `yes_to` are findings that got one yes together,
    and it is not known yet which of them it is. `scored` are findings that pain scores tell, and
    nobody said.
    """

    def with_answers(self, answers: Mapping[str, Answer]) -> Self:
        """The same, with these answers in place of older ones."""
        return type(self)({**self.answers, **answers}, *self[1:])


class Verdict(NamedTuple):
    """How urgent, and the ids of the rules that say so (none: nothing speaks against home care)."""

    level: Level
    because: tuple[str, ...]


class Question(NamedTuple):
    """The next thing to ask: the step it belongs to, the form of its answer, what it is about."""

    step: str
    form: Literal["yes_no", "which", "value"]
    about: tuple[str, ...]


def _once(function: Callable[[Known], T]) -> Callable[[Known], T]:
    """A function of what is known, worked out once for each `Known` and kept in it.

    A turn asks for the same verdict half a dozen times.
    """
    name = function.__name__

    @wraps(function)
    def kept(known: Known) -> T:
        try:
            found: T = known.__dict__[name]
        except KeyError:
            found = known.__dict__[name] = function(known)
        return found

    return kept


@_once
def assess(known: Known) -> Verdict:
    """How urgent it would be to leave it at this: what was not asked counts as not known (K1)."""
    return _verdict(known, unfinished=True)


@_once
def so_far(known: Known) -> Verdict:
    """How urgent what was said is, while questions are still to come."""
    return _verdict(known, unfinished=False)


@_once
def next_question(known: Known) -> Question | None:
    """The next question whose answer can matter, or None when the verdict stands.

    Below urgent every step is asked in order. From urgent on, only what could still change the
    level (section c of the clinical basis: "ask only what could lift it").
    """
    if known.yes_to:
        return Question("which", "which", known.yes_to)
    level = so_far(known).level
    for finding in known.unsure:
        if finding not in triage().findings or _matters(known, finding, level):
            return Question("unsure", "yes_no", (finding,))
    settled = _settled(known)
    for step in _by_need().steps.holding(_signs(known)):
        if not settled.issuperset(step.about):
            about = _worth_asking(known, [n for n in step.about if n not in settled], level)
            if about:
                return Question(step.id, _form(about), about)
    return None


def _settled(known: Known) -> set[str]:
    """The findings and values that no step has to ask about any more."""
    settled = {*known.answers, *_signs(known).ranges}
    if is_open(known, "age"):
        settled.remove("age")
    return settled


def _worth_asking(known: Known, open_: list[str], level: Level) -> tuple[str, ...]:
    """Those of the open findings and values that can still matter."""
    if level in _ASKED_IN_ORDER and _relaxing().isdisjoint(open_):
        return tuple(open_)
    return tuple([name for name in open_ if _matters(known, name, level)])


def is_open(known: Known, name: str) -> bool:
    """Whether a finding or value has not been settled yet. An age band still wants the age."""
    if name in known.answers:
        return False
    if name == "age":
        return known.age is None or (known.age != ADULT and known.age[0] != known.age[1])
    return name not in VALUES or getattr(known, name) is None


@cache
def danger_signs() -> frozenset[str]:
    """What the two danger bundles, T1 and T2, ask about: again at every visit (L7)."""
    return frozenset(n for step in triage().steps if step.id in ("T1", "T2") for n in step.about)


@cache
def emergencies_alone() -> frozenset[str]:
    """The findings each of which is an emergency by itself, unless another explains it."""
    return frozenset(
        case.all[0]
        for rule in triage().rules.values()
        if rule.level == "emergency"
        for case in rule.when
        if len(case.all) == 1 and not case.bounds
    )


def is_name(person: str) -> bool:
    """Whether somebody is called by their own first name, `Anna`, rather than `mother`."""
    return person[:1].isupper()


def begun(known: Known) -> bool:
    """Whether a check-up of this person is under way: some core sign was asked or told."""
    return any(name in known.answers for name in core())


def implied(kind: str, word: str) -> tuple[str, ...]:
    """The findings that a stated `trigger` or `area` brings with it."""
    return triage().implied[kind].get(word, ())


def new_person(person: str) -> Known:
    """What is known of somebody before anything was said: what is out of the question for them."""
    return Known(dict.fromkeys(triage().ruled_out.get(person, ()), False))


@cache
def core() -> tuple[str, ...]:
    """The nine findings without which nobody is reassured (K1)."""
    return tuple(finding.id for finding in triage().findings.values() if finding.core)


def folded(findings: Iterable[str]) -> tuple[str, ...]:
    """Those of `findings` that are not spoken and answered as part of another one of them."""
    about, parents = tuple(findings), _parents()
    return tuple([name for name in about if name not in parents or parents[name] not in about])


@cache
def _parents() -> Mapping[str, str]:
    known = triage().findings.values()
    return {finding.id: finding.folded_into for finding in known if finding.folded_into}


def items(findings: Iterable[str]) -> tuple[str, ...]:
    """What is read out of `findings`, in that order: the age as the two bands that matter.

    "The third one" is the third of these.
    """
    spoken = folded(findings)
    if "age" not in spoken:
        return spoken
    at = spoken.index("age")
    return (*spoken[:at], *AGE_ENDS, *spoken[at + 1 :])


def rules_of(verdict: Verdict) -> tuple[Rule | UnknownRule, ...]:
    """The rules behind a verdict, in the order they were found."""
    every = _every_rule()
    return tuple(every[rule] for rule in verdict.because)


@cache
def _every_rule() -> Mapping[str, Rule | UnknownRule]:
    return {**triage().rules, **{rule.id: rule for rule in triage().unknowns}}


def known_from_json(data: Any) -> Known:
    """What one JSON object says is known. Raises `ValueError` with a one-line reason.

    `{"findings": {id: true, false or "unknown"}, "age", "severity", "days", "weeks", "person"}`,
    all of them optional; numbers as in `Known`.
    """
    if not isinstance(data, Mapping):
        raise ValueError("expected a JSON object")
    allowed = ("findings", "person", *VALUES)
    for key in data:
        if key not in allowed:
            raise ValueError(f"{key!r} is not known; use {', '.join(allowed)}")
    if not isinstance(data.get("person", ""), str):
        raise ValueError('`person` should be a name such as "self" or "mother"')
    findings = data.get("findings", {})
    if not isinstance(findings, Mapping):
        raise ValueError("`findings` should be an object of finding ids")
    for finding, answer in findings.items():
        if finding not in triage().findings:
            raise ValueError(f"finding {finding!r} is not known")
        if not (isinstance(answer, bool) or answer == UNKNOWN):
            raise ValueError(f'finding {finding!r} should be true, false or "unknown"')
    age = _whole_number(data, "age", 130)
    ruled_out = new_person(data.get("person", "")).answers
    return Known(
        answers={**ruled_out, **findings},
        severity=_whole_number(data, "severity", 10),
        days=_whole_number(data, "days", 40_000),
        age=None if age is None else (age, age),
        weeks=_whole_number(data, "weeks", 45),
    )


def _whole_number(data: Mapping[str, Any], key: str, most: int) -> int | None:
    number = data.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise ValueError(f"`{key}` should be a whole number from 0 to {most}")
    return number


def _verdict(known: Known, *, unfinished: bool) -> Verdict:
    signs = _signs(known)
    found: list[Rule | UnknownRule] = [
        rule for rule in _by_need().rules.holding(signs) if not _relaxed(rule, signs)
    ]
    if unfinished or signs.in_doubt:
        found += _in_doubt(known, unfinished=unfinished)
    if known.yes_to:
        found += _which_of(known)
    level = LOWEST
    because: list[str] = []
    for rule in found:
        if LEVELS.index(rule.level) > LEVELS.index(level):
            level, because = rule.level, []
        if rule.level == level:
            because.append(rule.id)
    return Verdict(level, tuple(dict.fromkeys(because)))


_Bound = tuple[str, int, int]
"""A value, from and to."""

_Need = str | _Bound | None
"""What a case is found by: a finding or else a bound that it cannot hold without; None: nothing."""


class _Signs(NamedTuple):
    """What is there of a person, and what was asked about in vain, with all that follows from it.

    `ranges` are the numbers that are known, each from and to; `bounds` are those that they may
    meet, of the bounds that cases are found by.
    """

    there: set[str]
    in_doubt: set[str]
    ranges: Mapping[str, tuple[int, int]]
    bounds: list[_Bound]


@_once
def _signs(known: Known) -> _Signs:
    answers = known.answers
    there: set[str] = set()
    in_doubt: set[str] = set()
    for name, answer in answers.items():
        if answer is not False:
            (there if answer is True else in_doubt).add(name)
    ranges = _ranges(known)
    signs = _Signs(there, in_doubt, ranges, _bounds_met(ranges))
    there.update(_by_need().derived.holding(signs))
    for value in _NUMBERS & in_doubt:
        in_doubt |= _following_from(value).difference(answers, there)
    return signs


def _ranges(known: Known) -> Mapping[str, tuple[int, int]]:
    """From and to of the age, and of what is known of severity, days and weeks."""
    ranges = {"age": known.age or ADULT}
    if known.severity is not None:
        ranges["severity"] = (known.severity, known.severity)
    if known.days is not None:
        ranges["days"] = (known.days, known.days)
    if known.weeks is not None:
        ranges["weeks"] = (known.weeks, known.weeks)
    return ranges


def _bounds_met(ranges: Mapping[str, tuple[int, int]]) -> list[_Bound]:
    met = []
    for bound in _by_need().bounds:
        value, least, most = bound
        if value in ranges:
            low, high = ranges[value]
            if low <= most and high >= least:
                met.append(bound)
    return met


@cache
def _following_from(value: str) -> frozenset[str]:
    """The findings that may follow from an age, severity, days or weeks."""
    derived = triage().derived.items()
    return frozenset(name for name, cases in derived if any(value in case.bounds for case in cases))


class _ByNeed(Generic[T]):
    """Things with their cases, found by what a case needs: a turn costs no more for all the others.

    What has no case needs nothing.
    """

    def __init__(self, things: Iterable[tuple[T, Iterable[Case]]]) -> None:
        """Take each thing with its cases, any of which will do, in order."""
        self._needing: dict[_Need, list[tuple[int, T, Case | None]]] = {}
        every = [(thing, case) for thing, cases in things for case in cases or (None,)]
        for number, (thing, case) in enumerate(every):
            self._needing.setdefault(_need(case), []).append((number, thing, _more_of(case)))
        self.bounds = [need for need in self._needing if isinstance(need, tuple)]

    def holding(self, signs: _Signs) -> list[T]:
        """The things of which a case holds, in their order; once for each such case."""
        reached = [*self._needing.get(None, ())]
        for need in (*signs.there, *signs.bounds):
            if need in self._needing:
                reached += self._needing[need]
        reached.sort()  # by their numbers: no two have the same
        holding = []
        for _, thing, case in reached:
            if case is None or _holds(case, signs):
                holding.append(thing)
        return holding


def _need(case: Case | None) -> _Need:
    if case is None:
        return None
    if case.all:
        return case.all[0]
    value, bounds = next(iter(case.bounds.items()))
    return (value, *bounds)


def _more_of(case: Case | None) -> Case | None:
    """The case where it takes more than what it needs."""
    if case is None or (len(case.all) + len(case.bounds) == 1 and not case.none):
        return None
    return case


class _Knowledge(NamedTuple):
    """What triage knows, found by need; `bounds` are all those that any case needs."""

    rules: _ByNeed[Rule]
    derived: _ByNeed[str]
    steps: _ByNeed[Step]
    bounds: tuple[_Bound, ...]


@cache
def _by_need() -> _Knowledge:
    known = triage()
    rules = _ByNeed((rule, rule.when) for rule in known.rules.values())
    derived = _ByNeed(known.derived.items())
    steps = _ByNeed((step, step.when) for step in known.steps)
    bounds = dict.fromkeys([*rules.bounds, *derived.bounds, *steps.bounds])
    return _Knowledge(rules, derived, steps, tuple(bounds))


def _relaxed(rule: Rule, signs: _Signs) -> bool:
    """Whether the rule that relaxes this one surely applies."""
    if rule.unless is None:
        return False
    return _any_holds(triage().rules[rule.unless].when, signs, surely=True)


def _in_doubt(known: Known, *, unfinished: bool) -> list[UnknownRule]:
    """The rules on what is not known: asked about in vain or, where that counts, not at all."""
    there, in_doubt, *_ = _signs(known)
    return [
        rule
        for rule in triage().unknowns
        if not in_doubt.isdisjoint(rule.unknown)
        or (unfinished and rule.not_asked and set(rule.unknown).difference(known.answers, there))
        if not rule.accompanied or not there.isdisjoint(rule.accompanied)
    ]


def _which_of(known: Known) -> list[Rule | UnknownRule]:
    """What one yes to several findings is worth, while it is not known which of them it is.

    The most that any could be, where a core sign is among them (P4: they share one verdict);
    otherwise the least, since nothing is claimed yet.
    """
    cleared = known._replace(yes_to=())
    names = [name for name in known.yes_to if name not in VALUES]
    verdicts = [so_far(cleared.with_answers({name: True})) for name in names]
    pick = max if set(names) & set(core()) else min
    level = pick((verdict.level for verdict in verdicts), key=LEVELS.index)
    return [rule for found in verdicts if found.level == level for rule in rules_of(found)]


def _any_holds(cases: Iterable[Case], signs: _Signs, *, surely: bool = False) -> bool:
    for case in cases:  # noqa: SIM110 - a plain loop: many gates are looked at in a turn
        if _holds(case, signs, surely=surely):
            return True
    return False


def _holds(case: Case, signs: _Signs, *, surely: bool = False) -> bool:
    """Whether a case holds for what is there; `surely`, whatever is in doubt."""
    if not signs.there.issuperset(case.all):
        return False
    if case.none and not signs.there.isdisjoint(case.none):
        return False
    if surely and not signs.in_doubt.isdisjoint(case.none):
        return False
    for value, bounds in case.bounds.items():
        if not _within(signs.ranges.get(value), bounds, surely=surely):
            return False
    return True


def _within(range_: tuple[int, int] | None, bounds: Bounds, *, surely: bool) -> bool:
    if range_ is None:
        return False
    low, high = range_
    if surely:
        return bounds.low <= low and high <= bounds.high
    return low <= bounds.high and high >= bounds.low


def holds(case: Case, known: Known) -> bool:
    """Whether a case holds for what is known, with all that follows from it."""
    return _holds(case, _signs(known))


def any_holds(cases: Iterable[Case], known: Known) -> bool:
    """Whether any of several cases holds."""
    return _any_holds(cases, _signs(known))


def by_advice(verdict: Verdict) -> list[Rule | UnknownRule]:
    """The rules behind a verdict, the one whose advice must not be missed first."""
    order = triage().advice_order
    return sorted(rules_of(verdict), key=lambda rule: order.index(rule.advice))


def said_as(known: Known, finding: str) -> tuple[str, ...]:
    """The findings that were said, for one that may only follow from them; itself otherwise."""
    if known.answers.get(finding) is True:
        return (finding,)
    cases = triage().derived.get(finding, ())
    return next((case.all for case in cases if case.all and holds(case, known)), (finding,))


def _form(about: tuple[str, ...]) -> Literal["yes_no", "value"]:
    return "value" if _NUMBERS.issuperset(about) else "yes_no"


def _matters(known: Known, name: str, level: Level) -> bool:
    """Whether an answer about `name` could still change the level, or is asked in any case."""
    if level in _ASKED_IN_ORDER and name not in _relaxing():
        return True
    return any(so_far(answered).level != level for answered in _if_answered(known, name))


def _if_answered(known: Known, name: str) -> list[Known]:
    if name == "age":
        return [known._replace(age=(years, years)) for years in _EXTREMES["age"]]
    if name in VALUES:
        return [known._replace(**_value(name, value)) for value in _EXTREMES[name]]
    return [known.with_answers({name: True})]


def _value(name: str, value: int) -> dict[str, Any]:
    return {name: value}


@cache
def _relaxing() -> frozenset[str]:
    """The findings that can only ever lower a level: no rule is raised by them alone."""
    rules = triage().rules
    named = {rule.unless for rule in rules.values() if rule.unless}
    raising = {
        name
        for rule in rules.values()
        if rule.id not in named
        for case in rule.when
        if len(case.all) == 1
        for name in case.all
    }
    relaxed = {name for rule_id in named for case in rules[rule_id].when for name in case.all}
    relaxed |= {name for rule in rules.values() for case in rule.when for name in case.none}
    return frozenset(relaxed - raising - set(triage().derived))
