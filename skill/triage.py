"""PURE What is known of one person -> how urgent it is, why, and what to ask next.

The rules are data (`content/triage.toml`); this module gives them their one fixed meaning:

- Every rule is looked at, and the highest level of all that match wins. Nothing is subtracted.
- A finding that was said outright and one that follows from others count the same.
- Not sure never ranks below no. A rule that relaxes another needs to be sure: what it excludes
  may be neither there nor unsure.
- An age known only as a band ("over fifty-five") meets every raising bound that it might meet.

No words, no clock, no platform. Source of the rules: `../content/triage.toml`, entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from skill.content.triage import LEVELS, VALUES, Bounds, Case, Level, Rule, UnknownRule, triage

Answer = bool | Literal["unknown"]
"""What is known of one finding: there, not there, or asked and not sure. Left out: not asked."""

UNKNOWN: Literal["unknown"] = "unknown"

ADULT = (16, 55)
"""The ages, in years, that a person is taken to have until something else is said (K5)."""

LOWEST: Level = LEVELS[0]

_EXTREMES: Mapping[str, tuple[int, ...]] = {
    "age": (5, 90),
    "severity": (10,),
    "days": (0, 400),
    "weeks": (30,),
}
"""Values that stand for "whatever the answer may be" when asking whether a question matters."""


@dataclass(frozen=True)
class Known:
    """What is known of one person.

    `answers` holds findings (true, false or "unknown"; left out: not asked), what exercises ask
    about besides, and "unknown" under the name of a value that was asked for in vain. `severity`
    is 0 to 10, `days` since it began, `age` in years from and to, `weeks` of pregnancy. `unsure`
    are findings to be asked once more, singly. `yes_to` are findings that got one yes together,
    and it is not known yet which of them it is.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    severity: int | None = None
    days: int | None = None
    age: tuple[int, int] | None = None
    weeks: int | None = None
    unsure: tuple[str, ...] = ()
    yes_to: tuple[str, ...] = ()

    def range_of(self, value: str) -> tuple[int, int] | None:
        """From and to of an age, severity, days or weeks; None when it is not known."""
        if value == "age":
            return self.age or ADULT
        number = getattr(self, value)
        return None if number is None else (number, number)

    def with_answers(self, answers: Mapping[str, Answer]) -> Known:
        """The same, with these answers in place of older ones."""
        return replace(self, answers={**self.answers, **answers})


