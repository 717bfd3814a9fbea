"""Everyday speech to intents, slots and findings, offline, from the interaction model and the words.

What comes out is what Alexa's cloud would send for the same model: an intent with the slots it
declares. What is different is only that wordings are heard which no sample foresees. The order:

1. words: contractions undone, slips mended (`wording`), known phrases found (`phrases`),
   quantities read (`quantities`), each finding judged there, denied or unsure (`polarity`);
2. the intent: first what a whole sentence can be (a control, an answer), then what it carries
   (findings: they are never lost), then what the samples say it is like (`intents`);
3. the slots that intent declares, filled from what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Literal

from skill.interaction_model import heard, load, phrases
from skill.speaker.answers import INTENT_OF, Answer, Answers, chosen
from skill.speaker.intents import Samples, label, plain
from skill.speaker.people import SOMEONE, People, Person
from skill.speaker.phrases import EMERGENCIES, OUTRIGHT, Match, PhraseBook, Speller
from skill.speaker.polarity import UNKNOWN, Judge
from skill.speaker.quantities import Quantity, quantities
from skill.speaker.wording import LIGHT_WORDS, MARKS, STOP_WORDS, Sentence, Wording, root

FALLBACK = "AMAZON.FallbackIntent"
LEAST_COVERED = 0.6  # share of a sentence's telling words an intent's samples must know
LEAST_LIKELY = 0.35

Finding = bool | Literal["unknown"]


@dataclass(frozen=True)
class Value:
    """A slot's value: the words, and the resolved id, ISO duration or date, or digits."""

    spoken: str
    id: str | None


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
        tables, known = heard(locale), phrases(locale)
        model = load(locale)["interactionModel"]["languageModel"]
        self.wording = Wording(tables["slips"], tables["figures"]["phrases"])
        self.well = PhraseBook({OUTRIGHT: phrases(locale, "fine")["fine"]})
        self.judge = Judge(tables["cues"])
        self.people = People(known["PERSON"], tables["cues"]["says"])
        self.answers = Answers(known["ANSWER"], tables["cues"]["lets_go"])
        self.slots = {
            intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for intent in model["intents"]
        }
        self.samples = Samples(
            (intent["name"], sample, self.slots[intent["name"]])
            for intent in model["intents"]
            for sample in intent["samples"]
        )
        by_phrase = {kind: ids for kind, ids in known.items() if kind not in _BY_EAR}
        self.book = PhraseBook(by_phrase, self.samples.words)
        self.controls = {
            plain(text): intent for intent, texts in tables["controls"].items() for text in texts
        }
        self.speller = Speller(
            self.samples.words | self.book.vocabulary | self.well.vocabulary,
            {word for word in self.book.forms if root(word) not in LIGHT_WORDS | STOP_WORDS},
        )

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
        sentence = self.speller.mended(self.wording.sentence(text))
        day = today or datetime.now(UTC).astimezone().date()
        return _Hearing(self, sentence, context, asking or {}, day).understood()


_BY_EAR = {"PERSON", "ANSWER"}  # told apart by their place in the sentence, not as phrases
_SAYS_BACK = frozenset({"back", "spine", "backache", "lumbago", "backs"})
_SAYS_PAIN = frozenset(
    "hurt ach ache pain sore spasm cramp go out bad kill trouble play act stiff tight seiz lock "
    "lock twing throb agony ping pop crack strain pull put throw threw did do injur wrench tweak rick "
    "done knacker banjax bugger stuff crook wreck bit give at grumbl niggl burn sting broke break "
    "problem funny wrong snap jar gone catch froz freez grip ow straighten".split()
)
_ASKS_DOCTOR = frozenset(
    "doctor gp hospital ambulance emergency serious urgent worri worry concern check seen nurse "
    "clinic casualty danger dangerous normal wait surgery help 911 999 111 paramedic".split()
)
_ASKING = frozenset("should do does is can could will need would how when am whether must".split())
_STATEMENTS = frozenset({"BackPainIntent", "SymptomIntent", "AnswerIntent", "ReadyIntent", "OtherProblemIntent", "NoneOfThoseIntent"})
_LEARNS = frozenset({"LearnIntent", "ReliefIntent", "GuideStretchIntent", "ListExercisesIntent"})
_TRIGGER_FINDINGS = frozenset({"clear_trigger", "minor_trauma"})
_NUMB_SOMEWHERE = frozenset({"saddle_numbness", "both_legs", "limb_feeling_lost", "one_sided_numbness"})
_NOT_IN_QUESTIONS = _TRIGGER_FINDINGS | {"already_assessed", "first_episode"}
_VALUE_SLOTS = {
    "age": "Age",
    "weeks": "Weeks",
    "duration": "Duration",
    "date": "Since",
    "time": "Time",
    "number": "Severity",
}
_CRIES = frozenset("ow ouch hurt sore pain agony kill argh aargh painful sharp worse".split())
_ACHES = frozenset(
    "hurt sore pain ach ache swell bad trouble play stiff bleed itch burn throb broke break "
    "sprain twist cut limp sick ill kill infect bruis click lam threw".split()
)


