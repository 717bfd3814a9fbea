"""The slots of an intent, filled from what was found in an utterance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skill.content.exercises import USUAL
from skill.speaker.choosing import Choice
from skill.speaker.knowledge import Knowledge
from skill.speaker.phrases import OUTRIGHT, Match
from skill.speaker.polarity import UNKNOWN
from skill.speaker.quantities import Quantity
from skill.speaker.utterance import TRIGGER_FINDINGS, Finding, Utterance
from skill.speaker.words import root_set, word_set
from skill.triage import AGE_ENDS, is_name

_SLOT_OF_KIND = {
    "CONDITION": "Condition",
    "AREA": "Area",
    "SIDE": "Side",
    "QUALITY": "Quality",
    "TRIGGER": "Trigger",
    "INTENSITY": "Intensity",
    "AGE_BAND": "AgeBand",
    "EXERCISE": "Exercise",
    "GOAL": "Goal",
    "EASE": "Ease",
    "REMEDY": "Remedy",
    "TOPIC": "Topic",
    "PACE": "Pace",
    "FREQUENCY": "Frequency",
    "TASK": "Task",
    "OTHER_AREA": "OtherArea",
    "PERIOD": "Period",
    "CHANGE": "Change",
    "KEPT": "Kept",
    "COUNTRY": "Country",
}
_SLOT_OF_QUANTITY = {
    "age": "Age",
    "weeks": "Weeks",
    "duration": "Duration",
    "date": "Since",
    "day": "Day",
    "time": "Time",
    "number": "Severity",
}
_DONE_BEFORE = root_set("routine exercise exercises stretches")
_SORE = root_set("pain hurt ache aches sore agony")
_BROAD_TOPICS = frozenset({"work", "causes", "symptoms", "treatment", "how_long", "seriousness"})
_HISTORY = word_set(
    "bone_risk blood_thinner cancer_history infection_risk already_assessed pregnant"
)
_WORDS_TO_TIME = 5  # a length of time this soon after an illness or a medicine is its own
_WORDS_FROM_PAIN = 2  # "bad" this near to "pain" grades the pain


@dataclass(frozen=True)
class Value:
    """A slot's value: the words, and the resolved id, ISO duration or date, or digits."""

    spoken: str
    id: str | None


def fill(said: Utterance, choice: Choice) -> dict[str, tuple[Value, ...]]:
    """The slots which the chosen intent declares, and for which there is something."""
    declared = said.knows.slots.get(choice.intent, {})
    slots: dict[str, tuple[Value, ...]] = {}
    for name, values in _everything(said, choice):
        if name in declared and values:
            slots.setdefault(name, values)
    return slots


def _everything(said: Utterance, choice: Choice) -> Iterator[tuple[str, tuple[Value, ...]]]:
    if said.answer is not None and (said.asking or said.findings):
        yield "Answer", (Value(said.answer.spoken, said.answer.said),)
    for name, wanted in (("Symptom", True), ("Denied", False), ("Unsure", UNKNOWN)):
        yield name, tuple(_carried(said, choice, wanted))
    if said.person is not None:
        slot = "Name" if is_name(said.person.id) else "Person"
        yield slot, (Value(said.person.spoken, said.person.id),)
    for quantity in sorted(said.quantities, key=_longest_first):
        if any(
            of_other(said, quantity) for of_other in (_in_age_band, _is_of_history, _is_of_routine)
        ):
            continue
        spoken = said.sentence.part(quantity.first, quantity.last)
        if "weeks" in said.about and quantity.id.endswith("W"):
            yield "Weeks", (Value(spoken, quantity.id.strip("PW")),)
        if choice.intent == "GuideStretchIntent" and _is_how_many(said, quantity):
            yield "Repetitions", (Value(spoken, quantity.id),)
            continue
        yield _SLOT_OF_QUANTITY[quantity.kind], (Value(spoken, quantity.id),)
    for kind, name in _SLOT_OF_KIND.items():
        yield name, _of_kind(said, choice, kind)
    if choice.intent == "RemindIntent":
        yield "Task", tuple(_task(said))


def _is_of_routine(said: Utterance, quantity: Quantity) -> bool:
    """Whether a day is that of an exercise, not of the pain: "the same routine as yesterday"."""
    usual = any(match.id == USUAL and quantity.last in match.places for match in said.matches)
    named = usual or (bool(said.roots & _DONE_BEFORE) and not said.roots & _SORE)
    return quantity.kind == "date" and named


def _is_how_many(said: Utterance, quantity: Quantity) -> bool:
    """Whether a number counts an exercise, "five cat cows", and grades no pain."""
    if quantity.kind != "number":
        return False
    words = said.sentence.words[quantity.first : quantity.last + 1]
    exercises = [match for match in said.matches if match.kind == "EXERCISE"]
    beside = any(match.first == quantity.last + 1 for match in exercises)
    return "out" not in words and (beside or not said.roots & _SORE)


