"""Alexa JSON <-> Turn and Reply: the one door, for Lambda, Flask and the local speaker alike.

Every request goes through one handler of the SDK's: `request` makes a `Turn` of it,
`handlers.answer` finds the `Reply`, and `response` makes Alexa's JSON of that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope

from skill import handlers, memory
from skill.request import DEFAULT_LOCALE, speaks, turn_of, user_of
from skill.response import log_error, respond, say
from skill.serializer import LazySerializer, PlainJson, at, raw, table
from skill.session import from_attributes, to_attributes
from skill.turn import Reply, State, act

SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"


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

    def handle(self, handler_input: HandlerInput) -> Any:
        """The response, with the session attributes changed to what the conversation is now."""
        event = raw(handler_input.request_envelope)
        request, attributes = table(event.get("request")), _attributes(event)
        kind = request.get("type")
        if kind == SKILL_DISABLED:
            _forget_household(event)
        if kind == "SessionEndedRequest":
            handlers.leave(turn_of(event, request, attributes))
        if not speaks(request):
            return PlainJson()
        turn = turn_of(event, request, attributes)
        reply = handlers.answer(turn)
        response = respond(event, turn, reply)
        _keep(handler_input, to_attributes(turn.state, reply.verdict))
        return response


class Apology(AbstractExceptionHandler):
    """Whatever goes wrong: say so, say what to do in an emergency, and keep the conversation.

    It may be the conversation itself that is wrong, so no more of it is used than what was asked.
    """

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        """Whether this handler takes the exception: always where somebody is there to hear it."""
        return bool(at(raw(handler_input.request_envelope), "request", "type") != SKILL_DISABLED)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Any:
        """An apology with the question that was open; the session attributes stay as they were."""
        frames = exception.__traceback__
        while frames and frames.tb_next:
            frames = frames.tb_next
        place = frames and f"{frames.tb_frame.f_code.co_name}:{frames.tb_lineno}"
        log_error("turn failed: %s at %s", type(exception).__name__, place)
        event = raw(handler_input.request_envelope)
        attributes = _attributes(event)
        was = from_attributes(attributes)
        ask = act("verbatim", text=was.asked) if was.asking else act("ask.what_next")
        reply = Reply((act("went_wrong"),), ask, reprompt=act("reprompt.what_next"))
        if not was.asking:
            asks = {"asking": {"form": "choice", "about": ["what_next"]}}
            _keep(handler_input, {**attributes, **asks})
        here = State(zone=was.zone, country=was.country)
        return say(event, reply, here, DEFAULT_LOCALE)


def _attributes(event: Mapping[str, Any]) -> dict[str, Any]:
    return table(at(event, "session", "attributes"))


def _keep(handler_input: HandlerInput, attributes: Mapping[str, Any]) -> None:
    """Let the attributes travel with the session; some requests come without one."""
    if handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = PlainJson(attributes)


def _forget_household(event: Mapping[str, Any]) -> None:
    """The skill was switched off: all that was kept for that home is wiped."""
    kept, user = memory.in_use(), user_of(event)
    if kept is None or user is None:
        return
    from skill.memory import household  # noqa: PLC0415 - only where something is kept

    household.forget(kept.store, household.hashed(kept.secret, user))
