"""A reply and a locale -> SSML: the only place where words meet values.

Every text is escaped here, and every pause is made here, so that no reply can break the rules on
markup: one break between two pieces of speech at most, none longer than ten seconds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from skill.content.words import ELSEWHERE, care_numbers, words
from skill.tempo import spoken_seconds
from skill.triage import is_name
from skill.turn import SELF, SOMEONE, Act, OneOf, Reply

PAUSE_SECONDS = 0.4  # a "…" in the words: time to weigh one item of a list
LONGEST_BREAK_SECONDS = 10.0
SHORTEST_BREAK_SECONDS = 0.1  # shorter ones are not heard
MOST_CHARACTERS = 8000  # of speech, markup included (Alexa)

Piece = str | float
"""Words, or a pause in seconds."""


class Spoken(NamedTuple):
    """A reply in words: SSML for the device, plain text for cards, logs of tests and repeating."""

    ssml: str
    said: str  # with "…" for pauses
    asked: str
    reprompt: str | None  # SSML
    card: str


def speak(
    reply: Reply, *, locale: str, person: str = SELF, turn: int = 0, country: str | None = None
) -> Spoken:
    """The reply in the words of a locale, about a person. `turn` varies the phrasing.

    `country` is whose telephone numbers to say, where that is known.

    Raises `ContentError` when an act has no words.
    """
    voice = _Voice(locale, person, turn, country)
    said = [voice.text(act) for act in reply.say]
    asked = voice.text(reply.ask) if reply.ask else ""
    pieces: list[Piece] = []
    for act, text in zip(reply.say, said, strict=True):
        pieces += _timed(text, act.lasts)
    pieces += _pieces(asked)
    card = [_plain(voice.text(act)) for act in reply.card]
    return Spoken(
        ssml=to_ssml(pieces),
        said=" ".join(filter(None, said)),
        asked=asked,
        reprompt=to_ssml(_pieces(voice.text(reply.reprompt))) if reply.reprompt else None,
        card="\n".join(filter(None, card)),
    )


def reader(
    *, locale: str, person: str = SELF, turn: int = 0, country: str | None = None
) -> Callable[[Act], str]:
    """What makes one act after another into text to be read on a screen.

    It is plain text, pauses left out, telephone numbers whole. Raises `ContentError` for an act
    without words.
    """
    voice = _Voice(locale, person, turn, country)
    return lambda said: _read(voice.text(said))


@lru_cache(maxsize=512)  # titles, buttons and signs are the same in many a reply
def _read(text: str) -> str:
    return re.sub(_BETWEEN_SPELT_DIGITS, "", _plain(text))


_BETWEEN_SPELT_DIGITS = r"(?<=\b\d) (?=\d\b)"


def to_ssml(pieces: Iterable[Piece]) -> str:
    """SSML of words and pauses. Pauses next to each other become one, of ten seconds at most."""
    parts: list[str] = []
    silence = 0.0
    for piece in pieces:
        if isinstance(piece, float):
            silence += piece
        elif piece:
            if parts:
                parts.append(_break(silence))
            parts.append(_escape(piece))
            silence = 0.0
    if silence >= SHORTEST_BREAK_SECONDS and parts:
        parts.append(_break(silence))
    return f"<speak>{''.join(parts)}</speak>"


def _escape(text: str) -> str:
    """The text with markup made harmless, and without characters that XML cannot hold."""
    if not text.isprintable():
        text = "".join(filter(_is_xml, text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_xml(character: str) -> bool:
    """Whether XML 1.0 can hold it (https://www.w3.org/TR/xml/#charsets)."""
    return (
        character in "\t\n\r"
        or " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character >= "\U00010000"
    )


@lru_cache
def _break(seconds: float) -> str:
    if seconds < SHORTEST_BREAK_SECONDS:
        return " "
    milliseconds = round(min(seconds, LONGEST_BREAK_SECONDS) * 1000)
    return f'<break time="{milliseconds}ms"/>'


def _timed(text: str, lasts: float | None) -> list[Piece]:
    """The text, followed by as much silence as it takes to fill `lasts` seconds."""
    pieces = _pieces(text)
    if lasts is not None:
        taken = sum(p if isinstance(p, float) else spoken_seconds(p) for p in pieces)
        pieces.append(max(0.0, lasts - taken))
    return pieces


def _pieces(text: str) -> list[Piece]:
    """Words with a pause wherever the text has a "…"."""
    if "…" not in text:
        return [text.strip()]
    pieces: list[Piece] = []
    for number, part in enumerate(text.split("…")):
        if number:
            pieces.append(PAUSE_SECONDS)
        pieces.append(part.strip())
    return pieces


def _plain(text: str) -> str:
    return " ".join(map(str.strip, text.split("…")))


NAMES_ALOUD = frozenset({"about_whom", "ask.offer_check", "exercises_done", "nothing_known_of"})
"""Acts that may say a first name. No name is spoken or written with a fact of health: others hear
(clinical basis, g 6)."""


class _Voice:
    """Fills the sentences of a locale for one person."""

    def __init__(self, locale: str, person: str, turn: int, country: str | None) -> None:
        self.words, self.turn = words(locale), turn
        self.about_self = person == SELF
        spoken_of = SOMEONE if is_name(person) else person
        self.names = {**_numbers(locale, country), **_pronouns(locale, spoken_of)}
        self.by_name = {"person": person, "Person": person} if is_name(person) else {}

    def text(self, act: Act) -> str:
        """The act as a sentence, beginning with a capital letter."""
        text = self._fill(act)
        return text[:1].upper() + text[1:]

    def _fill(self, act: Act) -> str:
        count = act.values.get("count")
        sentence = self.words.sentence(
            act.name, about_self=self.about_self, count=count, turn=self.turn
        )
        if "{" not in sentence:
            return sentence
        values = {name: self._value(value) for name, value in act.values.items()}
        capitals = {name.capitalize(): text[:1].upper() + text[1:] for name, text in values.items()}
        named = self.by_name if act.name in NAMES_ALOUD else {}
        return sentence.format_map({**self.names, **named, **capitals, **values})

    def _value(self, value: Any) -> str:
        if isinstance(value, Act):
            return self._fill(value)
        if isinstance(value, OneOf):
            return self._list(value)
        if isinstance(value, int):
            return self._number(value)
        return str(value)

    def _list(self, value: OneOf) -> str:
        items = [self._fill(act) for act in value.acts]
        if len(items) == 1:
            return items[0]
        if value.joined == "or":
            pause = self.words.entry("list.pause")
            return str(pause.join(items[:-1]) + self.words.entry("list.or") + items[-1])
        comma = self.words.entry("list.comma")
        if value.joined == "comma":
            return str(comma.join(items))
        return str(comma.join(items[:-1]) + self.words.entry("list.and") + items[-1])

    def _number(self, number: int) -> str:
        spelt = self.words.entry("numbers.words")
        return spelt[number] if number < len(spelt) else str(number)


@cache
def _numbers(locale: str, country: str | None) -> Mapping[str, str]:
    """Whom to call, digit by digit; hedged where only the locale tells the country, or nothing."""
    numbers = care_numbers(country or locale.rpartition("-")[2])
    hedged = {None: "numbers.to_call", ELSEWHERE: "numbers.to_call_elsewhere"}
    to_call = str(words(locale).entry(hedged[country])) if country in hedged else "{digits}"
    crisis = "none" if numbers.crisis is None else "known" if country else "unplaced"
    to_crisis = str(words(locale).entry(f"numbers.to_crisis.{crisis}"))
    return {
        "emergency": to_call.format(digits=" ".join(numbers.emergency)),
        "crisis": to_crisis.format(digits=" ".join(numbers.crisis or "")),
    }


@cache
def _pronouns(locale: str, person: str) -> Mapping[str, str]:
    """How a person is spoken of. Raises `ContentError` for one without words, so few are kept."""
    if person == SELF:
        return {}
    spoken = words(locale)
    pronouns = spoken.entry(f"pronoun.{spoken.entry(f'person.{person}.pronoun')}")
    forms = {"person": spoken.entry(f"person.{person}.name"), **pronouns}
    return {**forms, **{key.capitalize(): form.capitalize() for key, form in forms.items()}}
