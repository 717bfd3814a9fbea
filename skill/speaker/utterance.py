"""One utterance: everything that was found in it, before anything is made of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from skill.content.exercises import POSITIONS
from skill.speaker.answers import Answer
from skill.speaker.intents import label
from skill.speaker.knowledge import Knowledge
from skill.speaker.people import SELF, SOMEONE, Person
from skill.speaker.phrases import EMERGENCIES, OUTRIGHT, PART, Match, tellingest
from skill.speaker.polarity import ALWAYS_HEARD, UNKNOWN
from skill.speaker.quantities import Quantity, number_at, quantities
from skill.speaker.signs import PartsAndSigns
from skill.speaker.wording import Sentence, as_sentence
from skill.speaker.words import FIGURE, MARKS, root, root_set, word_set

Finding = bool | Literal["unknown"]

VALUE_KINDS = word_set("INTENSITY AGE_BAND SIDE AREA TRIGGER")
"""Slot types that may answer a question for a value."""
_CORRECTED = word_set("AGE_BAND SIDE AREA TRIGGER SYMPTOM")
TRIGGER_FINDINGS = frozenset({"clear_trigger", "minor_trauma"})
ASKING = word_set("has should do does is can could will need would how when am whether must")
WISHING = word_set(
    """
    what how can should is does do why tell teach explain could would will are give show which
    any when may
    """
)
BACK = root_set("back spine backach lumbago backs lumbar disc")
_NOT_IN_QUESTIONS = TRIGGER_FINDINGS | word_set(
    "already_assessed first_episode recurrent sleep_loss"
)
_ANSWERS_ONLY = word_set(
    "major_trauma worse clear_trigger first_episode recurrent night_pain cough_worse"
)
_ONES_OWN = frozenset({"cancer_history", "bone_risk", "blood_thinner"})
_KIN = word_set("mother father sister brother grandmother grandfather someone")
_OWN = frozenset({"i", "me", "mine", "myself"})
_THEIRS = word_set("he she they him her them his their hers theirs")
_FIRST_PERSON = _OWN | {"my"}
_LEADS_IN = word_set("and so but or well then now please alexa okay")
_AS_ASKED = {
    "limb_numbness": ("saddle_numbness", "one_sided_numbness"),
    "limb_weakness": ("leg_weakness", "one_sided_numbness"),
}
_NUMB_SOMEWHERE = word_set("saddle_numbness both_legs limb_feeling_lost one_sided_numbness")
_REMINDING = root_set("remind reminder nudge")
_REMINDERS = re.compile(
    r"\bgive me a (?:shout|nudge|buzz|ping) (?:at|in|on|tomorrow|tonight)\b"
    r"|\blet me forget\b|\b(?:change|move|shift|set) (?:it|the time) to\b"
)
_OF_REMINDERS = word_set("reminder reminder_time")
_ONE_DAY = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday weekend morning evening night on in
    the at
    """
)
_NOT_FINE = word_set("not cannot wont never hardly barely")
_BACK_IS = re.compile(
    r"\b(my|me|his|her|the|this|that|their|our|mum|dad)"
    r"(?: (?:lower|low|upper|poor|old|bad|whole|own|bloody))*"
    r" (backs?|spine|lumbar)"
    r"(?: (?:is|was|are|has|have|had|feels?|felt|keeps?|went|gave|gives|just|does|did|got"
    r"|started)\b"
    r"| of mine\b)"
)
_NO_BACK = re.compile(  # "back" that is no part of anybody
    r"\b(?:be|been|being|come|comes|came|coming|go|goes|went|going|gone|get|got|put|give|look|call"
    r"|straight|way|right|at the|in the|from the|on the|round the|took|take|move|moved|send|sent"
    r"|hold|hang|fall) back\b(?! pain| hurts| ache)"
    r"|\bback (?:of (?:me|him|her|us|them|the)|in (?:a|ten|five|to)|soon|later|home|door"
    r"|garden|yard|seat"
    r"|passage|end|pocket|teeth|and forth|to bed|to work|to sleep|to normal|to it|on)\b"
)
_WELL = word_set(
    "fine better good okay ok grand great well normal cured perfect healed eased improving"
)
_EXPECTING = "expecting"  # the part that weeks of pregnancy are, "thirty weeks"
_LONGEST_VALUE = 8  # words of a slot's value; anything longer is not labelled as one
_TYPE_OF = {
    "number": "AMAZON.NUMBER",
    "age": "AMAZON.NUMBER",
    "weeks": "AMAZON.NUMBER",
    "duration": "AMAZON.DURATION",
    "date": "AMAZON.DATE",
    "day": "AMAZON.DATE",
    "time": "AMAZON.TIME",
}


