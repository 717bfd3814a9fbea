"""Everyday speech to intents, slots and findings, offline, from the model and the words alone.

What comes out is what Alexa's cloud would send for the same model: an intent with the slots it
declares. What is different is only that wordings are heard which no sample foresees.

1. `wording`, `phrases`, `signs`, `doses`, `quantities`, `people`, `polarity`: what was said, piece
   by piece;
2. `utterance`: all of it together, each finding judged there, not there or not sure;
3. `choosing`: the intent; what carries findings goes where findings go;
4. `second_opinion`: where no danger was heard, whether the words may tell of one all the same;
5. `slots`: the slots that intent declares, filled from what was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from skill.speaker.choosing import FALLBACK, Choice, choose
from skill.speaker.choosing.choice import SURE
from skill.speaker.knowledge import Knowledge
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.polarity import UNKNOWN
from skill.speaker.second_opinion import spoken_roots
from skill.speaker.slots import Value, fill
from skill.speaker.utterance import Finding, Utterance
from skill.speaker.words import MARKS

__all__ = ["FALLBACK", "Finding", "Understanding", "Understood", "Value"]


_ANSWERS = frozenset({"AMAZON.YesIntent", "AMAZON.NoIntent", "NotSureIntent", "NoneOfThoseIntent"})


@dataclass(frozen=True)
class Understood:
    """What one utterance means. `intent` is `AMAZON.FallbackIntent` when that is not known.

    `slots` holds only slots the intent declares, each with one value, or several for
    multiple-value slots. `findings` maps finding ids to there, not there, or "unknown", whether or
    not a slot carries them. `confidence` is from 0 to 1; `why` says what matched, with its score.
    """

    intent: str
    slots: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    confidence: float = 0.0
    why: tuple[str, ...] = ()


class Understanding:
    """Understands one locale. Learns on creation, in a fraction of a second; then thread-safe."""

    def __init__(self, locale: str = "en-US") -> None:
        """Learn from the locale's interaction model and words.

        Raises `FileNotFoundError` if the locale has no model, `ContentError` for faulty words.
        """
        self._knows = Knowledge(locale)

    @property
    def intents(self) -> Mapping[str, Mapping[str, str]]:
        """The intents of the model, each with its slots by name and their types."""
        return self._knows.slots

    def understand(
        self,
        text: str,
        *,
        context: str = "any",
        asking: Mapping[str, Any] | None = None,
        today: date | None = None,
    ) -> Understood:
        """What `text` means here: `context` is `launch`, `triage_question`, `exercise` or `any`.

        `asking` is the open question as in the session attributes; dates count from `today`.
        """
        if (asking or {}).get("form") == "value":  # "too", where a number is waited for
            text = self._knows.misheard_numbers.get(text.strip().lower(), text)
        sentence = self._knows.speller.mended(self._knows.wording.sentence(text))
        if all(word in MARKS for word in sentence.words):
            return Understood(FALLBACK, why=("nothing was said",))
        day = today or datetime.now(UTC).astimezone().date()
        said = Utterance(self._knows, sentence, context, asking or {}, day)
        return _understood(said, choose(said))


def _understood(said: Utterance, choice: Choice) -> Understood:
    choice = _with_second_opinion(said, choice)
    slots = fill(said, choice)
    picked = [name for name in choice.picked if name in said.knows.findings]
    findings = dict(said.findings) | dict.fromkeys(picked, True)
    findings |= dict.fromkeys(choice.doubted, UNKNOWN)
    carried = {value.id for value in slots.get("Symptom", ())}
    dangers = {name for name in EMERGENCIES if findings.get(name) is True}
    if dangers - carried:  # whatever else it is, a danger that was said is passed on
        choice = Choice("SymptomIntent", choice.confidence, "carries a danger", choice.picked)
        slots = fill(said, choice)
    return Understood(
        choice.intent, slots, findings, round(choice.confidence, 2), _why(said, choice)
    )


def _with_second_opinion(said: Utterance, choice: Choice) -> Choice:
    """The choice, with a danger to ask about where none was heard and the words may tell of one.

    Words that made a finding are not looked at again, nor is a danger asked about that was denied,
    or heard and judged not to count, as in a story of somebody else. A plain answer stays one, and
    so does pointing at a sign that was read out; what is clearly a wish, or tells of something
    else, gives way only to what is likelier.
    """
    heard = {name for name, verdict in said.findings.items() if verdict is not False}
    if choice.picked or EMERGENCIES & {*heard, *choice.doubted} or choice.intent in _ANSWERS:
        return choice
    may_ask = "Unsure" in said.knows.slots[choice.intent]
    enough = 1.0 if choice.intent.startswith("AMAZON.") else SURE  # "hang on" may have more to it
    a_wish = choice.confidence >= enough and not may_ask
    spent = {place for match, verdict in said.judged if verdict for place in match.places}
    suspected = said.knows.second_opinion.suspected(
        spoken_roots(said.sentence, spent),
        clear=a_wish,
        alone=not heard,
    )
    judged = {match.id for match in said.matches} | said.findings.keys()
    suspected = {name: odds for name, odds in suspected.items() if name not in judged}
    if not suspected:
        return choice
    intent = choice.intent if may_ask else "SymptomIntent"
    perhaps = ", ".join(f"{name} {odds:.2f}" for name, odds in suspected.items())
    reason = f"{choice.reason}; by its words perhaps {perhaps}"
    return replace(choice, intent=intent, reason=reason, doubted=(*choice.doubted, *suspected))


def _why(said: Utterance, choice: Choice) -> tuple[str, ...]:
    heard = (
        f"{match.id} {verdict}: {said.sentence.part(match.first, match.last)!r}, {match.score:.2f}"
        for match, verdict in said.judged
    )
    return (f"{choice.intent}: {choice.reason}, {choice.confidence:.2f}", *heard)