@dataclass
class _Hearing:
    """One utterance in its place in the conversation."""

    knows: Understanding
    sentence: Sentence
    context: str
    asking: Mapping[str, Any]
    today: date
    why: list[str] = field(default_factory=list)

    # --- what was said ----------------------------------------------------------------------

    @cached_property
    def matches(self) -> list[Match]:
        return self.knows.book.find(self.sentence)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.sentence, self.today)

    @cached_property
    def person(self) -> Person | None:
        return self.knows.people.meant(self.sentence)

    @cached_property
    def answer(self) -> Answer | None:
        return self.knows.answers.answer(self.sentence)

    @cached_property
    def judged(self) -> list[tuple[Match, Finding]]:
        """The findings that count, with the words that say so; the most telling first."""
        symptoms = [match for match in self.matches if match.kind == "SYMPTOM"]
        outright = [match for match in self.knows.well.find(self.sentence)]
        outright = [match for match in outright if not _within(match, symptoms)]
        everything = symptoms + outright
        verdicts = self.knows.judge.judge(self.sentence, everything)
        found: list[tuple[Match, Finding]] = []
        for match, verdict in zip(everything, verdicts, strict=True):
            if verdict is None or self._somebody_elses(match):
                continue
            if match.id in _NOT_IN_QUESTIONS | {OUTRIGHT} and self._is_question:
                continue
            if match.kind == OUTRIGHT and self._is_question:
                continue
            if match.kind == OUTRIGHT:
                found.append((match, self._said_not_to_be(match)))
            else:
                found.append((match, verdict))
        return _without_bare_numbness(found)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """Finding ids, each with the gravest that was said of it."""
        findings: dict[str, Finding] = {}
        for match, verdict in self.judged:
            if match.id not in findings or _graver(verdict, findings[match.id]):
                findings[match.id] = verdict
        return findings

    def _said_not_to_be(self, match: Match) -> bool:
        """Whether "fine" itself is denied: "my bladder isn't fine"."""
        said = self.sentence.words[max(0, match.first - 1) : match.last + 1]
        return bool({"not", "cannot", "wont", "never", "hardly", "barely"} & set(said))

    @cached_property
    def _is_question(self) -> bool:
        """Whether it asks about lifting or running, rather than saying that it began so."""
        words = self.knows.answers.without_fillers(self.sentence)
        return bool(words) and words[0] in _ASKING | _WISHES and not (
            {"after", "since", "from"} & set(words)
        )

    def _somebody_elses(self, match: Match) -> bool:
        """Whether it is an animal's."""
        return "i" not in self.sentence.words and any(
            other.id == "animal" and other.first < match.first
            for other in self.matches
            if other.kind == "OTHER_AREA"
        ) and self.sentence.words[0] in {"my", "our", "the", "me"} and not {
            "back", "spine"
        } & set(self.sentence.words[: 4])

    # --- what it means -----------------------------------------------------------------------

    def understood(self) -> Understood:
        """The intent with its slots."""
        if not any(word not in MARKS for word in self.sentence.words):
            return Understood(FALLBACK, why=("nothing was said",))
        intent, confidence = self._intent()
        slots = self._slots(intent)
        for match, verdict in self.judged:
            spoken = self._spoken(match)
            self.why.append(f"heard {match.id}={verdict} in {spoken!r}, {match.score:.2f}")
        return Understood(intent, slots, self.findings, round(confidence, 2), tuple(self.why))

    def _intent(self) -> tuple[str, float]:
        for decide in (
            self._control,
            self._out_loud,
            self._answer_to_question,
            self._carrying_findings,
            self._another_matter,
            self._elsewhere,
            self._back_pain,
            self._values_alone,
        ):
            decided = decide()
            if decided is not None:
                return decided
        return self._like_samples()

    def _control(self) -> tuple[str, float] | None:
        """A whole sentence that can be only one thing: a control, or a sample word for word."""
        bare = " ".join(self.knows.answers.without_fillers(self.sentence))
        whole = self.sentence.plain
        if self.context == "exercise" and whole in _DURING_EXERCISE:
            return self._because(_DURING_EXERCISE[whole], 1.0, f"a control: {whole!r}")
        for said in dict.fromkeys((whole, bare)):
            if (intent := self.knows.controls.get(said)) is not None:
                return self._because(self._in_question(intent), 1.0, f"a control: {said!r}")
        only_answers = (
            self.asking.get("form") and self.answer and self._says_no_more(self._after_answer)
        )
        for said in dict.fromkeys((whole, bare)):
            intent = self.knows.samples.exact.get(said)
            if only_answers and intent not in _ABOUT_THE_QUESTION:
                continue
            if intent is not None and self._nothing_lost(intent):
                return self._because(intent, 1.0, f"a sample word for word: {said!r}")
        return None

    def _out_loud(self) -> tuple[str, float] | None:
        """While exercising, what hurts stops the exercise; nothing else is read into it."""
        if self.context != "exercise" or self.findings:
            return None
        if set(self.sentence.roots) & _CRIES:
            return self._because("TooPainfulIntent", 0.9, "hurts while exercising")
        return None

    def _in_question(self, intent: str) -> str:
        if self.asking.get("form") == "choice" and intent == "AMAZON.ResumeIntent":
            return "AMAZON.YesIntent"
        return intent

    @property
    def _after_answer(self) -> Sentence:
        assert self.answer is not None
        return self.sentence.rest(self.answer.rest)

    def _nothing_lost(self, intent: str) -> bool:
        declared = self.knows.slots.get(intent, {})
        return not self.findings or "Symptom" in declared

    def _answer_to_question(self) -> tuple[str, float] | None:
        form = self.asking.get("form")
        about = tuple(self.asking.get("about", ()))
        if form == "which" and not self.findings and self.answer is None:
            picked = chosen(self.sentence, about, self.knows.book)
            if picked:
                self._picked = picked
                return self._because("SymptomIntent", 0.8, f"picks {', '.join(picked)}")
        if self.answer is None:
            return self._plain_no(form)
        if self.findings and not self._only_repeats():
            return self._because("SymptomIntent", 0.9, f"an answer with news: {self.answer.spoken!r}")
        rest = self._after_answer
        if form is None and not self._says_no_more(rest):
            return None
        if form == "value" and self.quantities:
            return None
        if form == "choice" and not self._says_no_more(rest):
            wish = self._like_samples()
            if wish[0] != FALLBACK and wish[1] >= _SURE_WISH:
                return wish
        if form in {"yes_no", "which"} and not self._says_no_more(rest):
            side = [match for match in self.matches if match.kind in {"SIDE", "TRIGGER", "CONDITION"}]
            if side and not self.findings:
                return self._because("SymptomIntent", 0.8, f"an answer with more: {rest.plain!r}")
        return self._because(INTENT_OF[self.answer.said], 0.95, f"an answer: {self.answer.spoken!r}")

    def _plain_no(self, form: str | None) -> tuple[str, float] | None:
        """ "No bother at all": a no, though the word belongs to what follows."""
        words = self.knows.answers.without_fillers(self.sentence)
        if form == "yes_no" and words and not self.findings:
            if words[0] in {"no", "nothing", "none"}:
                return self._because("AMAZON.NoIntent", 0.8, f"begins with {words[0]!r}")
            side = [match for match in self.matches if match.kind == "SIDE"]
            if side:
                return self._because("AnswerIntent", 0.8, "a side")
        return None

    def _only_repeats(self) -> bool:
        """Whether the answer says again what was asked, all of it one way: "no, no numbness"."""
        assert self.answer is not None
        about = set(self.asking.get("about", ()))
        if not self.findings or not set(self.findings) <= about:
            return False
        return self.answer.said == "no" and not any(self.findings.values())

    def _says_no_more(self, rest: Sentence) -> bool:
        words = self.knows.answers.without_fillers(rest)
        return all(word in STOP_WORDS or word in _SMALL_TALK for word in words)

    def _carrying_findings(self) -> tuple[str, float] | None:
        """What carries a finding goes where findings go; see the safety rule of the agreement."""
        if not self.findings:
            return None
        share = max(match.score for match, _ in self.judged)
        if self.asking.get("form") == "value" and set(self.findings) == {"pregnant"}:
            if any(quantity.kind == "weeks" for quantity in self.quantities):
                return self._because("AnswerIntent", share, "weeks")
        there = [name for name, verdict in self.findings.items() if verdict is True]
        mixed = any(verdict is not True for verdict in self.findings.values())
        if self.context == "exercise" and self._is_like("TooPainfulIntent") and not mixed:
            return self._because("TooPainfulIntent", share, "hurts while exercising")
        if self._asks_for_doctor() and UNKNOWN not in self.findings.values():
            return self._because("SeeDoctorIntent", share, "asks whether to see a doctor")
        if self._complains_of_back() and not (self.answer and self.asking):
            return self._because("BackPainIntent", share, "the back hurts, and more")
        wish, likely = self._like_samples(quiet=True)
        grave = set(there) & EMERGENCIES
        if wish in _LEARNS and likely >= _SURE_WISH and not mixed and not grave:
            asks = self._is_question or set(self.sentence.words) & {"what", "how", "why", "should"}
            if asks or set(self.sentence.roots) & {"stretch", "exercis", "routin"}:
                return self._because(wish, likely, "a question that names a finding")
        if set(there) <= {"severe_pain", *_TRIGGER_FINDINGS} and not mixed and there:
            if self.asking.get("form") == "value" and self._values_alone() is not None:
                return self._because("AnswerIntent", share, "a value")
        return self._because("SymptomIntent", share, "findings")

    def _another_matter(self) -> tuple[str, float] | None:
        """What people ask a speaker for, and what has nothing to do with backs."""
        text = self.sentence.plain
        if self.knows.judge.has("elsewhere", text) and not set(self.sentence.roots) & _SAYS_BACK:
            return self._because(FALLBACK, 0.0, "another matter")
        return None

    def _elsewhere(self) -> tuple[str, float] | None:
        """Another part of the body, another illness, an animal: named, and out of scope."""
        other = [match for match in self.matches if match.kind == "OTHER_AREA"]
        if not other:
            return None
        animal = any(match.id == "animal" for match in other)
        hurts = bool(set(self.sentence.roots) & _ACHES) or self._is_like("OtherProblemIntent")
        if hurts and (animal or not set(self.sentence.roots) & _SAYS_BACK):
            if any(match.kind in {"EXERCISE", "AREA"} and match.places == o.places for match in self.matches for o in other) and not animal:
                return None
            return self._because("OtherProblemIntent", 0.8, f"names {other[0].id}")
        return None

    def _back_pain(self) -> tuple[str, float] | None:
        if self._asks_for_doctor():
            return self._because("SeeDoctorIntent", 0.85, "asks whether to see a doctor")
        if self._complains_of_back() and not self._asks_something() and not self._is_question:
            return self._because("BackPainIntent", 0.85, "says the back hurts")
        return None

    def _values_alone(self) -> tuple[str, float] | None:
        """A sentence that is hardly more than values: "two days, about a six"."""
        kinds = {match.kind for match in self.matches}
        values = [q for q in self.quantities if q.kind in {"number", "duration", "date", "age", "weeks"}]
        matched = [m for m in self.matches if m.kind in {"INTENSITY", "AGE_BAND", "SIDE", "AREA", "TRIGGER"}]
        if not values and not matched:
            return None
        covered = {p for q in values for p in range(q.first, q.last + 1)}
        covered |= {p for m in matched for p in m.places}
        left = [
            word
            for place, word in enumerate(self.sentence.words)
            if place not in covered
            and word not in STOP_WORDS | MARKS | _AROUND_VALUES
            and self.sentence.roots[place] not in STOP_WORDS | _AROUND_VALUES
        ]
        if not values and self._is_question and self.asking.get("form") != "value":
            return None
        if len(left) > (2 if self.asking.get("form") == "value" else 0) or (
            "EXERCISE" in kinds and not values
        ):
            return None
        return self._because("AnswerIntent", 0.85, "values alone")

    def _like_samples(self, *, quiet: bool = False) -> tuple[str, float]:
        """What the sentence is most like, by the samples; fallback when it is like none."""
        ranked = self.knows.samples.likeliest(self._labelled)
        if self._is_question:
            ranked = [(i, share) for i, share in ranked if i not in _STATEMENTS]
            whole = sum(share for _, share in ranked[:3]) or 1.0
            ranked = [(i, share / whole) for i, share in ranked]
        for intent, likely in ranked[:2]:
            covered = self.knows.samples.coverage(self._alternatives, intent)
            if likely >= LEAST_LIKELY and covered >= LEAST_COVERED and self._plausible(intent):
                if quiet:
                    return intent, likely
                return self._because(intent, likely, f"like its samples, {covered:.2f} covered")
        if quiet:
            return FALLBACK, 0.0
        best = ", ".join(f"{intent} {share:.2f}" for intent, share in ranked[:2])
        return self._because(FALLBACK, 0.0, f"like nothing known (nearest: {best})")

    def _plausible(self, intent: str) -> bool:
        kinds = {match.kind for match in self.matches}
        if intent == "SymptomIntent":
            return bool(kinds & {"CONDITION", "SYMPTOM"}) or bool(self.findings)
        if intent == "BackPainIntent" and "CONDITION" in kinds:
            return self._complains_of_back()
        if intent == "BackPainIntent":
            return self._complains_of_back() or bool(set(self.sentence.roots) & _SAYS_BACK)
        if intent == "AnswerIntent":
            return bool(self.quantities) or bool(
                kinds & {"INTENSITY", "AGE_BAND", "SIDE", "AREA", "TRIGGER"}
            )
        if intent == "OtherProblemIntent":
            return "OTHER_AREA" in kinds
        if intent == "CareForIntent":
            return self.person is not None or "someone" in self.sentence.words or "carer" in self.sentence.words
        if intent == "PaceIntent":
            return "PACE" in kinds or len(self.sentence.words) > 2  # noqa: PLR2004
        if intent == "TooPainfulIntent":
            return bool(set(self.sentence.roots) & (_ACHES | _SAYS_PAIN | {"hard", "easier", "much", "sharp"}))
        return True

    def _is_like(self, intent: str) -> bool:
        return self.knows.samples.likeliest(self._labelled)[0][0] == intent

    @cached_property
    def _labelled(self) -> list[str]:
        """The roots, with a label where a slot's value stands: longest values first."""
        return self._tokens[0]

    @property
    def _alternatives(self) -> list[frozenset[str]]:
        return self._tokens[1]

    @cached_property
    def _tokens(self) -> tuple[list[str], list[frozenset[str]]]:
        labels: dict[int, str] = {}
        covered: set[int] = set()
        spans = [(m.first, m.last, m.kind, m.places) for m in self.matches if m.last - m.first < 8]  # noqa: PLR2004
        spans += [
            (q.first, q.last, _TYPE_OF[q.kind], tuple(range(q.first, q.last + 1)))
            for q in self.quantities
        ]
        if self.person is not None and self.person.id != SOMEONE:
            place, size = self.person.place, len(self.person.spoken.split())
            spans.append((place, place + size - 1, "PERSON", tuple(range(place, place + size))))
        for first, _last, kind, places in sorted(spans, key=lambda span: -len(span[3])):
            if not covered & set(places):
                covered |= set(places)
                labels[first] = label(kind)
        spans = [s for s in spans if not any(set(s[3]) < set(other[3]) for other in spans)]
        tokens: list[str] = []
        alternatives: list[frozenset[str]] = []
        for place, word in enumerate(self.sentence.roots):
            if place in labels and word in self.knows.samples.words and place + 1 not in covered - labels.keys():
                tokens.append(word)  # said in the samples too: "exercise", "stretch"
                alternatives.append(
                    frozenset({word, *(label(kind) for _f, _l, kind, ps in spans if place in ps)})
                )
            elif place in labels:
                tokens.append(labels[place])
                alternatives.append(
                    frozenset(label(kind) for _f, _l, kind, places in spans if place in places)
                )
            elif place not in covered:
                tokens.append(word)
                alternatives.append(frozenset({word}))
        extra = [label(kind) for _f, _l, kind, _p in spans if label(kind) not in tokens]
        return tokens + extra, alternatives

    def _complains_of_back(self) -> bool:
        roots = set(self.sentence.roots)
        area = [
            m for m in self.matches
            if m.kind == "AREA"
            and (len(m.places) > 1 or m.id in {"neck", "shoulder", "buttock"} or set(self.sentence.roots) & {"pain", "hurt", "ach", "sore"})
        ]
        animal = "i" not in self.sentence.words and any(
            m.kind == "OTHER_AREA" and m.id == "animal" for m in self.matches
        )
        says_back = bool(roots & _SAYS_BACK) or bool(area)
        says_pain = bool(roots & (_SAYS_PAIN | {"backach", "lumbago"})) or any(m.kind == "QUALITY" for m in self.matches)
        gave_way = "something" in self.sentence.words and (
            says_back or any(match.kind == "TRIGGER" for match in self.matches)
        )
        return (says_back and says_pain and not animal) or bool(gave_way)

    def _asks_for_doctor(self) -> bool:
        roots, words = set(self.sentence.roots), set(self.sentence.words)
        if not roots & _ASKS_DOCTOR or not words & _ASKING or "already_assessed" in self.findings:
            return False
        return self._is_like("SeeDoctorIntent")

    def _asks_something(self) -> bool:
        wish, likely = self._like_samples(quiet=True)
        return wish not in {FALLBACK, "BackPainIntent", "SymptomIntent", "AnswerIntent", "TooPainfulIntent", "OtherProblemIntent", "CareForIntent", "ReadyIntent"} and likely >= _SURE_WISH

    def _because(self, intent: str, confidence: float, reason: str) -> tuple[str, float]:
        self.why.append(f"{intent} {confidence:.2f}: {reason}")
        return intent, confidence

    # --- slots --------------------------------------------------------------------------------

    _picked: tuple[str, ...] = ()

    def _slots(self, intent: str) -> dict[str, tuple[Value, ...]]:
        declared = self.knows.slots.get(intent, {})
        slots: dict[str, tuple[Value, ...]] = {}
        for name, values in self._values(intent):
            if name in declared and values:
                slots.setdefault(name, values)
        return slots

    def _values(self, intent: str) -> Iterator[tuple[str, tuple[Value, ...]]]:
        if intent == "SymptomIntent" and self.answer is not None and (self.asking or self.findings):
            yield "Answer", (Value(self.answer.spoken, self.answer.said),)
        for name, wanted in (("Symptom", True), ("Denied", False), ("Unsure", UNKNOWN)):
            yield name, tuple(self._carried(intent, wanted))
        if self.person is not None:
            yield "Person", (Value(self.person.spoken, self.person.id),)
        for quantity in self.quantities:
            name = _VALUE_SLOTS[quantity.kind]
            spoken = self.sentence.part(quantity.first, quantity.last)
            yield name, (Value(spoken, quantity.id),)
        for kind, name in _SLOT_OF.items():
            found = [match for match in self.matches if match.kind == kind]
            found.sort(key=lambda match: match.id in _BROAD_TOPICS)
            if kind == "INTENSITY" and not self._grades_pain(intent, found):
                continue
            if found:
                several = found if name == "Condition" else found[:1]
                several = list({match.id: match for match in several}.values())
                yield name, tuple(Value(self._spoken(m), m.id) for m in several)

    def _grades_pain(self, intent: str, found: Sequence[Match]) -> bool:
        """Whether "bad" is said of the pain, and not of a leg or a fall."""
        if intent in {"AnswerIntent", "PainScoreIntent"}:
            return True
        near = {
            word
            for match in found[:1]
            for word in self.sentence.roots[max(0, match.first - 2) : match.last + 3]
        }
        return bool(near & {"pain", "hurt", "ach", "ache", "sore"})

    def _carried(self, intent: str, wanted: Finding) -> Iterator[Value]:
        """The findings of one polarity that this intent sends as symptoms."""
        if wanted is True and self._picked:
            yield from (Value(self.sentence.plain, name) for name in self._picked)
        declared = self.knows.slots.get(intent, {})
        kinds = {match.kind for match in self.matches}
        seen = set()
        for match, verdict in self.judged:
            if verdict is not wanted or self.findings[match.id] is not wanted or match.id in seen:
                continue
            if wanted is True and match.id in _TRIGGER_FINDINGS and "Trigger" in declared and "TRIGGER" in kinds:
                continue
            if wanted is True and match.id == "upper_back" and "Area" in declared and "AREA" in kinds:
                continue
            seen.add(match.id)
            yield Value(self._spoken(match), match.id)

    def _spoken(self, match: Match) -> str:
        return self.sentence.part(match.first, match.last)


