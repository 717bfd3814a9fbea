"""PURE One exchange, free of any platform: what was heard, what is known, what to answer.

A `Turn` goes in (what the person said, and the conversation so far), a `Reply` comes out (which
acts to speak, what is asked, whether the session ends). Acts are names with values; `speech.py`
finds the words. Time arrives with the turn. Nothing here knows of Alexa, Flask or a clock.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from skill.alarms import NO_ALARMS, Alarms, Errand, Permission
from skill.diary import NOTHING_KEPT, Memory
from skill.routine import NO_PAST, Place, Plan
from skill.triage import NOTHING, Answer, Known, Verdict, new_person
from skill.when import UNSAID, When

SELF = "self"
"""The person speaking. Anyone else is named by relation (`mother`) or by first name (`Anna`)."""

SOMEONE = "someone"
"""Somebody else of whom it was not said who."""

Form = Literal["yes_no", "which", "value", "choice"]
"""What kind of answer a question wants. `which` follows a yes to several findings at once."""

Consent = Literal["accepted", "denied", "not_answered", "failed"]

Topic = Literal["checkup", "stretch", "advice", "tracking"]
"""A conversation under way, which gets the answers first. See `handlers/`."""


class Heard(NamedTuple):
    """What one utterance carried beside its intent, already resolved to our ids."""

    findings: Mapping[str, Answer] = NOTHING
    quotes: Mapping[str, str] = NOTHING  # the words for findings, by finding
    answer: Literal["yes", "no", "unknown"] | None = None  # "no, but I fell": an answer with news
    person: str | None = None
    severity: int | None = None  # 0 to 10
    days: int | None = None  # since the pain began
    age: tuple[int, int] | None = None  # years, from and to (equal when the age is known)
    weeks: int | None = None  # of pregnancy
    side: str | None = None  # left, right or both
    quality: str | None = None  # of the pain: sharp, ache, ...
    area: str | None = None  # of the back
    remedy: str | None = None
    topic: str | None = None  # something to learn about
    exercise: str | None = None
    called: str = ""  # the exercise in the person's own words
    goal: str | None = None  # a routine, the usual one, or a position to do something in
    ease: str | None = None  # the easier version of what is named
    repetitions: int | None = None  # how many of an exercise
    pace: str | None = None  # slower, normal or faster
    change: str | None = None  # better, worse or same, as somebody puts it
    country: str | None = None  # where they are, by the names of `care_numbers.toml`
    period: str | None = None  # today, yesterday, this_week, last_week or month
    kept: str | None = None  # what to forget: everything or scores
    seconds: int | None = None  # a length of time that is not the age of the pain
    when: When = UNSAID  # of a reminder
    task: str | None = None  # what to be reminded of
    consent: Consent | None = None  # the answer to a permission that was asked for
    token: str = ""  # and what was sent along with that question

    def facts(self) -> bool:
        """Whether it says anything about the person's back or health."""
        values = (self.severity, self.days, self.age, self.weeks)
        return bool(self.findings) or any(value is not None for value in values)


class Asking(NamedTuple):
    """The one question a reply ends with. `about` holds finding ids or what else is wanted.

    `inverted`: it asks whether all is well ("can you pee as usual?"), so a no means trouble.
    """

    form: Form
    about: tuple[str, ...]
    inverted: bool = False


class Act(NamedTuple):
    """Something to say, by the name of the act and its values: never a sentence.

    `lasts` is how long it should take in seconds, pause included; None: as long as it takes.
    """

    name: str
    values: Mapping[str, Any] = NOTHING
    lasts: float | None = None


def act(name: str, **values: Any) -> Act:
    """An act to say: `act("reps_left", count=3)`."""
    return Act(name, values) if values else _bare(name)


@lru_cache(maxsize=1024)  # without values it holds nothing but the name of some content
def _bare(name: str) -> Act:
    return Act(name)


class OneOf(NamedTuple):
    """A value made of several acts, as a list: spoken with a last `or` or `and`, or as written."""

    acts: tuple[Act, ...]
    joined: Literal["or", "and", "comma"]


class Wish(NamedTuple):
    """What somebody would like to do; all of it may be left open. `exercise` and `goal` are ids."""

    exercise: str | None = None
    goal: str | None = None
    seconds: int | None = None
    repetitions: int | None = None
    side: str | None = None
    area: str | None = None
    version: str | None = None
    position: str | None = None  # to be in for it: standing, in_bed or lying_down


NO_WISH = Wish()


class Advised(NamedTuple):
    """How often one subject was asked about, and how many layers of it were told."""

    times: int = 0
    layers: int = 0


