"""A person who answers the truth, in the words people use, and nothing but what was asked.

The phrases are of our own ear, not taken from what the speaker knows: understanding is part of
what is tried. A phrase is written once for everybody: `{I} {have}` is "I have" about oneself and
"she has" about a mother; `{s}` is the ending of a verb.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.content.triage import triage as knowledge
from skill.content.words import words
from skill.speaker.cloud import Cloud, Exchange, Utterance
from skill.triage import UNKNOWN, Answer, Known
from skill.turn import SELF

SILENCE = ""
MOST_TURNS = 40
UNSPOKEN = frozenset({"balance_loss"})
"""Asked about in a bundle, but not read out in it: nobody says yes to what was not said."""

FOLLOWS = frozenset({"over_two_weeks", "age_extreme", "minor_trauma_fragile", "severe_pain"})
"""Findings that follow from others or from a number; nobody states them by themselves."""


@dataclass(frozen=True)
class Truth:
    """All there is to know of one person: what is not in `findings` or `unsure` is not so."""

    findings: frozenset[str]
    who: str = SELF
    unsure: frozenset[str] = frozenset()
    age: int = 40
    severity: int = 4
    days: int = 2
    weeks: int | None = None

    def known(self) -> Known:
        """What triage would know if everything had been asked and answered."""
        answers: dict[str, Answer] = dict.fromkeys(knowledge().findings, False)
        for finding in FOLLOWS:
            del answers[finding]
        answers |= dict.fromkeys(self.findings, True)
        answers |= dict.fromkeys(self.unsure, UNKNOWN)
        age = (self.age, self.age)
        return Known(answers, self.severity, self.days, age, self.weeks)

    def has(self, name: str) -> bool:
        """Whether a finding holds, or for `age`, whether it is one of the extremes asked for."""
        if name == "age":
            return not 16 <= self.age <= 55
        if name == "severe_pain":
            return self.severity >= 8
        if name == "over_two_weeks":
            return self.days >= 14
        return name in self.findings


@dataclass(frozen=True)
class Case:
    """One entry of cases/people_*.toml; the fields are explained there."""

    name: str
    source: str
    opening: str
    level: str
    truth: Truth
    says: frozenset[str]
    near_miss: bool
    plain: bool


FOLDER = Path(__file__).parent / "cases"
FIELDS = frozenset(
    ("name", "source", "who", "opening", "says", "findings", "unsure", "age", "severity", "days",
     "weeks", "level", "near_miss", "plain")
)  # fmt: skip


def people() -> list[Case]:
    """Every case of cases/people_*.toml. Raises ValueError for a field or finding not known."""
    tables = (tomllib.loads(f.read_text("utf-8")) for f in sorted(FOLDER.glob("people_*.toml")))
    return [_case(entry) for table in tables for entry in table["case"]]


def _case(entry: Mapping[str, Any]) -> Case:
    named = {*entry.get("findings", ()), *entry.get("says", ()), *entry.get("unsure", ())}
    unknown = (set(entry) - FIELDS) | (named - knowledge().names)
    if unknown:
        raise ValueError(f"{entry['name']}: {', '.join(sorted(unknown))} not known")
    truth = Truth(
        findings=frozenset(entry["findings"]),
        who=entry.get("who", SELF),
        unsure=frozenset(entry.get("unsure", ())),
        age=entry["age"],
        severity=entry["severity"],
        days=entry["days"],
        weeks=entry.get("weeks"),
    )
    return Case(
        entry["name"],
        entry["source"],
        entry["opening"],
        entry["level"],
        truth,
        frozenset(entry["says"]),
        entry.get("near_miss", False),
        entry.get("plain", False),
    )


# --- What people say ----------------------------------------------------------------------------

PHRASES: Mapping[str, tuple[str, ...]] = {
    "bladder_or_bowel": (
        "{I} can't pass water properly",
        "{I} wet {myself} this morning",
        "it takes ages to get {my} wee started",
        "{I} lost control of {my} bowels",
    ),
    "saddle_numbness": (
        "it's numb between {my} legs",
        "{I} can't feel it when {I} wipe{s}",
        "{my} backside has gone numb",
        "{my} groin feels dead",
    ),
    "leg_weakness": (
        "{my} leg keeps giving way",
        "{my} foot drags",
        "{my} right leg has gone weak",
        "{I} can't lift {my} foot",
    ),
    "both_legs": (
        "both {my} legs are tingling",
        "the pain goes down both legs",
        "there's pins and needles in both {my} feet",
    ),
    "limb_feeling_lost": (
        "{my} left leg has no feeling at all",
        "{my} leg has gone cold and white",
        "{I} can't feel {my} foot",
    ),
    "one_sided_numbness": (
        "{my} whole left side feels weak",
        "{my} face is drooping on one side",
        "{my} speech has gone slurred",
    ),
    "balance_loss": (
        "{I}{ve} got unsteady on {my} feet",
        "{my} hands have gone clumsy",
        "{I} keep{s} losing {my} balance",
    ),
    "major_trauma": (
        "{I} fell off a ladder",
        "{I} {was} in a car crash",
        "{I} came off {my} motorbike",
        "{I} fell down the stairs",
    ),
    "chest_pain": (
        "{my} chest feels tight",
        "{I} {am} short of breath",
        "there's a pain in {my} chest",
    ),
    "abdominal_tearing": (
        "it was a sudden tearing pain",
        "{I} fainted when it came on",
        "{my} belly is throbbing like a pulse",
    ),
    "fever": (
        "{I}{ve} got a fever",
        "{I} {am} shivering",
        "{I}{ve} got a temperature",
    ),
    "pregnancy_warning": (
        "there's been some bleeding",
        "the baby is moving less",
        "{I}{ve} got tightenings",
        "{my} waters are leaking",
    ),
    "severe_headache": (
        "{I}{ve} got the worst headache of {my} life",
        "a sudden terrible headache came on",
        "{my} neck is stiff and {I} can't stand the light",
    ),
    "bleeding_sign": (
        "{my} poo has gone black and tarry",
        "{I} threw up blood",
    ),
    "medicine_overdose": (
        "{I} took too many painkillers",
        "{I}{ve} taken a whole packet of paracetamol",
    ),
    "self_harm": (
        "{I} want{s} to end it all",
        "{I}{ve} been thinking of killing {myself}",
    ),
    "limb_weakness": (
        "one leg is a bit weaker than usual",
        "{my} left arm is slightly weak",
        "one arm is a little weaker",
    ),
    "sexual_change": (
        "there's no feeling during sex lately",
        "sex doesn't feel the same any more",
    ),
    "urinary_symptoms": (
        "it burns when {I} pee{s}",
        "there's blood in {my} pee",
        "it stings when {I} go{es} for a wee",
    ),
    "upper_belly_pain": (
        "{I} get{s} pain under {my} right ribs after eating",
        "{my} skin has gone yellow",
        "it hurts under the ribs on the right when {I} eat{s}",
    ),
    "infection_risk": (
        "{I}{ve} got a weak immune system",
        "{I} had an injection in {my} spine two weeks ago",
        "{I} inject{s} drugs",
    ),
    "cancer_history": (
        "{I} had cancer",
        "{I}{ve} had skin cancer",
        "{I} had lymphoma years ago",
    ),
    "weight_loss": (
        "{I}{ve} lost a lot of weight without trying",
        "{I} wake{s} up drenched in sweat",
        "the weight is just dropping off {me}",
    ),
    "night_pain": (
        "no position eases it",
        "nothing eases it, day or night",
        "it's constant, even lying down at night",
    ),
    "spine_shape_change": (
        "there's a new lump on {my} back",
        "there's a swelling over {my} spine",
    ),
    "cannot_walk": (
        "{I} can't stand up because of the pain",
        "it hurts too much to walk",
    ),
    "upper_back": (
        "it's between the shoulder blades",
        "it's up between {my} shoulder blades",
    ),
    "cough_worse": (
        "it gets much worse when {I} cough{s}",
        "sneezing makes it far worse",
    ),
    "hot_swollen_leg": (
        "one calf is swollen and hot",
        "{my} left calf is red and sore",
    ),
    "limb_numbness": (
        "{my} left foot tingles",
        "{I} get{s} pins and needles in one leg",
        "{my} arm is tingling",
    ),
    "leg_pain": (
        "it shoots down {my} leg",
        "the pain goes down the back of one leg",
        "it runs down into {my} left leg",
    ),
    "sleep_loss": (
        "{I} can't sleep for it",
        "it keeps {me} awake at night",
        "it wakes {me} up",
    ),
    "pregnant": (
        "{I} {am} pregnant",
        "{I} {am} expecting",
    ),
    "bone_risk": (
        "{I}{ve} got osteoporosis",
        "{I}{ve} been on steroid tablets for months",
        "{my} bones are weak",
    ),
    "inflammatory": ("it's stiff for an hour every morning and better once {I} get{s} going",),
    "recurrent": (
        "it keeps coming back",
        "it comes back every few months",
    ),
    "worse": (
        "it's getting worse every day",
        "it's been getting steadily worse",
    ),
    "blood_thinner": (
        "{I} take{s} a blood thinner",
        "{I} {am} on warfarin",
    ),
    "minor_trauma": (
        "{I} had a small fall",
        "{I} slipped and bumped {my} back",
        "{I} knocked it on a door",
    ),
    "clear_trigger": (
        "it started after gardening",
        "{I} twisted reaching for something",
        "{I} slept awkwardly",
    ),
    "fever_explained": ("it's just a cold", "it's only the flu"),
    "first_episode": ("it's {my} first time",),
    "already_assessed": (
        "the doctor has checked it and nothing has changed",
        "the physio has seen it and it's unchanged",
    ),
    "old": ("over fifty-five", "{I} {am} over fifty five", "over fifty five"),
    "young": ("under sixteen", "{I} {am} under sixteen"),
}

SELF_FORMS = {
    "I": "I", "my": "my", "me": "me", "myself": "myself", "am": "am", "ve": "'ve",
    "have": "have", "was": "was", "do": "do", "s": "", "es": "",
}  # fmt: skip
FORMS = {
    "she": {"I": "she", "my": "her", "me": "her", "myself": "herself"},
    "he": {"I": "he", "my": "his", "me": "him", "myself": "himself"},
    "they": {"I": "they", "my": "their", "me": "them", "myself": "themselves"},
}
ONE = {"am": "is", "ve": "'s", "have": "has", "was": "was", "do": "does", "s": "s", "es": "es"}
MANY = {"am": "are", "ve": "'ve", "have": "have", "was": "were", "do": "do", "s": "", "es": ""}

NO = (
    "no", "nope", "nah", "no, none of those", "no nothing like that", "not at all",
    "none of that", "no, thank goodness", "no none of them", "nothing like that",
)  # fmt: skip
NO_ONE = ("no", "nope", "no, not at all", "no {I} {do}n't", "nah", "no, nothing like that")
YES = ("yes", "yeah", "yep", "afraid so", "yes {I} {do}", "I think so", "yes, a bit")
ALL_WELL = ("yes", "yeah, same as always", "yes, that's fine", "yes, no problem", "yeah")
NOT_WELL = ("no", "no {I} can't", "not really", "no, not like before", "nope")
NOT_SURE = ("I don't know", "not sure", "I'm not sure", "no idea", "I couldn't tell you")
SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
AGO = {
    0: ("this morning", "today", "a few hours ago"),
    1: ("yesterday", "since yesterday", "a day ago"),
    2: ("two days ago", "since the day before yesterday"),
    7: ("a week ago", "a week"),
    14: ("two weeks ago", "a fortnight ago", "two weeks now"),
    21: ("three weeks ago", "for three weeks"),
    30: ("a month ago", "a month"),
    90: ("three months ago", "three months"),
    365: ("a year ago", "a year now"),
}


def spelt(number: int) -> str:
    """A whole number below 1000 in words: "sixty two"."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens = TENS[number // 10 - 2]
        return tens if number % 10 == 0 else f"{tens} {SMALL[number % 10]}"
    rest = f" and {spelt(number % 100)}" if number % 100 else ""
    return f"{SMALL[number // 100]} hundred{rest}"


