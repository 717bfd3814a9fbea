"""What is told about remedies and topics, read from `remedies.toml` and `topics.toml`."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from skill.content.facts import facts
from skill.content.reading import Entry, read
from skill.content.triage import Case, cases, triage

FILES = {"remedy": "remedies.toml", "topic": "topics.toml"}
AMOUNTS = ("minutes", "most_minutes", "hours", "weeks")
OFFERS = ("stretch", "check")
MEDICINE = ("cleared", "ask_first", "any")
RESERVED = frozenset({"name", "short"})  # sentences every subject has beside its parts

Medicine = Literal["cleared", "ask_first", "any"]


class Part(NamedTuple):
    """One thing to tell; see `remedies.toml` for the fields. `amounts` are whole numbers."""

    id: str
    source: tuple[str, ...]
    when: tuple[Case, ...]
    after_no: tuple[str, ...]
    while_open: tuple[str, ...]
    reassures: bool
    after_seen: bool
    medicine: str | None
    amounts: Mapping[str, int]


Layer = tuple[tuple[Part, ...], ...]
"""What is told at once: of each group the first part that applies."""


class Subject(NamedTuple):
    """A remedy or a topic: `id` is its place in the words, such as `remedy.cold`."""

    id: str
    offer: str
    layers: tuple[Layer, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, in the order they are told."""
        return tuple(part for layer in self.layers for group in layer for part in group)

    @property
    def minutes(self) -> tuple[int, int] | None:
        """For how long it is used, and for how long at most; None where neither is told."""
        usual = [part.amounts["minutes"] for part in self.parts if "minutes" in part.amounts]
        most = [
            part.amounts["most_minutes"] for part in self.parts if "most_minutes" in part.amounts
        ]
        return (min(usual), max(usual + most)) if usual else None


class MedicineGate(NamedTuple):
    """The safety question on medicines: its items, and what makes asking it needless."""

    items: tuple[str, ...]
    when: tuple[Case, ...]


class Advice(NamedTuple):
    """All that can be told, by subject, and the safety question before some of it."""

    subjects: Mapping[str, Subject]
    gate: MedicineGate

    def of(self, kind: str) -> tuple[str, ...]:
        """The ids of every `remedy` or `topic`, as slots name them."""
        return tuple(id_.partition(".")[2] for id_ in self.subjects if id_.startswith(f"{kind}."))


@cache
def advice() -> Advice:
    """What can be told, loaded and checked once. Raises `ContentError` when it is wrong."""
    return read_advice({kind: read(file) for kind, file in FILES.items()})


def read_advice(data: Mapping[str, Mapping[str, Any]]) -> Advice:
    """The checked advice in `data`: the parsed file by kind."""
    gate = Entry(FILES["remedy"], "medicine_gate", data["remedy"].get("medicine_gate"))
    _source(gate)
    found = Advice(
        subjects={
            f"{kind}.{name}": _subject(FILES[kind], f"{kind}.{name}", table)
            for kind, tables in data.items()
            for name, table in tables.get(kind, {}).items()
        },
        gate=MedicineGate(items=gate.names("items"), when=cases(gate, triage().names)),
    )
    gate.done()
    for kind, tables in data.items():
        rest = Entry(FILES[kind], "the whole file", tables)
        rest.take(kind, dict)
        rest.take("medicine_gate", dict, {})
        rest.done()
    return found


def _subject(file: str, name: str, table: Any) -> Subject:
    entry = Entry(file, name, table)
    parts = {id_: _part(file, f"{name}.{id_}", part) for id_, part in _parts(entry).items()}
    subject = Subject(
        id=name,
        offer=entry.one_of("offer", OFFERS),
        layers=tuple(
            tuple(_group(entry, group, parts) for group in layer)
            for layer in entry.take("layers", list)
        ),
    )
    entry.done()
    told = [part.id for part in subject.parts]
    for id_ in parts:
        if told.count(id_) != 1:
            entry.refuse(f"`layers` should name {id_!r} once")
    return subject


def _parts(entry: Entry) -> dict[str, Any]:
    parts = entry.take("parts", dict)
    for id_ in parts:
        if id_ in RESERVED:
            entry.refuse(f"a part cannot be called {id_!r}: every subject has that sentence")
    return parts


def _group(entry: Entry, group: Any, parts: Mapping[str, Part]) -> tuple[Part, ...]:
    names = [group] if isinstance(group, str) else group
    for name in names:
        if name not in parts:
            entry.refuse(f"`layers` names {name!r}, which is not known")
    return tuple(parts[name] for name in names)


def _part(file: str, name: str, table: Any) -> Part:
    entry, known = Entry(file, name, table), triage().names
    part = Part(
        id=name.rpartition(".")[2],
        source=_source(entry),
        when=cases(entry, known),
        after_no=entry.names("after_no", known),
        while_open=entry.names("while_open", known),
        reassures=entry.take("reassures", bool, default=False),
        after_seen=entry.take("after_seen", bool, default=False),
        medicine=entry.one_of("medicine", MEDICINE) if "medicine" in table else None,
        amounts={key: entry.take(key, int) for key in AMOUNTS if key in table},
    )
    entry.done()
    return part


def _source(entry: Entry) -> tuple[str, ...]:
    """The sources of an entry, each of which must be known."""
    found = entry.source()
    for source in found:
        if not facts().knows(source):
            entry.refuse(f"source {source!r} is not known")
    return found


def sources(parts: Iterable[Part]) -> tuple[str, ...]:
    """The sources of all these parts, each once, published guidance before the articles."""
    named = dict.fromkeys(source for part in parts for source in part.source)
    known = facts()
    published = [source for source in named if source in known.sources]
    return (*published, *(source for source in named if source in known.facts))
