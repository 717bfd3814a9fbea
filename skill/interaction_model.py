"""The interaction model, kept in step with what people call things.

The model file of a locale says which intents and slots there are and how people ask for them. The
values of its custom slot types are not written there by hand: they are made from the locale's
`heard` words, so that the Echo and the local speaker hear the same phrases.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

from skill.content.reading import ContentError, read

LONGEST_VALUE = 140  # characters of a slot value or synonym
WORD_FOR_WORD = "="  # before a phrase that the local speaker takes in no other order and form
_CHOICE = re.compile(r"<(\w+)>|\(([^()\[\]<>]*)\)|\[([^()\[\]<>]*)\]")  # of a sample's template
_LIST_NAME = re.compile(r"\{(\w+)\}")

SEVERAL_MEANINGS = frozenset({"PART", "SIGN"})  # "bed": sheets to wet, or a thing to fall off

Phrases = dict[str, dict[str, tuple[str, ...]]]
"""Slot type -> id -> what people call it, the slot's value first."""


def path(locale: str) -> Path:
    """Where the model file of `locale` is: beside the package in a checkout, inside it installed.

    Raises `FileNotFoundError` if there is none.
    """
    package = Path(__file__).parent
    for folder in (package.parent / "interaction_models", package / "interaction_models"):
        if (found := folder / f"{locale}.json").is_file():
            return found
    raise FileNotFoundError(f"there is no interaction model for {locale}")


def load(locale: str) -> dict[str, Any]:
    """The parsed model file of `locale`. Raises `FileNotFoundError` or `json.JSONDecodeError`."""
    model: dict[str, Any] = json.loads(path(locale).read_text("utf-8"))
    return model


@cache
def heard(locale: str) -> dict[str, Any]:
    """The tables of the locale's `heard` words as they are written. Raises `ContentError`."""
    return read(_heard_file(locale))


@cache
def phrases(locale: str, *others: str) -> Phrases:
    """Every slot type's phrases, and those of the `others` named, with the lists written out.

    Raises `ContentError` for a list that is not there, a phrase that is too long, and a phrase
    which two ids of one slot type claim.
    """
    tables = heard(locale)
    lists = tables.get("lists", {})
    return {
        kind: _written_out(_heard_file(locale), kind, table, lists)
        for kind, table in tables.items()
        if kind.isupper() or kind in others
    }


@cache
def samples(locale: str) -> dict[str, tuple[str, ...]]:
    """The samples of every intent whose templates are written out, by intent.

    Alexa wants each slot once in a sample, and no sample that says word for word what another has
    a slot for: it would win, and leave the slot empty. Raises `ContentError` for a list that is
    not there.
    """
    file, tables = _samples_file(locale), read(_samples_file(locale))
    types = {
        slot["name"]: slot["type"]
        for intent in load(locale)["interactionModel"]["languageModel"]["intents"]
        for slot in intent.get("slots", ())
    }
    values = {
        (kind, text.removeprefix(WORD_FOR_WORD).lower())
        for kind, table in phrases(locale).items()
        for texts in table.values()
        for text in texts
    }
    said: dict[str, tuple[str, ...]] = {}
    for intent, templates in tables["samples"].items():
        written = dict.fromkeys(
            " ".join(sample.split())
            for template in templates
            for sample in _spoken(file, intent, template, tables["lists"])
        )
        swallowing = set(_swallowing(written, types, values))
        said[intent] = tuple(
            sample for sample in written if _each_slot_once(sample) and sample not in swallowing
        )
    return said


def write(locale: str) -> bool:
    """Bring the model file in step with the words. True if it had to change."""
    model = load(locale)
    if not _out_of_step(model, locale):
        return False
    language = model["interactionModel"]["languageModel"]
    language["types"] = _types(locale)
    for intent in language["intents"]:
        if (written := samples(locale).get(intent["name"])) is not None:
            intent["samples"] = list(written)
    path(locale).write_text(as_text(model), "utf-8")
    return True


def differences(locale: str) -> list[str]:
    """What is out of step in the model file, one line a slot type; empty when all is well."""
    return _out_of_step(load(locale), locale)


def as_text(model: dict[str, Any]) -> str:
    """The model as its file holds it: indented a little, and each slot value on one line.

    A value a line keeps the file small enough to read, and a change to it a change of one line.
    """
    values: list[str] = []

    def put_aside(value: dict[str, Any]) -> str:
        values.append(json.dumps(value, ensure_ascii=False))
        return f"@{len(values) - 1}@"

    language = model["interactionModel"]["languageModel"]
    types = [
        {"name": kind["name"], "values": [put_aside(value) for value in kind["values"]]}
        for kind in language["types"]
    ]
    short = {**model, "interactionModel": {**model["interactionModel"]}}
    short["interactionModel"]["languageModel"] = {**language, "types": types}
    text = json.dumps(short, indent=1, ensure_ascii=False)
    return re.sub(r'"@(\d+)@"', lambda found: values[int(found[1])], text) + "\n"


