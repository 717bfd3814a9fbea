"""Who is turned to: "my mother", "can I ask about me"."""

from __future__ import annotations

from skill.speaker.choosing.choice import Choice
from skill.speaker.people import SELF, SOMEONE
from skill.speaker.utterance import Utterance
from skill.speaker.words import MARKS, word_set

_AROUND = word_set("my our and too also as well")
_TURNING = word_set("ask talk meant instead")


def turns_to(said: Utterance) -> Choice | None:
    """The talk turned to somebody, the speaker too: "hang on, can I ask about me"."""
    if said.person is None or said.findings or not said.words & _TURNING:
        return None
    wish = said.likeliest[0]
    if said.person.id == SELF or wish[0] == "CareForIntent":
        return Choice("CareForIntent", 0.8, "turns to somebody")
    return None


def somebody(said: Utterance) -> Choice | None:
    """Somebody and no more: "my mother"."""
    if said.person is None or not names_somebody(said) or said.form == "value":
        return None
    rest = said.words - set(said.person.spoken.split()) - MARKS
    return Choice("CareForIntent", 0.8, "names somebody") if rest <= _AROUND else None


def names_somebody(said: Utterance) -> bool:
    """Whether it names somebody else."""
    return said.person is not None and said.person.id not in {SELF, SOMEONE}