@dataclass
class Utterance:
    """A sentence with what is known of the conversation, and all that can be found in it."""

    knows: Knowledge
    sentence: Sentence
    context: str
    asking: Mapping[str, Any]
    today: date

    @property
    def form(self) -> str | None:
        """What kind of answer is waited for, if any: `yes_no`, `which`, `value` or `choice`."""
        return self.asking.get("form")

    @property
    def about(self) -> tuple[str, ...]:
        """What the open question is about: finding ids, or what else is wanted."""
        return tuple(self.asking.get("about", ()))

    @cached_property
    def roots(self) -> frozenset[str]:
        """The roots of its words."""
        return frozenset(self.sentence.roots)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, as spoken."""
        return frozenset(self.sentence.words)

    @cached_property
    def without_fillers(self) -> tuple[str, ...]:
        """Its words, without what is said in passing."""
        return self.knows.answers.without_fillers(self.sentence)

    @cached_property
    def matches(self) -> list[Match]:
        """The phrases in it, of every slot type, and parts with their signs; the longest first."""
        whole = self.knows.book.find(self.sentence)
        times = [one for one in self._measures if one.kind != "number"]
        places = {place for one in times for place in range(one.first, one.last + 1)}
        expecting = [
            Match(PART, _EXPECTING, tuple(range(one.first, one.last + 1)), 1.0)
            for one in times
            if one.kind == "weeks"
        ]
        found = whole + self.signs.findings(places, expecting)
        found += self.knows.doses.exceeded(self.sentence, self.signs.places("pills"))
        if self.form == "yes_no" and len(self.about) == 1 and self.answer is None:
            found += self.signs.answering(self.about[0])
        found = tellingest(found)
        if not self.is_of_reminder:
            return found
        return found + list(filter(self._comes_back, self.knows.reminders.find(self.sentence)))

    @cached_property
    def signs(self) -> PartsAndSigns:
        """The parts in it, with their signs."""
        return self.knows.signs.read(self.sentence)

    @cached_property
    def says_reminding(self) -> bool:
        """Whether it speaks of being reminded: "remind me", "don't let me forget"."""
        return bool(self.roots & _REMINDING or _REMINDERS.search(self.sentence.plain))

    @cached_property
    def is_of_reminder(self) -> bool:
        """Whether it is about being reminded: what is said of time then lies ahead."""
        return self.says_reminding or bool(_OF_REMINDERS & set(self.about))

    def _comes_back(self, match: Match) -> bool:
        """Whether a phrase says how often, if it is one for that: "on Monday" does not."""
        if match.kind != "FREQUENCY":
            return True
        spoken = {self.sentence.words[place] for place in match.places}
        return not spoken <= _ONE_DAY

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The slot types that have a phrase in it."""
        return frozenset(match.kind for match in self.matches)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The quantities in it, and how many of an exercise: "five cat cows"."""
        found = list(self._measures)
        taken = {place for one in found for place in range(one.first, one.last + 1)}
        for match in self.matches:
            if match.kind == "EXERCISE" and match.first - 1 not in taken:
                found += number_at(self.sentence, match.first - 1)
        return found

    @cached_property
    def _measures(self) -> list[Quantity]:
        return quantities(self.sentence, self.today, ahead=self.is_of_reminder)

    @cached_property
    def people(self) -> list[Person]:
        """Everybody it names."""
        return self.knows.people.named(self.sentence)

    @cached_property
    def person(self) -> Person | None:
        """Whose back it is, if it says so."""
        return self.knows.people.meant(self.sentence)

    @cached_property
    def answer(self) -> Answer | None:
        """The answer it begins with. "No, I meant ..." corrects something; it denies nothing."""
        if self.puts_right:
            return None
        return self.knows.answers.answer(self.sentence)

    @property
    def puts_right(self) -> bool:
        """Whether it corrects a value: "no, I meant the left leg"."""
        return "meant" in self.words and bool(self.quantities or self.kinds & _CORRECTED)

    @cached_property
    def is_question(self) -> bool:
        """Whether it asks, or asks for something, rather than stating how things are."""
        words = self.without_fillers
        return _begins_question(words) and not {"after", "since", "from"} & set(words)

    def clause(self, number: int) -> tuple[str, ...]:
        """The words of one thought, without marks."""
        return tuple(
            word
            for word, of in zip(self.sentence.words, self.sentence.clauses, strict=True)
            if of == number and word not in MARKS
        )

    @cached_property
    def questions(self) -> list[Utterance]:
        """Each thought that asks, as if it had been said alone."""
        return [
            self._alone(number)
            for number in sorted(set(self.sentence.clauses))
            if self._asks(number)
        ]

    @property
    def thoughts(self) -> list[Utterance]:
        """Each thought, as if it had been said alone."""
        return [self._alone(number) for number in sorted(set(self.sentence.clauses))]

    def _alone(self, clause: int) -> Utterance:
        sentence = as_sentence(" ".join(self.clause(clause)))
        return replace(self, sentence=sentence, asking={})

    def _asks(self, clause: int) -> bool:
        words = [word for word in self.clause(clause) if word not in _LEADS_IN]
        return _begins_question(words) and not (clause and words[0] == "when")

    # --- findings -------------------------------------------------------------------------------

    @cached_property
    def judged(self) -> list[tuple[Match, Finding]]:
        """The findings that count, with the words that say so; the most telling first."""
        symptoms = [match for match in self.matches if match.kind == "SYMPTOM"]
        well = [
            match for match in self.knows.well.find(self.sentence) if not _within(match, symptoms)
        ]
        symptoms = [match for match in symptoms if not _said_to_be_well(match, well)]
        verdicts = self.knows.judge.judge(self.sentence, symptoms + well)
        found: list[tuple[Match, Finding]] = []
        for match, verdict in zip(symptoms + well, verdicts, strict=True):
            if verdict is None or self._an_animals(match) or self._only_asked_about(match):
                continue
            if match.id in _ONES_OWN and self._a_relatives(match):
                continue
            if verdict == UNKNOWN and self.is_question and match.id not in ALWAYS_HEARD:
                continue  # "when should I worry about numbness"
            if verdict is True and (self._ones_own_beside(match) or self._told_of_another(match)):
                if match.id not in EMERGENCIES:
                    continue
                verdict = UNKNOWN  # noqa: PLW2901 - a danger: to be asked about all the same
            if match.kind == OUTRIGHT and verdict != UNKNOWN:
                verdict = self._said_not_to_be_fine(match)  # noqa: PLW2901
            found.append((self._as_asked(match), verdict))
        return _without_bare_numbness(found)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """Finding ids, each with the gravest that was said of it."""
        findings: dict[str, Finding] = {}
        for match, verdict in self.judged:
            if match.id not in findings or _graver(verdict, findings[match.id]):
                findings[match.id] = verdict
        if any(one.kind == "weeks" for one in self.quantities):  # "I'm thirty weeks"
            findings.setdefault("pregnant", True)
        return findings

    @cached_property
    def triggers(self) -> list[Match]:
        """What it began with. Not what was denied, nor what is part of a finding of another kind.

        "Sneezing makes it worse" names no trigger: taken for one it would make light of a sign.
        """
        triggers = [match for match in self.matches if match.kind == "TRIGGER"]
        telling = {
            place
            for match in self.matches
            if match.kind == "SYMPTOM" and match.id not in TRIGGER_FINDINGS
            for place in match.places
        }
        verdicts = self.knows.judge.judge(self.sentence, triggers)
        return [
            match
            for match, verdict in zip(triggers, verdicts, strict=True)
            if verdict is True and not telling & set(match.places)
        ]

    def _only_asked_about(self, match: Match) -> bool:
        """Whether it is in a question where it states nothing: "can I still lift boxes"."""
        if match.kind == OUTRIGHT and match.id in _ANSWERS_ONLY - set(self.about):
            return True  # "a bit better now" is news of the pain, unless that was the question
        asked = match.kind == OUTRIGHT or match.id in _NOT_IN_QUESTIONS
        return asked and (self.is_question or self._asks(self.sentence.clauses[match.first]))

    def _as_asked(self, match: Match) -> Match:
        """A bare "numbness" or "weakness" is the one that was just asked about."""
        meant = [name for name in _AS_ASKED.get(match.id, ()) if name in self.about]
        return replace(match, id=meant[0]) if meant and len(match.places) == 1 else match

    def _a_relatives(self, match: Match) -> bool:
        """Whether it was somebody's in the family, told beside what the speaker has."""
        here = self.sentence.clauses[match.first]
        kin = any(
            person.id in _KIN
            and person.place < match.first
            and self.sentence.clauses[person.place] == here
            for person in self.people
        )
        own = any(
            _OWN & set(self.clause(number))
            for number in set(self.sentence.clauses)
            if number != here
        )
        return kin and (own or (self.answer is not None and self.answer.said == "no"))

    def _ones_own_beside(self, match: Match) -> bool:
        """Whether it is the speaker's: "my husband's back hurts and I have a cold".

        A danger of the speaker's is never passed over, whoever else is spoken of.
        """
        if self.person is None or self.person.id in {SELF, SOMEONE}:
            return False
        if match.id in EMERGENCIES - {"fever"}:
            return False
        clause = self.clause(self.sentence.clauses[match.first])
        words = [word for word in clause if word not in _LEADS_IN]
        return words[:1] == ["i"] and not set(words) & _THEIRS

    def _told_of_another(self, match: Match) -> bool:
        """Whether it is somebody else's, in a sentence about the speaker's own back."""
        if self.person is None or self.person.id != SELF:
            return False
        here = self.sentence.clauses[match.first]
        return any(
            one.subject
            and one.place < match.first
            and self.sentence.clauses[one.place] == here
            and not _FIRST_PERSON & set(self.sentence.words[one.place : match.last + 1])
            for one in self.people
        )

    def _said_not_to_be_fine(self, match: Match) -> bool:
        """Whether "fine" itself is denied: "my bladder isn't fine"."""
        around = range(max(0, match.first - 1), match.last + 1)
        return any(self.sentence.words[at] in _NOT_FINE for at in around if at not in match.places)

    def _an_animals(self, match: Match) -> bool:
        words = self.sentence.words
        if (
            "i" in words
            or "me" in words[1:]
            or words[0] not in {"my", "our", "the", "me"}
            or BACK & set(words[:4])
        ):
            return False
        return any(
            other.id == "animal" and other.first <= match.first
            for other in self.matches
            if other.kind == "OTHER_AREA"
        )

    # --- the back -------------------------------------------------------------------------------

    @cached_property
    def says_back(self) -> bool:
        """Whether the back is named; "into the back of me" and "back in a minute" name none."""
        rest = _NO_BACK.sub(" ", self.sentence.plain)
        return bool(self.roots & BACK) and bool(BACK & {root(word) for word in rest.split()})

    @cached_property
    def ailing(self) -> list[Match]:
        """What it says of something that ails: "hurts", "is playing up", "put my back out"."""
        return self.knows.ailing.find(self.sentence)

    def beside(self, places: Collection[int]) -> set[str]:
        """The words, and marks, that stand at other places than these."""
        return {word for at, word in enumerate(self.sentence.words) if at not in places}

    @cached_property
    def complains_of_back(self) -> bool:
        """Whether it says that the back hurts, or that something gave way in it."""
        if self.names_animal:
            return False
        if self._states_of_back or any(match.id == "doubled_up" for match in self.ailing):
            return True
        if self.says_back and FIGURE in self.words:  # "I'm sick to death of this back"
            return True
        says_back = self.says_back or self._names_area
        if says_back and (self.ailing or "QUALITY" in self.kinds):
            return True
        return "something" in self.words and (says_back or "TRIGGER" in self.kinds)

    @cached_property
    def _states_of_back(self) -> bool:
        """Whether a sentence is about the back, whatever it says of it: "my back's in ribbons"."""
        words = [word for word in self.sentence.words if word not in MARKS]
        said = _BACK_IS.search(" ".join(words))
        return said is not None and not set(words[words.index(said[2]) :]) & _WELL

    @cached_property
    def names_animal(self) -> bool:
        """Whether it is about an animal, and the speaker is not in it."""
        if "i" in self.words or "EXERCISE" in self.kinds:  # "the cat camel"
            return False
        return any(match.id == "animal" for match in self.matches)

    @property
    def _names_area(self) -> bool:
        hurts = bool(self.roots & {"pain", "hurt", "ach", "sore", "kill", "agony"})
        return any(
            match.kind == "AREA"
            and (len(match.places) > 1 or match.id in {"neck", "shoulder", "buttock"} or hurts)
            for match in self.matches
        )

    # --- as the samples would have it -----------------------------------------------------------

    @cached_property
    def labelled(self) -> list[str]:
        """The roots with a label where a slot's value stands, then the labels it might be too."""
        tokens = [name for name, _ in self._tokens]
        spare = {name for _, others in self._tokens for name in others if name.startswith("<")}
        return tokens + sorted(spare - set(tokens))

    @cached_property
    def likeliest(self) -> list[tuple[str, float]]:
        """The intents by how well their samples fit, best first, with shares that add up to 1."""
        return self.knows.samples.likeliest(self.labelled)

    @cached_property
    def alternatives(self) -> list[frozenset[str]]:
        """For each token, all that it might be."""
        return [others for _, others in self._tokens]

    @cached_property
    def _tokens(self) -> list[tuple[str, frozenset[str]]]:
        spans = self._spans
        taken: dict[int, tuple[int, str]] = {}
        for places, kind in sorted(spans, key=lambda span: -len(span[0])):
            if not any(place in taken for place in places):
                taken |= dict.fromkeys(places, (places[0], label(kind)))
        tokens = []
        for place, word in enumerate(self.sentence.roots):
            others = frozenset(label(kind) for places, kind in spans if place in places)
            first, name = taken.get(place, (place, word))
            alone = sum(first == other for other, _ in taken.values()) == 1
            if name != word and alone and word in self.knows.samples.words:
                tokens.append((word, others | {word}))  # said in the samples too: "stretch"
            elif first == place:
                tokens.append((name, others | {name}))
        return tokens

    @property
    def _spans(self) -> list[tuple[tuple[int, ...], str]]:
        """Where values stand and of which slot type; none that is part of a longer one."""
        spans = [
            (match.places, match.kind)
            for match in self.matches
            if match.last - match.first < _LONGEST_VALUE
            and match.id not in POSITIONS  # "in bed" is said of much else
        ]
        spans += [
            (tuple(range(found.first, found.last + 1)), _TYPE_OF[found.kind])
            for found in self.quantities
        ]
        if self.person is not None and self.person.id != SOMEONE:
            first = self.person.place
            spans.append((tuple(range(first, first + len(self.person.spoken.split()))), "PERSON"))
        return [span for span in spans if not any(set(span[0]) < set(other[0]) for other in spans)]