@dataclass(frozen=True)
class Said:
    """One utterance. `tells` are the findings it names; `admits` those it says yes to."""

    text: str
    tells: frozenset[str] = frozenset()
    admits: frozenset[str] = frozenset()


@dataclass
class Speaker:
    """Answers what is asked from the truth. The generator decides only on the wording."""

    truth: Truth
    random: random.Random

    def answer(self, asking: Mapping[str, Any], *, inverted: bool = False) -> Said:
        """What to say to an open question: `asking` as in the session attributes."""
        about = [name for name in asking["about"] if name not in UNSPOKEN]
        form = asking["form"]
        if form == "value":
            return Said(self._values(about))
        if form == "choice":
            return Said(self._choice(about[0]))
        true = [name for name in about if self.truth.has(name)]
        if not true and self.truth.unsure & set(about):
            return Said(self.random.choice(NOT_SURE))
        if form == "which":
            return self._told(true) if true else Said("none of those")
        if len(about) == 1:
            return self._single(about[0], inverted=inverted)
        return self._bundle(true)

    def phrase(self, name: str) -> str:
        """A finding in words."""
        if name == "age":
            name = "young" if self.truth.age < 16 else "old"
        return self._filled(self.random.choice(PHRASES[name]))

    def telling(self, names: Iterable[str]) -> str:
        """Several findings in one sentence."""
        return " and ".join(self.phrase(name) for name in names)

    def _filled(self, text: str) -> str:
        if self.truth.who == SELF:
            return text.format_map(SELF_FORMS)
        pronoun = str(words("en-US").entry(f"person.{self.truth.who}.pronoun"))
        verbs = MANY if pronoun == "they" else ONE
        return text.format_map({**FORMS[pronoun], **verbs})

    def _told(self, names: list[str], lead: str = "") -> Said:
        return Said(f"{lead}{self.telling(names)}", frozenset(names) - {"age"})

    def _single(self, name: str, *, inverted: bool) -> Said:
        there = self.truth.has(name)
        if inverted:
            text = self._filled(self.random.choice(NOT_WELL if there else ALL_WELL))
            return Said(text, admits=frozenset({name} if there else ()))
        if not there:
            return Said(self._filled(self.random.choice(NO_ONE)))
        if self.random.random() < 0.5 or name not in PHRASES:
            return Said(self._filled(self.random.choice(YES)), admits=frozenset({name}))
        return self._told([name], "yes, ")

    def _bundle(self, true: list[str]) -> Said:
        if not true:
            return Said(self.random.choice(NO))
        lead = self.random.choice(("yes", "yes, ", "well, ", ""))
        if lead == "yes":
            return Said(lead, admits=frozenset(true) - {"age"})
        return self._told(true, lead)

    def _choice(self, about: str) -> str:
        if about == "what_next":
            return "my back hurts" if self.truth.who == SELF else self._filled("{my} back hurts")
        return "yes" if about == "check" else "no"

    def _values(self, about: list[str]) -> str:
        spoken = [getattr(self, f"_{name}")() for name in about]
        return self.random.choice((", ", " and ")).join(spoken)

    def _severity(self) -> str:
        how = self.random.choice(("about a {}", "{}", "{} out of ten", "maybe a {}", "I'd say {}"))
        return how.format(spelt(self.truth.severity))

    def _days(self) -> str:
        days = self.truth.days
        several = (f"{spelt(days)} days ago", f"{spelt(days)} days")
        return self.random.choice(AGO.get(days, several))

    def _age(self) -> str:
        age = spelt(self.truth.age)
        return self._filled(self.random.choice(("{I} {am} " + age, age, f"{age} years old")))

    def _weeks(self) -> str:
        if self.truth.weeks is None:
            return "I don't know"
        return self.random.choice(("{} weeks", "{}")).format(spelt(self.truth.weeks))


