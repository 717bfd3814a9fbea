"""What an interaction model declares: the part of it which Alexa's cloud goes by in a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeclaredSlot:
    """A slot of an intent: its type, and whether it takes several values in one utterance."""

    type: str
    multiple: bool

    @property
    def built_in(self) -> bool:
        """Whether Amazon resolves the value itself, so that it comes without an id."""
        return self.type.startswith("AMAZON.")


class Model:
    """One locale's interaction model."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """`content` is the parsed model file. Raises KeyError when it is no model."""
        language = content["interactionModel"]["languageModel"]
        self.invocation_name: str = language["invocationName"]
        self._slots = {intent["name"]: _declared(intent) for intent in language["intents"]}
        self._names: dict[tuple[str, str], str] = {
            (slot_type["name"], value["id"]): value["name"]["value"]
            for slot_type in language.get("types", [])
            for value in slot_type["values"]
        }

    def slots(self, intent: str) -> Mapping[str, DeclaredSlot]:
        """The slots declared for `intent` by name; none for an intent the model does not have."""
        return self._slots.get(intent, {})

    def value_name(self, slot_type: str, value_id: str) -> str:
        """What the model calls a value of a slot type; the id itself when it has no name for it."""
        return self._names.get((slot_type, value_id), value_id)


def _declared(intent: Mapping[str, Any]) -> dict[str, DeclaredSlot]:
    return {
        slot["name"]: DeclaredSlot(
            slot["type"], bool(slot.get("multipleValues", {}).get("enabled", False))
        )
        for slot in intent.get("slots", [])
    }