def _begins_question(words: Sequence[str]) -> bool:
    if not words or words[0] not in ASKING | WISHING or "not" in words[1:2]:
        return False
    return words[0] != "when" or bool((ASKING | WISHING) & set(words[1:2]))  # not "when I wipe"


def _without_bare_numbness(found: list[tuple[Match, Finding]]) -> list[tuple[Match, Finding]]:
    """What was heard, less a bare "numb" where the sentence says elsewhere what is numb."""
    if not any(match.id in _NUMB_SOMEWHERE and verdict is True for match, verdict in found):
        return found
    return [
        (match, verdict)
        for match, verdict in found
        if match.id != "limb_numbness" or len(match.places) > 1 or verdict is not True
    ]


def _said_to_be_well(match: Match, well: Sequence[Match]) -> bool:
    """Whether its words are only the beginning of "both legs are fine"."""
    return any(one.id == match.id and set(match.places) < set(one.places) for one in well)


def _graver(one: Finding, other: Finding) -> bool:
    order: Sequence[Finding] = (False, UNKNOWN, True)
    return order.index(one) > order.index(other)


def _within(match: Match, others: Sequence[Match]) -> bool:
    """Whether its words are part of what a finding says: "can feel" in "can't feel"."""
    return any(
        set(match.places) & set(other.places) and len(other.places) >= len(match.places)
        for other in others
    )
