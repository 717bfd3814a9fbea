"""The slots of an intent -> what was heard.

Alexa writes numbers, durations, dates and times each in a form of its own; what cannot be read was
not heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from skill import triage
from skill.content.advice import advice
from skill.content.exercises import PACES, POSITIONS, USUAL, exercises
from skill.content.reading import read
from skill.content.signs import signs
from skill.content.triage import triage as knowledge
from skill.content.words import ELSEWHERE, words
from skill.serializer import at
from skill.turn import SOMEONE, Asking, Heard, State
from skill.when import EVERY, Part, When

REMINDING = frozenset({"RemindIntent", "ChangeReminderIntent"})
SECONDS_A_DAY = 86_400
HOURS_A_DAY = 24
DAYS_A_WEEK, DAYS_A_YEAR = 7, 365
SATURDAY = 5  # days after Monday
OLDEST = 130  # years; a larger number was misheard
LONGEST_QUOTE = 60  # letters
LONGEST_NAME = 30  # letters; AMAZON.FirstName may bring two names
MOST_DIGITS = 6  # of a number that means anything here


def heard(found: Any, intent: str, state: State, today: date, locale: str) -> Heard:
    """What the slots of an intent say, given as JSON data, on a local date.

    What a number is of depends on the intent and on what was asked. Nothing is raised: a slot that
    cannot be read is empty.
    """
    slots = _Slots(found)
    if not slots:
        return Heard()
    findings = _findings(slots, state.asking)
    about = state.asking.about if state.asking and intent == "AnswerIntent" else ()
    if intent in REMINDING or about in (("reminder",), ("reminder_time",)):
        when = _when(slots, _seconds(slots), _number(slots), today)
        return Heard(findings=findings, when=when, task=_reminded_of(slots, locale))
    if about == ("timer_length",):
        return Heard(
            findings=findings, seconds=_seconds(slots) or 60 * (_number(slots) or 0) or None
        )
    return Heard(
        findings=findings,
        quotes=_quotes(slots),
        person=_person(slots, locale),
        **{slot.lower(): one_of(slots.id(slot), _OURS[slot]()) for slot in slots if slot in _OURS},
        **{_PLAIN[slot][0]: _PLAIN[slot][1](slots, slot) for slot in slots if slot in _PLAIN},
        **_measured(slots, intent, state.asking, today),
    )


def _measured(slots: _Slots, intent: str, asking: Asking | None, today: date) -> dict[str, Any]:
    """How strong, how long, how old and how many weeks: most sentences say none of it."""
    if _MEASURES.isdisjoint(slots):
        return {}
    seconds, number = _seconds(slots), _number(slots)
    is_length = intent == "TimerIntent" or (
        intent == "GuideStretchIntent" and (seconds or 0) < SECONDS_A_DAY
    )
    asked = asking.about if asking and asking.form == "value" else ()
    weeks = slots.number("Weeks")
    if asked == ("weeks",) and number is not None:
        weeks = number
    if asked == ("weeks",) and seconds is not None:  # "twenty weeks", of pregnancy this time
        weeks, seconds = seconds // (7 * SECONDS_A_DAY), None
    return {
        "severity": _severity(slots, None if asked in (("age",), ("weeks",)) else number),
        "days": None if is_length else _days(slots, seconds, today),
        "age": _age(slots, number if asked == ("age",) else None, _picked(slots, asking)),
        "weeks": weeks,
        "seconds": seconds if is_length else None,
    }


_POSITIONS = frozenset({"Position", "AndPosition"})
_MEASURES = _POSITIONS | {  # "the last one" may be an age
    *("Severity", "SeverityTo", "Intensity", "Duration", "Since", "Age", "AgeBand", "Weeks")
}

_OURS: Mapping[str, Callable[[], Container[str]]] = {
    "Answer": lambda: ("yes", "no", "unknown"),
    "Remedy": lambda: advice().of("remedy"),
    "Topic": lambda: advice().of("topic"),
    "Exercise": lambda: exercises().exercises,
    "Goal": lambda: (*exercises().routines, *POSITIONS, USUAL),
    "Ease": lambda: ("easier",),
    "Pace": lambda: PACES,
    "Change": lambda: ("better", "same"),
    "Period": lambda: ("today", "yesterday", "this_week", "last_week", "month"),
    "Kept": lambda: ("everything", "scores"),
}
"""The ids that mean something, by the slot; content is not read before somebody speaks of it."""


class _Slots(dict[str, list[tuple[str, list[str]]]]):
    """Those of an intent's slots that hold something: the spoken words, and the ids they are.

    Read from the JSON itself: most of some twenty slots are empty, and an object for each would
    cost more than all they hold.
    """

    def __init__(self, slots: Any) -> None:
        for name, slot in slots.items() if isinstance(slots, dict) else ():
            if isinstance(slot, dict) and ("value" in slot or "slotValue" in slot):
                values = _array(at(slot, "slotValue", "values")) or [slot]
                self[name] = [(_words(value), _resolved(value)) for value in values]

    def ids(self, name: str) -> tuple[str, ...]:
        """Every resolved id in a slot, in the order they were said."""
        return tuple(ids[0] for _, ids in self.get(name, ()) if ids)

    def every_id(self, name: str) -> tuple[str, ...]:
        """Every id that the values of a slot may resolve to: "bed" is one to wet or to fall off."""
        return tuple(id_ for _, ids in self.get(name, ()) for id_ in ids)

    def id(self, name: str) -> str | None:
        """The first resolved id in a slot."""
        for _, ids in self.get(name, ()):
            if ids:
                return ids[0]
        return None

    def quoted(self, name: str) -> tuple[str, ...]:
        """The words of each value that `ids` has, in the same order."""
        return tuple(said for said, ids in self.get(name, ()) if ids)

    def said(self, name: str) -> str | None:
        """The words in a slot, None where it is blank."""
        for said, _ in self.get(name, ()):
            if said:
                return said
        return None

    def number(self, name: str) -> int | None:
        """The whole number in a slot; Alexa writes "?" for one it did not catch."""
        said = self.said(name) or ""
        return int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else None


_PLAIN: Mapping[str, tuple[str, Callable[[_Slots, str], Any]]] = {
    "Side": ("side", _Slots.id),
    "Quality": ("quality", _Slots.id),
    "Area": ("area", _Slots.id),
    "Exercise": ("called", lambda slots, slot: slots.said(slot) or ""),
    "Repetitions": ("repetitions", _Slots.number),
    "Country": ("country", lambda slots, slot: _country(slots.id(slot))),
}
"""What is taken as it is, by the slot: the name it has in `Heard`, and how it is read."""


def _country(found: str | None) -> str:
    """A country by its name in `care_numbers.toml`; any other that was named is elsewhere."""
    return found if found in read("care_numbers.toml") else ELSEWHERE


def _words(value: Any) -> str:
    words = at(value, "value")
    return words.strip() if isinstance(words, str) else ""


def _resolved(value: Any) -> list[str]:
    """The ids that matched, likeliest first (ER_SUCCESS_MATCH is the only status with values)."""
    return [
        found
        for authority in _array(at(value, "resolutions", "resolutionsPerAuthority"))
        for match in _array(at(authority, "values"))
        if (found := at(match, "value", "id")) and isinstance(found, str)
    ]


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(slots: _Slots) -> int | None:
    """A number that was said by itself; of "seven or eight" the higher (L11)."""
    said = (slots.number("Severity"), slots.number("SeverityTo"))
    return max((number for number in said if number is not None), default=None)


def one_of(found: Any, known: Container[str]) -> Any:
    """What was found, where it is one of ours; None otherwise."""
    return found if isinstance(found, str) and found in known else None


def _findings(slots: _Slots, asking: Asking | None) -> dict[str, triage.Answer]:
    """Findings and conditions with their answers; of two for one, the more urgent stands (K7)."""
    found: dict[str, triage.Answer] = {}
    for slot, (answer, names) in _SAYING.items():
        if slot in slots:
            found |= dict.fromkeys(names(slots, slot), answer)
    if not found and "Part" in slots:
        found = _of_a_part(slots, asking)
    found |= dict.fromkeys(_picked(slots, asking), True)
    known = knowledge().names
    return {name: answer for name, answer in found.items() if name in known}


def _picked(slots: _Slots, asking: Asking | None) -> tuple[str, ...]:
    """What was pointed at by its place in the list read out: "the second one and the last"."""
    if _POSITIONS.isdisjoint(slots) or asking is None or asking.form == "choice":
        return ()
    said = (*slots.ids("Position"), *slots.ids("AndPosition"))
    listed = triage.items(asking.about)
    return tuple(name for id_ in said if id_ in _PLACES for name in listed[_PLACES[id_]])


_PLACES: Mapping[str, slice] = {
    "first": slice(0, 1),
    "second": slice(1, 2),
    "third": slice(2, 3),
    "fourth": slice(3, 4),
    "fifth": slice(4, 5),
    "sixth": slice(5, 6),
    "last": slice(-1, None),
    "first_two": slice(0, 2),
    "last_two": slice(-2, None),
}
"""Places in a list read out, by their ids in the interaction model."""


def _of_a_part(slots: _Slots, asking: Asking | None) -> dict[str, triage.Answer]:
    """A part of which nothing known was said: "the leg one", or something that has to be asked.

    Alexa brings values that a slot type does not have as well, without an id.
    """
    parts = set(slots.every_id("Part"))
    several = asking.about if asking and asking.form != "choice" and len(asking.about) > 1 else ()
    named = [name for name in several if parts & signs().parts(name)]
    if named and not slots.said("Sign"):
        return dict.fromkeys(named, True)
    return dict.fromkeys(signs().hinted(parts), triage.UNKNOWN)


def _quotes(slots: _Slots) -> dict[str, str]:
    """By finding, the words that said it is there, to show to a clinician."""
    quotes = {
        name: words
        for slot in ("Symptom", "Also", "Condition")
        if slot in slots
        for name, words in zip(slots.ids(slot), slots.quoted(slot), strict=True)
    }
    if "Sign" in slots:
        words = " ".join((*slots.quoted("Part"), *slots.quoted("Sign")))
        quotes |= dict.fromkeys(_by_sign(slots, "Sign"), words)
    return {name: _plain(words) for name, words in quotes.items()}


def _plain(words: str) -> str:
    return re.sub(r"[^\w ',-]", "", words)[:LONGEST_QUOTE]


def _by_sign(slots: _Slots, slot: str) -> tuple[str, ...]:
    """The findings that the signs in a slot mean with the parts that were named."""
    return signs().together(slots.every_id("Part"), slots.every_id(slot))


def _implied(slots: _Slots, slot: str) -> tuple[str, ...]:
    return triage.implied(slot.lower(), slots.id(slot) or "")


_SAYING: Mapping[str, tuple[triage.Answer, Callable[[_Slots, str], tuple[str, ...]]]] = {
    "Denied": (False, _Slots.ids),
    "NorEither": (False, _Slots.ids),
    "DeniedSign": (False, _by_sign),
    "Unsure": (triage.UNKNOWN, _Slots.ids),
    "Symptom": (True, _Slots.ids),
    "Also": (True, _Slots.ids),
    "Condition": (True, _Slots.ids),
    "Sign": (True, _by_sign),
    "Trigger": (True, _implied),
    "Area": (True, _implied),
}
"""What a slot says of findings, and how they are read; what comes later stands."""


def _person(slots: _Slots, locale: str) -> str | None:
    """Who is meant; a relation that is not known is still somebody else."""
    if called := slots.said("Name"):
        return _named(called, locale)
    if slots.said("Person") is None:
        return None
    person = slots.id("Person")
    known = person == "self" or words(locale).has(f"person.{person}")
    return person if known else SOMEONE


def _named(called: str, locale: str) -> str:
    """Somebody by first name, as it is written; "mum", where she was taken for one, is herself."""
    name = re.sub(r"['\u2019]s?$", "", called.strip()).lower()
    if words(locale).has(f"person.{name}"):
        return name
    letters = all(part.isalpha() for part in re.split(r"[ '\u2019-]", name))
    return name.title() if letters and len(name) <= LONGEST_NAME else SOMEONE


def _severity(slots: _Slots, number: int | None) -> int | None:
    most = 10
    if number is not None and number <= most:
        return number
    if slots.id("Change"):  # "a bit better" is no mild pain
        return None
    return knowledge().intensity.get(slots.id("Intensity") or "")


def _age(slots: _Slots, number: int | None, picked: Iterable[str] = ()) -> tuple[int, int] | None:
    """Years from and to: the age, unless it lies outside the band that was said with it."""
    years = number if number is not None else slots.number("Age")
    end = next((name for name in picked if name in triage.AGE_ENDS), "")
    low, high = band = knowledge().age_bands.get(slots.id("AgeBand") or end, (0, OLDEST))
    if years is not None and low <= years <= high:
        return (years, years)
    return None if band == (0, OLDEST) else band


def _days(slots: _Slots, seconds: int | None, today: date) -> int | None:
    """Days since the pain began, from "three days" or "since Tuesday"."""
    if seconds is not None:
        return seconds // SECONDS_A_DAY
    began = _first_day(slots.said("Since"))
    return _days_since(began, today) if began else None


def _days_since(began: date, today: date) -> int:
    """Days from then to now. A day to come was meant as the last one: Alexa resolves forward."""
    ahead = (began - today).days
    if ahead <= 0:
        return -ahead
    return max(0, (DAYS_A_WEEK if ahead <= DAYS_A_WEEK else DAYS_A_YEAR) - ahead)


# Patterns are compiled when they are first wanted: most starts want none.
_DURATION = (
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
_UNITS = (365 * SECONDS_A_DAY, 30 * SECONDS_A_DAY, 7 * SECONDS_A_DAY, SECONDS_A_DAY, 3600, 60, 1)
_WEEK = r"(\d{4})-W(\d{1,2})(?:-WE)?"
_MONTH = r"(\d{4})-(\d{2})"


def _seconds(slots: _Slots) -> int | None:
    """An ISO 8601 duration (AMAZON.DURATION) in seconds; None where it is none, or empty."""
    said = slots.said("Duration")
    match = re.fullmatch(_DURATION, said) if said else None
    if match is None or not any(match.groups()):
        return None
    return sum(int(n or 0) * unit for n, unit in zip(match.groups(), _UNITS, strict=True))


def _first_day(said: str | None) -> date | None:
    """The first day of an AMAZON.DATE: a day, a week ("last week"), or a month."""
    if not said:
        return None
    with suppress(ValueError):
        return date.fromisoformat(said)
    with suppress(ValueError):
        if week := re.fullmatch(_WEEK, said):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        if month := re.fullmatch(_MONTH, said):
            return date(int(month[1]), int(month[2]), 1)
    return None


PARTS: Mapping[str, Part] = {"MO": "morning", "AF": "afternoon", "EV": "evening", "NI": "night"}
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(?=$|:)"
_DAY = r"(\d{4}-\d{2}-\d{2})(?:T(MO|AF|EV|NI))?"


def _when(slots: _Slots, seconds: int | None, number: int | None, today: date) -> When:
    """The time of a reminder, as far as it was said; a bare number is an hour."""
    said, clock = slots.said("Time") or "", None
    if match := re.match(_CLOCK, said):
        clock = match[0]
    elif number is not None and number < HOURS_A_DAY:
        clock = f"{number:02d}:00"
    day, part = _day_ahead(slots.said("Day") or slots.said("Since"), today)
    every = one_of(slots.id("Frequency"), (*EVERY, "weekly", "hourly", "once"))
    every = None if every == "once" else every
    return When(clock, PARTS.get(said, part), day, every, seconds or None)


def _day_ahead(said: str | None, today: date) -> tuple[str | None, Part | None]:
    """The day of an AMAZON.DATE that is still to come, and the part of it; a week is this day."""
    if (match := re.fullmatch(_DAY, said or "")) and _first_day(match[1]):
        return match[1], PARTS.get(match[2] or "")
    first = _first_day(said)
    if first and re.fullmatch(_WEEK, said or ""):
        first += timedelta(days=SATURDAY if (said or "").endswith("WE") else today.weekday())
    return first.isoformat() if first else None, None


def _reminded_of(slots: _Slots, locale: str) -> str | None:
    """What to be reminded of; something that we have no words for is still something."""
    if slots.said("Task") is None:
        return None
    task = slots.id("Task")
    return task if task and words(locale).has(f"task.{task}.to") else "other"
