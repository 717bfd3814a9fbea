"""Where somebody is: "I'm in Ireland"."""

from __future__ import annotations

from skill.speaker.choosing.answering import SMALL_TALK
from skill.speaker.choosing.choice import Choice
from skill.speaker.choosing.controls import POLITE
from skill.speaker.utterance import Utterance
from skill.speaker.words import MARKS, word_set

_AROUND_COUNTRIES = word_set("i'm am we're are he's she's is live from calling ringing over but")


def where(said: Utterance) -> Choice | None:
    """A country and hardly more, said of where they are: "I'm in Ireland", "we live in the US"."""
    if said.findings or said.form == "value":
        return None
    for match in said.matches:
        rest = {word for at, word in enumerate(said.sentence.words) if at not in match.places}
        if match.kind == "COUNTRY" and rest <= _AROUND_COUNTRIES | POLITE | SMALL_TALK | MARKS:
            return Choice("EmergencyNumberIntent", 0.9, "says where they are")
    return None
