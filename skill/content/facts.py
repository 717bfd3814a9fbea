"""The facts of the five articles, and what carries each of them, from `facts.toml`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from skill.content.reading import Entry, read
from skill.content.triage import triage

FILE = "facts.toml"
CARRIERS = ("topics.toml", "remedies.toml", "exercises.toml", "triage.toml")
"""The content files whose entries carry facts by naming them under `source`."""

_FACT = r"S\d-\d\d"


class Fact(NamedTuple):
    """What an article says, in our words. `not_said`: why nothing carries it; None if something."""

    id: str
    about: str
    says: str
    not_said: str | None

    @property
    def article(self) -> str:
        """The article it is from."""
        return self.id.partition("-")[0]


class Conflict(NamedTuple):
    """Where sources disagree, the line taken, and the file that takes it if that is not advice."""

    id: str
    about: str
    line: str
    settled_in: str | None


class Facts(NamedTuple):
    """All of `facts.toml`. `sources` spells out published guidance, that of triage included."""

    articles: Mapping[str, str]
    facts: Mapping[str, Fact]
    conflicts: Mapping[str, Conflict]
    sources: Mapping[str, str]

    def knows(self, source: str) -> bool:
        """Whether `source` is a fact, a conflict or a source that is spelt out."""
        return source in self.facts or source in self.conflicts or source in self.sources

    def spelt_out(self, source: str) -> str | None:
        """A source as a card names it: the article of a fact; None for a conflict."""
        if source in self.facts:
            return self.articles[self.facts[source].article]
        return self.sources.get(source)


@cache
def facts() -> Facts:
    """The facts, loaded and checked once. Raises `ContentError` when they are wrong."""
    return read_facts(read(FILE))


def read_facts(data: Mapping[str, Any]) -> Facts:
    """The checked facts in `data`."""
    whole = Entry(FILE, "the whole file", data)
    articles = whole.take("article", dict)
    told, disputed = whole.take("fact", dict), whole.take("conflict", dict)
    found = Facts(
        articles=articles,
        facts={name: _fact(name, table, articles) for name, table in told.items()},
        conflicts={name: _conflict(name, table) for name, table in disputed.items()},
        sources={**triage().sources, **whole.take("source", dict)},
    )
    whole.done()
    return found


def _fact(id_: str, table: Any, articles: Mapping[str, str]) -> Fact:
    entry = Entry(FILE, id_, table)
    fact = Fact(
        id=id_,
        about=entry.take("about", str),
        says=entry.take("says", str),
        not_said=entry.take("not_said", str, "") or None,
    )
    entry.done()
    if not re.fullmatch(_FACT, id_) or fact.article not in articles:
        entry.refuse("is no id of a fact: one of the articles, a dash, two digits")
    return fact


def _conflict(id_: str, table: Any) -> Conflict:
    entry = Entry(FILE, id_, table)
    conflict = Conflict(
        id=id_,
        about=entry.take("about", str),
        line=entry.take("line", str),
        settled_in=entry.one_of("settled_in", CARRIERS) if "settled_in" in table else None,
    )
    entry.done()
    return conflict


def carriers() -> dict[str, tuple[str, ...]]:
    """What carries each source: its name -> "file: entry" of all that name it, in file order."""
    found: dict[str, list[str]] = {}
    for file in CARRIERS:
        for entry, sources in _named(read(file)):
            for source in sources:
                found.setdefault(source, []).append(f"{file}: {entry}")
    return {source: tuple(dict.fromkeys(entries)) for source, entries in found.items()}


def faults(carried: Iterable[str]) -> list[str]:
    """What is wrong with the coverage, a line each; empty when every fact is accounted for.

    `carried` are the names of all sources that something carries.
    """
    known, names = facts(), set(carried)
    wrong = [f"{name}: there is no such fact" for name in sorted(names) if _unknown(known, name)]
    for fact in known.facts.values():
        if fact.id not in names and fact.not_said is None:
            wrong.append(f"{fact.id}: nothing carries it, and no reason is given")
        if fact.id in names and fact.not_said is not None:
            wrong.append(f"{fact.id}: something carries it, though it should not be said")
    return wrong + [
        f"{conflict.id}: nothing says that sources disagree"
        for conflict in known.conflicts.values()
        if conflict.id not in names and conflict.settled_in is None
    ]


def _unknown(known: Facts, name: str) -> bool:
    return bool(re.fullmatch(r"[SC]\d?-\d\d", name)) and not known.knows(name)


def _named(tables: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Every entry below `tables` that has a `source`, with the sources it names."""
    if isinstance(tables, list):
        for table in tables:
            name = (str(table["id"]),) if isinstance(table, dict) and "id" in table else ()
            yield from _named(table, (*path, *name))
    elif isinstance(tables, dict):
        if isinstance(tables.get("source"), list):
            yield " ".join(path), tables["source"]
        for key, table in tables.items():
            yield from _named(table, path if key == "parts" else (*path, key))


def coverage() -> Iterator[str]:
    """The lines of a report: facts by article and by subject, and what carries each of them."""
    known, carried = facts(), carriers()
    articles = {name: f"{name} {title}" for name, title in known.articles.items()}
    yield from _counted("by article", {f.id: articles[f.article] for f in known.facts.values()})
    yield from _counted("by subject", {f.id: f.about for f in known.facts.values()})
    for fact in known.facts.values():
        yield f"{fact.id}  {'; '.join(carried.get(fact.id, ())) or f'not said: {fact.not_said}'}"
    yield ""
    for conflict in known.conflicts.values():
        where = "; ".join(carried.get(conflict.id, ())) or conflict.settled_in
        yield f"{conflict.id}  {where}"


def _counted(title: str, group_of: Mapping[str, str]) -> Iterator[str]:
    known, carried = facts(), carriers()
    yield f"{'carried':>7} {'not said':>8} {'missing':>7}  {title}"
    for group in (*dict.fromkeys(group_of.values()), "all"):
        members = [known.facts[id_] for id_, name in group_of.items() if group in (name, "all")]
        there = sum(fact.id in carried for fact in members)
        unsaid = sum(fact.not_said is not None for fact in members)
        yield f"{there:>7} {unsaid:>8} {len(members) - there - unsaid:>7}  {group}"
    yield ""
