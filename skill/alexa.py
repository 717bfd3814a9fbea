"""Alexa JSON <-> Turn and Reply: the one door, for Lambda, Flask and the local speaker alike.

The only importer of `ask_sdk_core`. Every request goes through one handler, which makes a `Turn` of
it, asks `handlers.answer`, and puts the `Reply` into words. Requests are read by
`skill.serializer`: what is missing, new or wrong in one is None here, and nothing raises.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, cast

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import (
    IntentRequest,
    LaunchRequest,
    RequestEnvelope,
    Response,
    SessionEndedRequest,
)
from ask_sdk_model.interfaces.alexa.presentation.apla import RenderDocumentDirective
from ask_sdk_model.ui import SimpleCard

from skill import audio, handlers, memory, triage
from skill.alarms import Alarms, Permission
from skill.content.advice import advice
from skill.content.exercises import PACES, exercises
from skill.content.signs import signs
from skill.content.triage import triage as knowledge
from skill.content.words import words
from skill.diary import NOTHING_KEPT, Memory
from skill.serializer import LazySerializer, PlainJson, at
from skill.session import from_attributes, to_attributes
from skill.speech import speak
from skill.turn import SOMEONE, Consent, Heard, Reply, State, Turn, act, local_day
from skill.when import EVERY, Part, When

DEFAULT_LOCALE = "en-US"
CONNECTION = "Connections.Response"
REMINDING = frozenset({"RemindIntent", "ChangeReminderIntent"})
SECONDS_A_DAY = 86_400
SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"
START_STRETCH = "StartStretch"  # the custom task, as the manifest has it
SCREEN = "Alexa.Presentation.APL"
TOUCHED = "Alexa.Presentation.APL.UserEvent"
HOURS_A_DAY = 24
DAYS_A_WEEK, DAYS_A_YEAR = 7, 365
SATURDAY = 5  # days after Monday
OLDEST = 130  # years; a larger number was misheard
LONGEST_NAME = 30  # letters; AMAZON.FirstName may bring two names
MOST_DIGITS = 6  # of a number that means anything here
PERIODS = ("today", "yesterday", "this_week", "last_week", "month")


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request: raw Alexa JSON in, raw Alexa JSON out.

    Raises `AskSdkException` for a request that was meant for another skill, when
    BACK_COACH_SKILL_ID is set, and OSError when a household that switched the skill off cannot be
    wiped now: what is not acknowledged is sent again. For nothing else.
    """
    skill = build_skill()
    serializer: Any = skill.serializer
    reply = skill.invoke(serializer.deserialize(event, RequestEnvelope), None)
    return dict(serializer.serialize(reply))


@cache
def build_skill() -> CustomSkill:
    """The skill as the SDK knows it. BACK_COACH_SKILL_ID, when set, is whom it answers for."""
    builder: Any = SkillBuilder()
    builder.skill_id = os.environ.get("BACK_COACH_SKILL_ID") or None
    builder.add_request_handler(Conversation())
    builder.add_exception_handler(Apology())
    skill: CustomSkill = builder.create()
    skill.serializer = LazySerializer()
    return skill


