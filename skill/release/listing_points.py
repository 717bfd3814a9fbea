"""The certification list on what the skill store shows and what Amazon's testers read."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from skill import interaction_model
from skill.diary import KEPT_DAYS
from skill.release import bundle, icons, store
from skill.release.evidence import Evidence
from skill.speaker.cloud import Cloud, Utterance
from skill.speaker.envelope import Device
from skill.speaker.understanding import FALLBACK

EXAMPLES = 3
MOST_NAME, MOST_SUMMARY, MOST_DESCRIPTION, MOST_TESTING = 50, 160, 4000, 4000  # characters
MOST_KEYWORDS = 30
MOST_ANSWERS = 12  # given on the way to a verdict
WHAT_WHERE_HOW_LONG = 3  # cells in a row of the privacy page
_CALL = re.compile(r"(?:alexa, )(?:open|ask|tell|launch|start) (?P<name>.+)", re.IGNORECASE)
_CONNECTING = re.compile(r"^(?:to|about|for|if|whether|that) ")
_SYMBOLS = re.compile(r"[^A-Za-z0-9 ,.'?-]")
_AMAZON = re.compile(r"amazon|alexa", re.IGNORECASE)
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]+)"')
_APP = re.compile(r"\bapps?\b", re.IGNORECASE)


def examples(evidence: Evidence) -> Iterator[str]:
    """Three phrases, from samples, without symbols, each answered at once."""
    phrases = evidence.listing["example_phrases"]
    language = interaction_model.load(evidence.locale)["interactionModel"]["languageModel"]
    name = language["invocationName"]
    samples = {sample for intent in language["intents"] for sample in intent["samples"]}
    if len(phrases) != EXAMPLES:
        yield f"there are {len(phrases)} example phrases"
    if not phrases[0].lower().startswith("alexa, ") or not phrases[0].lower().endswith(name):
        yield "the first has not the wake word and the invocation name alone"
    for phrase in phrases:
        call = _CALL.fullmatch(phrase)
        request = call["name"].lower().removeprefix(name).strip() if call else phrase.lower()
        if request and _CONNECTING.sub("", request) not in samples:
            yield f"{phrase!r} is no sample"
        if _SYMBOLS.search(phrase):
            yield f"{phrase!r} has a symbol"
        (exchange,) = evidence.conversation(phrase)
        asked = exchange.understood.intent if exchange.understood else "LaunchRequest"
        if not exchange.session_open or asked == "AMAZON.FallbackIntent":
            yield f"{phrase!r} is not answered"


def description(evidence: Evidence) -> Iterator[str]:
    """Lengths, the medical disclaimer, and that it is a skill."""
    words = evidence.listing
    limits = (("name", MOST_NAME), ("summary", MOST_SUMMARY), ("description", MOST_DESCRIPTION))
    for part, most in limits:
        if not 0 < len(words[part].strip()) <= most:
            yield f"the {part} has {len(words[part])} characters"
        if _APP.search(words[part]):
            yield f"the {part} calls it an app"
    for needed in words["disclaimer"]:
        if needed not in words["description"]:
            yield f"the description does not say {needed!r}"


def category(evidence: Evidence) -> Iterator[str]:
    """The category, and keywords people would search for."""
    if evidence.manifest["publishingInformation"]["category"] != "HEALTH_AND_FITNESS":
        yield "the category is another one"
    keywords = evidence.listing["keywords"]
    if not 0 < len(keywords) <= MOST_KEYWORDS or len(set(keywords)) < len(keywords):
        yield f"there are {len(keywords)} keywords, or one twice"


def pictures(_: Evidence) -> Iterator[str]:
    """Both icons, in their sizes."""
    for size in (icons.SMALL, icons.LARGE):
        width, height = struct.unpack(">II", icons.icon(size)[16:24])
        if (width, height) != (size, size):
            yield f"the icon of {size} is {width} by {height}"


def testing(evidence: Evidence) -> Iterator[str]:
    """Every way in the testing instructions, walked."""
    instructions = store.testing_instructions(evidence.listing)
    if len(instructions) > MOST_TESTING:
        yield "the testing instructions are too long"
    for permission in evidence.manifest["permissions"]:
        api = permission["name"].split(":")[3]  # "alexa::alerts:reminders:skill:readwrite"
        if api not in instructions.lower() or "permission" not in instructions:
            yield f"nothing is said of {api} and the permission for them"
    ways = evidence.listing["testing"]["way"]
    wanted = {"emergency", "urgent", "routine", "self_care", "exercise"}
    if missing := wanted - {way["to"] for way in ways}:
        yield f"there is no way to {', '.join(sorted(missing))}"
    for way in ways:
        if (reached := _walked(way, evidence.locale)) != way["to"]:
            yield f"the way to {way['to']} leads to {reached}"


def _walked(way: dict[str, Any], locale: str) -> str | None:
    """Where a way leads: to a verdict's level, to an exercise, or nowhere."""
    cloud = Cloud(Device(locale=locale))
    exchange = [cloud.hear(Utterance(said)) for said in way["say"]][-1]
    for _ in range(MOST_ANSWERS):
        there = exchange.state["routine"] if way["to"] == "exercise" else exchange.state["verdict"]
        if there:
            break
        exchange = cloud.hear(Utterance(way.get("then", "")))
    if exchange.state["routine"]:
        counting = cloud.hear(Utterance(way["last"])).state["routine"]
        return "exercise" if counting and not counting["paused"] else None
    verdict = exchange.state["verdict"]
    return verdict and str(verdict["level"])


