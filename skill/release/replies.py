"""What is wrong with a single reply: Alexa's limits, and our own promises about any reply.

The limits are those of Amazon's "Request and Response JSON Reference" and "Speech Synthesis Markup
Language Reference".
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from skill.release.walk import APL, APLA, Answer
from skill.speaker.sound import total_seconds

MOST_SPEECH = 8000  # characters, markup included
MOST_RESPONSE = 120_000  # bytes of JSON, session attributes included
MOST_CARD = 8000  # characters
MOST_AUDIO = 5  # sound files in one reply
LONGEST_BREAK_MS = 10_000
LONGEST_REPLY_SECONDS = 45  # apart from counting; our own
OLD_VOICE = ("emphasis", "pitch")  # an older voice speaks what is marked so
NEEDS = {f"{APLA}.": APLA, f"{APL}.": APL, "AudioPlayer.": "AudioPlayer"}

_TAGS = 'xmlns:amazon="a" xmlns:alexa="b"'  # Alexa's own tags carry prefixes XML wants declared
_BREAK = re.compile(r'<break time="(\d+)ms"/>')
_TWO_BREAKS = re.compile(r"<break[^>]*/>\s*<break")


def faults(answer: Answer) -> Iterator[str]:
    """Every rule that the reply breaks, in a few words each."""
    if answer.failed:
        yield f"it apologised: {answer.failed}"
    yield from _speech(answer.response)
    yield from _question(answer)
    yield from _size(answer)
    yield from _directives(answer)
    if not answer.attributes.get("routine") and _seconds(answer) > LONGEST_REPLY_SECONDS:
        yield f"it takes {_seconds(answer):.0f} seconds to say"


def _seconds(answer: Answer) -> float:
    try:
        return total_seconds(answer.ssml)
    except ValueError:  # not well-formed, which is a fault of its own
        return 0.0


def _speech(response: Any) -> Iterator[str]:
    for part in (response, response.get("reprompt") or {}):
        if speech := part.get("outputSpeech"):
            yield from _markup(speech.get("ssml", ""))


def _markup(ssml: str) -> Iterator[str]:
    try:
        root = ET.fromstring(ssml.replace("<speak>", f"<speak {_TAGS}>", 1))  # noqa: S314 (ours)
    except ET.ParseError as error:
        yield f"its speech is not well-formed: {error}"
        return
    if root.tag != "speak" or not "".join(root.itertext()).strip():
        yield "it says nothing"
    if len(ssml) >= MOST_SPEECH:
        yield f"its speech has {len(ssml)} characters"
    if any(int(length) > LONGEST_BREAK_MS for length in _BREAK.findall(ssml)):
        yield "it has a break of over ten seconds"
    if _TWO_BREAKS.search(ssml):
        yield "it has two breaks next to each other"
    if len(root.findall(".//audio")) > MOST_AUDIO:
        yield "it has too many sound files"
    if any(word in ssml for word in OLD_VOICE):
        yield "an older voice would speak a part of it"


def _question(answer: Answer) -> Iterator[str]:
    ends = answer.response.get("shouldEndSession")
    if not isinstance(ends, bool):
        yield f"shouldEndSession is {ends!r}"
    if answer.is_open and not answer.asking:
        yield "the session stays open without a question"
    if answer.is_open and not answer.reprompt:
        yield "the question has no reprompt"
    if ends and (answer.asking or answer.reprompt):
        yield "the session ends on a question"


def _size(answer: Answer) -> Iterator[str]:
    whole = {"response": answer.response, "sessionAttributes": answer.attributes}
    if (size := len(json.dumps(whole).encode())) > MOST_RESPONSE:
        yield f"the response has {size} bytes"
    card = answer.response.get("card") or {}
    texts = [card.get(name) for name in ("title", "content", "text")]
    if sum(len(text) for text in texts if text) > MOST_CARD:
        yield "the card is too long"


def _directives(answer: Answer) -> Iterator[str]:
    for directive in answer.response.get("directives") or ():
        needed = next((name for prefix, name in NEEDS.items() if _is(directive, prefix)), None)
        if needed and needed not in answer.interfaces:
            yield f"{directive['type']} is sent to a device without {needed}"


def _is(directive: Any, prefix: str) -> bool:
    return str(directive.get("type")).startswith(prefix)
