"""Everything that is said, one file a locale, looked up by the name of the act."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from skill.content.reading import ContentError, read

ELSEWHERE = "elsewhere"
"""Any country whose numbers are not known here."""

PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})  # CLDR categories


class CareNumbers(NamedTuple):
    """Telephone numbers of one country, as digits. None where there is no national one.

    `zones` are its time zones; one that ends in a slash stands for all below it.
    """

    emergency: str
    advice: str | None = None
    crisis: str | None = None
    zones: tuple[str, ...] = ()


class Words:
    """The sentences of one locale."""

    def __init__(self, locale: str) -> None:
        """Read the sentences of `locale`. Raises `ContentError` when they are wrong."""
        self.file = f"words/{locale}.toml"
        self._words = read(self.file)
        self._found: dict[str, Any] = {}
        self.said = (Sentences(self, "them"), Sentences(self, "you"))  # by: about the listener?

    def entry(self, name: str) -> Any:
        """What stands under a dotted name; a name without a dot is something to say.

        Raises `ContentError` when there is nothing under it.
        """
        found = self._find(name)
        if found is None:
            raise ContentError(self.file, name, "there are no words for it")
        return found

    def has(self, name: str) -> bool:
        """Whether there are words under a dotted name."""
        return name in self._found or self._find(name) is not None

    def _find(self, name: str) -> Any:
        """What stands under a dotted name, or None; kept, if there is something, by that name."""
        found = self._found.get(name)
        if found is None:
            found = self._words
            for part in (name if "." in name else f"say.{name}").split("."):
                found = found.get(part) if isinstance(found, dict) else None
            if found is not None:
                self._found[name] = found
        return found

    def of_exercise(self, exercise: str, versions: Iterable[str], part: str) -> str:
        """The dotted name of a part of an exercise: that of the first version that has words."""
        own = (f"exercise.{exercise}.{version}.{part}" for version in versions)
        return next((name for name in own if self.has(name)), f"exercise.{exercise}.{part}")

    def sentence(self, name: str, *, about_self: bool, count: int | None, turn: int) -> str:
        """The sentence for an act, with its braces unfilled.

        `about_self` picks between `you` and `them`, `count` the plural, and `turn` one of several
        ways to say the same. Raises `ContentError` when there is none.
        """
        return self.said[about_self].chosen(name, count, turn)


class Sentences(dict[str, Any]):
    """What one locale says to the person it is about, or of somebody else: by act, once looked up.

    That is a sentence with its braces unfilled, or a choice of them for `chosen`.
    """

    def __init__(self, words: Words, form: Literal["you", "them"]) -> None:
        """Take from the words of a locale what is said in one form."""
        super().__init__()
        self._words, self._form = words, form

    def __missing__(self, name: str) -> Any:
        """What is said by an act. Raises `ContentError` when there are no words for it."""
        found = self._words.entry(name)
        self[name] = found.get(self._form, found) if isinstance(found, dict) else found
        return self[name]

    def chosen(self, name: str, count: int | None, turn: int) -> str:
        """The sentence for an act: `count` picks the plural, `turn` a way to say the same.

        Raises `ContentError` when there is none.
        """
        found = self[name]
        if isinstance(found, dict) and found.keys() <= PLURALS:
            found = found[plural(count)] if plural(count) in found else found["other"]
        if isinstance(found, list):
            found = found[turn % len(found)]
        if isinstance(found, str):
            return found
        raise ContentError(self._words.file, name, "it is no sentence")


def plural(count: int | None) -> str:
    """The CLDR plural category of a whole number in English."""
    return "one" if count == 1 else "other"


@cache
def words(locale: str) -> Words:
    """The sentences of a locale, read once. Raises `ContentError` when they are wrong."""
    return Words(locale)


@cache
def care_numbers(country: str) -> CareNumbers:
    """The telephone numbers of a country by its two-letter code. Raises `ContentError`."""
    numbers = read("care_numbers.toml")
    if country not in numbers:
        raise ContentError("care_numbers.toml", country, "there are no numbers for it")
    found = numbers[country]
    return CareNumbers(**{**found, "zones": tuple(found.get("zones", ()))})


@lru_cache
def country_of(zone: str | None) -> str | None:
    """The country that a time zone lies in, by its two-letter code; None where that is open."""
    for country in read("care_numbers.toml") if zone else ():
        for known in care_numbers(country).zones:
            if zone == known or (known.endswith("/") and str(zone).startswith(known)):
                return str(country)
    return None