def declarations(evidence: Evidence) -> Iterator[str]:
    """What is declared to Amazon."""
    declared = evidence.manifest["privacyAndCompliance"]
    wanted = {
        "allowsPurchases": False,
        "containsAds": False,
        "isChildDirected": False,
        "usesHealthInfo": False,
        "usesPersonalInfo": True,
    }
    for name, value in wanted.items():
        if declared[name] is not value:
            yield f"{name} is {declared[name]}"


def pages(evidence: Evidence) -> Iterator[str]:
    """Both pages are the skill's own, and say what they are for."""
    for page, faults in PAGES.items():
        file = bundle.ROOT / "docs" / page
        if not file.is_file():
            yield f"docs/{page} is not there"
            continue
        text = file.read_text("utf-8")
        title = text.partition("\n")[0]
        if evidence.listing["name"] not in title or _AMAZON.search(title):
            yield f"docs/{page} is not by its title the skill's own"
        yield from (f"docs/{page}: {fault}" for fault in faults(evidence, text))


def _privacy_faults(evidence: Evidence, text: str) -> Iterator[str]:
    """What is kept, where and for how long, in a table; and what to say to have it deleted."""
    rows = [[cell.strip() for cell in row.split("|")] for row in _ROW.findall(text)]
    if not rows or not all(len(row) == WHAT_WHERE_HOW_LONG and all(row) for row in rows):
        yield "there is no full table of what is kept, where and for how long"
    if f"{KEPT_DAYS} days" not in text:
        yield f"it does not say that things are kept for {KEPT_DAYS} days"
    asked = set()
    for phrase in _QUOTED.findall(" ".join(text.split())):
        (exchange,) = evidence.conversation(phrase)
        intent = exchange.understood.intent if exchange.understood else None
        asked.add(intent)
        if intent == FALLBACK:
            yield f"{phrase!r} is told, and not understood"
    if "ForgetMeIntent" not in asked:
        yield "it does not say how to have everything deleted"


def _terms_faults(evidence: Evidence, text: str) -> Iterator[str]:
    """The numbers to call that the description has."""
    for number in filter(str.isdigit, evidence.listing["disclaimer"]):
        if number not in text:
            yield f"it does not name {number}"


PAGES: Mapping[str, Callable[[Evidence, str], Iterator[str]]] = {
    "privacy.md": _privacy_faults,
    "terms.md": _terms_faults,
}


POINTS = (
    ("three example phrases, word for word from samples, each answered at once", examples),
    ("the description has the medical disclaimer, and says skill", description),
    ("the description is what the skill does, and names what it needs", "read it beside the skill"),
    ("the category is Health & Fitness, with keywords", category),
    ("icons of 108 and 512 pixels", pictures),
    ("the testing instructions reach every verdict and a count, and tell of permissions", testing),
    (
        "the privacy page: what is kept, how long, how to delete it; the terms: whom to call",
        pages,
    ),
    ("both pages open where --privacy-url and --terms-url say", "open both addresses"),
    ("health policy allows it as it reads today", "read Policy Requirements for Alexa Skills"),
    ("not for children, no ads, no purchases, no HIPAA, settings are kept", declarations),
)