class Conversation(AbstractRequestHandler):
    """Every request there is."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether this handler takes the request: always."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """The response, with the session attributes changed to what the conversation is now."""
        envelope = handler_input.request_envelope
        if at(envelope.request, "type") == SKILL_DISABLED:
            _forget_household(envelope)
            return Response()
        turn = _turn(envelope, _attributes(handler_input))
        if not _speaks(envelope.request):
            if isinstance(envelope.request, SessionEndedRequest):
                handlers.leave(turn)
            return Response()
        reply = handlers.answer(turn)
        if reply.permission is None:  # Alexa's own question comes next
            _show(handler_input, turn, reply)
        return _respond(handler_input, turn, reply)


def _speaks(request: Any) -> bool:
    """Whether somebody said something, or touched what means the same: that wants an answer."""
    if at(request, "type") == TOUCHED:
        return _touched(request) is not None
    if isinstance(request, IntentRequest):
        return isinstance(at(request, "intent", "name"), str)
    return isinstance(request, LaunchRequest) or _answers_permission(request)


def _answers_permission(request: Any) -> bool:
    """Whether Alexa hands back the answer to a permission that she asked for in our name."""
    return (at(request, "type"), at(request, "name")) == (CONNECTION, "AskFor")


class Apology(AbstractExceptionHandler):
    """Whatever goes wrong: say so, say what to do in an emergency, and keep the conversation."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        """Whether this handler takes the exception: always where somebody is there to hear it."""
        return bool(at(handler_input.request_envelope.request, "type") != SKILL_DISABLED)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """An apology with the question that was open; the session attributes stay as they were."""
        frames = exception.__traceback__
        while frames and frames.tb_next:
            frames = frames.tb_next
        place = frames and f"{frames.tb_frame.f_code.co_name}:{frames.tb_lineno}"
        _log_error("turn failed: %s at %s", type(exception).__name__, place)
        state = from_attributes(_attributes(handler_input))
        ask = act("verbatim", text=state.asked) if state.asked else act("ask.what_next")
        reply = Reply((act("went_wrong"),), ask, reprompt=act("reprompt.what_next"))
        return _speak(handler_input, reply, state, DEFAULT_LOCALE)


def _log_error(message: str, *values: Any) -> None:
    import logging  # noqa: PLC0415 - a quick start need not pay for it

    logging.getLogger("back_coach").error(message, *values)


def _attributes(handler_input: HandlerInput) -> dict[str, Any]:
    if handler_input.request_envelope.session is None:
        return {}
    return handler_input.attributes_manager.session_attributes or {}


def _turn(envelope: Any, attributes: Mapping[str, Any]) -> Turn:
    """A request as a turn of the conversation that the attributes hold."""
    request, state = envelope.request, from_attributes(attributes)
    moment, locale = _moment(request), _locale(request.locale)
    device = cast("Alarms", _Device(at(envelope, "context", "System"), locale, moment))
    kept = _memory(envelope, moment)
    if wanted := _task(request):
        return Turn("GuideStretchIntent", wanted, state, moment, locale, kept, device)
    intent = _touched(request) or at(request, "intent")
    name = at(intent, "name")
    if not isinstance(name, str):
        heard = Heard(consent=_consent(request), token=_token(request))
        return Turn(at(request, "type") or "", heard, state, moment, locale, kept, device)
    if state.turns == 0 and (remembered := kept.recall()):
        state.zone = remembered.settings.zone
    slots, today = _Slots(at(intent, "slots")), local_day(moment, state.zone)
    heard = _heard(slots, name, state, today)
    return Turn(name, heard, state, moment, locale, kept, device)


def _touched(request: Any) -> dict[str, Any] | None:
    """What was touched on the screen, as the intent that means the same; None where nothing was.

    Its arguments are an intent by its name, then slots and their ids by turns (`screen.buttons`).
    """
    means = at(request, "arguments") if at(request, "type") == TOUCHED else None
    if not isinstance(means, list) or not all(isinstance(part, str) for part in means):
        return None
    if not means or means[0] not in handlers.ANYTIME:
        return None
    slots = zip(means[1::2], means[2::2], strict=False)
    return {"name": means[0], "slots": {name: _touched_slot(id_) for name, id_ in slots}}


def _touched_slot(id_: str) -> dict[str, Any]:
    values = [{"value": {"id": id_, "name": id_}}]
    return {"value": id_, "resolutions": {"resolutionsPerAuthority": [{"values": values}]}}


class _Device:
    """The `Alarms` of the device, once a turn asks something of them: most never do."""

    def __init__(self, *asked: Any) -> None:
        self._asked = asked

    @cached_property
    def _alarms(self) -> Alarms:
        from skill.alerts import alarms  # noqa: PLC0415 - a quick start need not pay for it

        return alarms(*self._asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._alarms, name)


def _memory(envelope: Any, moment: datetime) -> Memory:
    """What is kept of whoever speaks: a recognised voice has a memory of its own."""
    kept, user = memory.in_use(), at(envelope, "context", "System", "user", "userId")
    if kept is None or not isinstance(user, str):
        return NOTHING_KEPT
    from skill.memory.keeping import listener  # noqa: PLC0415 - only where something is kept

    voice = at(envelope, "context", "System", "person", "personId")
    return listener(kept, user, voice if isinstance(voice, str) else None, moment.timestamp())


def _forget_household(envelope: Any) -> None:
    """The skill was switched off: all that was kept for that home is wiped."""
    kept, user = memory.in_use(), at(envelope, "context", "System", "user", "userId")
    if kept is None or not isinstance(user, str):
        return
    from skill.memory import household  # noqa: PLC0415 - the same

    household.forget(kept.store, household.hashed(kept.secret, user))


def _task(request: Any) -> Heard | None:
    """What a routine of the house or a Quick Link opens the skill for; None: nothing of ours.

    The task is named with the skill's id before it (Amazon's "Implement Custom Tasks").
    """
    task = at(request, "task", "name")
    if not isinstance(task, str) or task.rpartition(".")[2] != START_STRETCH:
        return None
    return Heard(goal=_one_of(at(request, "task", "input", "routine"), exercises().routines))


def _consent(request: Any) -> Consent | None:
    """What was answered to a permission that was asked for (Voice Permissions for Reminders)."""
    if not _answers_permission(request):
        return None
    answers: dict[Any, Consent] = {
        "ACCEPTED": "accepted",
        "DENIED": "denied",
        "NOT_ANSWERED": "not_answered",
    }
    went_well = str(at(request, "status", "code")) == "200"
    answer = at(request, "payload", "status")
    return answers.get(answer, "failed") if went_well and isinstance(answer, str) else "failed"


def _token(request: Any) -> str:
    """What we sent along with a question that Alexa put for us."""
    token = at(request, "token")
    return token if isinstance(token, str) else ""


def _moment(request: Any) -> datetime:
    """The time of the request; now, where it cannot be read."""
    moment: datetime = request.timestamp or datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _locale(wanted: str | None) -> str:
    """The locale to speak: the one asked for, once there are words for it."""
    return wanted if wanted in LOCALES else DEFAULT_LOCALE


LOCALES = frozenset({DEFAULT_LOCALE})


# --- What was heard -----------------------------------------------------------------------------


class _Slots:
    """The values of an intent's slots: the spoken words, and the ids they resolve to.

    Read from the JSON itself: most of some twenty slots are empty, and an object for each would
    cost more than all they hold.
    """

    def __init__(self, slots: Any) -> None:
        self._ids: dict[str, tuple[list[str], ...]] = {}
        self._said: dict[str, str] = {}
        for name, slot in slots.items() if isinstance(slots, dict) else ():
            if isinstance(slot, dict) and ("value" in slot or "slotValue" in slot):
                self._read(name, slot)

    def _read(self, name: str, slot: Mapping[str, Any]) -> None:
        values = _array(at(slot, "slotValue", "values")) or [slot]
        self._ids[name] = tuple(ids for value in values if (ids := _resolved(value)))
        self._said[name] = next(filter(None, map(_words, values)), "")

    def __bool__(self) -> bool:
        """Whether anything is in them."""
        return bool(self._ids)

    def ids(self, name: str) -> tuple[str, ...]:
        """Every resolved id in a slot, in the order they were said."""
        return tuple(found[0] for found in self._ids.get(name, ()))

    def every_id(self, name: str) -> tuple[str, ...]:
        """Every id that the values of a slot may resolve to: "bed" is one to wet or to fall off."""
        return tuple(id_ for found in self._ids.get(name, ()) for id_ in found)

    def id(self, name: str) -> str | None:
        """The first resolved id in a slot."""
        found = self._ids.get(name)
        return found[0][0] if found else None

    def said(self, name: str) -> str | None:
        """The words in a slot, None where it is blank."""
        return self._said.get(name) or None

    def number(self, name: str) -> int | None:
        """The whole number in a slot; Alexa writes "?" for one it did not catch."""
        said = self._said.get(name, "")
        return int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else None


def _words(value: Any) -> str:
    words = at(value, "value")
    return words.strip() if isinstance(words, str) else ""


def _resolved(value: Any) -> list[str]:
    """The ids that matched, likeliest first (ER_SUCCESS_MATCH is the only status with values)."""
    return [
        found
        for authority in _array(at(value, "resolutions", "resolutionsPerAuthority"))
        for match in _array(at(authority, "values"))
        if (found := at(match, "value", "id")) and isinstance(found, str)
    ]


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _heard(slots: _Slots, intent: str, state: State, today: date) -> Heard:
    if not slots:
        return Heard()
    seconds = _seconds(slots.said("Duration"))
    is_length = intent in ("GuideStretchIntent", "TimerIntent")
    number = _higher(slots.number("Severity"), slots.number("SeverityTo"))
    about = state.asking.about if state.asking and intent == "AnswerIntent" else ()
    if intent in REMINDING or about in (("reminder",), ("reminder_time",)):
        when = _when(slots, seconds, number, today)
        return Heard(findings=_findings(slots), when=when, task=_reminded_of(slots))
    if about == ("timer_length",):
        minutes = number * 60 if number else None
        return Heard(findings=_findings(slots), seconds=seconds or minutes)
    asked = state.asking.about if state.asking and state.asking.form == "value" else ()
    severity = _severity(slots, None if asked in (("age",), ("weeks",)) else number)
    weeks = number if asked == ("weeks",) else slots.number("Weeks")
    if asked == ("weeks",) and seconds is not None:  # "twenty weeks", of pregnancy this time
        weeks, seconds = seconds // (7 * SECONDS_A_DAY), None
    return Heard(
        findings=_findings(slots),
        answer=_one_of(slots.id("Answer"), ("yes", "no", "unknown")),
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
        exercise=_one_of(slots.id("Exercise"), exercises().exercises),
        called=slots.said("Exercise") or "",
        goal=_one_of(slots.id("Goal"), exercises().routines),
        repetitions=slots.number("Repetitions"),
        pace=_one_of(slots.id("Pace"), PACES),
        change=_one_of(slots.id("Change"), ("better", "same")),
        period=_one_of(slots.id("Period"), PERIODS),
        kept=_one_of(slots.id("Kept"), ("everything", "scores")),
        seconds=seconds if is_length else None,
    )


def _higher(one: int | None, other: int | None) -> int | None:
    """The higher of "seven or eight" (L11)."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _one_of(found: Any, known: Container[str]) -> Any:
    return found if isinstance(found, str) and found in known else None


