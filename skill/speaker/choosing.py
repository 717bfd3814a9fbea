"""Which intent an utterance is.

The rules are asked in order, and the first that knows decides: what a whole sentence can be, then
what answers the open question, then what carries findings (they are never lost), then the rest.
What no rule knows is what the samples of the model say it is like, or is not understood.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skill.speaker.answers import INTENT_OF, ORDINALS, by_number, chosen
from skill.speaker.people import SELF, SOMEONE
from skill.speaker.phrases import EMERGENCIES, Match
from skill.speaker.polarity import UNKNOWN
from skill.speaker.utterance import BACK, PAIN, TRIGGER_FINDINGS, Utterance
from skill.speaker.wording import Sentence
from skill.speaker.words import FIGURE, LIGHT_WORDS, MARKS, STOP_WORDS, root_set, word_set
from skill.triage import VALUES, items

FALLBACK = "AMAZON.FallbackIntent"
LEAST_COVERED = 0.6  # share of a sentence's telling words an intent's samples must know
LEAST_COVERED_NAMED = 0.3  # ... where it names what the intent is about
LEAST_LIKELY = 0.35
VERY_LIKELY = 0.8
SURE = 0.6  # from here on a likeness overrules what else the sentence might be

_DOCTOR = root_set(
    """
    doctor gp hospital ambulance emergency serious urgent worri worry concern check seen nurse
    clinic casualty danger dangerous normal wait surgery help 911 999 111 paramedic
    """
)
_WANTING = word_set("should need must whether")
_ACHES = root_set(
    """
    hurt sore pain ach ache swell bad trouble play stiff bleed itch burn throb broke break
    sprain twist cut limp sick ill kill infect bruis click lam threw
    """
)
_CRIES = root_set(
    "smart pinch nip ow ouch hurt sore pain agony kill argh aargh painful sharp worse"
)
_STATEMENTS = word_set(
    """
    BackPainIntent SymptomIntent AnswerIntent ReadyIntent OtherProblemIntent NoneOfThoseIntent
    """
)
_NO_WISH = _STATEMENTS | {FALLBACK, "TooPainfulIntent", "CareForIntent"}
_ASKED_WITH_FINDINGS = word_set("LearnIntent ReliefIntent GuideStretchIntent ListExercisesIntent")
_ABOUT_THE_QUESTION = word_set("NoneOfThoseIntent WhatDoYouMeanIntent WhyIntent SkipIntent")
_ABOUT_REMINDERS = (
    "RemindIntent",
    "ChangeReminderIntent",
    "RemindersIntent",
    "StopRemindersIntent",
)
_OF_REMINDERS = word_set("reminder reminder_time")
_VALUE_KINDS = word_set("INTENSITY AGE_BAND SIDE AREA TRIGGER")
_SMALL_TALK = word_set(
    """
    nothing like kind sort all far none no yes bit little anything way today now those them
    fine grand good great honest say tell sir thank thanks god definitely really not
    """
)
_AROUND_VALUES = word_set(
    """
    pain ago started start begin began been hurt hurting since say think suppose guess probably
    maybe roughly give take side one call put keep still move moving worst best day night scale
    moment least most mostly mainly only between nearly almost more less than old years year
    pregnant along happened happen going lasted last level number score like good solid strong ish
    could would ever doing did sit sitting stand lie lying rest now today go aged age turn turned
    near under over well depends happens yeah yes no usually normally definitely certainly sure
    exactly approximately something odd half meant sorry rather actually not
    """
)
_NAMED_BY = {
    "LearnIntent": word_set("TOPIC"),
    "ReliefIntent": word_set("REMEDY"),
    "GuideStretchIntent": word_set("EXERCISE GOAL"),
}
_NONE: frozenset[str] = frozenset()
_EXERCISING = frozenset({"stretch", "exercis", "routin"})
_GUIDING = word_set("guide show teach through")
_TURNING = word_set("ask talk meant instead")
_WANTS = word_set("want give show let do run tell guide need like")
_POLITE = word_set(
    """
    please can could would will you we us me i let that this it there here one ones for a an the to
    now today sec second minute moment then again just okay oh all right think want need like coach
    anyway already told said so whoa hey got have give do at in of on before after bit
    """
)
_DOUBT = root_set("know sure idea clue say tell maybe notion certain perhaps depend")
_HEALTH = word_set("SYMPTOM AREA CONDITION QUALITY TRIGGER")
_NOTHING_NEW = ("long_ago", "unchanged")  # cues
_OF_SCORES = word_set("pain score log record note")
_HOW_IT_IS = word_set("is are am has have was")
_POINTS = word_set("the one ones and also it's its number two three")
_LONGEST_PICK = 4  # words, as in "yes the last one"
_LONGEST_BREAK = 3  # words, as in "wait a minute"
_BREAKS = word_set("AMAZON.PauseIntent AMAZON.StopIntent AMAZON.CancelIntent")
_MOST_AROUND = 2  # other words an answer to a question for a value may have
_DURING_EXERCISE = {
    "done": "ReadyIntent",
    "okay": "AMAZON.YesIntent",
    "again": "AMAZON.RepeatIntent",
    "back": "AMAZON.PreviousIntent",
    "stop": "AMAZON.StopIntent",
    "easy": "PaceIntent",
    "slow": "PaceIntent",
    "back to it": "AMAZON.ResumeIntent",
    "is this normal": "WhatDoYouMeanIntent",
    "is that normal": "WhatDoYouMeanIntent",
}


@dataclass(frozen=True)
class Choice:
    """An intent, how sure that is (0 to 1), and why.

    `picked`: findings pointed at, not named; `doubted`: those to be asked about.
    """

    intent: str
    confidence: float
    reason: str
    picked: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()


def choose(said: Utterance) -> Choice:
    """The intent of an utterance; `AMAZON.FallbackIntent` when nothing fits."""
    for rule in _RULES:
        if (choice := rule(said)) is not None:
            return choice
    choice = _like_samples(said)
    return (_of_a_danger(said) or choice) if choice.intent == FALLBACK else choice


def _control(said: Utterance) -> Choice | None:
    """A whole sentence that can be only one thing: a control, or a sample word for word."""
    whole, bare = said.sentence.plain, " ".join(said.without_fillers)
    if said.context == "exercise" and whole in _DURING_EXERCISE:
        return Choice(_DURING_EXERCISE[whole], 1.0, f"a control: {whole!r}")
    once = whole.split()[0] if len(said.words) == 1 else whole  # "stop stop stop"
    for text in dict.fromkeys((whole, bare, once)):
        if (intent := said.knows.controls.get(text)) is not None and _may_be_control(said):
            goes_on = said.form == "choice" and intent == "AMAZON.ResumeIntent"
            return Choice("AMAZON.YesIntent" if goes_on else intent, 1.0, f"a control: {text!r}")
    for text in dict.fromkeys((whole, bare)):
        intent = said.knows.samples.exact.get(text)
        if intent is not None and _may_be_exact(said, intent):
            return Choice(intent, 1.0, f"a sample word for word: {text!r}")
    return None


def _may_be_control(said: Utterance) -> bool:
    """Not where a finding would be lost; in an exercise only a danger is more than a control."""
    there = {name for name, verdict in said.findings.items() if verdict is True}
    return not (there & EMERGENCIES if said.context == "exercise" else said.findings)


def _may_be_exact(said: Utterance, intent: str) -> bool:
    """Not where it answers a question, and not where a finding would be lost."""
    if said.form and said.answer and _says_no_more(said, _after_answer(said)):
        return intent in _ABOUT_THE_QUESTION
    if said.context == "exercise" and intent == "BackPainIntent":
        return False
    return not said.findings or "Symptom" in said.knows.slots[intent]


def _correction(said: Utterance) -> Choice | None:
    """Something put right, "no, I meant the left leg": a value, or not to be guessed at."""
    if "meant" not in said.words or said.findings:
        return None
    if said.quantities or said.kinds & _VALUE_KINDS:
        return Choice("AnswerIntent", SURE, "a value put right")
    return None


def _asks_what_is_meant(said: Utterance) -> Choice | None:
    """The open question turned round: "what do you mean by numb"."""
    if said.form and said.is_question and "do you mean" in said.sentence.plain:
        return Choice("WhatDoYouMeanIntent", 0.9, "asks what the question means")
    return None


def _another_time(said: Utterance) -> Choice | None:
    """An answer to a question about a reminder that names a time: "eight", "no, on Friday"."""
    if not _OF_REMINDERS & set(said.about) or said.findings:
        return None
    named = any(found.kind in {"time", "day", "duration"} for found in said.quantities)
    if named or said.kinds & {"FREQUENCY", "TASK"}:
        return Choice("RemindIntent", 0.9, "names a time for a reminder")
    return None


def _to_be_reminded(said: Utterance) -> Choice | None:
    """Whatever else is in it: "remind me to feed the cat", "change it to nine"."""
    if not said.says_reminding or said.findings:
        return None
    if "remind me to" in said.sentence.plain:
        return Choice("RemindIntent", 0.9, "about being reminded")
    intent, likely = said.knows.samples.likeliest(said.labelled, _ABOUT_REMINDERS)[0]
    return Choice(intent, max(likely, SURE), "about being reminded")


def _timed(said: Utterance) -> Choice | None:
    """A remedy to be timed: "time my ice pack"."""
    if said.words & {"time", "timer"} and "REMEDY" in said.kinds and not said.is_question:
        return Choice("TimerIntent", 0.9, "a remedy to be timed")
    return None


def _for_a_part(said: Utterance) -> Choice | None:
    """Something for a part of the back: "something for my lower left side"."""
    asks = said.without_fillers[:2] == ("something", "for")
    if asks and said.kinds & {"AREA", "SIDE"} and not said.findings:
        return Choice("GuideStretchIntent", 0.8, "something for a part of the back")
    return None


def _breaks_off(said: Utterance) -> Choice | None:
    """While exercising, "hang on" or "stop" with whatever reason: "hang on, there's the door"."""
    if said.context != "exercise" or said.findings:
        return None
    words = said.without_fillers
    for length in range(_LONGEST_BREAK, 0, -1):
        intent = said.knows.controls.get(" ".join(words[:length]))
        if intent in _BREAKS and words[length:]:
            return Choice(intent, 0.8, f"breaks off: {' '.join(words[:length])!r}")
    return None


def _cry(said: Utterance) -> Choice | None:
    """While exercising, what hurts stops the exercise; nothing else is read into it."""
    score = any(found.kind == "number" for found in said.quantities)
    if said.is_question and _names_somebody(said):  # "how's Tom's pain"
        return None
    if said.context == "exercise" and not score and not said.findings and said.roots & _CRIES:
        return Choice("TooPainfulIntent", 0.9, "hurts while exercising")
    return None


# --- answers ------------------------------------------------------------------------------------


def _picks(said: Utterance) -> Choice | None:
    """One pointed at: "the leg one", or "the second", of those asked about together."""
    named = {name for name, verdict in said.findings.items() if verdict is True}
    if said.form == "yes_no" and len(said.about) > 1 and not said.findings:
        return _picks_of_bundle(said)
    all_of_them = said.answer is not None and said.answer.said == "yes" and "all" in said.words
    if said.form != "which" or (said.answer and not all_of_them) or named & set(said.about):
        return None
    if (
        "AGE_BAND" in said.kinds
        or said.complains_of_back
        or (named and len(said.without_fillers) > _MOST_AROUND + 1)
    ):
        return None  # news of its own, rather than one of those
    picked = chosen(said.sentence, said.about, said.knows.book)
    return Choice("SymptomIntent", 0.8, f"picks {', '.join(picked)}", picked) if picked else None


def _picks_of_bundle(said: Utterance) -> Choice | None:
    """One of several by its number or its place alone: "the second one", "yes, the leg"."""
    if said.is_question or (said.answer is not None and said.answer.said != "yes"):
        return None
    words = said.without_fillers
    names: tuple[str, ...] = ()
    if len(words) <= _LONGEST_PICK or said.answer is not None or _only_points(words):
        names = by_number(said.sentence, items(said.about))
    if not names and len(words) <= (_LONGEST_PICK if said.answer is None else 2 * _LONGEST_PICK):
        names = tuple(said.signs.named(said.about))
    picked = tuple(name for name in names if name not in VALUES)
    return Choice("SymptomIntent", 0.8, f"picks {', '.join(picked)}", picked) if picked else None


def _only_points(words: Iterable[str]) -> bool:
    """Whether it says nothing but places in a list: "the second one and the third one"."""
    return all(word in _POINTS or word in ORDINALS for word in words)


def _answer(said: Utterance) -> Choice | None:
    """What begins with yes, no or not sure."""
    if said.answer is None:
        return _unspoken_answer(said)
    if said.form is None and said.complains_of_back:
        return None
    spoken = said.answer.spoken
    if said.form == "value" and said.quantities and said.sentence.words[0] != spoken.split()[0]:
        return None  # "since Monday, no, Tuesday"
    if said.findings:
        return Choice("SymptomIntent", 0.9, f"an answer with news: {spoken!r}")
    if not _says_no_more(said, _after_answer(said)):
        if said.form is None or (said.form == "value" and said.quantities):
            return None
        if said.form == "choice" and (wish := _instead(said)) is not None:
            return wish
        tells = any(found.kind == "age" for found in said.quantities) or (
            said.kinds & {"SIDE", "TRIGGER", "CONDITION", "AGE_BAND"}
        )
        if said.form in {"yes_no", "which"} and tells:
            return Choice("SymptomIntent", 0.8, f"an answer with more: {spoken!r}")
    return Choice(INTENT_OF[said.answer.said], 0.95, f"an answer: {spoken!r}")


def _instead(said: Utterance) -> Choice | None:
    """What is wanted rather than a plain yes or no: "yes, the bridge", "no, I want a doctor"."""
    rest = _after_answer(said).plain
    if (intent := said.knows.samples.exact.get(rest)) is not None:
        return Choice(intent, 0.9, f"after the answer: {rest!r}")
    if said.kinds & {"EXERCISE", "GOAL"}:
        return Choice("GuideStretchIntent", 0.8, "names the stretch")
    wish = _like_samples(said)
    if wish.intent == "ReadyIntent":  # "yes let's go" is a yes
        return None
    return wish if wish.confidence >= SURE else None


def _unspoken_answer(said: Utterance) -> Choice | None:
    """An answer without its word: "no bother at all", "only the left one"."""
    if said.form != "yes_no" or said.findings or not said.without_fillers:
        return None
    if said.without_fillers[0] in {"no", "nothing", "none"}:
        return Choice("AMAZON.NoIntent", 0.8, f"begins with {said.without_fillers[0]!r}")
    return Choice("AnswerIntent", 0.8, "a side") if "SIDE" in said.kinds else None


def _after_answer(said: Utterance) -> Sentence:
    assert said.answer is not None
    return said.sentence.rest(said.answer.rest)


def _says_no_more(said: Utterance, rest: Sentence) -> bool:
    words = said.knows.answers.without_fillers(rest)
    return all(word in STOP_WORDS or word in _SMALL_TALK for word in words)


# --- findings -----------------------------------------------------------------------------------


def _findings(said: Utterance) -> Choice | None:
    """What carries a finding goes to an intent with a slot for it."""
    if not said.findings:
        return None
    sure = max((match.score for match, _ in said.judged), default=SURE)
    there = {name for name, verdict in said.findings.items() if verdict is True}
    mixed = len(there) < len(said.findings)
    if said.form == "value" and _values_with(said, there) and not mixed:
        return Choice("AnswerIntent", sure, "a value")
    painful = said.context == "exercise" and not mixed and not there & EMERGENCIES
    if painful and _is_like(said, "TooPainfulIntent"):
        return Choice("TooPainfulIntent", sure, "hurts while exercising")
    if _asks_for_doctor(said) and UNKNOWN not in said.findings.values():
        return Choice("SeeDoctorIntent", sure, "asks whether to see a doctor")
    if _back_with(said, there):
        return Choice("BackPainIntent", sure, "the back hurts, and more")
    if not mixed and not there & EMERGENCIES and (wish := _wish_with_findings(said)):
        return wish
    return Choice("SymptomIntent", sure, "findings")


def _back_with(said: Utterance, there: set[str]) -> bool:
    """Whether it is the back that hurts, beside what else was found."""
    if said.answer and said.asking:
        return False
    return said.complains_of_back and (said.says_back or not there & EMERGENCIES)


def _values_with(said: Utterance, there: set[str]) -> bool:
    """Whether the finding is only another way of giving the value that was asked for."""
    if there == {"pregnant"}:
        return any(found.kind == "weeks" for found in said.quantities)
    return there <= {"severe_pain", *TRIGGER_FINDINGS} and _values_alone(said) is not None


def _wish_with_findings(said: Utterance) -> Choice | None:
    """A question that names a finding: "can I take ibuprofen if I'm pregnant"."""
    asks = said.is_question or said.words & {"what", "how", "why", "should"}
    wished = [said] if asks or said.roots & _EXERCISING or said.words & _GUIDING else []
    wants = said.questions
    if said.kinds & {"GOAL", "EXERCISE"}:
        wants = [*wants, *(thought for thought in said.thoughts if not thought.findings)]
    for question in [*wished, *wants]:
        wish = _like_samples(question)
        if wish.intent in _ASKED_WITH_FINDINGS and wish.confidence >= SURE:
            return wish
    return None


# --- what is nearly a control or an answer -------------------------------------------------------


def _nearly_said(said: Utterance) -> Choice | None:
    """A control or an answer in other words: "pause there a sec", "I haven't a notion"."""
    if said.kinds & _HEALTH or said.says_back or said.without_fillers[:1] in _ASKED:
        return None
    if said.form == "value" and (said.quantities or said.kinds & _VALUE_KINDS):
        return None
    if said.person is None and (choice := _control_of_a_thought(said)) is not None:
        return choice
    kinds = {"CONTROL"} if said.form or said.context == "exercise" or _is_short(said) else set()
    kinds |= {"ANSWER"} if said.form in {"yes_no", "which"} else set()
    for match in said.knows.sayings.find(said.sentence):
        if match.kind in kinds and _says_only(said, match):
            intent = match.id if match.kind == "CONTROL" else INTENT_OF[match.id]  # type: ignore[index]
            spoken = said.sentence.part(match.first, match.last)
            return Choice(intent, 0.8, f"nearly {spoken!r}")
    if said.context == "exercise" and "PACE" in said.kinds and _is_short(said):
        return Choice("PaceIntent", 0.8, "names a pace")
    return None


def _control_of_a_thought(said: Utterance) -> Choice | None:
    """One of several thoughts that is a control by itself: "sorry, what was the question"."""
    for number in sorted(set(said.sentence.clauses)):
        thought = " ".join(said.clause(number))
        intent = said.knows.controls.get(thought)
        if intent is not None and thought not in LIGHT_WORDS | STOP_WORDS | _SMALL_TALK:
            return Choice(intent, 0.8, f"a thought that is a control: {thought!r}")
    return None


def _is_short(said: Utterance) -> bool:
    return len(said.without_fillers) <= _LONGEST_PICK


def _says_only(said: Utterance, match: Match) -> bool:
    """Whether all the rest is small talk."""
    rest = {word for place, word in enumerate(said.sentence.words) if place not in match.places}
    return rest <= _POLITE | _SMALL_TALK - {"not"} | MARKS


# --- everything else ----------------------------------------------------------------------------


def _how_much_left(said: Utterance) -> Choice | None:
    """While exercising, "how long" and "how many" are about the exercise."""
    if said.context != "exercise" or said.roots & (BACK | {"heal", "better", "take", "last"}):
        return None
    if said.without_fillers[:1] == ("how",) and said.words & {"long", "many", "much", "far"}:
        return Choice("HowMuchLeftIntent", 0.85, "how much of the exercise is left")
    return None


def _another_matter(said: Utterance) -> Choice | None:
    """What people ask a speaker for, and what has nothing to do with backs."""
    if said.knows.judge.has("elsewhere", said.sentence.plain) and not said.roots & BACK:
        return Choice(FALLBACK, 0.0, "another matter")
    return None


def _other_problem(said: Utterance) -> Choice | None:
    """Another part of the body, another illness, an animal: named, and out of scope."""
    others = [match for match in said.matches if match.kind == "OTHER_AREA"]
    if not others or (said.roots & BACK and not said.names_animal):
        return None
    mistaken = {match.places for match in said.matches if match.kind in {"EXERCISE", "AREA"}}
    if not said.names_animal and any(match.places in mistaken for match in others):
        return None
    if said.names_animal and not said.roots & _ACHES and not said.words & {"my", "our"}:
        return Choice(FALLBACK, 0.0, "about an animal")
    if said.roots & _ACHES or (not _tells_where(said) and _is_like(said, "OtherProblemIntent")):
        return Choice("OtherProblemIntent", 0.8, f"names {others[0].id}")
    return None


def _tells_where(said: Utterance) -> bool:
    """Whether a part may be named in answer to a question about health: "just the toes"."""
    return said.form in {"yes_no", "which", "value"} and not said.roots & _ACHES


def _back_pain(said: Utterance) -> Choice | None:
    if _asks_for_doctor(said):
        return Choice("SeeDoctorIntent", 0.85, "asks whether to see a doctor")
    if (
        said.complains_of_back
        and not said.is_question
        and not (_wishes(said) and _asks_or_wants(said))
    ):
        return Choice("BackPainIntent", 0.85, "says the back hurts")
    return None


def _values_alone(said: Utterance) -> Choice | None:
    """A sentence that is hardly more than values: "two days, about a six"."""
    values = [found for found in said.quantities if found.kind != "time"]
    matched = [match for match in said.matches if match.kind in _VALUE_KINDS]
    asked = said.form == "value"
    if not values and (not matched or "EXERCISE" in said.kinds):
        return None
    if not values and said.is_question and not asked:
        return None
    if said.is_question and (wish := _like_samples(said)).intent == "ProgressIntent":
        return wish  # "how was mum's pain yesterday"
    covered = {place for found in values for place in range(found.first, found.last + 1)}
    covered |= {place for match in matched for place in match.places}
    left = [
        word
        for place, word in enumerate(said.sentence.words)
        if place not in covered
        and not {word, said.sentence.roots[place]} & (STOP_WORDS | MARKS | _AROUND_VALUES)
    ]
    if len(left) > (_MOST_AROUND if asked else 0):
        return None
    if said.form in {None, "choice"} and "score" in said.words:
        return Choice("PainScoreIntent", 0.9, "a score")
    free = said.form in {None, "choice"} and "timer_length" not in said.about
    if free and (wish := _like_samples(said)).intent == "PainScoreIntent":
        return wish
    return Choice("AnswerIntent", 0.85, "values alone")


def _change(said: Utterance) -> Choice | None:
    """How it has changed, and nothing else: "it's a bit better today", "is Tom getting better"."""
    asks = said.is_question and said.without_fillers[0] in _HOW_IT_IS
    if "CHANGE" not in said.kinds or said.findings or said.is_question is not asks:
        return None
    covered = {
        place
        for match in said.matches
        if match.kind in {"CHANGE", "PERIOD", "INTENSITY"}
        for place in match.places
    }
    left = [
        word
        for place, word in enumerate(said.sentence.words)
        if place not in covered
        and not {word, said.sentence.roots[place]}
        & (STOP_WORDS | MARKS | BACK | PAIN | _AROUND_VALUES)
    ]
    beside = {"feel", "feels", "feeling", "seems", "than", "as"}
    if said.person is not None:
        beside |= set(said.person.spoken.split())
    if not set(left) <= beside:
        return None
    intent = "ProgressIntent" if asks else "PainScoreIntent"
    return Choice(intent, 0.8, "how it has changed")


def _so_many_of(said: Utterance) -> Choice | None:
    """A number and an exercise: "five cat cows"."""
    if said.kinds & {"EXERCISE"} and any(one.kind == "number" for one in said.quantities):
        return Choice("GuideStretchIntent", 0.9, "so many of an exercise")
    return None


def _named_only(said: Utterance) -> Choice | None:
    """A condition, or a symptom that is over or not meant: news, though no finding."""
    if said.is_question or not said.kinds & {"CONDITION", "SYMPTOM"} or _wishes(said):
        return None
    return Choice("SymptomIntent", 0.6, "names what is no finding")


def _score_of_somebody(said: Utterance) -> Choice | None:
    """Somebody's pain in a number: it answers no question about another."""
    if not _names_somebody(said) or said.findings or not said.words & _OF_SCORES:
        return None
    number = any(found.kind == "number" for found in said.quantities)
    return Choice("PainScoreIntent", 0.9, "somebody's pain in a number") if number else None


