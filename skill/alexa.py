"""Alexa JSON <-> Turn and Reply: the one door, for Lambda, Flask and the local speaker alike.

The only importer of `ask_sdk_core`. Every request goes through one handler, which makes a `Turn` of
it, asks `handlers.answer`, and puts the `Reply` into words. The SDK raises on request types and
enum values it does not know before any handler runs, so `OnlyWhatIsRead` keeps from it all that we
do not read, and turns what we do not know into a request that wants no answer.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import IntentRequest, LaunchRequest, RequestEnvelope, Response
from ask_sdk_model.interfaces.alexa.presentation.apla import RenderDocumentDirective
from ask_sdk_model.ui import SimpleCard

from skill import audio, handlers, triage
from skill.content.advice import advice
from skill.content.exercises import exercises
from skill.content.triage import triage as knowledge
from skill.content.words import words
from skill.session import from_attributes, to_attributes
from skill.speech import speak
from skill.turn import Heard, Reply, State, Turn, act

LOG = logging.getLogger("back_coach")

DEFAULT_LOCALE = "en-US"
SECONDS_A_DAY = 86_400
_PLAYS_AUDIO = "plays_audio_documents"  # on the envelope: the SDK does not know this interface
OLDEST = 130  # years; a larger number was misheard


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request: raw Alexa JSON in, raw Alexa JSON out.

    Raises `AskSdkException` for a request that was meant for another skill, when
    BACK_COACH_SKILL_ID is set; for nothing else.
    """
    skill = build_skill()
    envelope = skill.serializer.deserialize(json.dumps(event), RequestEnvelope)
    reply: Any = skill.serializer.serialize(skill.invoke(envelope, None))
    return dict(reply)


@cache
def build_skill() -> CustomSkill:
    """The skill as the SDK knows it. BACK_COACH_SKILL_ID, when set, is whom it answers for."""
    builder: Any = SkillBuilder()
    builder.skill_id = os.environ.get("BACK_COACH_SKILL_ID") or None
    builder.add_request_handler(Conversation())
    builder.add_exception_handler(Apology())
    skill: CustomSkill = builder.create()
    skill.serializer = OnlyWhatIsRead()
    return skill


class Conversation(AbstractRequestHandler):
    """Every request there is."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether this handler takes the request: always."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """The response, with the session attributes changed to what the conversation is now."""
        envelope = handler_input.request_envelope
        if not isinstance(envelope.request, LaunchRequest | IntentRequest):
            return Response()
        turn = _turn(envelope.request, _attributes(handler_input))
        reply = handlers.answer(turn)
        return _respond(handler_input, turn, reply)


class Apology(AbstractExceptionHandler):
    """Whatever goes wrong: say so, say what to do in an emergency, and keep the conversation."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        """Whether this handler takes the exception: always."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """An apology with the question that was open; the session attributes stay as they were."""
        frames = exception.__traceback__
        while frames and frames.tb_next:
            frames = frames.tb_next
        place = frames and f"{frames.tb_frame.f_code.co_name}:{frames.tb_lineno}"
        LOG.error("turn failed: %s at %s", type(exception).__name__, place)
        state = from_attributes(_attributes(handler_input))
        ask = act("verbatim", text=state.asked) if state.asked else act("ask.what_next")
        reply = Reply((act("went_wrong"),), ask, reprompt=act("reprompt.what_next"))
        return _speak(handler_input, reply, state, DEFAULT_LOCALE)


def _attributes(handler_input: HandlerInput) -> dict[str, Any]:
    if handler_input.request_envelope.session is None:
        return {}
    return handler_input.attributes_manager.session_attributes or {}


def _turn(request: Any, attributes: Mapping[str, Any]) -> Turn:
    """A launch or an intent as a turn of the conversation that the attributes hold."""
    state = from_attributes(attributes)
    at = request.timestamp
    if isinstance(request, LaunchRequest):
        return Turn("LaunchRequest", Heard(), state, at, _locale(request.locale))
    slots = _Slots(request.intent.slots or {})
    heard = _heard(slots, request.intent.name, state, at.date())
    return Turn(request.intent.name, heard, state, at, _locale(request.locale))


def _locale(wanted: str | None) -> str:
    """The locale to speak: the one asked for, once there are words for it."""
    return wanted if wanted in LOCALES else DEFAULT_LOCALE


LOCALES = frozenset({DEFAULT_LOCALE})


# --- What was heard -----------------------------------------------------------------------------


class _Slots:
    """The values of an intent's slots: the spoken words, and the ids they resolve to."""

    def __init__(self, slots: Mapping[str, Any]) -> None:
        self._slots = slots

    def ids(self, name: str) -> tuple[str, ...]:
        """Every resolved id in a slot, in the order they were said."""
        return tuple(id_ for _, id_ in self._values(name) if id_)

    def id(self, name: str) -> str | None:
        """The first resolved id in a slot."""
        return next(iter(self.ids(name)), None)

    def said(self, name: str) -> str | None:
        """The words in a slot, None where it is blank."""
        return next((value for value, _ in self._values(name) if value and value.strip()), None)

    def number(self, name: str) -> int | None:
        """The whole number in a slot; Alexa writes "?" for one it did not catch."""
        said = self.said(name)
        return int(said) if said and said.isdecimal() else None

    def _values(self, name: str) -> Iterator[tuple[str | None, str | None]]:
        slot = self._slots.get(name)
        if slot is None:
            return
        listed = getattr(slot.slot_value, "values", None)
        for value in listed or [slot]:
            yield value.value, _resolved(value.resolutions)