# --- A conversation -----------------------------------------------------------------------------

INTERRUPTIONS = (
    "help", "can you repeat that", "what do you mean", "why do you ask", "hold on", SILENCE,
)  # fmt: skip


@dataclass
class Talk:
    """What was said on both sides, and how it ended."""

    level: str = "none"
    because: tuple[str, ...] = ()
    asked: list[tuple[str, ...]] = field(default_factory=list)
    turns: list[tuple[Said, Exchange]] = field(default_factory=list)

    @property
    def questions(self) -> int:
        """How many questions about health were answered up to the verdict."""
        return len(self.asked)

    def transcript(self) -> str:
        """The conversation as a script."""
        lines = []
        for said, exchange in self.turns:
            heard = exchange.understood
            found = f"  [{heard.intent} {dict(heard.findings) or ''}]" if heard else ""
            lines += [f"  U: {said.text}{found}", f"  A: {exchange.to_json()['say']}"]
        return "\n".join(lines)

    def say(self, cloud: Cloud, said: Said) -> Exchange:
        """One more turn."""
        exchange = cloud.hear(Utterance(said.text))
        self.turns.append((said, exchange))
        verdict = exchange.state.get("verdict") or {"level": "none", "because": ()}
        self.level, self.because = verdict["level"], tuple(verdict["because"])
        return exchange


