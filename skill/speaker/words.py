"""Words: their roots, and those that carry little of the meaning.

"Dragging" and "drags" are both "drag"; "the" tells nothing, and "a bit" little.
"""

from __future__ import annotations

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