def _subject(slots: _Slots, name: str) -> str | None:
    """The remedy or topic in a slot; advice is not read before somebody asks for some."""
    found = slots.id(name)
    return _one_of(found, advice().of(name.lower())) if found else None


def _findings(slots: _Slots) -> dict[str, triage.Answer]:
    """Findings and conditions with their answers; of two for one, the more urgent stands (K7)."""
    known = knowledge().names
    parts = slots.every_id("Part")
    found: dict[str, triage.Answer] = {}
    for name in (
        *slots.ids("Denied"),
        *slots.ids("NorEither"),
        *signs().together(parts, slots.every_id("DeniedSign")),
    ):
        found[name] = False
    for name in slots.ids("Unsure"):
        found[name] = triage.UNKNOWN
    said = [*slots.ids("Symptom"), *slots.ids("Also"), *slots.ids("Condition")]
    said += signs().together(parts, slots.every_id("Sign"))
    for kind in ("Trigger", "Area"):
        said += triage.implied(kind.lower(), slots.id(kind) or "")
    found |= dict.fromkeys(said, True)
    return {name: answer for name, answer in found.items() if name in known}


def _person(slots: _Slots) -> str | None:
    """Who is meant; a relation that is not known is still somebody else."""
    if called := slots.said("Name"):
        return _named(called)
    if slots.said("Person") is None:
        return None
    person = slots.id("Person")
    known = person == "self" or words(DEFAULT_LOCALE).has(f"person.{person}")
    return person if known else SOMEONE


