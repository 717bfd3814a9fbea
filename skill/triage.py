"""PURE What is known of one person -> how urgent it is, why, and what to ask next.

The rules are data (`content/triage.toml`); this module gives them their one fixed meaning:

- Every rule is looked at, and the highest level of all that match wins. Nothing is subtracted.
- A finding that was said outright and one that follows from others count the same.
- Not sure never ranks below no. A rule that relaxes another needs to be sure: what it excludes
  may be neither there nor unsure.
- An age known only as a band ("over fifty-five") meets every raising bound that it might meet.

No words, no clock, no platform. Source of the rules: `../content/triage.toml`, entry by entry.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
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
_Names = set[str] | frozenset[str]

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

    def range_of(self, value: str) -> tuple[int, int] | None:
        """From and to of an age, severity, days or weeks; None when it is not known."""
        if value == "age":
            return self.age or ADULT
        number = getattr(self, value)
        return None if number is None else (number, number)

    def with_answers(self, answers: Mapping[str, Answer]) -> Self:
        """The same, with these answers in place of older ones."""
        return self._replace(answers={**self.answers, **answers})


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


def higher(one: Level, other: Level) -> bool:
    """Whether `one` is more urgent than `other`."""
    return LEVELS.index(one) > LEVELS.index(other)


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
    for step in _by_need().steps.reached_by(_there(known)):
        about = _worth_asking(known, step, level)
        if about and (not step.when or any_holds(step.when, known)):
            return Question(step.id, _form(about), about)
    return None


def _worth_asking(known: Known, step: Step, level: Level) -> tuple[str, ...]:
    """What is open of a step, and can still matter."""
    answers = known.answers
    open_ = [name for name in step.about if name not in answers and is_open(known, name)]
    if not open_ or (not higher(level, "routine") and _relaxing().isdisjoint(open_)):
        return tuple(open_)
    return tuple(name for name in open_ if _matters(known, name, level))


def is_open(known: Known, name: str) -> bool:
    """Whether a finding or value has not been settled yet. An age band still wants the age."""
    if name in known.answers:
        return False
    if name == "age":
        return known.age is None or (known.age != ADULT and known.age[0] != known.age[1])
    return name not in VALUES or known.range_of(name) is None


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
    return tuple(name for name in about if parents.get(name) not in about)


@cache
def _parents() -> Mapping[str, str]:
    known = triage().findings.values()
    return {finding.id: finding.folded_into for finding in known if finding.folded_into}


def items(findings: Iterable[str]) -> tuple[str, ...]:
    """What is read out of `findings`, in that order: the age as the two bands that matter.

    "The third one" is the third of these.
    """
    return tuple(
        item for name in folded(findings) for item in (AGE_ENDS if name == "age" else (name,))
    )


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
    there = _there(known)
    found = [
        (rule.level, rule.id) for rule in _by_need().rules.reached_by(there) if _fires(rule, known)
    ]
    found += [
        (rule.level, rule.id)
        for rule in _in_doubt(_facts(known), unfinished=unfinished)
        if not rule.accompanied or not there.isdisjoint(rule.accompanied)
    ]
    found += _which_of(known)
    if not found:
        return Verdict(LOWEST, ())
    level = max((level for level, _ in found), key=LEVELS.index)
    return Verdict(level, tuple(dict.fromkeys(rule for at, rule in found if at == level)))


def _in_doubt(facts: Mapping[str, Answer], *, unfinished: bool) -> list[UnknownRule]:
    """The rules on what is not known: asked about in vain or, where that counts, not at all."""
    open_: list[tuple[str, Answer | None]] = []
    if UNKNOWN in facts.values():
        open_ += [(name, UNKNOWN) for name, answer in facts.items() if answer == UNKNOWN]
    if unfinished:
        open_ += [(name, None) for name in _by_need().not_asked if name not in facts]
    return _by_need().unknowns.reached_by(open_)


class _Reach(Generic[T]):
    """Things by what they need, so that a turn costs no more for all the others."""

    def __init__(self, needs: Iterable[tuple[T, Iterable[Hashable]]]) -> None:
        """Take each thing with its needs, any of which will do; "" is always there."""
        self._things: list[T] = []
        self._numbers: dict[Hashable, list[int]] = {}
        for number, (thing, any_of) in enumerate(needs):
            self._things.append(thing)
            for need in any_of:
                self._numbers.setdefault(need, []).append(number)
        self._always = frozenset(self._numbers.pop("", ()))

    def reached_by(self, there: Iterable[Hashable]) -> list[T]:
        """The things of which any need is there, in their order."""
        found = set(self._always)
        for need in self._numbers.keys() & there:
            found.update(self._numbers[need])
        return [self._things[number] for number in sorted(found)]


class _ByNeed(NamedTuple):
    """What a turn looks at, by the findings that it needs; "" where it needs none.

    Rules on what is not known need a finding with its answer: asked in vain, or None.
    """

    rules: _Reach[Rule]
    derived: _Reach[str]
    unknowns: _Reach[UnknownRule]
    not_asked: tuple[str, ...]
    steps: _Reach[Step]


@cache
def _by_need() -> _ByNeed:
    known = triage()
    return _ByNeed(
        rules=_Reach((rule, map(_need, rule.when)) for rule in known.rules.values()),
        derived=_Reach(
            (finding, [name for case in cases for name in (_need(case), *case.bounds)])
            for finding, cases in known.derived.items()
        ),
        unknowns=_Reach(
            (rule, [(name, open_) for name in rule.unknown for open_ in _counts_as_open(rule)])
            for rule in known.unknowns
        ),
        not_asked=tuple(name for rule in known.unknowns if rule.not_asked for name in rule.unknown),
        steps=_Reach((step, map(_need, step.when) if step.when else [""]) for step in known.steps),
    )


def _counts_as_open(rule: UnknownRule) -> tuple[Answer | None, ...]:
    return (UNKNOWN, None) if rule.not_asked else (UNKNOWN,)


def _need(case: Case) -> str:
    """A finding without which a case cannot hold; "" where it needs none."""
    return case.all[0] if case.all else ""


def _which_of(known: Known) -> list[tuple[Level, str]]:
    """What one yes to several findings is worth, while it is not known which of them it is.

    The most that any could be, where a core sign is among them (P4: they share one verdict);
    otherwise the least, since nothing is claimed yet.
    """
    if not known.yes_to:
        return []
    cleared = known._replace(yes_to=())
    names = [name for name in known.yes_to if name not in VALUES]
    verdicts = [so_far(cleared.with_answers({name: True})) for name in names]
    pick = max if set(names) & set(core()) else min
    level = pick((verdict.level for verdict in verdicts), key=LEVELS.index)
    return [(level, rule) for found in verdicts if found.level == level for rule in found.because]


@_once
def _facts(known: Known) -> Mapping[str, Answer]:
    """The answers, with the findings that follow from them."""
    facts = dict(known.answers)
    there = {name for name, answer in facts.items() if answer is True}
    in_vain = {value for value in VALUES if facts.get(value) == UNKNOWN}
    for finding in _by_need().derived.reached_by(there | in_vain):
        if finding in there:
            continue
        cases = triage().derived[finding]
        if _any_holds(cases, known, there):
            facts[finding] = True
            there.add(finding)
        elif in_vain and any(in_vain & case.bounds.keys() for case in cases):
            facts.setdefault(finding, UNKNOWN)
    return facts


@_once
def _there(known: Known) -> frozenset[str]:
    """The findings that are there."""
    return frozenset(name for name, answer in _facts(known).items() if answer is True)


def _fires(rule: Rule, known: Known) -> bool:
    if not any_holds(rule.when, known):
        return False
    if rule.unless is None:
        return True
    perhaps = {name for name, answer in _facts(known).items() if answer is not False}
    return not _any_holds(triage().rules[rule.unless].when, known, _there(known), perhaps)


def _any_holds(
    cases: Iterable[Case], known: Known, there: _Names, perhaps: _Names | None = None
) -> bool:
    """Whether any case holds for these findings; surely, given those that are perhaps there."""
    for case in cases:  # noqa: SIM110 - a plain loop: half a turn is spent here
        if _holds(case, known, there, perhaps):
            return True
    return False


def _holds(case: Case, known: Known, there: _Names, perhaps: _Names | None) -> bool:
    if not there.issuperset(case.all):
        return False
    if not (there if perhaps is None else perhaps).isdisjoint(case.none):
        return False
    for value, bounds in case.bounds.items():
        if not _within(known.range_of(value), bounds, surely=perhaps is not None):
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
    return _holds(case, known, _there(known), None)


def any_holds(cases: Iterable[Case], known: Known) -> bool:
    """Whether any of several cases holds."""
    return _any_holds(cases, known, _there(known))


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
    return "value" if all(name in VALUES for name in about) else "yes_no"


def _matters(known: Known, name: str, level: Level) -> bool:
    """Whether an answer about `name` could still change the level, or is asked in any case."""
    if name not in _relaxing() and not higher(level, "routine"):
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