def _resolved(resolutions: Any) -> str | None:
    """The id of the first value that matched (ER_SUCCESS_MATCH is the only status with values)."""
    for authority in (resolutions and resolutions.resolutions_per_authority) or []:
        for wrapper in authority.values or []:
            if wrapper.value and wrapper.value.id:
                return str(wrapper.value.id)
    return None


def _heard(slots: _Slots, intent: str, state: State, today: date) -> Heard:
    seconds = _seconds(slots.said("Duration"))
    is_length = intent in ("GuideStretchIntent", "TimerIntent")
    number = _higher(slots.number("Severity"), slots.number("SeverityTo"))
    asked = state.asking.about if state.asking and state.asking.form == "value" else ()
    severity = _severity(slots, None if asked in (("age",), ("weeks",)) else number)
    weeks = number if asked == ("weeks",) else slots.number("Weeks")
    if asked == ("weeks",) and seconds is not None:  # "twenty weeks", of pregnancy this time
        weeks, seconds = seconds // (7 * SECONDS_A_DAY), None
    return Heard(
        findings=_findings(slots),
        answer=_one_of(slots.id("Answer"), "yes", "no", "unknown"),
        person=_person(slots),
        severity=severity,
        days=None if is_length else _days(slots, seconds, today),
        age=_age(slots, number if asked == ("age",) else None),
        weeks=weeks,
        side=slots.id("Side"),
        remedy=_subject(slots, "Remedy"),
        topic=_subject(slots, "Topic"),
        quality=slots.id("Quality"),
        area=slots.id("Area"),
        exercise=_one_of(slots.id("Exercise"), *exercises().exercises),
        called=slots.said("Exercise") or "",
        goal=_one_of(slots.id("Goal"), *exercises().routines),
        repetitions=slots.number("Repetitions"),
        pace=_one_of(slots.id("Pace"), "slower", "normal", "faster"),
        seconds=seconds if is_length else None,
    )


def _higher(one: int | None, other: int | None) -> int | None:
    """The higher of "seven or eight" (L11)."""
    return max((number for number in (one, other) if number is not None), default=None)


def _one_of(found: str | None, *known: str) -> Any:
    return found if found in known else None


def _subject(slots: _Slots, name: str) -> str | None:
    """The remedy or topic in a slot; advice is not read before somebody asks for some."""
    found = slots.id(name)
    return _one_of(found, *advice().of(name.lower())) if found else None


