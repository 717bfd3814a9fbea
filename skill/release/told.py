"""What the skill tells people to say: "Say ready when you're there", "say: that hurts"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^.?!]+")
_WORDS_FOLLOW = re.compile(r"\b(?:say|or): +(?P<words>.+)$", re.IGNORECASE)  # always phrases
_SAY = re.compile(r"^(?:you can )?say (?P<words>.+)$", re.IGNORECASE)
_WHY = re.compile(r"\b(?:when|for|to|if|with|as)\b.*|, and .*")  # "ready | when you're there"
_BETWEEN = re.compile(r",\s*(?:and |or )?|\s+or\s+")
_NOT_PHRASES = ("exactly", "just", "what", "which", "how", "more about")  # "say how soon ..."


def phrases(text: str) -> Iterator[str]:
    """Every phrase that a reply, as plain text, tells the listener to say."""
    for sentence in _SENTENCE.findall(text):
        if found := _WORDS_FOLLOW.search(sentence.strip()):
            yield from _listed(found["words"])
        elif found := _SAY.match(sentence.strip()):
            words = _WHY.sub("", found["words"])
            if not words.lower().startswith(_NOT_PHRASES):
                yield from _listed(words)


def _listed(words: str) -> Iterator[str]:
    for phrase in _BETWEEN.split(words):
        if phrase.strip():
            yield phrase.strip()
