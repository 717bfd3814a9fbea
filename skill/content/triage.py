"""The triage knowledge, read from `triage.toml` and checked once."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from skill.content.reading import ContentError, Entry, read

Level = Literal["self_care", "routine", "urgent", "emergency"]
"""How soon: home care, an appointment within days, today, now."""

LEVELS: tuple[Level, ...] = get_args(Level)
VALUES = ("age", "severity", "days", "weeks")
"""What else can be asked and known beside findings: years, 0 to 10, days, weeks."""

FILE = "triage.toml"
NO_LIMIT = 1_000_000  # above any age, day or week
CONDITIONS_FILE = "exercises.toml"


class Bounds(NamedTuple):
    """From `low` to `high`, both included."""

    low: int
    high: int


class Case(NamedTuple):
    """Holds when all of `all` are there, none of `none` is, and every bound is met."""

    all: tuple[str, ...]
    none: tuple[str, ...]
    bounds: Mapping[str, Bounds]

    def mentions(self) -> frozenset[str]:
        """Every finding and value this case looks at."""
        return frozenset((*self.all, *self.none, *self.bounds))


class Finding(NamedTuple):
    """Something that may be true of the person; see `triage.toml` for the fields."""

    id: str
    source: tuple[str, ...]
    core: bool
    volunteered: bool
    folded_into: str | None


class Rule(NamedTuple):
    """Any case in `when` gives `level`, unless the relaxing rule named by `unless` applies."""

    id: str
    level: Level
    advice: str
    source: tuple[str, ...]
    when: tuple[Case, ...]
    unless: str | None


class UnknownRule(NamedTuple):
    """Not being sure of any of `unknown`, while any of `accompanied` is there, gives `level`."""

    id: str
    level: Level
    advice: str
    source: tuple[str, ...]
    unknown: tuple[str, ...]
    accompanied: tuple[str, ...]
    not_asked: bool


class Step(NamedTuple):
    """A question about what is not known yet of `about`, asked when any of `when` holds."""

    id: str
    about: tuple[str, ...]
    when: tuple[Case, ...]


class Knowledge(NamedTuple):
    """All of `triage.toml`."""

    findings: Mapping[str, Finding]
    derived: Mapping[str, tuple[Case, ...]]
    rules: Mapping[str, Rule]
    unknowns: tuple[UnknownRule, ...]
    steps: tuple[Step, ...]
    implied: Mapping[str, Mapping[str, tuple[str, ...]]]
    ruled_out: Mapping[str, tuple[str, ...]]
    intensity: Mapping[str, int]
    age_bands: Mapping[str, tuple[int, int]]
    advice_order: tuple[str, ...]
    advice_also: tuple[str, ...]
    sources: Mapping[str, str]
    names: frozenset[str]  # findings, and what exercises ask about besides


@cache
def triage() -> Knowledge:
    """What triage knows, loaded and checked once. Raises `ContentError` when it is wrong."""
    conditions = [entry["id"] for entry in read(CONDITIONS_FILE)["condition"]]
    return knowledge(read(FILE), conditions)


def knowledge(data: Mapping[str, Any], conditions: list[str]) -> Knowledge:
    """The checked knowledge in `data`; `conditions` are what exercises ask about besides."""
    whole = Entry(FILE, "the whole file", data)
    advice = Entry(FILE, "advice", whole.take("advice", dict))
    findings = _findings(whole.take("finding", dict))
    names = frozenset(findings) | frozenset(conditions)
    found = Knowledge(
        findings=findings,
        derived=_derived(whole.take("derived", list), names),
        rules=_rules(whole.take("rule", list), names),
        unknowns=tuple(_unknown(entry, names) for entry in whole.take("unknown", list)),
        steps=tuple(_step(entry, names) for entry in whole.take("step", list)),
        implied={
            kind: _lists(f"implied.{kind}", table, names)
            for kind, table in whole.take("implied", dict).items()
        },
        ruled_out=_lists("ruled_out.person", whole.take("ruled_out", dict)["person"], names),
        intensity=_numbers("intensity", whole.take("intensity", dict)),
        age_bands=_bands(whole.take("age_band", dict)),
        advice_order=advice.names("order"),
        advice_also=advice.names("also"),
        sources=whole.take("source", dict),
        names=names,
    )
    whole.done()
    advice.done()
    _refuse_advice_out_of_order(found)
    _refuse_twins(_every_rule(found))
    _refuse_twins(found.steps)
    _refuse_what_nobody_can_ask(found)
    _refuse_unnamed_sources(found)
    return found


def _numbers(name: str, table: Any) -> dict[str, int]:
    entry = Entry(FILE, name, table)
    return {word: entry.take(word, int) for word in table}


def _bands(table: Any) -> dict[str, tuple[int, int]]:
    entry = Entry(FILE, "age_band", table)
    bands = {}
    for band in table:
        ages = entry.take(band, list)
        match ages:
            case [int(low), int(high)] if low <= high:
                bands[band] = (low, high)
            case _:
                entry.refuse(f"`{band}` should be two ages, the lower first, found {ages!r}")
    return bands


def _refuse_twins(things: Iterable[Rule | UnknownRule | Step]) -> None:
    seen = set()
    for thing in things:
        if thing.id in seen:
            kind = {Rule: "rule", UnknownRule: "unknown", Step: "step"}[type(thing)]
            raise ContentError(FILE, f"{kind} {thing.id}", "there are two of this id")
        seen.add(thing.id)


def _lists(name: str, table: Any, names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    entry = Entry(FILE, name, table)
    return {word: entry.names(word, names) for word in table}


def _findings(tables: Mapping[str, Any]) -> dict[str, Finding]:
    found = {}
    for name, table in tables.items():
        entry = Entry(FILE, f"finding.{name}", table)
        folded = entry.take("folded_into", str, "")
        if folded and folded not in tables:
            entry.refuse(f"`folded_into` names {folded!r}, which is not known")
        found[name] = Finding(
            id=name,
            source=entry.source(),
            core=entry.take("core", bool, default=False),
            volunteered=entry.take("volunteered", bool, default=False),
            folded_into=folded or None,
        )
        entry.done()
    return found


def _rules(tables: list[Any], names: frozenset[str]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for table in tables:
        entry = Entry(FILE, f"rule {table.get('id', '?')}", table)
        rule = Rule(
            id=entry.take("id", str),
            level=_level(entry),
            advice=entry.take("advice", str),
            source=entry.source(),
            when=cases(entry, names),
            unless=entry.take("unless", str, "") or None,
        )
        if rule.id in found:
            entry.refuse("there are two of this id")
        if not rule.when:
            entry.refuse("`when` is missing: a rule without a case never applies")
        found[rule.id] = rule
        entry.done()
    for rule in found.values():
        if rule.unless and rule.unless not in found:
            raise ContentError(FILE, f"rule {rule.id}", f"`unless` names {rule.unless!r}, no rule")
    return found


def _derived(tables: list[Any], names: frozenset[str]) -> dict[str, tuple[Case, ...]]:
    found = {}
    for table in tables:
        entry = Entry(FILE, f"derived {table.get('finding', '?')}", table)
        finding = entry.one_of("finding", names)
        if finding in found:
            entry.refuse("it is derived in two places: put all its cases in one")
        found[finding] = cases(entry, names)
        entry.done()
    return found


def _unknown(table: Any, names: frozenset[str]) -> UnknownRule:
    entry = Entry(FILE, f"unknown {table.get('id', '?')}", table)
    rule = UnknownRule(
        id=entry.take("id", str),
        level=_level(entry),
        advice=entry.take("advice", str),
        source=entry.source(),
        unknown=entry.names("unknown", names),
        accompanied=entry.names("with", names),
        not_asked=entry.take("not_asked", bool, default=False),
    )
    if not rule.unknown:
        entry.refuse("`unknown` is missing: not being sure is about something")
    entry.done()
    return rule


def _step(table: Any, names: frozenset[str]) -> Step:
    entry = Entry(FILE, f"step {table.get('id', '?')}", table)
    step = Step(
        id=entry.take("id", str),
        about=entry.names("about", names | frozenset(VALUES)),
        when=cases(entry, names),
    )
    if not step.about:
        entry.refuse("`about` is missing: a question is about something")
    entry.done()
    return step


def _level(entry: Entry) -> Level:
    entry_level = entry.one_of("level", LEVELS)
    return next(level for level in LEVELS if level == entry_level)


def cases(entry: Entry, names: frozenset[str]) -> tuple[Case, ...]:
    """The cases under `when` in an entry: none where it is left out."""
    return tuple(
        _case(Entry(entry.file, f"{entry.name}, case {number}", table), names)
        for number, table in enumerate(entry.take("when", list, []), start=1)
    )


def _case(entry: Entry, names: frozenset[str]) -> Case:
    case = Case(
        all=entry.names("all", names),
        none=entry.names("none", names),
        bounds={
            value: _bounds(Entry(entry.file, f"{entry.name}, {value}", table))
            for value in VALUES
            if (table := entry.take(value, dict, {}))
        },
    )
    entry.done()
    if not (case.all or case.bounds):
        entry.refuse("it asks for nothing, so it would always be met")
    return case


def _bounds(entry: Entry) -> Bounds:
    bounds = Bounds(low=entry.take("min", int, 0), high=entry.take("max", int, NO_LIMIT))
    if bounds.low > bounds.high:
        entry.refuse(f"nothing lies between {bounds.low} and {bounds.high}")
    entry.done()
    return bounds


def _every_rule(found: Knowledge) -> list[Rule | UnknownRule]:
    rules: list[Rule | UnknownRule] = list(found.rules.values())
    return [*rules, *found.unknowns]


def _refuse_advice_out_of_order(found: Knowledge) -> None:
    for rule in _every_rule(found):
        if rule.advice not in found.advice_order:
            kind = "rule" if isinstance(rule, Rule) else "unknown"
            raise ContentError(FILE, f"{kind} {rule.id}", f"advice {rule.advice!r} has no order")


def _refuse_what_nobody_can_ask(found: Knowledge) -> None:
    asked = {name for step in found.steps for name in step.about}
    for finding in found.findings.values():
        if not (finding.volunteered or finding.id in asked or finding.id in found.derived):
            raise ContentError(
                FILE,
                f"finding.{finding.id}",
                "nobody can ask about it: name it in a step, derive it, or mark it volunteered",
            )


def _refuse_unnamed_sources(found: Knowledge) -> None:
    things: list[Finding | Rule | UnknownRule] = [*found.findings.values()]
    for thing in [*things, *_every_rule(found)]:
        for source in thing.source:
            if not source.startswith(("S0-", "S1-", "S2-", "S3-", "S4-")) and (
                source not in found.sources
            ):
                raise ContentError(FILE, thing.id, f"source {source!r} is not spelt out")
