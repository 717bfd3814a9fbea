"""The JSON with which Alexa's cloud asks a skill, in full, as an Echo at home would cause it.

Only shapes: which session it is and what was understood come from `skill.speaker.cloud`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from skill.speaker.model import DeclaredSlot, Model
from skill.speaker.understanding import Value

_APPLICATION = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
_APL = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2023.3"}}}
_VIEWPORT = {
    "experiences": [
        {"arcMinuteWidth": 346, "arcMinuteHeight": 216, "canRotate": False, "canResize": False}
    ],
    "mode": "HUB",
    "shape": "RECTANGLE",
    "pixelWidth": 1280,
    "pixelHeight": 800,
    "currentPixelWidth": 1280,
    "currentPixelHeight": 800,
    "dpi": 160,
    "touch": ["SINGLE"],
    "video": {"codecs": ["H_264_42", "H_264_41"]},
}


class Api(NamedTuple):
    """Where Alexa's own services are, and the token that opens them."""

    address: str
    token: str


# Nothing leaves this machine: nobody listens on this address.
NOWHERE = Api("https://127.0.0.1:9", "local")


@dataclass(frozen=True)
class Device:
    """The speaker in somebody's home, and whose skill it asks."""

    locale: str = "en-US"
    screen: bool = False
    application: str = field(
        default_factory=lambda: os.environ.get("BACK_COACH_SKILL_ID") or _APPLICATION
    )
    user: str = "amzn1.ask.account.LOCAL"
    device: str = "amzn1.ask.device.LOCAL"
    voice: str | None = None  # the id of a person whose voice is recognised

    def ask(
        self, request: dict[str, Any], session: dict[str, Any], api: Api = NOWHERE
    ) -> dict[str, Any]:
        """The whole envelope: version, session, context and request.

        `api` is where Alexa's own services answer for this device.
        """
        application = {"applicationId": self.application}
        user = {"userId": self.user}
        return {
            "version": "1.0",
            "session": {**session, "application": application, "user": user},
            "context": self._context(application, user, api),
            "request": {**request, "locale": self.locale},
        }

    def _context(
        self, application: dict[str, str], user: dict[str, str], api: Api
    ) -> dict[str, Any]:
        context: dict[str, Any] = {
            "System": {
                "application": application,
                "user": user,
                "device": {
                    "deviceId": self.device,
                    "supportedInterfaces": _APL if self.screen else {},
                },
                "apiEndpoint": api.address,
                "apiAccessToken": api.token,
            }
        }
        if self.voice:
            context["System"]["person"] = {"personId": self.voice}
        return {**context, "Viewport": _VIEWPORT} if self.screen else context


def new_session_id() -> str:
    """An id no other session has."""
    return f"amzn1.echo-api.session.{uuid.uuid4()}"


def launch_request(at: datetime) -> dict[str, Any]:
    """The person opened the skill by name."""
    return {**_request("LaunchRequest", at), "shouldLinkResultBeReturned": False}


def session_ended_request(at: datetime, reason: str) -> dict[str, Any]:
    """The session is over for a reason of the person's or the device's; no answer is played."""
    return {**_request("SessionEndedRequest", at), "reason": reason}


def consent_response(
    at: datetime, payload: Mapping[str, Any], token: str, answer: str
) -> dict[str, Any]:
    """What came of a permission that was asked for: ACCEPTED, DENIED or NOT_ANSWERED."""
    return {
        **_request("Connections.Response", at),
        "name": "AskFor",
        "status": {"code": "200", "message": "OK"},
        "payload": {"permissionScopes": payload["permissionScopes"], "status": answer},
        "token": token,
    }


def touch_request(at: datetime, means: Sequence[str]) -> dict[str, Any]:
    """The person touched a button that stands for this, as its document's SendEvent says it."""
    return {
        **_request("Alexa.Presentation.APL.UserEvent", at),
        "token": "back_coach",
        "arguments": list(means),
        "source": {"type": "TouchWrapper", "handler": "Press", "id": ""},
        "components": {},
    }


def intent_request(
    at: datetime,
    intent: str,
    slots: Mapping[str, Sequence[Value]],
    model: Model,
    application: str,
) -> dict[str, Any]:
    """The person said something that means `intent`, with every slot the model declares for it.

    `slots` not declared for the intent are left out, as Alexa could not have filled them.
    """
    resolve = _Resolve(model, application)
    filled = {
        name: _slot(name, slots.get(name, ()), declared, resolve)
        for name, declared in model.slots(intent).items()
    }
    asked = {"name": intent, "confirmationStatus": "NONE"}
    return {
        **_request("IntentRequest", at),
        "intent": {**asked, "slots": filled} if filled else asked,
    }


def _request(type_: str, at: datetime) -> dict[str, Any]:
    # Fractions of a second are kept: the place in a count is worked out from this time.
    timestamp = at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return {
        "type": type_,
        "requestId": f"amzn1.echo-api.request.{uuid.uuid4()}",
        "timestamp": f"{timestamp}Z",
    }


def _slot(
    name: str, values: Sequence[Value], declared: DeclaredSlot, resolve: _Resolve
) -> dict[str, Any]:
    empty = {"name": name, "confirmationStatus": "NONE"}
    if not values:
        return empty
    slot = {**empty, "source": "USER"}
    spoken = [resolve(value, declared) for value in values]
    if len(spoken) > 1 and declared.multiple:
        listed = [{"type": "Simple", **value} for value in spoken]
        return {**slot, "slotValue": {"type": "List", "values": listed}}
    return {**slot, **spoken[0], "slotValue": {"type": "Simple", **spoken[0]}}


@dataclass(frozen=True)
class _Resolve:
    """Entity resolution: what was said, with the id of the value it stands for."""

    model: Model
    application: str

    def __call__(self, value: Value, declared: DeclaredSlot) -> dict[str, Any]:
        if declared.built_in:
            return {"value": value.id or value.spoken}
        authority = f"amzn1.er-authority.echo-sdk.{self.application}.{declared.type}"
        resolution = {"authority": authority, **self._outcome(value, declared.type)}
        return {
            "value": value.spoken,
            "resolutions": {"resolutionsPerAuthority": [resolution]},
        }

    def _outcome(self, value: Value, slot_type: str) -> dict[str, Any]:
        if value.id is None:
            return {"status": {"code": "ER_SUCCESS_NO_MATCH"}}
        match = {"name": self.model.value_name(slot_type, value.id), "id": value.id}
        return {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": match}]}