def _task(said: Utterance) -> Iterator[Value]:
    """What to be reminded of, word for word; None for words that stand for no value."""
    words = said.sentence.words
    taken = {place for found in said.quantities for place in range(found.first, found.last + 1)}
    taken |= {place for match in said.matches for place in match.places}
    for place, word in enumerate(words[:-1]):
        if word in {"to", "about"} and not {place, place + 1} & taken and said.says_reminding:
            last = next((at for at in range(place + 1, len(words)) if at in taken), len(words)) - 1
            spoken = said.sentence.part(place + 1, last)
            yield Value(spoken, said.knows.tasks.get(spoken.removesuffix(" at")))
            return


def _longest_first(quantity: Quantity) -> float:
    """Of several lengths of time the longest counts: "at a desk all day, sore for five weeks"."""
    if quantity.kind != "duration":
        return 0
    number, unit = re.match(r"PT?(\d+)(.*)", quantity.id, re.ASCII).groups()  # type: ignore[union-attr]
    days = {"D": 1, "W": 7, "M": 30, "Y": 365}.get(unit, 0)
    return -float(number) * (0 if quantity.id.startswith("PT") else days)


def _in_age_band(said: Utterance, quantity: Quantity) -> bool:
    """Whether the number is that of "over fifty five", and nobody's age."""
    return any(match.kind == "AGE_BAND" and quantity.last in match.places for match in said.matches)


def _is_of_history(said: Utterance, quantity: Quantity) -> bool:
    """Whether it tells since when of something else than the pain.

    Of an illness or a medicine ("on steroids for months"), or of a sign that is over ("my leg
    went numb last year but it's fine now").
    """
    if quantity.kind not in {"duration", "date"}:
        return False
    told = [*said.matches, *(match for match, _ in said.judged if match.kind == OUTRIGHT)]
    return any(
        _is_history(said, match) and match.first < quantity.last <= match.last + _WORDS_TO_TIME
        for match in told
    )


def _is_history(said: Utterance, match: Match) -> bool:
    over = match.kind == "SYMPTOM" and match.id not in said.findings
    return over or match.id in _HISTORY or match.kind == "CONDITION"


def _of_kind(said: Utterance, choice: Choice, kind: str) -> tuple[Value, ...]:
    found = [match for match in said.matches if match.kind == kind]
    if kind == "TRIGGER":
        found = said.triggers
    if kind == "INTENSITY" and not _grades_pain(said, choice.intent, found):
        return ()
    values = _picked(said, choice, kind) + tuple(
        Value(said.sentence.part(match.first, match.last), match.id)
        for match in sorted(
            {match.id: match for match in found}.values(),
            key=lambda match: match.id in _BROAD_TOPICS,
        )
    )
    return values if kind == "CONDITION" else values[:1]


def _picked(said: Utterance, choice: Choice, kind: str) -> tuple[Value, ...]:
    """What was pointed at in a list read out, of one kind."""
    return tuple(
        Value(said.sentence.plain, name)
        for name in choice.picked
        if kind == _kind_of(name, said.knows)
    )


def _kind_of(name: str, knows: Knowledge) -> str:
    if name in knows.topics:
        return "TOPIC"
    return "AGE_BAND" if name in AGE_ENDS else "SYMPTOM" if name in knows.findings else "CONDITION"


def _grades_pain(said: Utterance, intent: str, found: Sequence[Match]) -> bool:
    """Whether "bad" is said of the pain, and not of a leg or a fall."""
    if intent in {"AnswerIntent", "PainScoreIntent"}:
        return True
    near = {
        word
        for match in found[:1]
        for word in said.sentence.roots[
            max(0, match.first - _WORDS_FROM_PAIN) : match.last + 1 + _WORDS_FROM_PAIN
        ]
    }
    return bool(near & {"pain", "hurt", "ach", "sore"})


def _carried(said: Utterance, choice: Choice, wanted: Finding) -> Iterator[Value]:
    """The findings of one polarity that this intent sends as symptoms, each once."""
    if wanted is True:
        yield from _picked(said, choice, "SYMPTOM")
    elsewhere = _in_other_slots(said, choice.intent) if wanted is True else frozenset()
    if wanted == UNKNOWN:
        yield from (Value(said.sentence.plain, name) for name in choice.doubted)
    seen = set(elsewhere) | set(choice.picked)
    for match, verdict in said.judged:
        if verdict is wanted is said.findings[match.id] and match.id not in seen:
            seen.add(match.id)
            yield Value(said.sentence.part(match.first, match.last), match.id)


def _in_other_slots(said: Utterance, intent: str) -> frozenset[str]:
    """Findings that go as a trigger or an area where the intent has a slot for those."""
    declared = said.knows.slots.get(intent, {})
    found: frozenset[str] = frozenset()
    if "Trigger" in declared and said.triggers:
        found |= TRIGGER_FINDINGS
    if "Area" in declared and "AREA" in said.kinds:
        found |= {"upper_back"}
    return found
