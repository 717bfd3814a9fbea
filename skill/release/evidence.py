"""What the points of the certification list look at; made when the first of them wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from skill.release import replies, store
from skill.release.publisher import Publisher
from skill.release.walk import APL, APLA, Answer, Caller, Saying
from skill.speaker.cloud import Cloud, Exchange, Utterance
from skill.speaker.envelope import Device

MOST_STATES = 80
SCREEN_STATES = 15


@dataclass(frozen=True)
class Turn:
    """Something said in a state, and what came back."""

    before: Answer
    saying: Saying
    after: Answer

    def __str__(self) -> str:
        """As a report names it."""
        asking = self.before.asking
        asked = "/".join(asking["about"][:2]) if asking else "nothing"
        return f"{self.saying} when asked {asked}"


class Evidence:
    """The listing, the manifest and the conversation of one locale."""

    def __init__(self, locale: str) -> None:
        """Raises `FileNotFoundError` if the locale has no listing or no interaction model."""
        self.locale = locale
        self.listing = store.listing(locale)
        self.caller = Caller(locale)
        self._faults: list[str] = []
        self._said: dict[str, list[Turn]] = defaultdict(list)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest as it would be deployed."""
        manifest: Mapping[str, Any] = store.manifest(Publisher())["manifest"]
        return manifest

    @cached_property
    def states(self) -> list[Answer]:
        """The states of the conversation; everything has been said in each of them."""
        found = self.caller.states(MOST_STATES, self._look)
        for interfaces in ((APL,), (APLA,), (APL, APLA)):
            Caller(self.locale, interfaces).states(SCREEN_STATES, self._look)
        return found

    def said(self, *intents: str) -> list[Turn]:
        """What came of these intents in every state, on a speaker without a screen."""
        assert self.states
        return [turn for intent in intents for turn in self._said[intent]]

    @cached_property
    def faulty_replies(self) -> list[str]:
        """What is wrong with any reply in any state, on any device."""
        assert self.states
        return self._faults

    def _look(self, before: Answer, saying: Saying, after: Answer) -> None:
        turn = Turn(before, saying, after)
        self._faults += [f"{turn}: {fault}" for fault in replies.faults(after)]
        if not (saying.slots or after.interfaces):
            self._said[saying.intent].append(turn)

    def state(self, *, doing: str | None, form: str, running: bool = False) -> Answer:
        """The nearest state of its kind. Raises `LookupError` when there is none."""
        kind = (
            state
            for state in self.states
            if state.attributes["doing"] == doing
            and state.asking
            and state.asking["form"] == form
            and bool(state.attributes["routine"]) is running
        )
        if found := next(kind, None):
            return found
        raise LookupError(f"no state of {doing} with a {form} question was found")

    def conversation(self, *said: str) -> list[Exchange]:
        """What comes of words spoken to a speaker, one exchange each."""
        cloud = Cloud(Device(locale=self.locale))
        return [cloud.hear(Utterance(words)) for words in said]