def over(exchange: Exchange) -> bool:
    """Whether the verdict was given: what is asked now is no triage any more."""
    asking = exchange.state.get("asking")
    if not exchange.session_open or asking is None:
        return True
    return asking["form"] == "choice" and asking["about"][0] not in ("what_next", "check")


def play(cloud: Cloud, truth: Truth, opening: Said, seed: int) -> Talk:
    """A person with this truth, from the opening sentence to the verdict."""
    speaker, talk = Speaker(truth, random.Random(seed)), Talk()
    if seed % 2:
        talk.say(cloud, Said("open back coach"))
    exchange = talk.say(cloud, opening)
    while not over(exchange) and len(talk.turns) < MOST_TURNS:
        exchange = talk.say(cloud, _next(speaker, talk, exchange))
    return talk


def wander(
    cloud: Cloud, speaker: Speaker, opening: Said, news: list[str], interrupts: Mapping[int, str]
) -> Talk:
    """The same, but with news told late, one piece at a time, and interruptions at some turns."""
    talk = Talk()
    exchange = talk.say(cloud, opening)
    while len(talk.turns) < MOST_TURNS and not (over(exchange) and not news):
        if not exchange.session_open:
            break
        interruption = interrupts.get(len(talk.turns))
        if interruption is not None and not over(exchange):
            said = Said(interruption)
        elif news and (over(exchange) or exchange.state["asking"]["form"] == "yes_no"):
            said = _with_news(speaker, talk, exchange, news.pop())
        else:
            said = _next(speaker, talk, exchange)
        exchange = talk.say(cloud, said)
    return talk


def _next(speaker: Speaker, talk: Talk, exchange: Exchange) -> Said:
    asking = exchange.state["asking"]
    if asking["form"] != "choice":
        talk.asked.append(tuple(asking["about"]))
    return speaker.answer(asking, inverted=exchange.state["memo"]["inverted"])


def _with_news(speaker: Speaker, talk: Talk, exchange: Exchange, name: str) -> Said:
    """An answer that is no, with something else that is new; otherwise the news alone."""
    told = speaker.telling([name])
    asking = exchange.state["asking"]
    if not over(exchange) and asking["form"] == "yes_no" and name not in asking["about"]:
        said = _next(speaker, talk, exchange)
        if said.text.startswith(("no", "none", "not at all", "nah")) and not said.admits:
            return Said(f"no, but {told}", frozenset({name}))
    return Said(told, frozenset({name}))