def _named(called: str) -> str:
    """Somebody by first name, as it is written; "mum", where she was taken for one, is herself."""
    name = re.sub(r"['\u2019]s?$", "", called.strip()).lower()
    if words(DEFAULT_LOCALE).has(f"person.{name}"):
        return name
    letters = all(part.isalpha() for part in re.split(r"[ '\u2019-]", name))
    return name.title() if letters and len(name) <= LONGEST_NAME else SOMEONE


def _severity(slots: _Slots, number: int | None) -> int | None:
    most = 10
    if number is not None and number <= most:
        return number
    if slots.id("Change"):  # "a bit better" is no mild pain
        return None
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
    return _days_since(began, today) if began else None


def _days_since(began: date, today: date) -> int:
    """Days from then to now. A day to come was meant as the last one: Alexa resolves forward."""
    ahead = (began - today).days
    if ahead <= 0:
        return -ahead
    return max(0, (DAYS_A_WEEK if ahead <= DAYS_A_WEEK else DAYS_A_YEAR) - ahead)


# Patterns are compiled when they are first wanted: most starts want none.
_DURATION = (
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
_UNITS = (365 * SECONDS_A_DAY, 30 * SECONDS_A_DAY, 7 * SECONDS_A_DAY, SECONDS_A_DAY, 3600, 60, 1)
_WEEK = r"(\d{4})-W(\d{1,2})(?:-WE)?"
_MONTH = r"(\d{4})-(\d{2})"


def _seconds(said: str | None) -> int | None:
    """An ISO 8601 duration (AMAZON.DURATION) in seconds; None where it is none, or empty."""
    match = re.fullmatch(_DURATION, said) if said else None
    if match is None or not any(match.groups()):
        return None
    return sum(int(n or 0) * unit for n, unit in zip(match.groups(), _UNITS, strict=True))


def _first_day(said: str | None) -> date | None:
    """The first day of an AMAZON.DATE: a day, a week ("last week"), or a month."""
    if not said:
        return None
    try:
        if week := re.fullmatch(_WEEK, said):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        if month := re.fullmatch(_MONTH, said):
            return date(int(month[1]), int(month[2]), 1)
        return date.fromisoformat(said)
    except ValueError:
        return None


PARTS: Mapping[str, Part] = {"MO": "morning", "AF": "afternoon", "EV": "evening", "NI": "night"}
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(?=$|:)"
_DAY = r"(\d{4}-\d{2}-\d{2})(?:T(MO|AF|EV|NI))?"


def _when(slots: _Slots, seconds: int | None, number: int | None, today: date) -> When:
    """The time of a reminder, as far as it was said; a bare number is an hour."""
    said, clock = slots.said("Time") or "", None
    if match := re.match(_CLOCK, said):
        clock = match[0]
    elif number is not None and number < HOURS_A_DAY:
        clock = f"{number:02d}:00"
    day, part = _day_ahead(slots.said("Day") or slots.said("Since"), today)
    every = _one_of(slots.id("Frequency"), (*EVERY, "weekly", "hourly", "once"))
    every = None if every == "once" else every
    return When(clock, PARTS.get(said, part), day, every, seconds or None)


def _day_ahead(said: str | None, today: date) -> tuple[str | None, Part | None]:
    """The day of an AMAZON.DATE that is still to come, and the part of it; a week is this day."""
    if (match := re.fullmatch(_DAY, said or "")) and _first_day(match[1]):
        return match[1], PARTS.get(match[2] or "")
    first = _first_day(said)
    if first and re.fullmatch(_WEEK, said or ""):
        first += timedelta(days=SATURDAY if (said or "").endswith("WE") else today.weekday())
    return first.isoformat() if first else None, None


def _reminded_of(slots: _Slots) -> str | None:
    """What to be reminded of; something that we have no words for is still something."""
    if slots.said("Task") is None:
        return None
    task = slots.id("Task")
    return task if task and words(DEFAULT_LOCALE).has(f"task.{task}.to") else "other"


# --- What is answered ---------------------------------------------------------------------------


def _respond(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    response = _speak(handler_input, reply, turn.state, turn.locale)
    if handler_input.request_envelope.session is not None:
        attributes = PlainJson(to_attributes(turn.state, reply.verdict))
        handler_input.attributes_manager.session_attributes = attributes
    return response


def _speak(handler_input: HandlerInput, reply: Reply, state: State, locale: str) -> Response:
    spoken = speak(reply, locale=locale, person=state.person, turn=state.turns, zone=state.zone)
    state.said, state.asked = spoken.said, spoken.asked
    builder = handler_input.response_builder
    if reply.timed and _plays_audio_documents(handler_input):
        count = audio.document(spoken.ssml)
        builder.add_directive(RenderDocumentDirective(token=audio.TOKEN, document=count))
    else:
        builder.speak(spoken.ssml)
    if spoken.reprompt:
        builder.ask(spoken.reprompt)
    if reply.permission:
        _ask_permission(builder, reply.permission)
    elif spoken.card:
        title = str(words(locale).entry("card.title"))
        builder.set_card(SimpleCard(title=title, content=spoken.card))
    builder.set_should_end_session(reply.ends)
    return builder.response


def _ask_permission(builder: Any, permission: Permission) -> None:
    """Hand the question to Alexa, whose own words it has to be in; or send her card.

    Asked aloud, it is the end of this session as far as we can tell, so all that is needed to go
    on travels in its token (Amazon: Set Up Voice Permissions for Reminders, version 2).
    """
    from skill.alerts import SCOPES  # noqa: PLC0415 - as above

    scope = SCOPES[permission.api]
    if permission.token is None:
        from ask_sdk_model.ui import AskForPermissionsConsentCard  # noqa: PLC0415

        builder.set_card(AskForPermissionsConsentCard(permissions=[scope]))
        return
    from ask_sdk_model.interfaces.connections import SendRequestDirective  # noqa: PLC0415

    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": [{"permissionScope": scope, "consentLevel": "ACCOUNT"}],
    }
    builder.add_directive(
        SendRequestDirective(name="AskFor", payload=payload, token=permission.token)
    )


def _show(handler_input: HandlerInput, turn: Turn, reply: Reply) -> None:
    """Show the reply where there is a screen. A screen that fails costs nobody the answer."""
    context = at(handler_input.request_envelope, "context")
    if not isinstance(at(context, "System", "device", "supportedInterfaces", SCREEN), dict):
        return
    if _task(handler_input.request_envelope.request):  # a routine of the house takes no screen
        return
    try:
        from skill.screen.layout import directive  # noqa: PLC0415 - most devices have none
        from skill.screen.scene import scene  # noqa: PLC0415
        from skill.screen.viewport import viewport  # noqa: PLC0415

        shown = directive(scene(reply, turn.state, turn.locale), viewport(at(context, "Viewport")))
    except Exception as error:  # noqa: BLE001 - promised to nobody but the eye
        _log_error("screen failed: %s", type(error).__name__)  # never what it says: it may quote
        return
    # Plain data: the SDK's own classes for screens take longer to import than a turn takes.
    directives: list[Any] = [PlainJson(shown)]
    handler_input.response_builder.response.directives = directives


def _plays_audio_documents(handler_input: HandlerInput) -> bool:
    device = at(handler_input.request_envelope, "context", "System", "device")
    return isinstance(at(device, "supportedInterfaces", audio.INTERFACE), dict)
