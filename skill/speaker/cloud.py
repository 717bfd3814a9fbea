"""Alexa's cloud, standing in: words become a request, the skill answers, the session is kept.

A `Cloud` is one speaker in one home. Its time is the time of the conversation: every turn says how
many seconds after the last reply began it came, so the same code serves a person typing in real
time and a program that waits for nothing.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from xml.sax.saxutils import escape

from skill import alexa, interaction_model, triage
from skill.speaker import alerts_api, consent, envelope
from skill.speaker.alarm_clock import AlarmClock
from skill.speaker.doubt import meant
from skill.speaker.exchange import Exchange, Utterance
from skill.speaker.model import Model
from skill.speaker.understanding import Understanding, Understood, Value

Door = Callable[[dict[str, Any]], dict[str, Any]]
"""What answers a request: Alexa JSON in, Alexa JSON out."""

LISTENING_SECONDS = 8.0  # how long an Echo waits for words before it takes silence for an answer
_PAUSE_BEFORE_ANSWERING = 1.0
_ANSWERS = {"yes_no", "which", "value"}


@cache
def ears(locale: str) -> Understanding:
    """The understanding of a locale, learnt once: every speaker in the process shares it."""
    return Understanding(locale)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass
class _Session:
    """An open session: what the skill keeps in it, and what to play if nobody answers."""

    id: str = field(default_factory=envelope.new_session_id)
    new: bool = True  # as Alexa says it: the skill has not been asked anything in it
    fresh: bool = True  # nothing was said in it since it was opened
    attributes: dict[str, Any] = field(default_factory=dict)
    reprompt: str | None = None  # SSML not played yet

    def to_json(self) -> dict[str, Any]:
        return {"new": self.new, "sessionId": self.id, "attributes": self.attributes}


class Cloud:
    """One speaker with one person at it, from the wake word to the end of each session."""

    def __init__(
        self,
        device: envelope.Device | None = None,
        *,
        door: Door = alexa.answer,
        understanding: Understanding | None = None,
        clock: Callable[[], datetime] = now,
        alarms: AlarmClock | None = None,
    ) -> None:
        """`clock` is read when a conversation begins; after that time goes by what is heard.

        `alarms` holds the device's reminders and timers; one of its own when left out.

        Raises OSError when there is no interaction model for the device's locale.
        """
        self._device = device or envelope.Device()
        self._model = Model(interaction_model.load(self._device.locale))
        self._understanding = understanding or ears(self._device.locale)
        self._door = door
        self._clock = clock
        self.alarms = alarms or AlarmClock()
        self._asked_for: consent.Asked | None = None
        self._calls = _Calls(self._model.invocation_name)
        self._session: _Session | None = None
        self._last: Exchange | None = None

    @property
    def locale(self) -> str:
        """The language that is spoken here."""
        return self._device.locale

    def hear(self, said: Utterance) -> Exchange:
        """The exchange that follows from what was said. Whatever the skill raises is raised.

        No words are silence: first it brings the reprompt, then the end of the session.
        """
        words = self._calls.without_wake_word(said.say)
        at = self._moment(said.after, silent=not words)
        started = time.perf_counter()
        exchange = self._answer(words, at, said)
        took_ms = (time.perf_counter() - started) * 1000
        self._last = replace(exchange, took_ms=took_ms)
        return self._last

    def _answer(self, words: str, at: datetime, said: Utterance) -> Exchange:
        if self._asked_for:
            return self._answer_alexa(self._asked_for, words, at)
        return self._speak(words, at, said) if words else self._keep_silent(at)

    def touch(self, means: Sequence[str], after: float | None = None) -> Exchange:
        """The exchange that follows from a touch on the screen; nothing when it shows nothing."""
        at = self._moment(after, silent=False)
        started = time.perf_counter()
        if self._session is None:
            exchange = Exchange(began=at, session_open=False, state={})
        else:
            exchange = self._ask(self._session, at, envelope.touch_request(at, means))
        took_ms = (time.perf_counter() - started) * 1000
        self._last = replace(exchange, took_ms=took_ms)
        return self._last

    def is_called(self, said: str) -> bool:
        """Whether these words call the skill by its name, or wake the speaker."""
        return self._calls.is_called(said)

    def leave(self, after: float | None = None) -> None:
        """Ends an open session as a person does who walks away from the device."""
        if self._session:
            self._end(self._session, self._moment(after, silent=False), "USER_INITIATED")

    def _moment(self, after: float | None, *, silent: bool) -> datetime:
        if self._last is None:
            return self._clock()
        if after is None:
            after = self._last.lasts + (LISTENING_SECONDS if silent else _PAUSE_BEFORE_ANSWERING)
        at = self._last.began + timedelta(seconds=after)
        return at if self._session else max(at, self._clock())

    def _speak(self, words: str, at: datetime, said: Utterance) -> Exchange:
        request = self._calls.what_is_asked(words)
        if not request:
            self._session = _Session()
            return self._ask(self._session, at, envelope.launch_request(at))
        self._session = self._session or _Session()
        if not said.clear:
            return self._ask_for(self._session, at, "")
        return self._ask_for(self._session, at, request, said.others)

    def _ask_for(
        self, session: _Session, at: datetime, words: str, others: Sequence[str] = ()
    ) -> Exchange:
        """Asks the skill for what the words mean; without words, that there were some."""
        understand = partial(
            self._understanding.understand,
            context=context(session.attributes, fresh=session.fresh),
            asking=session.attributes.get("asking"),
            today=at.astimezone(self.alarms.zone).date(),
        )
        session.fresh = False
        understood = meant(understand(words), map(understand, others))
        sent = _with_every_finding(understood, self._model)
        request = envelope.intent_request(
            at, sent.intent, sent.slots, self._model, self._device.application
        )
        return replace(self._ask(session, at, request), understood=sent)

    def _ask(self, session: _Session, at: datetime, request: dict[str, Any]) -> Exchange:
        event, answer = self._through_the_door(request, session, at)
        response = answer["response"]
        session.new = False
        session.attributes = answer.get("sessionAttributes") or {}
        session.reprompt = _ssml((response.get("reprompt") or {}).get("outputSpeech"))
        if self._is_last(response):
            self._session = None
        exchange = Exchange(
            began=at,
            session_open=self._session is not None,
            state=session.attributes,
            ssml=_ssml(response.get("outputSpeech")) or "",
            reprompt=session.reprompt,
            card=response.get("card"),
            request=event,
            response=answer,
        )
        asked = consent.asked_for(response)
        return self._ask_for_consent(asked, exchange) if asked else exchange

    def _through_the_door(
        self, request: dict[str, Any], session: _Session, at: datetime
    ) -> tuple[Any, Any]:
        """The event as it went in, and the answer as it came out."""
        self.alarms.at = at
        api = alerts_api.serve(self.alarms)
        event = _as_json(self._device.ask(request, session.to_json(), api))
        return event, _as_json(self._door(event))

    # --- permissions, which Alexa asks for herself ----------------------------------------------

    def _ask_for_consent(self, asked: consent.Asked, exchange: Exchange) -> Exchange:
        """What the skill said and Alexa's question after it. The skill's session is over."""
        self._session, self._asked_for = None, asked
        put = escape(consent.question(asked, self._device.locale))
        spoken = (exchange.ssml or "<speak></speak>").removesuffix("</speak>")
        return replace(
            exchange,
            ssml=f'{spoken}<break time="400ms"/>{put}</speak>',
            reprompt=f"<speak>{put}</speak>",
            session_open=True,
        )

    def _answer_alexa(self, asked: consent.Asked, words: str, at: datetime) -> Exchange:
        """Her question once more when it was not answered, and then on with the skill."""
        answer = consent.answer(words, self._device.locale, self._understanding) if words else None
        if answer is None and not asked.twice:
            self._asked_for = replace(asked, twice=True)
            again = f"<speak>{escape(consent.question(asked, self._device.locale))}</speak>"
            return Exchange(began=at, session_open=True, state={}, ssml=again)
        if answer == "ACCEPTED":
            self.alarms.allowed.add(asked.api)
        self._asked_for, self._session = None, _Session()
        status = answer or "NOT_ANSWERED"
        request = envelope.consent_response(at, asked.payload, asked.token, status)
        return self._ask(self._session, at, request)

    def _is_last(self, response: Mapping[str, Any]) -> bool:
        # Left out, it ends a session with a speaker but keeps a screen's open.
        return response.get("shouldEndSession", not self._device.screen) is True

    def _keep_silent(self, at: datetime) -> Exchange:
        session = self._session
        if session is None:
            return Exchange(began=at, session_open=False, state={})
        if session.reprompt is None:
            return self._end(session, at, "EXCEEDED_MAX_REPROMPTS")
        ssml, session.reprompt = session.reprompt, None
        return Exchange(began=at, session_open=True, state=session.attributes, ssml=ssml)

    def _end(self, session: _Session, at: datetime, reason: str) -> Exchange:
        self._session = None
        request = envelope.session_ended_request(at, reason)
        event, answer = self._through_the_door(request, session, at)  # Alexa plays nothing of it
        return Exchange(
            began=at,
            session_open=False,
            state=session.attributes,
            request=event,
            response=answer,
        )


class _Calls:
    """How a skill is called by its name in English."""

    def __init__(self, name: str) -> None:
        name = r"\s+".join(map(re.escape, name.split()))
        verbs = r"open|start|launch|begin|run|use|(?:talk|speak|go)\s+to"
        opens = rf"(?:{verbs})\s+(?:the\s+)?{name}\b(?:\s+skill\b)?(?:\s+please\b|\s+and\b)?"
        asks = rf"(?:ask|tell)\s+{name}\b(?:\s+(?:to|about|if|whether|that|for)\b)?"
        self._call = re.compile(
            rf"(?:please\s+)?(?:{opens}|{asks}|{name}\b|launch$)", re.IGNORECASE
        )
        self._wake_word = re.compile(r"(?:hey\s+)?alexa\b", re.IGNORECASE)

    def is_called(self, said: str) -> bool:
        """Whether they begin with a call, or with the wake word."""
        said = said.strip()
        return bool(self._wake_word.match(said) or self._call.match(said))

    def without_wake_word(self, said: str) -> str:
        """The words after "Alexa"; empty when there are none."""
        words = said.strip()
        woken = self._wake_word.match(words)
        return words[woken.end() :].strip(" ,.!?") if woken else words

    def what_is_asked(self, words: str) -> str:
        """The request without the call; empty when the skill was only opened."""
        call = self._call.match(words)
        return words[call.end() :].strip(" ,.!?:") if call else words


def context(state: Mapping[str, Any], *, fresh: bool = False) -> str:
    """What understanding may know of the moment: `state` is the session attributes."""
    asking = state.get("asking") or {}
    if state.get("routine"):
        return "exercise"
    if asking.get("form") in _ANSWERS:
        return "triage_question"
    return "launch" if fresh else "any"


def _with_every_finding(understood: Understood, model: Model) -> Understood:
    """The same, but as a SymptomIntent if a finding was heard which no slot would carry."""
    carried = _carried(understood)
    lost = {
        name: answer
        for name, answer in understood.findings.items()
        if answer is not False and name not in carried
    }
    if not lost:
        return understood
    slots = dict(understood.slots)
    for name, answer in lost.items():
        slot = "Symptom" if answer is True else "Unsure"
        value = Value(model.value_name("SYMPTOM", name), name)
        slots[slot] = (*slots.get(slot, ()), value)
    return replace(understood, intent="SymptomIntent", slots=slots)


def _carried(understood: Understood) -> set[str | None]:
    """The findings that the slots name, or bring with them: a knock is a small injury."""
    ids = {value.id for values in understood.slots.values() for value in values}
    implied = {
        name
        for slot in ("Trigger", "Area")
        for value in understood.slots.get(slot, ())
        for name in triage.implied(slot.lower(), value.id or "")
    }
    return ids | implied


def _as_json(content: Any) -> Any:
    """What is left of `content` after a trip over the wire; raises when it is no JSON."""
    return json.loads(json.dumps(content, allow_nan=False))


def _ssml(speech: Mapping[str, Any] | None) -> str | None:
    if not speech:
        return None
    if speech["type"] == "PlainText":
        return f"<speak>{escape(speech['text'])}</speak>"
    ssml: str = speech["ssml"]
    return ssml