def _names_somebody(said: Utterance) -> bool:
    return said.person is not None and said.person.id not in {SELF, SOMEONE}


def _turns_to(said: Utterance) -> Choice | None:
    """The talk turned to somebody, the speaker too: "hang on, can I ask about me"."""
    if said.person is None or said.findings or not said.words & _TURNING:
        return None
    wish = said.likeliest[0]
    if said.person.id == SELF or wish[0] == "CareForIntent":
        return Choice("CareForIntent", 0.8, "turns to somebody")
    return None


def _somebody(said: Utterance) -> Choice | None:
    """Somebody and no more: "my mother"."""
    if said.person is None or not _names_somebody(said) or said.form == "value":
        return None
    rest = said.words - set(said.person.spoken.split()) - MARKS
    return Choice("CareForIntent", 0.8, "names somebody") if rest <= {"my", "our"} else None


def _like_samples(said: Utterance) -> Choice:
    """What the sentence is most like, by the samples; fallback when it is like none."""
    ranked = said.likeliest
    if said.is_question:
        ranked = [(intent, share) for intent, share in ranked if intent not in _STATEMENTS]
        whole = sum(share for _, share in ranked[:3]) or 1.0
        ranked = [(intent, share / whole) for intent, share in ranked]
    for intent, likely in ranked[:2]:
        covered = said.knows.samples.coverage(said.alternatives, intent)
        wants = likely >= VERY_LIKELY and _asks_or_wants(said)
        named = wants and _NAMED_BY.get(intent, _NONE) & said.kinds
        least = LEAST_COVERED_NAMED if named else LEAST_COVERED
        if likely >= LEAST_LIKELY and covered >= least and _plausible(said, intent):
            return Choice(intent, likely, f"like its samples, {covered:.2f} of its words known")
    nearest = ", ".join(f"{intent} {share:.2f}" for intent, share in ranked[:2])
    return Choice(FALLBACK, 0.0, f"like nothing known (nearest: {nearest})")