def _findings(slots: _Slots) -> dict[str, triage.Answer]:
    """Findings and conditions with their answers; of two for one, the more urgent stands (K7)."""
    known = knowledge().names
    found: dict[str, triage.Answer] = {}
    for name in slots.ids("Denied"):
        found[name] = False
    for name in slots.ids("Unsure"):
        found[name] = triage.UNKNOWN
    said = [*slots.ids("Symptom"), *slots.ids("Condition")]
    for kind in ("Trigger", "Area"):
        said += triage.implied(kind.lower(), slots.id(kind) or "")
    found |= dict.fromkeys(said, True)
    return {name: answer for name, answer in found.items() if name in known}


def _person(slots: _Slots) -> str | None:
    """Who is meant; a relation that is not known is still somebody else."""
    if slots.said("Person") is None:
        return None
    person = slots.id("Person")
    known = person == "self" or words(DEFAULT_LOCALE).has(f"person.{person}")
    return person if known else "someone"


def _severity(slots: _Slots, number: int | None) -> int | None:
    most = 10
    if number is not None and number <= most:
        return number
    return knowledge().intensity.get(slots.id("Intensity") or "")


def _age(slots: _Slots, number: int | None) -> tuple[int, int] | None:
    """Years from and to: the age, unless it lies outside the band that was said with it."""
    years = number if number is not None else slots.number("Age")
    low, high = band = knowledge().age_bands.get(slots.id("AgeBand") or "", (0, OLDEST))
    if years is not None and low <= years <= high:
        return (years, years)
    return None if band == (0, OLDEST) else band


def _days(slots: _Slots, seconds: int | None, today: date) -> int | None:
    """Days since the pain began, from "three days" or "since Tuesday"."""
    if seconds is not None:
        return seconds // SECONDS_A_DAY
    began = _first_day(slots.said("Since"))
    return max(0, (today - began).days) if began else None


_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_UNITS = (365 * SECONDS_A_DAY, 30 * SECONDS_A_DAY, 7 * SECONDS_A_DAY, SECONDS_A_DAY, 3600, 60, 1)


def _seconds(said: str | None) -> int | None:
    """An ISO 8601 duration (AMAZON.DURATION) in seconds; None where it is none, or empty."""
    match = _DURATION.fullmatch(said or "")
    if match is None or not any(match.groups()):
        return None
    return sum(int(n or 0) * unit for n, unit in zip(match.groups(), _UNITS, strict=True))


_WEEK = re.compile(r"(\d{4})-W(\d{1,2})(?:-WE)?")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _first_day(said: str | None) -> date | None:
    """The first day of an AMAZON.DATE: a day, a week ("last week"), or a month."""
    try:
        if week := _WEEK.fullmatch(said or ""):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        if month := _MONTH.fullmatch(said or ""):
            return date(int(month[1]), int(month[2]), 1)
        return date.fromisoformat(said or "")
    except ValueError:
        return None


# --- What is answered ---------------------------------------------------------------------------


