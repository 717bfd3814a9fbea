"""What was said, as words that can be compared: contractions undone, endings off, slips mended.

A `Sentence` keeps the words as spoken and, for each, its root ("dragging" and "drags" are both
"drag"). Commas and full stops are kept as marks, for speech that has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

MARKS = frozenset(",.;:!?")
_SHORTEST_WITH_ENDING = 4  # letters: "has" is no plural
_SHORTEST_STEM = 4
FIGURE = "figuratively"  # stands where a figure of speech was


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_TOKEN = re.compile(r"\d+\.\d+|[a-z0-9]+(?:[-'][a-z0-9]+)*|[,.;:!?]")

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

# Roots that no rule of endings gives.
_IRREGULAR = {
    word: root
    for root, words in {
        "pee": "peed peeing pees peein wee weed weeing wees urinate urinating urinated urinates",
        "poo": "pooed pooing poos poop pooped pooping poops",
        "feel": "felt feeling feels feelings sensation feelin",
        "lose": "lost losing loses loss loosing loose",
        "give": "gave given gives giving givin",
        "fall": "fell fallen falls falling",
        "go": "went gone goes going goin",
        "drag": "dragged dragging drags draggin",
        "wet": "wetted wetting wets",
        "hurt": "hurts hurting hurted hurtin hurty",
        "break": "broke broken breaks breaking",
        "keep": "kept keeps keeping",
        "get": "got gotten gets getting gettin",
        "have": "has had having hav",
        "be": "is am are was were been being",
        "do": "does did done doing",
        "take": "took taken takes taking",
        "come": "came comes coming",
        "run": "ran runs running",
        "wake": "woke woken wakes waking awake",
        "sleep": "slept sleeps sleeping sleepin",
        "lie": "lay lying lies lain laying",
        "sit": "sat sits sitting",
        "stand": "stood stands standing",
        "bend": "bent bends bending",
        "throw": "threw thrown throws throwing",
        "puke": "puked puking pukes",
        "hold": "held holds holding",
        "say": "said says saying",
        "think": "thought thinks thinking",
        "catch": "caught catches catching",
        "swell": "swollen swelling swells swelled swole",
        "numb": "numbness numbed numbing numbs numby",
        "weak": "weakness weakened weakening",
        "stiff": "stiffness stiffened stiffening",
        "tight": "tightness tightened tightening tightenings",
        "tingle": "tingly tingling tingles tingled tinglin tingley",
        "shiver": "shivering shivers shivery shivered shiverin",
        "spasm": "spasms spasming spasmed",
        "chill": "chills",
        "fever": "feverish fevers feverishness",
        "sweat": "sweats sweating sweaty sweated sweatin",
        "faint": "fainted fainting faints fainty",
        "droop": "drooping droops drooped droopy",
        "slur": "slurred slurring slurs slurry",
        "floppy": "flop flops flopping flopped",
        "wobble": "wobbly wobbles wobbling wobbled",
        "clumsy": "clumsier clumsiness clumsily",
        "unsteady": "unsteadiness unsteadier",
        "breathe": "breath breathing breathes breathin",
        "breathless": "breathlessness",
        "crooked": "crookedly",
        "spine": "spines",
        "vomit": "vomited vomiting vomits",
        "bleed": "bleeding bleeds bled",
        "drop": "dropped dropping drops",
        "trip": "tripped tripping trips",
        "slip": "slipped slipping slips",
        "myself": "meself",
        "leak": "leaked leaking leaks leakage leaky leakin",
        "lift": "lifted lifting lifts liftin",
        "trouble": "problem problems difficulty difficulties bother issues issue troubles",
        "tummy": "belly stomach abdomen abdominal",
        "bottom": "bum backside butt",
        "child": "children kids kid",
        "foot": "foots",
        "buttock": "buttocks",
        "tablet": "tablets pill pills",
        "shoot": "shooting shoots",
        "spread": "spreads spreading",
        "begin": "began begun begins beginning",
        "swim": "swam swum swimming",
        "buckle": "buckled buckling buckles",
        "calm": "calming calms",
        "bad": "badly",
        "normal": "normally",
        "terrible": "terribly",
        "severe": "severely",
        "properly": "proper",
    }.items()
    for word in words.split()
}
_IRREGULAR |= {root: root for root in _IRREGULAR.values()}
# One leg is not two: these words keep their plural.
_KEPT = word_set(
    """
    always ankles arms balls bits bones bowels calves chills days dress feet fingers glass hands
    heels hips his hours kidneys knees legs less loss minutes months news nuts pass pins press
    ribs rolls series shins
    sometimes stairs steroids stress thighs this toes us waters weeks years yes mornings
    """
)

STOP_WORDS = word_set(
    """
    a about after ah also am an and any are around as at be because been being by did do
    does er erm ever for from had has have having he her here hers him his i if in into is
    it its just like me mine my of oh on onto or our quite really round shall she so some
    that the their them then there these they this those to uh um us very was we well were
    what when whenever where which while who will with would you your
    """
)
# Words that may stand inside a phrase without loosening it.
LIGHT_WORDS = word_set(
    """
    absolute absolutely actually again literally practically basically ago all always awful back
    bad become big bit can complete
    completely constant could definite down entire even fairly feel get go happen horrible
    keep kind last lately left little lower many mild more morning much new night now off
    often old out over own poor pretty properly quickly real recently right seem severe side
    slight slightly sometimes sore sort start still suddenly terrible today tonight too
    total totally try turn up upper week whole yesterday
    """
)


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The word without its ending, for comparing: that of "catches" is that of "catching"."""
    if (known := _IRREGULAR.get(word)) is not None:
        return known
    if (
        word in _KEPT
        or word in STOP_WORDS
        or len(word) < _SHORTEST_WITH_ENDING
        or not word.isalpha()
    ):
        return word
    return _without_ending(word)


def _without_ending(word: str) -> str:
    for ending, least in (("ing", 6), ("ed", 5), ("ies", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            stem = word[: -len(ending)]
            if ending == "ies":
                return stem + "y"
            if ending == "es" and not stem.endswith(("s", "x", "z", "ch", "sh")):
                return stem if stem.endswith("e") else _plain(stem)
            return _plain(_undoubled(stem))
    return _plain(word)


def _undoubled(stem: str) -> str:
    """What "gripp", of "gripping", is: "grip"; "pass" and "fall" keep both letters."""
    return (
        stem[:-1]
        if len(stem) >= _SHORTEST_STEM and stem[-1] == stem[-2] and stem[-1] not in "sle"
        else stem
    )


def _plain(stem: str) -> str:
    return stem[:-1] if len(stem) >= _SHORTEST_STEM and stem.endswith("e") else stem


def root_set(text: str) -> frozenset[str]:
    """The roots of the words of a text, as a set; and the words, where they are roots already."""
    return frozenset(map(root, text.split())) | word_set(text)


@dataclass(frozen=True)
class Sentence:
    """The words of one utterance, in order: as spoken, and their roots. Marks are words too."""

    words: tuple[str, ...]
    roots: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The words without the marks, with a space between them."""
        return " ".join(word for word in self.words if word not in MARKS)

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
        self._slip = _any_of(mended)
        self._figure = _any_of(undone(figure) for figure in figures)

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


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