def _heard_file(locale: str) -> str:
    return f"words/{locale}.heard.toml"


def _each_slot_once(sample: str) -> bool:
    names = _LIST_NAME.findall(sample)
    return len(names) == len(set(names))


def _swallowing(
    written: Iterable[str], types: Mapping[str, str], values: Collection[tuple[str, str]]
) -> Iterator[str]:
    """The bare samples among the `written` where another has a slot for some of the words."""
    slotted: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for sample in written:
        if len(names := _LIST_NAME.findall(sample)) == 1 and sample != f"{{{names[0]}}}":
            slotted[tuple(re.split(r" ?\{\w+\} ?", sample))].add(types[names[0]])
    for sample in written:
        words = [] if "{" in sample else sample.split()
        for first, last in combinations(range(len(words) + 1), 2):
            kinds = slotted.get((" ".join(words[:first]), " ".join(words[last:])), ())
            if any((kind, " ".join(words[first:last])) in values for kind in kinds):
                yield sample


def _samples_file(locale: str) -> str:
    return f"words/{locale}.samples.toml"


def _spoken(file: str, intent: str, template: str, lists: dict[str, list[str]]) -> Iterator[str]:
    """Everything `template` stands for: `(a|b)`, `[a]`, `<list>`, innermost brackets first."""
    found = _CHOICE.search(template)
    if found is None:
        yield template
        return
    name, either, left_out = found.groups()
    if name is not None and name not in lists:
        raise ContentError(file, intent, f"{template!r} names the list {name!r}: there is none")
    options = lists[name] if name is not None else (either or left_out).split("|")
    for option in ["", *options] if left_out is not None else options:
        said = template[: found.start()] + option + template[found.end() :]
        yield from _spoken(file, intent, said, lists)


def _written_out(
    file: str, kind: str, table: dict[str, list[str]], lists: dict[str, list[str]]
) -> dict[str, tuple[str, ...]]:
    one_meaning = {kind} if kind.isupper() and kind not in SEVERAL_MEANINGS else set()
    owner: dict[str, str] = {}
    for name, written in table.items():
        entry = f"{kind}.{name}"
        for phrase in written:
            for full in _expansions(file, entry, phrase, lists):
                if len(full) > LONGEST_VALUE:
                    raise ContentError(file, entry, f"{full!r} is over {LONGEST_VALUE} characters")
                if owner.setdefault(full.lower(), name) != name and one_meaning:
                    other = owner[full.lower()]
                    raise ContentError(file, entry, f"{full!r} is claimed by {other} as well")
    return {
        name: tuple(
            dict.fromkeys(
                full
                for phrase in written
                for full in _expansions(file, f"{kind}.{name}", phrase, lists)
            )
        )
        for name, written in table.items()
    }


def _expansions(file: str, entry: str, phrase: str, lists: dict[str, list[str]]) -> list[str]:
    """`phrase` once for every way of filling its `{list}` places."""
    names = _LIST_NAME.findall(phrase)
    for name in names:
        if name not in lists:
            raise ContentError(file, entry, f"{phrase!r} names the list {name!r}: there is none")
    pieces = _LIST_NAME.split(phrase)[::2]
    return [
        "".join(piece + filling for piece, filling in zip(pieces, (*fillings, ""), strict=True))
        for fillings in product(*(lists[name] for name in names))
    ]


def _types(locale: str) -> list[dict[str, Any]]:
    return [
        {"name": kind, "values": [_value(name, found) for name, found in table.items()]}
        for kind, table in phrases(locale).items()
    ]


def _value(name: str, found: tuple[str, ...]) -> dict[str, Any]:
    value, *synonyms = (text.removeprefix(WORD_FOR_WORD) for text in found)
    return {"id": name, "name": {"value": value, "synonyms": synonyms}}


def _out_of_step(model: dict[str, Any], locale: str) -> list[str]:
    in_model: dict[str, Any] = {
        kind["name"]: kind["values"] for kind in model["interactionModel"]["languageModel"]["types"]
    }
    in_words: dict[str, Any] = {kind["name"]: kind["values"] for kind in _types(locale)}
    in_model |= {
        intent["name"]: intent["samples"]
        for intent in model["interactionModel"]["languageModel"]["intents"]
        if intent["name"] in samples(locale)
    }
    in_words |= {intent: list(written) for intent, written in samples(locale).items()}
    return [
        f"{locale}: {kind} is not as the words have it"
        for kind in dict.fromkeys([*in_words, *in_model])
        if in_words.get(kind) != in_model.get(kind)
    ]