def _of_a_danger(said: Utterance) -> Choice | None:
    """Something odd said of a place where dangers show: not understood, so it is asked about.

    Such a sentence must not be dropped because nobody foresaw its words: "when I wipe it's like
    wiping cardboard".
    """
    if said.is_question or said.questions or said.names_animal or FIGURE in said.words:
        return None
    if said.context == "exercise":
        return None
    if any(said.knows.judge.has(cue, said.sentence.plain) for cue in _NOTHING_NEW):
        return None
    hinted = said.signs.hinted()
    doubted = tuple(name for name in hinted if name in said.about) or hinted
    reason = f"something about {', '.join(doubted)}"
    return Choice("SymptomIntent", 0.4, reason, doubted=doubted) if doubted else None


def _asks_or_wants(said: Utterance) -> bool:
    return said.is_question or bool(said.questions or said.words & _WANTS)


def _plausible(said: Utterance, intent: str) -> bool:  # noqa: C901 - one line an intent
    """Whether what the intent cannot do without is there at all."""
    match intent:
        case "SymptomIntent":
            return bool(said.kinds & {"CONDITION", "SYMPTOM"})
        case "BackPainIntent":
            return said.complains_of_back or (
                bool(said.roots & BACK) and "CONDITION" not in said.kinds
            )
        case "AnswerIntent":
            return bool(said.quantities or said.kinds & _VALUE_KINDS)
        case "TimerIntent":
            return any(one.kind == "duration" for one in said.quantities) or bool(
                said.roots & {"timer", "time", "alarm", "countdown"}
            )
        case "RemindIntent":
            return bool(said.roots & {"remind", "reminder", "alarm", "tell", "nudg", "forget"})
        case "PainScoreIntent":
            return bool(said.quantities or "INTENSITY" in said.kinds or "score" in said.words)
        case "NotSureIntent":
            return bool(said.form or said.roots & _DOUBT)
        case "OtherProblemIntent":
            return "OTHER_AREA" in said.kinds and not _tells_where(said)
        case "ShareIntent":
            return bool(said.words & {"share", "let", "call"})
        case "CareForIntent":
            return said.person is not None or bool(said.words & {"someone", "carer"})
        case "PaceIntent":
            return "PACE" in said.kinds or len(said.words) > _MOST_AROUND
        case "TooPainfulIntent":
            return bool(said.roots & (_ACHES | PAIN | {"hard", "easier", "much", "sharp"}))
    return True