_ABOUT_THE_QUESTION = frozenset({"NoneOfThoseIntent", "WhatDoYouMeanIntent", "WhyIntent", "SkipIntent"})
_BROAD_TOPICS = frozenset({"causes", "symptoms", "treatment", "how_long", "seriousness"})
_SURE_WISH = 0.6
_WISHES = frozenset("what how can should is does do why tell teach explain could would will are help give show which any when".split())
_SMALL_TALK = frozenset(
    "nothing like kind sort all far none no yes bit little anything way today now those them "
    "fine grand good great honest say tell sir thank thanks god definitely really not".split()
)
_AROUND_VALUES = frozenset(
    "pain ago started start begin began been hurt hurting since say think suppose guess probably maybe roughly "
    "give take side one call put keep still move moving worst best day night scale moment least "
    "most mostly mainly only between nearly almost more less than old years year pregnant along "
    "happened happen going lasted last level number score number like good solid strong ish could "
    "would ever doing did did sit sitting stand lie lying rest now today go it's aged age turn turned near under over "
    "well depends happens yeah yes no usually normally definitely certainly sure exactly approximately give-or-take half".split()
)
_DURING_EXERCISE = {
    "done": "ReadyIntent",
    "okay": "AMAZON.YesIntent",
    "again": "AMAZON.RepeatIntent",
    "back": "AMAZON.PreviousIntent",
    "stop": "AMAZON.StopIntent",
    "easy": "PaceIntent",
    "slow": "PaceIntent",
    "back to it": "AMAZON.ResumeIntent",
}
_SLOT_OF = {
    "CONDITION": "Condition",
    "AREA": "Area",
    "SIDE": "Side",
    "QUALITY": "Quality",
    "TRIGGER": "Trigger",
    "INTENSITY": "Intensity",
    "AGE_BAND": "AgeBand",
    "EXERCISE": "Exercise",
    "GOAL": "Goal",
    "REMEDY": "Remedy",
    "TOPIC": "Topic",
    "PACE": "Pace",
    "FREQUENCY": "Frequency",
    "OTHER_AREA": "OtherArea",
}
_TYPE_OF = {
    "number": "AMAZON.NUMBER",
    "age": "AMAZON.NUMBER",
    "weeks": "AMAZON.NUMBER",
    "duration": "AMAZON.DURATION",
    "date": "AMAZON.DATE",
    "time": "AMAZON.TIME",
}


def _without_bare_numbness(found: list[tuple[Match, Finding]]) -> list[tuple[Match, Finding]]:
    """What was heard, less a bare "numb" where the sentence says elsewhere what is numb."""
    if not any(match.id in _NUMB_SOMEWHERE and verdict is True for match, verdict in found):
        return found
    return [
        (match, verdict)
        for match, verdict in found
        if match.id != "limb_numbness" or len(match.places) > 1 or verdict is not True
    ]


def _graver(one: Finding, other: Finding) -> bool:
    order: Sequence[Finding] = (False, UNKNOWN, True)
    return order.index(one) > order.index(other)


def _within(match: Match, others: Sequence[Match]) -> bool:
    """Whether the words of `match` are part of what a finding says: "can feel" in "can't feel"."""
    return any(set(match.places) & set(other.places) and len(other.places) >= len(match.places) for other in others)
