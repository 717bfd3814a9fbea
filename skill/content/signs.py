"""What a part and a sign in one thought come to, read from `signs.toml` and checked once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import NamedTuple

from skill.content.reading import ContentError, read
from skill.content.triage import triage

FILE = "signs.toml"
_PAIR, _WITH_MORE = 2, 3  # lists in an entry


class Meaning(NamedTuple):
    """A finding that a part and a sign make.

    `far`: even in two thoughts of one sentence. `also`: only if one of these is said as well.
    """

    finding: str
    far: bool
    also: frozenset[str]


class Signs:
    """Which findings a part and a sign make together."""

    def __init__(
        self,
        near: Mapping[str, list[str]],
        far: Mapping[str, list[str]],
        follow: Iterable[str],
        hints: Mapping[str, list[str]],
    ) -> None:
        """Learn finding -> entries. Raises `ContentError` for one that cannot be read.

        `follow` are the signs that may be said in a thought of their own; `hints` is finding ->
        parts of which anything that is not understood may be a sign.
        """
        self.follow = frozenset(follow)
        self.hints = {finding: frozenset(parts) for finding, parts in hints.items()}
        self._of: dict[tuple[str, str], list[Meaning]] = defaultdict(list)
        self._parts: dict[str, frozenset[str]] = {}
        for table, is_far in ((near, False), (far, True)):
            for finding, entries in table.items():
                if finding not in triage().findings:
                    raise ContentError(FILE, finding, "is no finding")
                for parts, signs, also in map(_read, entries):
                    self._parts[finding] = self.parts(finding) | {*parts}
                    for pair in product(parts, signs):
                        self._of[pair].append(Meaning(finding, is_far, frozenset(also)))

    def of(self, part: str, sign: str, said: Collection[str]) -> Iterator[Meaning]:
        """What a part and a sign mean, where these parts and signs are `said`."""
        for meaning in self._of.get((part, sign), ()):
            if not meaning.also or meaning.also & set(said):
                yield meaning

    def together(self, parts: Iterable[str], signs: Iterable[str]) -> tuple[str, ...]:
        """What these parts and signs mean together, each finding once."""
        parts, signs = list(parts), list(signs)
        said = {*parts, *signs}
        pairs = product(parts, signs)
        found = (meaning.finding for pair in pairs for meaning in self.of(*pair, said))
        return tuple(dict.fromkeys(found))

    def parts(self, finding: str) -> frozenset[str]:
        """The parts of which a sign can mean the finding."""
        return self._parts.get(finding, frozenset())

    def hinted(self, parts: Collection[str]) -> tuple[str, ...]:
        """The dangers that something odd said of one of these parts may hint at, each once."""
        return tuple(finding for finding, of in self.hints.items() if of.intersection(parts))

    @property
    def names(self) -> frozenset[str]:
        """Every part and sign that means anything."""
        also = (name for found in self._of.values() for meaning in found for name in meaning.also)
        return frozenset((*(name for pair in self._of for name in pair), *also))


def _read(entry: str) -> tuple[list[str], list[str], Iterable[str]]:
    lists = [words.split("|") for words in entry.split()]
    if len(lists) not in (_PAIR, _WITH_MORE):
        raise ContentError(FILE, entry, "is not parts, signs and perhaps more")
    return lists[0], lists[1], lists[2] if len(lists) == _WITH_MORE else ()


@cache
def signs() -> Signs:
    """The signs, loaded and checked once. Raises `ContentError` when they are wrong."""
    tables = read(FILE)
    return Signs(tables["near"], tables["far"], tables["follow"]["signs"], tables["hints"])
