"""A reply and a locale -> SSML: the only place where words meet values.

Every text is escaped here, and every pause is made here, so that no reply can break the rules on
markup: one break between two pieces of speech at most, none longer than ten seconds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
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
    texts = [voice.put(act, _sentence) for act in reply.say]
    said = " ".join(filter(None, texts))
    asked = voice.put(reply.ask, _sentence) if reply.ask else ""
    timed = [act for act in reply.say if act.lasts is not None]
    ssml = _counted(reply, texts, asked) if timed else _ssml(f"{said} {asked}")
    reprompt = voice.put(reply.reprompt, _speech) if reply.reprompt else None
    card = "\n".join(filter(None, [voice.put(act, _written) for act in reply.card]))
    return Spoken(ssml, said, asked, reprompt, card)


def reader(
    *, locale: str, person: str = SELF, turn: int = 0, country: str | None = None
) -> Callable[[Act], str]:
    """What makes one act after another into text to be read on a screen.

    It is plain text, pauses left out, telephone numbers whole. Raises `ContentError` for an act
    without words.
    """
    voice = _Voice(locale, person, turn, country)
    return lambda said: voice.put(said, _read)


# --- Forms of a text ----------------------------------------------------------------------------


def _sentence(text: str) -> str:
    """Beginning with a capital letter."""
    return text if text[:1].isupper() else text[:1].upper() + text[1:]


def _speech(text: str) -> str:
    """As SSML."""
    return _ssml(_sentence(text))


def _written(text: str) -> str:
    """On a card: without pauses."""
    return " ".join(map(str.strip, _sentence(text).split("…")))


def _read(text: str) -> str:
    """On a screen: telephone numbers whole."""
    return re.sub(_BETWEEN_SPELT_DIGITS, "", _written(text))


_BETWEEN_SPELT_DIGITS = r"(?<=\b\d) (?=\d\b)"


# --- SSML ---------------------------------------------------------------------------------------


def _counted(reply: Reply, texts: Iterable[str], asked: str) -> str:
    """What takes a time of its own, and the question after it."""
    pieces: list[Piece] = []
    for act, text in zip(reply.say, texts, strict=True):
        pieces += _timed(text, act.lasts)
    return to_ssml([*pieces, *_pieces(asked)])


def _ssml(text: str) -> str:
    """Words with a pause wherever the text has a "…"."""
    marked = _escape(text.strip()).replace(" … ", _PAUSE)
    if "…" in marked:  # pauses meet, or stand at an end
        return to_ssml(_pieces(text))
    return f"<speak>{marked}</speak>"


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
    """The text with markup made harmless."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _without_controls(text: str) -> str:
    """What comes from outside, without characters that XML cannot hold (the content has none)."""
    return text if text.isprintable() else "".join(filter(_is_xml, text))


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


_PAUSE = _break(PAUSE_SECONDS)


def _timed(text: str, lasts: float | None) -> list[Piece]:
    """The text, followed by as much silence as it takes to fill `lasts` seconds."""
    pieces = _pieces(text)
    if lasts is not None:
        taken = sum(p if isinstance(p, float) else spoken_seconds(p) for p in pieces)
        pieces.append(max(0.0, lasts - taken))
    return pieces


def _pieces(text: str) -> list[Piece]:
    """Words with a pause wherever the text has a "…"."""
    pieces: list[Piece] = []
    for number, part in enumerate(text.split("…")):
        if number:
            pieces.append(PAUSE_SECONDS)
        pieces.append(part.strip())
    return pieces


NAMES_ALOUD = frozenset({"about_whom", "ask.offer_check", "exercises_done", "nothing_known_of"})
"""Acts that may say a first name. No name is spoken or written with a fact of health: others hear
(clinical basis, g 6)."""


class _Voice:
    """Puts acts into the words of a locale, for one person."""

    def __init__(self, locale: str, person: str, turn: int, country: str | None) -> None:
        self.person, self.turn = person, turn
        self.sentences = words(locale).said[person == SELF]
        self.forms = _forms(locale, SOMEONE if is_name(person) else person, country)

    def put(self, act: Act, form: Callable[[str], str] | None = None) -> str:
        """The act in words: in some form of them, or as it stands within a sentence."""
        sentence = self.sentences[act.name]
        if type(sentence) is not str:
            sentence = self.sentences.chosen(act.name, act.values.get("count"), self.turn)
        if "{" in sentence:
            filled = self._filled(sentence, act)
            return form(filled) if form else filled
        return _whole(sentence, form) if form else sentence

    def _filled(self, sentence: str, act: Act) -> str:
        fillings = _Fillings(self.forms)
        if act.name in NAMES_ALOUD and is_name(self.person):
            fillings["person"] = _without_controls(self.person)
        for name, value in act.values.items():
            fillings[name] = self._value(value)
        return sentence.format_map(fillings)

    def _value(self, value: Any) -> str:
        if isinstance(value, Act):
            return self.put(value)
        if isinstance(value, OneOf):
            return self._list(value)
        if isinstance(value, int):
            return self._number(value)
        return _without_controls(str(value))

    def _list(self, value: OneOf) -> str:
        items = [self.put(act) for act in value.acts]
        last = items.pop()
        if not items:
            return last
        between, before_last = _JOINED[value.joined]
        return str(self.sentences[between].join(items) + self.sentences[before_last] + last)

    def _number(self, number: int) -> str:
        spelt = self.sentences["numbers.words"]
        return spelt[number] if number < len(spelt) else str(number)


@lru_cache(maxsize=2048)
def _whole(sentence: str, form: Callable[[str], str]) -> str:
    """A form of a sentence without braces. It is kept, as it holds nothing but content."""
    return form(sentence)


_JOINED = {
    "or": ("list.pause", "list.or"),
    "and": ("list.comma", "list.and"),
    "comma": ("list.comma", "list.comma"),
}
"""What stands between the items of a list, and before its last one."""


class _Fillings(dict[str, str]):
    """What the braces of a sentence stand for. In {Capitals}, it begins a sentence."""

    def __missing__(self, name: str) -> str:
        if name.islower():
            raise KeyError(name)
        return _sentence(self[name.lower()])


@lru_cache(maxsize=128)
def _forms(locale: str, person: str, country: str | None) -> Mapping[str, str]:
    """What the locale has for braces: pronouns and telephone numbers.

    Raises `ContentError` for a person without words, so no first name is kept.
    """
    return {**_numbers(locale, country), **_pronouns(locale, person)}


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


def _pronouns(locale: str, person: str) -> Mapping[str, str]:
    """How a person is spoken of. Raises `ContentError` for one without words."""
    if person == SELF:
        return {}
    spoken = words(locale)
    pronouns = spoken.entry(f"pronoun.{spoken.entry(f'person.{person}.pronoun')}")
    return {"person": spoken.entry(f"person.{person}.name"), **pronouns}
