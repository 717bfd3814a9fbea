"""What was said, as words that can be compared: contractions undone, endings off, slips mended.

A `Sentence` keeps the words as spoken and, for each, its root ("dragging" and "drags" are both
"drag"). Commas and full stops are kept as marks, for speech that has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from skill.speaker.clauses import clause_numbers
from skill.speaker.words import FIGURE, MARKS, root, word_list

_TOKEN = re.compile(r"\d+\.\d+|[a-z0-9]+(?:[-'][a-z0-9]+)*|[,.;:!?]")

_IN_TEMPLATE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|[^ ()\[\]]+")

# Contractions, written out so that "can't", "cannot" and "unable to" are one word: it is what a
# person cannot do that makes a finding, so that word counts for more than a plain "not".
_BODY = "back|spine|neck|leg|foot|toe|arm|hand|knee|chest|belly|tummy|head|face|speech|pain|bladder"
_UNDONE = (
    ("[\u2018\u2019`\u00b4]", "'"),
    (
        r"\b(?:ca(?:n'?t)|can not|could ?n[o']?t|unable to|not able to|isn't able to|couldnt)\b",
        "cannot",
    ),
    (r"\b(?:won't|wont|will not|would ?n[o']?t|wouldnt|refuses? to)\b", "wont"),
    (r"\bno (?:way|chance) (?:that )?(i|he|she|they|we) (?:can|could)\b", r"\1 cannot"),
    (r"\b(do|does|did|is|are|was|were|has|have|had|should|must|need|might)n'?t\b", r"\1 not"),
    (r"\bdown (there|below)\b", r"down\1"),
    (r"\bone of (my|his|her|their|the) (leg|arm|hand|foot)s?\b", r"\1 \2"),
    (r"\bone of (my|his|her|their|the) feet\b", r"\1 foot"),
    (r"(?<=[a-z])-(?=[a-z])", " "),
    (r"\bback of (my|the|his|her) (leg|thigh|knee|calf|hand|arm|head)\b", r"\2"),
    (r"\bi'?m\b", "i am"),
    (r"\b(i|you|we|they|who|there)'?ve\b", r"\1 have"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
    (r"\b(i|you|he|she|it|we|they|that|there|nothing|who|what)'ll\b", r"\1 will"),
    (r"\bd'?(?:you|ya|ye)\b", "do you"),
    (r"\b(i|you|he|she|we|they)'d\b", r"\1 would"),
    (r"\b(it|that|there|what|here|where|how|who|when|this)'?s\b(?! of)", r"\1 is"),
    (r"\b(he|she)'s\b", r"\1 is"),
    (r"\blet'?s\b", "let us"),
    (r"\b(it|that|there|this) s\b", r"\1 is"),
    (rf"\b({_BODY})'s\b", r"\1 is"),
    (r"(?<=[a-z])'s\b", ""),
    (r"(?<=[a-z])s'(?= )", "s"),
    (r"(?<=\d)/(?=\d)", " out of "),
    (r"%", " percent "),
    (r"&", " and "),
    ("[\u2013\u2014]", ", "),
    (r"\b(?:am |is |are )?not (?:sure|certain) (?:if|whether)\b", "unsure whether"),
    (r"\b(?:do|does) not know (?:if|whether)\b", "unsure whether"),
    (
        (
            r"\b(?:back )?in (?:nineteen \w+ty(?: (?:one|two|three|four|five|six|seven|eight"
            r"|nine))?|two thousand(?: and \w+)?|twenty (?:ten|eleven|twelve|\w+teen)"
            r"|(?:19\d\d|20[01]\d))\b"
        ),
        "years ago",
    ),
)
_UNDO = tuple((re.compile(pattern), written) for pattern, written in _UNDONE)

# Typed digits, as they would be spoken: "every 5 minutes".
_SPOKEN = word_list(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
    """
)
_DIGITS = re.compile(r"(?<![\w.:/-])(?:1?\d|20)(?![\w.:/-]| ?%)")

# Most phrases have nothing to undo; looking once is quicker than trying each of the above.
_MAY_NEED_IT = re.compile(
    r"[^a-z0-9 ,.]|\bback of\b"
    r"|nt\b|\bnot?\b|\bable\b|refuse|\bim\b|ve\b|\bdown\b|\bone of\b|\blets\b|  "
    r"|\bin (?:nineteen|two thousand|twenty|19|20)"
    r"|\b(?:it|that|there|what|here|where|how|who|when|this) ?s\b"
)


@dataclass(frozen=True)
class Sentence:
    """The words of one utterance, in order: as spoken, and their roots. Marks are words too."""

    words: tuple[str, ...]
    roots: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The words without the marks, with a space between them."""
        return " ".join(word for word in self.words if word not in MARKS)

    @cached_property
    def clauses(self) -> tuple[int, ...]:
        """For each word the number of the clause it stands in, from 0."""
        return clause_numbers(self.words)

    def part(self, first: int, last: int) -> str:
        """The words from `first` up to and with `last`, as spoken."""
        return " ".join(word for word in self.words[first : last + 1] if word not in MARKS)

    def rest(self, first: int) -> Sentence:
        """What is left from the word at `first` on."""
        return Sentence(self.words[first:], self.roots[first:])


class Wording:
    """Turns text into sentences, with one locale's slips and figures of speech."""

    def __init__(self, slips: Mapping[str, str], figures: Iterable[str]) -> None:
        """Learn what to mend, and what to pass over as a mere figure of speech."""
        mended = {undone(heard): undone(meant) for heard, meant in slips.items()}
        self._meant = mended
        self._slip = any_of(mended)
        self._figure = any_of(figures)

    def sentence(self, text: str) -> Sentence:
        """The sentence that `text` is."""
        written = undone(_DIGITS.sub(lambda digits: _SPOKEN[int(digits[0])], text))
        mended = self._slip.sub(lambda found: self._meant[found[0]], written)
        return as_sentence(self._figure.sub(f" {FIGURE} ", undone(mended)))


@lru_cache(maxsize=50_000)
def undone(text: str) -> str:
    """`text` in small letters, contractions written out."""
    text = " ".join(text.lower().split())
    if not _MAY_NEED_IT.search(text):
        return text
    for pattern, written in _UNDO:
        text = pattern.sub(written, text)
    return text


@lru_cache(maxsize=50_000)
def as_sentence(text: str) -> Sentence:
    """The sentence of a text whose contractions are undone already."""
    words = tuple(_TOKEN.findall(text))
    return Sentence(words, tuple(root(word) for word in words))


def any_of(templates: Iterable[str]) -> re.Pattern[str]:
    """Any of some wordings: `(a|b)` in them is one of these, `[a|b]` one of these or none."""
    longest_first = sorted((undone(template) for template in templates), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(_pattern, longest_first)) + r")(?!\w)")


def _pattern(template: str) -> str:
    words = []
    for found in _IN_TEMPLATE.finditer(template):
        one = "|".join(map(re.escape, (found[1] or found[2] or found[0]).split("|")))
        words.append(f"(?: (?:{one}))?" if found[2] else f" (?:{one})")
    return "".join(words).removeprefix(" ")