def _asks_for_doctor(said: Utterance) -> bool:
    if said.without_fillers[:2] == ("is", "it") and said.findings and "bad" in said.words:
        return True
    if not said.roots & _DOCTOR or "already_assessed" in said.findings:
        return False
    if not (said.is_question or said.questions or said.words & _WANTING):
        return False
    if said.findings and (said.is_question or said.questions):
        return True
    likeliest = said.likeliest[:2]
    return "SeeDoctorIntent" in [intent for intent, _ in likeliest]


def _is_like(said: Utterance, intent: str) -> bool:
    return said.likeliest[0][0] == intent


def _wishes(said: Utterance) -> bool:
    """Whether it asks for something, whatever else it says."""
    wish = _like_samples(said)
    return wish.intent not in _NO_WISH and wish.confidence >= SURE


_ASKED = {(word,) for word in ("how", "what", "why", "when", "is", "does", "should", "which")}
_RULES = (
    _control,
    _asks_what_is_meant,
    _another_time,
    _correction,
    _cry,
    _picks,
    _answer,
    _findings,
    _turns_to,
    _score_of_somebody,
    _to_be_reminded,
    _timed,
    _for_a_part,
    _how_much_left,
    _nearly_said,
    _breaks_off,
    _another_matter,
    _other_problem,
    _change,
    _back_pain,
    _so_many_of,
    _values_alone,
    _named_only,
    _somebody,
)
