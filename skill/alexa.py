"""Alexa JSON <-> Turn and Reply: the one door, for Lambda, Flask and the local speaker alike.

The only importer of `ask_sdk_core`. Every request goes through one handler, which makes a `Turn` of
it, asks `handlers.answer`, and puts the `Reply` into words. Requests are read by
`skill.serializer`: what is missing, new or wrong in one is None here, and nothing raises.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, cast

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response

from skill import audio, handlers, memory, slots
from skill.alarms import Alarms, Permission
from skill.content.exercises import exercises
from skill.content.words import country_of, words
from skill.diary import NOTHING_KEPT, Memory
from skill.serializer import LazySerializer, PlainJson, at
from skill.session import from_attributes, to_attributes
from skill.speech import speak
from skill.turn import Consent, Heard, Reply, State, Turn, act, local_day

DEFAULT_LOCALE = "en-US"
CONNECTION = "Connections.Response"
SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"
START_STRETCH = "StartStretch"  # the custom task, as the manifest has it
SCREEN = "Alexa.Presentation.APL"
TOUCHED = "Alexa.Presentation.APL.UserEvent"


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
        kind = at(envelope.request, "type")
        if kind == SKILL_DISABLED:
            _forget_household(envelope)
        if kind == "SessionEndedRequest":
            handlers.leave(_turn(envelope, _attributes(handler_input)))
        if not _speaks(envelope.request):
            return Response()
        turn = _turn(envelope, _attributes(handler_input))
        reply = handlers.answer(turn)
        if reply.permission is None:  # Alexa's own question comes next
            _show(handler_input, turn, reply)
        return _respond(handler_input, turn, reply)


def _speaks(request: Any) -> bool:
    """Whether somebody said something, or touched what means the same: that wants an answer."""
    kind = at(request, "type")
    if kind == TOUCHED:
        return _touched(request) is not None
    if kind == "IntentRequest":
        return isinstance(at(request, "intent", "name"), str)
    return kind == "LaunchRequest" or _answers_permission(request)


def _answers_permission(request: Any) -> bool:
    """Whether Alexa hands back the answer to a permission that she asked for in our name."""
    return (at(request, "type"), at(request, "name")) == (CONNECTION, "AskFor")


class Apology(AbstractExceptionHandler):
    """Whatever goes wrong: say so, say what to do in an emergency, and keep the conversation.

    It may be the conversation itself that is wrong, so no more of it is used than what was asked.
    """

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
        attributes = _attributes(handler_input)
        was = from_attributes(attributes)
        ask = act("verbatim", text=was.asked) if was.asking else act("ask.what_next")
        reply = Reply((act("went_wrong"),), ask, reprompt=act("reprompt.what_next"))
        if handler_input.request_envelope.session and not was.asking:
            asks = {"asking": {"form": "choice", "about": ["what_next"]}}
            handler_input.attributes_manager.session_attributes = PlainJson(attributes | asks)
        here = State(zone=was.zone, country=was.country)
        return _speak(handler_input, reply, here, DEFAULT_LOCALE)


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
    today = local_day(moment, state.zone)
    heard = slots.heard(at(intent, "slots"), name, state, today, locale)
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
    filled = zip(means[1::2], means[2::2], strict=False)
    return {"name": means[0], "slots": {name: _touched_slot(id_) for name, id_ in filled}}


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
    return Heard(goal=slots.one_of(at(request, "task", "input", "routine"), exercises().routines))


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


# --- What is answered ---------------------------------------------------------------------------


def _respond(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    response = _speak(handler_input, reply, turn.state, turn.locale)
    if handler_input.request_envelope.session is not None:
        attributes = PlainJson(to_attributes(turn.state, reply.verdict))
        handler_input.attributes_manager.session_attributes = attributes
    return response


def _speak(handler_input: HandlerInput, reply: Reply, state: State, locale: str) -> Response:
    country = state.country or country_of(state.zone)
    spoken = speak(reply, locale=locale, person=state.person, turn=state.turns, country=country)
    state.said, state.asked = spoken.said, spoken.asked
    builder = handler_input.response_builder
    if reply.timed and _plays_audio_documents(handler_input):
        _play(builder, spoken.ssml)
    else:
        builder.speak(spoken.ssml)
    if spoken.reprompt:
        builder.ask(spoken.reprompt)
    if reply.permission:
        _ask_permission(builder, reply.permission)
    elif spoken.card:
        from ask_sdk_model.ui import SimpleCard  # noqa: PLC0415 - few replies have one

        title = str(words(locale).entry("card.title"))
        builder.set_card(SimpleCard(title=title, content=spoken.card))
    builder.set_should_end_session(reply.ends)
    return builder.response


def _play(builder: Any, ssml: str) -> None:
    """Say what counts where speech may play as a document (APL for Audio)."""
    from ask_sdk_model.interfaces.alexa.presentation.apla import (  # noqa: PLC0415 - the same
        RenderDocumentDirective,
    )

    count = audio.document(ssml)
    builder.add_directive(RenderDocumentDirective(token=audio.TOKEN, document=count))


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
