"""One turn at the local speaker: what was said to it, and all that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from skill.speaker.sound import Piece, plain_text, timeline, total_seconds
from skill.speaker.understanding import Understood

_LONGEST_WAIT = 86_400  # seconds; nobody leaves a speaker waiting for more than a day


@dataclass(frozen=True)
class Utterance:
    """Something said to the speaker, `after` seconds into its reply; None: after its end.

    `clear` is whether the words were made out; where not, they are asked for again. `others` is
    what else may have been said: a danger sign among them is asked about.
    """

    say: str
    after: float | None = None
    clear: bool = True
    others: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, content: Any) -> Utterance:
        """What `{"say": ..., "after": seconds}` means. Raises ValueError with a one-line reason."""
        match content:
            case {"say": str(say), **rest}:
                after = _seconds(rest.pop("after", None))
            case _:
                raise ValueError('"say" should be there, as text')
        if rest:
            raise ValueError(f"{next(iter(rest))!r} is not known; use say, after")
        return cls(say, after)


def _seconds(after: Any) -> float | None:
    if after is None:
        return None
    is_number = isinstance(after, int | float) and not isinstance(after, bool)
    if not (is_number and 0 <= after <= _LONGEST_WAIT):
        raise ValueError(f'"after" should be a number of seconds from 0 to {_LONGEST_WAIT}')
    return float(after)


@dataclass(frozen=True)
class Exchange:
    """One turn at the speaker: what was heard, what is played, and how things stand after it.

    `request` and `response` are the Alexa JSON; both None where Alexa asks the skill nothing.
    `ssml` is empty when nothing is played; `reprompt` is SSML too. `began` is when the reply began.
    """

    began: datetime
    session_open: bool
    state: Mapping[str, Any]
    ssml: str = ""
    reprompt: str | None = None
    card: Mapping[str, Any] | None = None
    took_ms: float = 0.0
    request: Mapping[str, Any] | None = None
    response: Mapping[str, Any] | None = None
    understood: Understood | None = None

    @cached_property
    def timeline(self) -> tuple[Piece, ...]:
        """The reply as pieces of speech and pauses, in order."""
        return timeline(self.ssml)

    @cached_property
    def lasts(self) -> float:
        """How many seconds the reply takes to speak."""
        return total_seconds(self.ssml)

    def to_json(self) -> dict[str, Any]:
        """The object that `back-coach talk --json` prints for a turn."""
        return {
            "heard": self._heard(),
            "say": plain_text(self.ssml),
            "ssml": self.ssml,
            "lasts": round(self.lasts, 3),
            "reprompt": None if self.reprompt is None else plain_text(self.reprompt),
            "card": self.card,
            "session_open": self.session_open,
            "state": self.state,
            "took_ms": round(self.took_ms, 1),
        }

    def _heard(self) -> dict[str, Any]:
        if self.understood is not None:
            return understood_json(self.understood)
        asked = self.request["request"]["type"] if self.request else None
        return {"intent": asked, "slots": {}, "findings": {}}


def understood_json(understood: Understood) -> dict[str, Any]:
    """Intent, slots and findings; a slot is its id (or its words), or a list of several."""
    slots = {
        name: [value.id or value.spoken for value in values]
        for name, values in understood.slots.items()
    }
    return {
        "intent": understood.intent,
        "slots": {name: ids[0] if len(ids) == 1 else ids for name, ids in slots.items() if ids},
        "findings": dict(understood.findings),
    }