class State:
    """The conversation so far: the one thing handlers change. All of it lives in the session."""

    def __init__(self, **kept: Any) -> None:
        """As at the beginning, but for what was `kept` of an earlier turn, by the names below."""
        self.doing: Topic | None = None
        self.asking: Asking | None = None
        self.person = SELF
        self.people: dict[str, Known] = {}
        self.quotes: dict[str, dict[str, str]] = {}  # by person and finding, in their words
        self.before: Known | None = None  # known before the answer that may have been misheard
        self.start: Known | None = None  # what was known when this turn began; not kept
        self.told: list[str] = []  # rules whose verdict was said in full
        self.place: Place | None = None  # in a guided exercise
        self.plan: Plan | None = None  # the routine or single exercise under way
        self.wish = NO_WISH  # what to do once the check before it is through
        self.done_by: dict[str, list[str]] = {}  # exercises finished in this session, by person
        self.sore: dict[str, list[str]] = {}  # exercises stopped for pain, by person
        self.explained: list[str] = []  # exercises described in full
        self.cautioned: list[str] = []  # cautions said
        self.cheered = 0  # encouragements used up in this routine
        self.pace = "normal"  # asked for, and kept for the next exercise
        self.past = NO_PAST  # what earlier days tell of the person spoken about
        self.recalled = False  # whether what earlier days tell has been looked up
        self.carried = False  # answers from an earlier visit stand, until asked what is new
        self.welcomed = False  # has heard what this is and is not
        self.zone: str | None = None  # the device's time zone, as in "Europe/London"
        self.country: str | None = None  # where they said they are; it outranks the zone's
        self.subject: str | None = None  # what was explained last, such as `remedy.cold`
        self.advised: dict[str, Advised] = {}  # by person and subject
        self.ask_first: dict[str, bool] = {}  # by person, of anti-inflammatories
        self.errand: Errand | None = None  # a reminder or timer that is being arranged
        self.said = ""  # the last reply as spoken, for "repeat"
        self.asked = ""  # and its question
        self.step = ""  # which step of the check-up it belongs to
        self.began = 0.0  # when this session began, in seconds since the epoch
        self.turns = 0
        self.missed = 0  # turns in a row that were not understood
        known = len(vars(self))
        vars(self).update(kept)
        if len(vars(self)) > known:
            unknown = ", ".join([*vars(self)][known:])
            raise TypeError(f"there is no {unknown} in a conversation")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    @property
    def known(self) -> Known:
        """What is known of the person spoken about."""
        return self.people.get(self.person) or new_person(self.person)

    @known.setter
    def known(self, known: Known) -> None:
        self.people[self.person] = known

    @property
    def by_pronoun(self) -> str:
        """Whom "he" and "she" mean: who is spoken about, or the only other one who was."""
        others = [other for other in self.people if other != SELF]
        if self.person != SELF:
            return self.person
        return others[0] if len(others) == 1 else SOMEONE

    @property
    def done(self) -> list[str]:
        """The exercises that the person spoken about has finished in this session."""
        return self.done_by.get(self.person, [])

    def learn(self, **changes: Any) -> None:
        """Change what is known of the person spoken about."""
        self.known = self.known._replace(**changes)

    def forget(self) -> None:
        """Forget everything that was said, about everybody."""
        fresh = State(
            turns=self.turns,
            began=self.began,
            zone=self.zone,
            country=self.country,
            welcomed=self.welcomed,
        )
        vars(self).update(vars(fresh))

    def forget_person(self, person: str) -> None:
        """Forget what was said about one person; what was under way for them is over."""
        self.people.pop(person, None)
        self.quotes.pop(person, None)
        self.sore.pop(person, None)
        self.done_by.pop(person, None)
        self.before = self.start = None
        if person == self.person:
            self.person, self.doing, self.place, self.plan = SELF, None, None, None

    def forget_score(self, person: str) -> None:
        """Forget how strong one person's pain was said to be."""
        if person in self.people:
            self.people[person] = self.people[person]._replace(severity=None)
        self.before = self.start = None


class Turn(NamedTuple):
    """What arrived: the intent by its name in the interaction model, and all that came with it."""

    intent: str
    heard: Heard
    state: State
    at: datetime
    locale: str = "en-US"
    memory: Memory = NOTHING_KEPT
    alarms: Alarms = NO_ALARMS  # the device's reminders and timers

    @property
    def today(self) -> date:
        """The day it is where the device stands; in UTC while its time zone is not known."""
        return local_day(self.at, self.state.zone)


def local_day(at: datetime, zone: str | None) -> date:
    """The date at a moment in a time zone; in UTC for a zone that is not known."""
    if zone is None:
        return at.astimezone(UTC).date()
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - milliseconds that few turns need

    try:
        return at.astimezone(ZoneInfo(zone)).date()
    except (KeyError, ValueError, OSError):
        return at.astimezone(UTC).date()


class Chart(NamedTuple):
    """Pain scores to show on a screen: (day, score) in order, a day being an ordinal number."""

    points: tuple[tuple[int, int], ...]


class Timer(NamedTuple):
    """A running timer to show on a screen: its seconds, and the remedy it is for."""

    seconds: int
    remedy: str | None = None


class Reply(NamedTuple):
    """What to convey: things to say, then one question, or none and the session ends.

    `reprompt` is asked after silence; `card` is shown in the Alexa app. `verdict` is what stands.
    `shows` is what a screen has beside the words.
    """

    say: tuple[Act, ...] = ()
    ask: Act | None = None
    asking: Asking | None = None
    reprompt: Act | None = None
    card: tuple[Act, ...] = ()
    verdict: Verdict | None = None
    step: str = ""  # the step of the check-up that the question belongs to
    shows: Chart | Timer | None = None
    permission: Permission | None = None  # asked for with it; aloud, that is the whole question

    @property
    def timed(self) -> bool:
        """Whether it counts: some of what is said takes a time of its own."""
        return any(act.lasts is not None for act in self.say)

    @property
    def ends(self) -> bool:
        """Whether the session is over: nothing was asked."""
        return self.ask is None
