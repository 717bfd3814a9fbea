"""Every state the conversation can be in, reached through the real door.

No understanding stands between: intents and slot values are picked straight from the interaction
model, as the machine in Amazon's cloud may pick them whatever was said. States are told apart by
what is under way and what is asked, and each is visited once, the nearest first.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

from skill import alexa, interaction_model
from skill.speaker import alerts_api, envelope
from skill.speaker.alarm_clock import AlarmClock
from skill.speaker.model import Model
from skill.speaker.sound import plain_text
from skill.speaker.understanding import Value

APL, APLA = "Alexa.Presentation.APL", "Alexa.Presentation.APLA"
SECONDS_A_TURN = 5
LONGEST_WAY = 15  # turns to a verdict, or to the end of an exercise
SPREAD = 3  # values of a slot type tried while looking for states

_START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
_SLOT = re.compile(r"\{(\w+)\}")
_BUILT_IN = {
    "AMAZON.NUMBER": ("3", "9", "45"),
    "AMAZON.DURATION": ("P2D", "P8W", "PT10M"),
    "AMAZON.DATE": ("2026-03-02", "2026-W08", "2026-01"),
    "AMAZON.TIME": ("08:00", "EV", "21:30"),
    "AMAZON.FirstName": ("Anna", "Tom", "Margaret"),
}

Slots = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True)
class Saying:
    """What somebody says: an intent with its slots."""

    intent: str
    slots: Slots = field(default_factory=dict)

    def __str__(self) -> str:
        """As a report names it."""
        slots = {name: [value.id or value.spoken for value in v] for name, v in self.slots.items()}
        return f"{self.intent} {slots}" if slots else self.intent


@dataclass(frozen=True)
class Answer:
    """What came back for one request. `failed` says what went wrong inside, if anything did."""

    response: Mapping[str, Any]
    attributes: Mapping[str, Any]
    at: datetime
    interfaces: tuple[str, ...]
    failed: str | None

    @property
    def is_open(self) -> bool:
        """Whether the microphone opens for an answer."""
        return self.response.get("shouldEndSession") is False

    @property
    def asking(self) -> Mapping[str, Any] | None:
        """The open question, as the session attributes have it."""
        return self.attributes.get("asking")

    @property
    def ssml(self) -> str:
        """What is spoken."""
        ssml: str = (self.response.get("outputSpeech") or {}).get("ssml", "")
        return ssml

    @cached_property
    def text(self) -> str:
        """What is spoken, without markup."""
        return " ".join(plain_text(self.ssml).split()) if self.ssml else ""

    @property
    def reprompt(self) -> str:
        """What is spoken into a silence, without markup; empty for nothing."""
        speech = (self.response.get("reprompt") or {}).get("outputSpeech") or {}
        return " ".join(plain_text(speech["ssml"]).split()) if speech else ""

    @property
    def state(self) -> tuple[Any, ...]:
        """What tells this state from others."""
        asking = self.asking or {"form": None, "about": []}
        verdict, routine = self.attributes.get("verdict"), self.attributes.get("routine")
        return (
            self.attributes.get("doing"),
            asking["form"],
            tuple(asking["about"]),
            self.attributes.get("person") == "self",
            verdict and verdict["level"],
            routine and routine["paused"],
        )


def said_at(at: datetime, **request: Any) -> dict[str, Any]:
    """A request of any type, sent at this time."""
    return {**request, "requestId": "check", "timestamp": at.isoformat()}


Look = Callable[[Answer, Saying, Answer], None]
"""Sees where the conversation was, what was said there, and what came back."""


class Caller:
    """Asks the skill as Alexa's cloud does, for a device with these interfaces.

    `device` is whose it is, and whose voice it recognises; `alarms` what may be set on it.
    """

    def __init__(self, locale: str = "en-US", interfaces: tuple[str, ...] = ()) -> None:
        """Raises `FileNotFoundError` if the locale has no interaction model."""
        self._content = interaction_model.load(locale)["interactionModel"]["languageModel"]
        self._model = Model({"interactionModel": {"languageModel": self._content}})
        self.device = envelope.Device(locale=locale, screen=APL in interfaces)
        self._interfaces = interfaces
        self.alarms = AlarmClock(ZoneInfo("UTC"))

    @property
    def intents(self) -> list[str]:
        """Every intent of the model."""
        return [intent["name"] for intent in self._content["intents"]]

    def launch(self) -> Answer:
        """The skill opened by its name."""
        return self.send(envelope.launch_request(_START), {}, _START)

    def say(self, saying: Saying, after: Answer | None = None) -> Answer:
        """The answer to something said: in the session of an answer, or with none open."""
        at = after.at + timedelta(seconds=SECONDS_A_TURN) if after else _START
        model, application = self._model, self.device.application
        request = envelope.intent_request(at, saying.intent, saying.slots, model, application)
        return self.send(request, after.attributes if after else {}, at)

    def send(self, request: dict[str, Any], attributes: Mapping[str, Any], at: datetime) -> Answer:
        """The answer to any request, in a session with these attributes."""
        self.alarms.at = at
        event = self.event(request, attributes)
        with Failures() as failures:
            answer = json.loads(json.dumps(alexa.answer(event), allow_nan=False))
        attributes = answer.get("sessionAttributes") or {}
        return Answer(answer["response"], attributes, at, self._interfaces, failures.first)

    def event(self, request: dict[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
        """What the skill is sent for a request, whole."""
        session = {"new": not attributes, "sessionId": "check", "attributes": attributes}
        event = self.device.ask(request, session, alerts_api.serve(self.alarms))
        device = event["context"]["System"]["device"]
        device["supportedInterfaces"] = {name: {} for name in self._interfaces}
        return event

    def samples(self) -> Iterator[Saying]:
        """Every sample of every intent as a request, with every value of its slots in turn.

        Samples with the same slots are one request to the skill, so each is sent once.
        """
        for intent in self._content["intents"]:
            sets = {tuple(sorted(set(_SLOT.findall(sample)))) for sample in intent["samples"]}
            for names in sorted(sets | {()}):
                yield from self._filled(intent["name"], names)

    def _filled(self, intent: str, names: tuple[str, ...]) -> Iterator[Saying]:
        values = [self._values(self._model.slots(intent)[name].type) for name in names]
        for turn in range(max(map(len, values), default=1)):
            picked = [(each[turn % len(each)],) for each in values]
            yield Saying(intent, dict(zip(names, picked, strict=True)))

    def _values(self, slot_type: str) -> list[Value]:
        if slot_type in _BUILT_IN:
            return [Value(spoken, None) for spoken in _BUILT_IN[slot_type]]
        (found,) = (kind for kind in self._content["types"] if kind["name"] == slot_type)
        return [Value(value["name"]["value"], value["id"]) for value in found["values"]]

    def explorers(self) -> list[Saying]:
        """What is said in search of states: each intent bare, and each slot with a few values.

        A slot means the same in every intent that has it, so the first one stands for all.
        """
        found = {name: Saying(name) for name in self.intents}
        for intent in self.intents:
            for name, slot in self._model.slots(intent).items():
                values = self._values(slot.type)
                step = max(1, len(values) // SPREAD)
                for value in values[::step][:SPREAD]:
                    found.setdefault(f"{name} {value}", Saying(intent, {name: (value,)}))
        return list(found.values())

    def states(self, most: int, look: Look) -> list[Answer]:
        """An answer that left the conversation in each state, the nearest `most` of them.

        Everything is said in every one of them, and `look` sees each answer.
        """
        found: dict[Any, Answer] = {}
        for seed in (self.launch(), *self.way("BackPainIntent"), *self.way("GuideStretchIntent")):
            found.setdefault(seed.state, seed)
        explorers = self.explorers()
        for here in _growing(found):
            for saying in explorers:
                there = self.say(saying, here)
                look(here, saying, there)
                if there.is_open and len(found) < most:
                    found.setdefault(there.state, there)
        return list(found.values())

    def way(self, opening: str) -> Iterator[Answer]:
        """The states on the straight way through a topic: nothing is wrong, and all is answered."""
        here = self.say(Saying(opening), self.launch())
        for _ in range(LONGEST_WAY):
            if not here.is_open or here.asking is None:
                return
            yield here
            here = self.say(_straight_on(here.asking), here)


def _straight_on(asking: Mapping[str, Any]) -> Saying:
    """An answer to a question that leads on."""
    if asking["form"] == "value":
        slots = {"Severity": "3", "Duration": "P2D", "Age": "45"}
        return Saying("AnswerIntent", {n: (Value(v, None),) for n, v in slots.items()})
    return Saying("ReadyIntent" if asking["about"] == ["ready"] else "AMAZON.NoIntent")


def _growing(found: Mapping[Any, Answer]) -> Iterator[Answer]:
    """The values of a mapping, also those that are put in meanwhile."""
    seen = 0
    while seen < len(found):
        yield list(found.values())[seen]
        seen += 1


_LOG = logging.getLogger("back_coach")


class Failures(logging.Handler):
    """What the skill logs while somebody is answered; `first` of it."""

    def __init__(self, level: int = logging.ERROR) -> None:
        """From this level on."""
        super().__init__(level)

    def __enter__(self) -> Self:
        self.first: str | None = None
        _LOG.addHandler(self)
        self._propagated, _LOG.propagate = _LOG.propagate, False
        return self

    def __exit__(self, *_: object) -> None:
        _LOG.removeHandler(self)
        _LOG.propagate = self._propagated

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first."""
        if self.first is None:
            self.first = record.getMessage()