@dataclass(frozen=True)
class Verdict:
    """How urgent, and the ids of the rules that say so (none: nothing speaks against home care)."""

    level: Level
    because: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The next thing to ask: the step it belongs to, the form of its answer, what it is about."""

    step: str
    form: Literal["yes_no", "which", "value"]
    about: tuple[str, ...]


def higher(one: Level, other: Level) -> bool:
    """Whether `one` is more urgent than `other`."""
    return LEVELS.index(one) > LEVELS.index(other)


def assess(known: Known) -> Verdict:
    """How urgent it would be to leave it at this: what was not asked counts as not known (K1)."""
    return _verdict(known, unfinished=True)


def so_far(known: Known) -> Verdict:
    """How urgent what was said is, while questions are still to come."""
    return _verdict(known, unfinished=False)


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
    for step in triage().steps:
        if not (_open(known, step.about) and _applies(known, step.when)):
            continue
        about = tuple(name for name in _open(known, step.about) if _matters(known, name, level))
        if about:
            return Question(step.id, _form(about), about)
    return None


def is_open(known: Known, name: str) -> bool:
    """Whether a finding or value has not been settled yet. An age band still wants the age."""
    if name in known.answers:
        return False
    if name == "age":
        return known.age is None or (known.age != ADULT and known.age[0] != known.age[1])
    return name not in VALUES or known.range_of(name) is None


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


def begun(known: Known) -> bool:
    """Whether a check-up of this person is under way: some core sign was asked or told."""
    return any(name in known.answers for name in core())


def implied(kind: str, word: str) -> tuple[str, ...]:
    """The findings that a stated `trigger` or `area` brings with it."""
    return triage().implied[kind].get(word, ())


def new_person(person: str) -> Known:
    """What is known of somebody before anything was said: what is out of the question for them."""
    return Known(dict.fromkeys(triage().ruled_out.get(person, ()), False))


def core() -> tuple[str, ...]:
    """The nine findings without which nobody is reassured (K1)."""
    return tuple(finding.id for finding in triage().findings.values() if finding.core)


def folded(findings: Iterable[str]) -> tuple[str, ...]:
    """Those of `findings` that are not spoken and answered as part of another one of them."""
    about = tuple(findings)
    parents = {name: known.folded_into for name in about if (known := triage().findings.get(name))}
    return tuple(name for name in about if parents.get(name) not in about)


def rules_of(verdict: Verdict) -> tuple[Rule | UnknownRule, ...]:
    """The rules behind a verdict, in the order they were found."""
    every: dict[str, Rule | UnknownRule] = dict(triage().rules)
    every |= {rule.id: rule for rule in triage().unknowns}
    return tuple(every[rule] for rule in verdict.because)


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
    facts = _facts(known)
    matching = [rule for rule in _within_reach(facts) if _fires(rule, facts, known)]
    found = [(rule.level, rule.id) for rule in matching]
    found += [
        (rule.level, rule.id)
        for rule in triage().unknowns
        if _unknown_fires(rule, facts, unfinished=unfinished)
    ]
    found += _which_of(known)
    if not found:
        return Verdict(LOWEST, ())
    level = max((level for level, _ in found), key=LEVELS.index)
    return Verdict(level, tuple(dict.fromkeys(rule for at, rule in found if at == level)))


def _within_reach(facts: Mapping[str, Answer]) -> list[Rule]:
    """The rules that could fire at all, in order: most want a finding that is not there."""
    by_need = _rules_by_need()
    there = [name for name, answer in facts.items() if answer is True]
    reached = {*by_need.get("", ()), *(rule for name in there for rule in by_need.get(name, ()))}
    rules = triage().rules
    return [rules[name] for name in rules if name in reached] if reached else []


@cache
def _rules_by_need() -> Mapping[str, frozenset[str]]:
    """Rule ids under each finding that a case of theirs needs; under "" where one needs none."""
    needs: dict[str, set[str]] = {}
    for rule in triage().rules.values():
        for case in rule.when:
            for name in case.all or ("",):
                needs.setdefault(name, set()).add(rule.id)
    return {name: frozenset(rules) for name, rules in needs.items()}


def _which_of(known: Known) -> list[tuple[Level, str]]:
    """What one yes to several findings is worth, while it is not known which of them it is.

    The most that any could be, where a core sign is among them (P4: they share one verdict);
    otherwise the least, since nothing is claimed yet.
    """
    if not known.yes_to:
        return []
    cleared = replace(known, yes_to=())
    names = [name for name in known.yes_to if name not in VALUES]
    verdicts = [so_far(cleared.with_answers({name: True})) for name in names]
    pick = max if set(names) & set(core()) else min
    level = pick((verdict.level for verdict in verdicts), key=LEVELS.index)
    return [(level, rule) for found in verdicts if found.level == level for rule in found.because]


def _facts(known: Known) -> dict[str, Answer]:
    """The answers, with the findings that follow from them."""
    facts = dict(known.answers)
    for finding, cases in triage().derived.items():
        if facts.get(finding) is True:
            continue
        if any(_holds(case, facts, known) for case in cases):
            facts[finding] = True
        elif any(known.answers.get(value) == UNKNOWN for case in cases for value in case.bounds):
            facts.setdefault(finding, UNKNOWN)
    return facts


def _fires(rule: Rule, facts: Mapping[str, Answer], known: Known) -> bool:
    if not any(_holds(case, facts, known) for case in rule.when):
        return False
    if rule.unless is None:
        return True
    relaxing = triage().rules[rule.unless]
    return not any(_holds(case, facts, known, surely=True) for case in relaxing.when)


def _unknown_fires(rule: UnknownRule, facts: Mapping[str, Answer], *, unfinished: bool) -> bool:
    asked_in_vain = any(facts.get(name) == UNKNOWN for name in rule.unknown)
    never_asked = unfinished and rule.not_asked and any(n not in facts for n in rule.unknown)
    accompanied = not rule.accompanied or any(facts.get(n) is True for n in rule.accompanied)
    return (asked_in_vain or never_asked) and accompanied


def _holds(case: Case, facts: Mapping[str, Answer], known: Known, *, surely: bool = False) -> bool:
    if not all(facts.get(name) is True for name in case.all):
        return False
    if any(
        facts.get(name) is True or (surely and facts.get(name) == UNKNOWN) for name in case.none
    ):
        return False
    return all(
        _within(known.range_of(value), bounds, surely=surely)
        for value, bounds in case.bounds.items()
    )


def _within(range_: tuple[int, int] | None, bounds: Bounds, *, surely: bool) -> bool:
    if range_ is None:
        return False
    low, high = range_
    if surely:
        return bounds.low <= low and high <= bounds.high
    return low <= bounds.high and high >= bounds.low


def holds(case: Case, known: Known) -> bool:
    """Whether a case holds for what is known, with all that follows from it."""
    return _holds(case, _facts(known), known)


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


def _applies(known: Known, when: tuple[Case, ...]) -> bool:
    return not when or any(holds(case, known) for case in when)


def _open(known: Known, about: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in about if is_open(known, name))


def _form(about: tuple[str, ...]) -> Literal["yes_no", "value"]:
    return "value" if all(name in VALUES for name in about) else "yes_no"


def _matters(known: Known, name: str, level: Level) -> bool:
    """Whether an answer about `name` could still change the level, or is asked in any case."""
    if name not in _relaxing() and not higher(level, "routine"):
        return True
    return any(so_far(answered).level != level for answered in _if_answered(known, name))


def _if_answered(known: Known, name: str) -> list[Known]:
    if name == "age":
        return [replace(known, age=(years, years)) for years in _EXTREMES["age"]]
    if name in VALUES:
        return [replace(known, **_value(name, value)) for value in _EXTREMES[name]]
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