def _respond(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    response = _speak(handler_input, reply, turn.state, turn.locale)
    if handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = to_attributes(
            turn.state, reply.verdict
        )
    return response


def _speak(handler_input: HandlerInput, reply: Reply, state: State, locale: str) -> Response:
    spoken = speak(reply, locale=locale, person=state.person, turn=state.turns)
    state.said, state.asked = spoken.said, spoken.asked
    builder = handler_input.response_builder
    if reply.timed and _plays_audio_documents(handler_input):
        count = audio.document(spoken.ssml)
        builder.add_directive(RenderDocumentDirective(token=audio.TOKEN, document=count))
    else:
        builder.speak(spoken.ssml)
    if spoken.reprompt:
        builder.ask(spoken.reprompt)
    if spoken.card:
        title = str(words(locale).entry("card.title"))
        builder.set_card(SimpleCard(title=title, content=spoken.card))
    builder.set_should_end_session(reply.ends)
    return builder.response


def _plays_audio_documents(handler_input: HandlerInput) -> bool:
    return bool(getattr(handler_input.request_envelope, _PLAYS_AUDIO, False))


# --- The guard ----------------------------------------------------------------------------------


class OnlyWhatIsRead(DefaultSerializer):
    """The SDK's serializer, given only what we read, and only in shapes it can take."""

    def deserialize(self, payload: Any, obj_type: Any) -> Any:
        """The SDK's objects for a payload. Never raises for a request that is a JSON object."""
        if obj_type is not RequestEnvelope:
            return super().deserialize(payload, obj_type)
        event = json.loads(payload)
        envelope = super().deserialize(json.dumps(only_what_is_read(event)), obj_type)
        setattr(envelope, _PLAYS_AUDIO, audio.INTERFACE in _interfaces(event))
        return envelope


def _interfaces(event: Any) -> Mapping[str, Any]:
    """What the device says that it can do."""
    system = _table(_table(_table(event).get("context")).get("System"))
    return _table(_table(system.get("device")).get("supportedInterfaces"))


def only_what_is_read(event: Any) -> dict[str, Any]:
    """A request with all that we read, and nothing else; what we do not know wants no answer."""
    event = _table(event)
    context = _table(event.get("context"))
    read = {
        "version": "1.0",
        "context": {"System": _system(_table(context.get("System")))},
        "request": _request(_table(event.get("request"))),
    }
    if isinstance(event.get("session"), Mapping):
        read["session"] = _session(event["session"])
    return read


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _application(table: Mapping[str, Any]) -> dict[str, Any]:
    application = _table(table.get("application"))
    return {"applicationId": _text(application.get("applicationId"))}


def _system(system: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "application": _application(system),
        "user": {"userId": _text(_table(system.get("user")).get("userId"))},
    }


def _session(session: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "new": session.get("new") is True,
        "sessionId": _text(session.get("sessionId")),
        "application": _application(session),
        "attributes": dict(_table(session.get("attributes"))),
    }


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    kind = request.get("type")
    read: dict[str, Any] = {
        "requestId": _text(request.get("requestId")),
        "timestamp": _timestamp(request.get("timestamp")),
        "locale": _text(request.get("locale")),
    }
    intent = _table(request.get("intent"))
    if kind == "LaunchRequest":
        return {"type": kind, **read}
    if kind == "IntentRequest" and _text(intent.get("name")):
        slots = {str(n): _slot(_table(s)) for n, s in _table(intent.get("slots")).items()}
        return {"type": kind, **read, "intent": {"name": intent["name"], "slots": slots}}
    return {"type": "SessionEndedRequest", **read}


def _timestamp(value: Any) -> str:
    """The time of the request; now, where it cannot be read."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = datetime.now(UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _slot(slot: Mapping[str, Any]) -> dict[str, Any]:
    value = _table(slot.get("slotValue"))
    read = {"name": _text(slot.get("name")), **_simple(slot)}
    if value.get("type") == "List" and isinstance(value.get("values"), list):
        values = [{"type": "Simple", **_simple(_table(one))} for one in value["values"]]
        read["slotValue"] = {"type": "List", "values": values}
    return read


def _simple(slot: Mapping[str, Any]) -> dict[str, Any]:
    authorities = _table(slot.get("resolutions")).get("resolutionsPerAuthority")
    listed = authorities if isinstance(authorities, list) else []
    return {
        "value": _text(slot.get("value")),
        "resolutions": {"resolutionsPerAuthority": [_authority(_table(a)) for a in listed]},
    }


def _authority(authority: Mapping[str, Any]) -> dict[str, Any]:
    """Only matches have values; the status itself, an enum that may grow, is not needed."""
    values = authority.get("values")
    found = [_table(_table(v).get("value")) for v in values] if isinstance(values, list) else []
    return {
        "values": [
            {"value": {"id": _text(v.get("id")), "name": _text(v.get("name"))}} for v in found
        ]
    }
