"""What a loudspeaker makes of SSML: pieces of speech and pauses, each with its seconds.

The planner of a routine and this player count with the same `skill.tempo`, so the place the skill
works out from the clock is the place that was heard.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from skill.tempo import COMMA_SECONDS, SENTENCE_SECONDS, spoken_seconds

_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.5}
_SLOWEST = 0.2  # Alexa plays nothing slower
_STRENGTHS = {
    "none": 0.0,
    "x-weak": 0.0,
    "weak": COMMA_SECONDS,
    "medium": COMMA_SECONDS,
    "strong": SENTENCE_SECONDS,
    "x-strong": 2 * SENTENCE_SECONDS,
}
_AFTER_BLOCK = {"p": "x-strong", "s": "strong"}
_SPELT_OUT = {"spell-out", "characters", "digits", "telephone"}
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
# Alexa's own tags carry prefixes which XML wants declared.
_ENVELOPE = '<ssml xmlns:amazon="amazon" xmlns:alexa="alexa">{}</ssml>'


@dataclass(frozen=True)
class Piece:
    """One stretch of speech, or a pause when `text` is empty.

    `at` and `seconds` count in seconds from the start of the reply; `rate` is 1 at normal speed.
    """

    text: str
    at: float
    seconds: float
    rate: float = 1.0


@dataclass(frozen=True)
class _Speech:
    text: str
    rate: float


_Sound = _Speech | float  # a float is a pause, in seconds


def timeline(ssml: str) -> tuple[Piece, ...]:
    """The pieces of `ssml` in order, one a sentence or pause, end to end from 0 seconds.

    Audio files last 0 seconds, as their length is not known here. Raises ValueError when `ssml` is
    not well-formed, as a real speaker would stay silent.
    """
    pieces: list[Piece] = []
    at = 0.0
    for text, seconds, rate in _measured(ssml):
        pieces.append(Piece(text, round(at, 3), round(seconds, 3), rate))
        at += seconds
    return tuple(pieces)


def total_seconds(ssml: str) -> float:
    """How many seconds `ssml` takes to play."""
    return sum((seconds for _, seconds, _ in _measured(ssml)), start=0.0)


def plain_text(ssml: str) -> str:
    """The words of `ssml` as they are spoken, on one line."""
    words = (sound.text if isinstance(sound, _Speech) else " " for sound in _sounds(ssml))
    return " ".join("".join(words).split())


def _measured(ssml: str) -> Iterator[tuple[str, float, float]]:
    """Text, seconds and rate of each sentence and pause."""
    for sound in _sounds(ssml):
        if isinstance(sound, float):
            yield "", sound, 1.0
            continue
        for sentence in _SENTENCE_END.split(" ".join(sound.text.split())):
            if sentence:
                yield sentence, spoken_seconds(sentence) / sound.rate, sound.rate


def _sounds(ssml: str) -> Iterator[_Sound]:
    """Speech and pauses, neighbours of one kind merged: a tag in mid-sentence is no pause."""
    text, rate = "", 1.0
    for sound in _walk(_parse(ssml), rate=1.0):
        if isinstance(sound, _Speech) and (sound.rate == rate or not text.strip()):
            text, rate = text + sound.text, sound.rate
            continue
        if text:
            yield _Speech(text, rate)
        text = ""
        if isinstance(sound, _Speech):
            text, rate = sound.text, sound.rate
        else:
            yield sound
    if text:
        yield _Speech(text, rate)


def _parse(ssml: str) -> ET.Element:
    try:
        return ET.fromstring(_ENVELOPE.format(ssml))  # noqa: S314  our own skill wrote it
    except ET.ParseError as error:
        raise ValueError(f"not well-formed SSML: {error}") from error


def _walk(element: ET.Element, rate: float) -> Iterator[_Sound]:
    match element.tag:
        case "break":
            yield _break_seconds(element)
            return
        case "audio":
            return
        case "say-as" | "sub":
            yield _Speech(_as_said(element), rate)
            return
        case "prosody":
            rate *= _rate(element.get("rate", "medium"))
    yield _Speech(element.text or "", rate)
    for child in element:
        yield from _walk(child, rate)
        yield _Speech(child.tail or "", rate)
    if element.tag in _AFTER_BLOCK:
        yield _STRENGTHS[_AFTER_BLOCK[element.tag]]


def _as_said(element: ET.Element) -> str:
    text = "".join(element.itertext())
    if element.tag == "sub":
        return element.get("alias", text)
    if element.get("interpret-as") in _SPELT_OUT:
        return " ".join(character for character in text if character.isalnum())
    return text


def _break_seconds(element: ET.Element) -> float:
    time = element.get("time")
    if time is None:
        return _STRENGTHS.get(element.get("strength", "medium"), COMMA_SECONDS)
    return float(time[:-2]) / 1000 if time.endswith("ms") else float(time.removesuffix("s"))


def _rate(rate: str) -> float:
    if rate.endswith("%"):
        return max(float(rate[:-1]) / 100, _SLOWEST)
    return _RATES.get(rate, 1.0)
