"""A stretch by where or how long it is done, and where somebody is: "something standing up"."""

from __future__ import annotations

from skill.speaker.choosing.answering import SMALL_TALK
from skill.speaker.choosing.choice import Choice
from skill.speaker.choosing.controls import POLITE
from skill.speaker.utterance import Utterance
from skill.speaker.words import MARKS, root_set, word_set

_STRETCHING = root_set("stretch exercise routine workout")
_TELLING_OR_TIMING = word_set(
    "timer time set remind reminder did was after since from during went hurt hurts pause wait"
)
_AROUND_WISHES = word_set(
    """
    something anything stretch stretches exercise exercises routine one gentle easy simple quick
    light short
    """
)
_HAVING = word_set("i i've have got only just about a quick spare to")
_AROUND_COUNTRIES = word_set("i'm am we're are he's she's is live from calling ringing over but")


def for_a_position(said: Utterance) -> Choice | None:
    """Something in a position, or the usual, and hardly more: "do something standing up"."""
    if said.findings or said.form not in {None, "choice"} or said.says_back:
        return None
    goal = _names_only(said, "GOAL", _AROUND_WISHES | POLITE)
    return Choice("GuideStretchIntent", 0.9, f"something {goal}") if goal else None


def for_so_long(said: Utterance) -> Choice | None:
    """A stretch by its length: "three minutes of stretching", "a twenty minute workout"."""
    if said.findings or said.is_question or said.says_back or said.words & _TELLING_OR_TIMING:
        return None
    minutes = [one for one in said.quantities if one.id.startswith("PT")]
    measured = {place for one in minutes for place in range(one.first, one.last + 1)}
    rest = said.beside(measured)
    has_time = said.form in {None, "choice"} and rest and rest <= _HAVING  # "I've got five minutes"
    if minutes and (said.roots & _STRETCHING or has_time):
        return Choice("GuideStretchIntent", 0.85, "a stretch by its length")
    return None


def where(said: Utterance) -> Choice | None:
    """A country and hardly more, said of where they are: "I'm in Ireland", "we live in the US"."""
    if said.findings or said.form == "value":
        return None
    country = _names_only(said, "COUNTRY", _AROUND_COUNTRIES | POLITE | SMALL_TALK)
    return Choice("EmergencyNumberIntent", 0.9, f"says where: {country}") if country else None


def _names_only(said: Utterance, kind: str, beside: frozenset[str]) -> str | None:
    """Which value of a slot type is named, where only words `beside` it are said besides."""
    for match in said.matches:
        if match.kind == kind and said.beside(match.places) <= beside | MARKS:
            return match.id
    return None
