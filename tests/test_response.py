"""What goes back to Alexa, next to what the SDK's own classes make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Response

from skill.alarms import Permission
from skill.audio import INTERFACE as APLA
from skill.response import SCREEN, respond
from skill.turn import Act, Heard, Reply, State, Turn, act

SDK = DefaultSerializer()
DEVICE = {"supportedInterfaces": {SCREEN: {}, APLA: {}}}
ASK = {"ask": act("ask.what_next"), "reprompt": act("reprompt.what_next")}
REPLIES = {
    "the last word": Reply((act("goodbye"),)),
    "a question": Reply((act("noted"),), **ASK),
    "a card": Reply((act("noted"),), card=(act("noted"),), **ASK),
    "a count": Reply((Act("noted", lasts=5.0),), **ASK),
    "a question that Alexa puts": Reply(permission=Permission("reminders", token="so far")),
    "a card that asks for a permission": Reply(permission=Permission("timers"), **ASK),
}


@pytest.mark.parametrize("device", [{}, DEVICE], ids=["a speaker", "a screen"])
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_response_is_what_the_sdks_own_classes_write(reply, device):
    turn = Turn("BackPainIntent", Heard(), State(), datetime(2026, 3, 4, tzinfo=UTC))
    event = {"context": {"System": {"device": device}}, "request": {}}
    response = respond(event, turn, reply)
    assert SDK.serialize(SDK.deserialize(json.dumps(response), Response)) == response
