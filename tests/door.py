"""A plain way to Alexa's JSON and through the real door, for tests that pick intents themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from skill.alexa import answer

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
LISTS = frozenset({"Symptom", "Denied", "Unsure", "Condition"})


def envelope(
    request: dict[str, Any],
    attributes: dict[str, Any] | None = None,
    at: datetime = START,
    system: dict[str, Any] | None = None,
    *,
    user_id: str = "amzn1.ask.account.test",
) -> dict[str, Any]:
    """A request as Alexa sends it, in a session with these attributes.

    `system` is what else the context says of the device and of Alexa's services.
    """
    application = {"applicationId": "amzn1.ask.skill.test"}
    user = {"userId": user_id}
    return {
        "version": "1.0",
        "session": {
            "new": not attributes,
            "sessionId": "amzn1.echo-api.session.test",
            "application": application,
            "attributes": attributes or {},
            "user": user,
        },
        "context": {
            "System": {"application": application, "user": user, "device": {}, **(system or {})}
        },
        "request": {
            "requestId": "amzn1.echo-api.request.test",
            "timestamp": at.isoformat().replace("+00:00", "Z"),
            "locale": "en-US",
            **request,
        },
    }


def intent(name: str, **slots: Any) -> dict[str, Any]:
    """An IntentRequest. A slot is a resolved id, or a list of them for a multiple-value slot."""
    return {
        "type": "IntentRequest",
        "intent": {
            "name": name,
            "confirmationStatus": "NONE",
            "slots": {key: _slot(key, value) for key, value in slots.items()},
        },
    }


def _slot(name: str, value: Any) -> dict[str, Any]:
    if name in LISTS:
        values = [{"type": "Simple", **_value(one)} for one in value]
        return {"name": name, "slotValue": {"type": "List", "values": values}}
    return {"name": name, **_value(value)}


def _value(value: Any) -> dict[str, Any]:
    match = {"name": str(value), "id": str(value)}
    authority = {
        "authority": "amzn1.er-authority.test",
        "status": {"code": "ER_SUCCESS_MATCH"},
        "values": [{"value": match}],
    }
    return {"value": str(value), "resolutions": {"resolutionsPerAuthority": [authority]}}


def touch(means: list[str]) -> dict[str, Any]:
    """What a device sends when a button is touched that means this."""
    return {
        "type": "Alexa.Presentation.APL.UserEvent",
        "token": "back_coach",
        "arguments": means,
        "source": {"type": "TouchWrapper", "handler": "Press", "id": ""},
        "components": {},
    }


class Conversation:
    """Turn after turn through the door, with the session attributes carried along.

    `context` is what the device reports beside who it is, such as its interfaces and its screen;
    `system` what it says of itself and of Alexa's services.
    """

    def __init__(
        self,
        attributes: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        system: dict[str, Any] | None = None,
    ) -> None:
        self.attributes: dict[str, Any] = attributes or {}
        self.system = system
        self.context = context or {}
        self.at = START
        self.response: dict[str, Any] = {}

    def launch(self) -> Conversation:
        return self.send({"type": "LaunchRequest"}, 0)

    def say(self, name: str, after: float = 5, **slots: Any) -> Conversation:
        """An intent, `after` seconds after the last one."""
        return self.send(intent(name, **slots), after)

    def touch(self, means: list[str], after: float = 5) -> Conversation:
        """A touch on the screen, `after` seconds after the last turn."""
        return self.send(touch(means), after)

    def consent(self, status: str, code: str = "200", *, keeping: bool) -> Conversation:
        """The answer to a permission that was asked for last, in a session that may be new."""
        directive = self.response["directives"][0]
        request = {
            "type": "Connections.Response",
            "name": directive["name"],
            "status": {"code": code, "message": "as said"},
            "payload": {**directive["payload"], "status": status},
            "token": directive["token"],
        }
        self.attributes = self.attributes if keeping else {}
        return self.send(request, 5)

    def send(self, request: dict[str, Any], after: float = 5) -> Conversation:
        self.at += timedelta(seconds=after)
        event = envelope(request, self.attributes, self.at, self.system)
        context = dict(self.context)
        event["context"]["System"]["device"] |= context.pop("device", {})
        event["context"] |= context
        reply = json.loads(json.dumps(answer(event)))
        self.response = reply["response"]
        self.attributes = reply.get("sessionAttributes") or self.attributes
        return self

    @property
    def ssml(self) -> str:
        return self.response["outputSpeech"]["ssml"]

    @property
    def verdict(self) -> str | None:
        verdict = self.attributes["verdict"]
        return verdict and verdict["level"]

    @property
    def ended(self) -> bool:
        return self.response["shouldEndSession"]
