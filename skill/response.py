"""A Reply -> the JSON of Alexa's response: speech, reprompt, card, screen, permissions.

Plain data: the SDK's classes make the same of it (the tests compare the two), but to make their
objects and write those out again takes a tenth of a turn, and to import the ones for cards and
directives longer than a turn. Source: Amazon, "Request and Response JSON Reference".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from skill import audio
from skill.alarms import Permission
from skill.content.words import country_of, words
from skill.request import task
from skill.serializer import PlainJson, at
from skill.speech import Spoken, speak
from skill.turn import Reply, State, Turn

SCREEN = "Alexa.Presentation.APL"


def respond(event: Mapping[str, Any], turn: Turn, reply: Reply) -> PlainJson:
    """The response that says a reply to a turn, and shows it where the event's device can."""
    shown = [] if reply.permission else _screen(event, turn, reply)  # Alexa's own question is next
    return say(event, reply, turn.state, turn.locale, shown)


def say(
    event: Mapping[str, Any],
    reply: Reply,
    state: State,
    locale: str,
    shown: Iterable[dict[str, Any]] = (),
) -> PlainJson:
    """The response that says a reply, with directives that show it.

    What is said is noted in the state.
    """
    country = state.country or country_of(state.zone)
    spoken = speak(reply, locale=locale, person=state.person, turn=state.turns, country=country)
    state.said, state.asked = spoken.said, spoken.asked
    response, directives = PlainJson(), [*shown]
    if reply.timed and _has(event, audio.INTERFACE):
        directives.append(_counted(spoken.ssml))
    else:
        response["outputSpeech"] = _speech(spoken.ssml)
    if reply.permission:
        _ask_permission(reply.permission, response, directives)
    elif spoken.card:
        response["card"] = _card(spoken, locale)
    if spoken.reprompt:
        response["reprompt"] = {"outputSpeech": _speech(spoken.reprompt)}
    if directives:
        response["directives"] = directives
    response["shouldEndSession"] = reply.ends
    return response


def _speech(ssml: str) -> dict[str, Any]:
    return {"type": "SSML", "ssml": ssml}


def _card(spoken: Spoken, locale: str) -> dict[str, Any]:
    title = str(words(locale).entry("card.title"))
    return {"type": "Simple", "title": title, "content": spoken.card}


def _counted(ssml: str) -> dict[str, Any]:
    """Say what counts where speech may play as a document (APL for Audio)."""
    kind = f"{audio.INTERFACE}.RenderDocument"
    return {"type": kind, "token": audio.TOKEN, "document": audio.document(ssml)}


def _ask_permission(
    permission: Permission, response: PlainJson, directives: list[dict[str, Any]]
) -> None:
    """Hand the question to Alexa, whose own words it has to be in; or send her card.

    Asked aloud, it is the end of this session as far as we can tell, so all that is needed to go
    on travels in its token (Amazon: Set Up Voice Permissions for Reminders, version 2).
    """
    from skill.alerts import SCOPES  # noqa: PLC0415 - a quick start need not pay for it

    scope = SCOPES[permission.api]
    if permission.token is None:
        response["card"] = {"type": "AskForPermissionsConsent", "permissions": [scope]}
        return
    payload = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": [{"permissionScope": scope, "consentLevel": "ACCOUNT"}],
    }
    directives.append(
        {
            "type": "Connections.SendRequest",
            "name": "AskFor",
            "payload": payload,
            "token": permission.token,
        }
    )


def _screen(event: Mapping[str, Any], turn: Turn, reply: Reply) -> list[dict[str, Any]]:
    """What to show where there is a screen. A screen that fails costs nobody the answer."""
    if not _has(event, SCREEN) or task(event["request"]):  # a routine of the house takes no screen
        return []
    try:
        return [_shown()(reply, turn, at(event, "context", "Viewport"))]
    except Exception as error:  # noqa: BLE001 - promised to nobody but the eye
        log_error("screen failed: %s", type(error).__name__)  # never what it says: it may quote
        return []


@cache
def _shown() -> Callable[[Reply, Turn, Any], dict[str, Any]]:
    """What makes a directive of a reply for a viewport, imported once: most devices have none."""
    from skill.screen.layout import directive  # noqa: PLC0415 - a quick start need not pay for it
    from skill.screen.scene import scene  # noqa: PLC0415
    from skill.screen.viewport import viewport  # noqa: PLC0415

    return lambda reply, turn, reported: directive(
        scene(reply, turn.state, turn.locale), viewport(reported)
    )


def _has(event: Mapping[str, Any], interface: str) -> bool:
    """Whether the device that sent an event supports an interface."""
    return isinstance(
        at(event, "context", "System", "device", "supportedInterfaces", interface), dict
    )


def log_error(message: str, *values: Any) -> None:
    """A line in the log of what went wrong; `values` never hold what anybody said."""
    import logging  # noqa: PLC0415 - a quick start need not pay for it

    logging.getLogger("back_coach").error(message, *values)
