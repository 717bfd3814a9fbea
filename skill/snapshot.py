"""What AWS Lambda's SnapStart keeps: a process that has answered before.

With SnapStart, Lambda starts a new version once, keeps its memory, and wakes copies of it when they
are wanted. All that the first turns of a process would load is loaded here, so that no copy has to.
Nothing is kept that must be each copy's own: no connection is made, and no chance is drawn.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from skill.alexa import answer
from skill.response import SCREEN

_FIRST_INTENTS = ("BackPainIntent", "GuideStretchIntent", "ReliefIntent", "LearnIntent")


def prepare() -> None:
    """Answer one of each kind of first request, to nobody: there is no user in it."""
    for request in ({"type": "LaunchRequest"}, *map(_intent, _FIRST_INTENTS)):
        answer(_event(request))


def _intent(name: str) -> dict[str, Any]:
    return {"type": "IntentRequest", "intent": {"name": name, "slots": {}}}


def _event(request: dict[str, Any]) -> dict[str, Any]:
    stamped = {**request, "timestamp": datetime.now(UTC).isoformat(), "locale": "en-US"}
    system = {
        "application": {"applicationId": os.environ.get("BACK_COACH_SKILL_ID")},
        "device": {"supportedInterfaces": {SCREEN: {}}},
    }
    return {"session": {"new": True}, "context": {"System": system}, "request": stamped}
