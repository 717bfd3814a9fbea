"""PURE How long words take to say, so that counts keep time and a reply's length is known.

An estimate for Alexa's English voice at normal rate, in seconds. Everything that plans or plays
speech uses this one function, so plan and play agree with each other even where a real device is
a little faster or slower.
"""

import re

SECONDS_PER_CHARACTER = 0.065  # letters and digits: about 150 words a minute in running text
SECONDS_PER_DIGIT_WORD = 0.35  # "9 1 1" is three words, not three letters
COMMA_SECONDS = 0.2
SENTENCE_SECONDS = 0.4


def spoken_seconds(text: str) -> float:
    """How many seconds it takes to say `text` (plain words, no markup) at normal rate."""
    digits = len(re.findall(r"\b\d\b", text))
    characters = sum(character.isalnum() for character in text) - digits
    commas = sum(text.count(mark) for mark in ",;:")
    ends = len(re.findall(r"[.?!]+", text))
    return (
        characters * SECONDS_PER_CHARACTER
        + digits * SECONDS_PER_DIGIT_WORD
        + commas * COMMA_SECONDS
        + ends * SENTENCE_SECONDS
    )
