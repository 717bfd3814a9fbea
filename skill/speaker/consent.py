"""Alexa's own question for a permission: a skill may ask for it to be put, in her words alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.alarms import Api
from skill.alerts import SCOPES
from skill.interaction_model import heard
from skill.speaker.understanding import Understanding

_ANSWERS = {
    "AMAZON.YesIntent": "ACCEPTED",
    "AMAZON.NoIntent": "DENIED",
    "AMAZON.StopIntent": "DENIED",
    "AMAZON.CancelIntent": "DENIED",
}
_ANY_QUESTION = {"form": "choice", "about": ["permission"]}


@dataclass(frozen=True)
class Asked:
    """A permission that a skill asked for, in its own shape, and whether it was put once more."""

    api: Api
    payload: Mapping[str, Any]
    token: str
    twice: bool = False


def asked_for(response: Mapping[str, Any]) -> Asked | None:
    """The permission that a response asks for, if it does."""
    for directive in response.get("directives") or ():
        if (directive["type"], directive.get("name")) == ("Connections.SendRequest", "AskFor"):
            scopes = {one["permissionScope"] for one in directive["payload"]["permissionScopes"]}
            apis: tuple[Api, ...] = ("reminders", "timers")
            api = next(api for api in apis if SCOPES[api] in scopes)
            return Asked(api, directive["payload"], directive["token"])
    return None


def question(asked: Asked, locale: str) -> str:
    """The question as Alexa puts it."""
    return str(heard(locale)["device"][f"consent_{asked.api}"])


def answer(words: str, locale: str, understanding: Understanding) -> str | None:
    """What was answered: ACCEPTED or DENIED; None when it was neither."""
    approves = {text.lower() for text in heard(locale)["device"]["approves"]}
    if words.lower().strip(" .!") in approves:
        return "ACCEPTED"
    return _ANSWERS.get(understanding.understand(words, asking=_ANY_QUESTION).intent)
