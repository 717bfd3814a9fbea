"""Numbers, lengths of time, dates and times of day, said in English words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from skill.speaker.wording import Sentence
from skill.speaker.words import word_list, word_set

Kind = Literal["number", "duration", "date", "day", "time", "age", "weeks"]

HIGHEST_SCORE = 10
OLDEST = 120  # years; a greater number after "I am" is no age
MONTHS_UNCOUNTED = "P90D"  # "for months"
WEEKS_A_MONTH = 4.345

_ONES = word_list(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """
)
_TENS = dict(
    zip(
        word_list("twenty thirty forty fifty sixty seventy eighty ninety"),
        range(20, 100, 10),
        strict=True,
    )
)
_SMALL = {word: number for number, word in enumerate(_ONES)} | {"nought": 0, "nil": 0, "fourty": 40}
_DIGITS = frozenset(_ONES[1:10])
_NOON, _DAY, _HOUR = 12, 24, 60  # hours, hours, minutes
_AFTER_NOON = frozenset({"pm", "p m", "in the evening", "in the afternoon", "at night", "tonight"})
_UNITS = {
    "second": "S",
    "minute": "M",
    "hour": "H",
    "day": "D",
    "week": "W",
    "month": "M",
    "year": "Y",
}
_SHORT = {
    "sec": "second",
    "min": "minute",
    "mins": "minute",
    "secs": "second",
    "hr": "hour",
    "hrs": "hour",
    "wk": "week",
    "wks": "week",
    "yr": "year",
    "yrs": "year",
    "mth": "month",
    "nights": "day",
}
_DAYS = word_list("monday tuesday wednesday thursday friday saturday sunday")
_MONTHS = word_list(
    "january february march april may june july august september october november december"
)

_N = r"(\d+(?:\.\d+)?)"
_UNIT = r"(second|minute|hour|day|week|month|year)s?"
_ONE = r"(second|minute|hour|day|week|month|year)\b"
_PART_OF_DAY = r"(?: morning| afternoon| evening| night| lunchtime)?"


@dataclass(frozen=True)
class Quantity:
    """A quantity and where it was said.

    `id` is digits for a number, an age and weeks, an ISO duration, an ISO date, or `HH:MM`. A `day`
    is still to come, and written as Alexa writes AMAZON.DATE, as a part of it is for a `time`.
    """

    kind: Kind
    id: str
    first: int
    last: int


def quantities(sentence: Sentence, today: date, *, ahead: bool = False) -> list[Quantity]:
    """Every quantity in the sentence, in order; dates counted back from `today`.

    With `ahead` it is about what is to come: days lie before us, and a bare number is an hour.
    """
    text = _Digits(sentence)
    found = list(text.take_all(today, (*_AHEAD, *_PATTERNS) if ahead else _PATTERNS))
    if ahead:
        found = [_to_come(one, today) if one.kind == "date" else one for one in found]
    return sorted(found, key=lambda one: one.first)


def _to_come(found: Quantity, today: date) -> Quantity:
    """A date that was counted back, as the next one of its name."""
    day = date.fromisoformat(found.id)
    if day < today:
        week_on = day + timedelta(7)
        day = week_on if week_on >= today else _next_year(day, today)
    return replace(found, kind="day", id=day.isoformat())


def _next_year(day: date, today: date) -> date:
    """The same day and month, the next time they come."""
    try:
        this = day.replace(year=today.year)
        return this if this >= today else day.replace(year=today.year + 1)
    except ValueError:  # the twenty-ninth of February
        return today


def number_at(sentence: Sentence, place: int) -> list[Quantity]:
    """The plain number said at a place, if one is."""
    number, _ = _number_at(sentence.words, place) if place >= 0 else (None, 0)
    return [] if number is None else [Quantity("number", f"{number:g}", place, place)]


class _Digits:
    """A sentence with its numbers as digits, which remembers where each piece was said."""

    def __init__(self, sentence: Sentence) -> None:
        pieces = list(_pieces(sentence.words))
        self.text = ""
        self._spans: list[tuple[int, int, int, int]] = []
        for piece, first, last in pieces:
            start = len(self.text)
            self.text += piece + " "
            self._spans.append((start, start + len(piece), first, last))

    def take_all(self, today: date, patterns: Sequence[tuple[str, Read]]) -> Iterator[Quantity]:
        """Each pattern in turn takes what it can; what is taken is not read twice."""
        for pattern, read in patterns:
            for found in list(re.finditer(pattern, self.text)):
                taken = read(found, today, self.text)
                if taken is None:
                    continue
                kind, name = taken
                first, last = self._said(found.start(), found.end())
                blank = re.sub(r"\S", "_", found[0])
                self.text = self.text[: found.start()] + blank + self.text[found.end() :]
                if kind is not None:
                    yield Quantity(kind, name, first, last)

    def _said(self, start: int, end: int) -> tuple[int, int]:
        inside = [span for span in self._spans if span[0] < end and span[1] > start]
        return inside[0][2], inside[-1][3]


def _pieces(words: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """The words with number words joined and written as digits, and where each was said."""
    at = 0
    while at < len(words):
        number, length = _number_at(words, at)
        if number is None:
            word = words[at]
            yield _SHORT.get(word, word), at, at
            at += 1
        else:
            yield f"{number:g}", at, at + length - 1
            at += length


def _number_at(words: tuple[str, ...], at: int) -> tuple[float | None, int]:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    number: float
    if re.fullmatch(r"\d+(?:\.\d+)?", word):
        number, length = float(word), 1
    elif word in _TENS:
        number, length = _TENS[word], 1
        if following in _DIGITS:
            number, length = number + _SMALL[following], 2
    elif word == "hundred" or (word == "a" and following == "hundred"):
        number, length = 100, 1 + (word == "a")
    elif "-" in word and all(part in _TENS | _SMALL for part in word.split("-")):
        number, length = sum((_TENS | _SMALL)[part] for part in word.split("-")), 1
    elif word in _SMALL:
        number, length = _SMALL[word], 1
        if following == "hundred":
            number, length = number * 100, 2
    else:
        return None, 0
    if words[at + length : at + length + 3] == ("and", "a", "half"):
        return number + 0.5, length + 3
    if words[at + length : at + length + 2] == ("point", "five"):
        return number + 0.5, length + 2
    return number, length


# --- reading what a pattern found -----------------------------------------------------------

Read = Callable[[re.Match[str], date, str], "tuple[Kind | None, str] | None"]


def _iso(number: float, unit: str) -> str:
    if unit in {"second", "minute", "hour"}:
        if number != int(number) and unit == "hour":
            return f"PT{int(number)}H30M" if number > 1 else "PT30M"
        return f"PT{math.ceil(number)}{_UNITS[unit]}"
    if number != int(number):
        smaller, times = {"week": ("D", 7), "month": ("W", 4.345), "year": ("M", 12)}.get(
            unit, ("D", 1)
        )
        return f"P{math.ceil(number * times)}{smaller}"
    return f"P{int(number)}{_UNITS[unit]}"


def _length(number: float | None = None, unit_group: int = 1) -> Read:
    """Reads a length of time: `number` of the unit found, or the last number found."""

    def read(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str]:
        said = [float(group) for group in found.groups() if group and group[0].isdigit()]
        return "duration", _iso(number if number is not None else max(said), found[unit_group])

    return read


def _range_length(found: re.Match[str], today: date, text: str) -> tuple[Kind | None, str] | None:
    """The longer of "two or three days"; "a six, twelve days" is no range but two answers."""
    step = float(found[2]) - float(found[1])
    apart = "," in found[0] and (step > 1 or text[: found.start()].split()[-1:] == ["a"])
    if step <= 0 or apart:
        return None
    return _length(None, 3)(found, today, text)


def _always(kind: Kind, name: str) -> Read:
    return lambda _found, _today, _text: (kind, name)


def _days_back(days: int) -> Read:
    return lambda _found, today, _text: ("date", (today - timedelta(days)).isoformat())


def _weekday(found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
    back = (today.weekday() - _DAYS.index(found[1])) % 7 or 7
    return "date", (today - timedelta(back)).isoformat()


def _weekend(_found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
    back = (today.weekday() - 5) % 7 or 7
    return "date", (today - timedelta(back)).isoformat()


def _last_such(today: date, month: int, day: int) -> str:
    this_year = date(today.year, month, day)
    found = this_year if this_year <= today else date(today.year - 1, month, day)
    return found.isoformat()


def _day_of_month(found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str] | None:
    named = found.groupdict()
    day = int(named.get("day") or 1)
    try:
        return "date", _last_such(today, _MONTHS.index(named["month"]) + 1, day)
    except ValueError:
        return None


def _month_back(_found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
    return "date", (today - timedelta(30)).isoformat()


def _year_back(_found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
    return "date", (today - timedelta(365)).isoformat()


def _in_year(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str]:
    return "date", f"{int(found[1])}-01-01"


def _weeks_along(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str]:
    number = float(found[1]) * (WEEKS_A_MONTH if found[2].startswith("month") else 1)
    return "weeks", str(math.floor(number))


def _weeks_if_pregnant(
    found: re.Match[str], _today: date, text: str
) -> tuple[Kind | None, str] | None:
    return ("weeks", found[1]) if re.search(r"pregnan|expecting|baby|my first", text) else None


def _years_old(found: re.Match[str], _today: date, text: str) -> tuple[Kind | None, str]:
    """An age; but "a one year old on my hip" is somebody else's."""
    number = next(group for group in found.groups() if group)
    if float(number) < _GROWN and text[: found.start()].split()[-1:] == ["a"]:
        return None, ""
    return "age", str(int(float(number)))


def _childs_age(found: re.Match[str], today: date, text: str) -> tuple[Kind | None, str] | None:
    """The age of a child that was named before: "my daughter has back pain, she's nine"."""
    return _age(found, today, text) if re.search(_CHILD, text[: found.start()]) else None


def _age(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str]:
    return "age", str(int(float(found[1])))


def _age_if_old(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str] | None:
    years = float(found[1])
    return ("age", str(int(years))) if HIGHEST_SCORE < years <= OLDEST else None


def _clock(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str] | None:
    named = found.groupdict()
    hour, minute = int(named["hour"]), int(named.get("minute") or named.get("few") or 0)
    if part := named.get("half"):
        minute = {"half": 30, "quarter": 15}.get(part) or int(part)
    if named.get("before") == "to":
        hour, minute = hour - 1, _HOUR - minute
    late = (named.get("part") or "").strip()
    if late in _AFTER_NOON and hour < _NOON:
        hour += _NOON
    if late in {"am", "a m", "in the morning"} and hour == _NOON:
        hour = 0
    return ("time", f"{hour:02d}:{minute:02d}") if hour < _DAY and minute < _HOUR else None


_PARTS = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "lunchtime": "AF"}


def _part_of_day(found: re.Match[str], _today: date, _text: str) -> tuple[Kind | None, str]:
    return "time", _PARTS[found["part"]]


def _days_on(days: int) -> Read:
    """Reads a day so many ahead, with the part of it that was named."""

    def read(found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
        part = found.groupdict().get("part") or ("night" if found[0] == "tonight" else "")
        day = (today + timedelta(days)).isoformat()
        return "day", f"{day}T{_PARTS[part]}" if part else day

    return read


def _next_week(found: re.Match[str], today: date, _text: str) -> tuple[Kind | None, str]:
    year, week, _ = (today + timedelta(0 if "end" in found[0] else 7)).isocalendar()
    return "day", f"{year}-W{week:02d}{'-WE' if 'end' in found[0] else ''}"


def _number(found: re.Match[str], _today: date, text: str) -> tuple[Kind | None, str] | None:
    before, after = text[: found.start()].split(), text[found.end() :].split()
    last = before[-1] if before else ""
    if found[0].strip() == "1" and (last in _BEFORE_ONE or (after and after[0] in _AFTER_ONE)):
        return None
    if found[0].strip() == "1" and last and last not in _BEFORE_A_SCORE_OF_ONE:
        return None  # "the worsening one"
    if last in _ORDINALS:  # "the first two"
        return None
    graded = before[-2:] in _BEFORE_SCORE  # "about a six lifting the shopping"
    if after and after[0] not in _AFTER_NUMBER and not after[0].startswith("_") and not graded:
        return None
    said = [float(group) for group in found.groups() if group]
    return "number", str(math.ceil(max(said)))


_BEFORE_ONE = word_set(
    """
    the this that left right leg which last next first other each every no easier different
    another weak foot numb any same only wrong good bad second third fourth fifth
    """
)
_BEFORE_A_SCORE_OF_ONE = word_set("a about maybe only just is be say like at around was no of than")
_BEFORE_SCORE = [[word, "a"] for word in ("about", "maybe", "say", "roughly", "like", "probably")]
_ORDINALS = word_set("first last other next")
_AFTER_ONE = word_set("leg side of arm foot more calf time eye that hand thing")
_AFTER_NUMBER = word_set(
    """
    out or at when if maybe ish today now yesterday since for and but on i it pain please
    probably because most sometimes right in the to level , . ! ? ; is was my with after about
    started think suppose guess tops really then so a before just still this minimum max maximum
    mostly whenever moving lying sitting standing usually all actually alexa would last these
    odd something next come coming though definitely ago no not he she they only per from down up
    thanks thank roughly although
    """
)

_AM_PM = (
    r"(?P<part> am| pm| a m| p m| in the morning| in the evening| in the afternoon| at night"
    r"| tonight)"
)
_RELATIVE = (
    "(?:son|daughter|child|kid|boy|girl|baby|grandson|granddaughter|mother|mum|mom|father|dad"
    "|wife|husband|gran|grandad|nan)"
)
_WOMAN = "(?:wife|missus|girlfriend|partner|daughter|sister|fiancee|friend|niece)"
_NO_AGE = " weeks| months| days| hours| minutes| year"
_CHILD = r"\b(?:son|daughter|child|kid|boy|girl|baby|grandson|granddaughter)\b"
_GROWN = 16  # years
_PART = r"(?P<part>morning|afternoon|evening|night|lunchtime)"
_MONTH_DAYS = (
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? of (?P<month>{'|'.join(_MONTHS)})\b",
    rf"\b(?P<month>{'|'.join(_MONTHS)}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b",
)
# What is read first where it is about what is to come, as in "remind me tomorrow at eight".
_AHEAD: tuple[tuple[str, Read], ...] = (
    *((pattern, _day_of_month) for pattern in _MONTH_DAYS),
    (rf"\b(?:the )?day after tomorrow(?: {_PART})?", _days_on(2)),
    (rf"\btomorrow(?: {_PART})?", _days_on(1)),
    (rf"\bthis {_PART}\b|\btonight\b|\blater today\b", _days_on(0)),
    (r"\bnext week\b|\b(?:this|the) weekend\b", _next_week),
    (rf"\b(?P<half>half|quarter|\d{{1,2}}) (?:past|after) (?P<hour>\d{{1,2}}){_AM_PM}?", _clock),
    (rf"\b(?P<half>quarter|\d{{1,2}}) (?P<before>to) (?P<hour>\d{{1,2}}){_AM_PM}?", _clock),
    (rf"\b(?P<half>half) (?P<hour>\d{{1,2}}){_AM_PM}?", _clock),
    (
        (
            r"\b(?P<hour>\d{1,2})(?:(?: : ?| )(?P<minute>[0-5]\d)\b| (?:oh|o) (?P<few>[1-9])\b)?"
            rf"(?: o'?clock)?{_AM_PM}?(?= |$)"
            r"(?! (?:second|minute|hour|day|week|month|year|time)s?\b| (?:or|to) \d)"
        ),
        _clock,
    ),
    (rf"(?<!every )(?<!each )\b(?:in the |at )?{_PART}\b", _part_of_day),
)
_PATTERNS: tuple[tuple[str, Read], ...] = (
    # scales and doses of "ten" that are not the answer
    (r"(?:on )?(?:a|the) scale (?:of|from) [01] (?:to|and|through) 10 ?", lambda *_: (None, "")),
    (r"\bfrom [01] to 10\b(?= .*\d)", lambda *_: (None, "")),
    (r"\btemperature (?:of |is |was |at )?(?:about |over )?\d+(?:\.\d+)?", lambda *_: (None, "")),
    # lengths of time
    (r"\b(?:a )?half (?:an? )?hour\b", _always("duration", "PT30M")),
    (r"\b3 quarters of an hour\b", _always("duration", "PT45M")),
    (r"\b(?:a )?quarter of an hour\b", _always("duration", "PT15M")),
    (r"\b(?:an|1) hour and a half\b", _always("duration", "PT1H30M")),
    (r"\bhalf a year\b", _always("duration", "P6M")),
    (r"\bhalf a day\b", _always("duration", "PT12H")),
    (r"\bhalf a minute\b", _always("duration", "PT30S")),
    (r"\b(?:a |1 )?(week|month|year|day) and a half\b", _length(1.5)),
    (rf"\b{_N} (week|month)s? (?:pregnant|along|gone|in|with)\b", _weeks_along),
    (rf"\bpregnant (?:about |nearly )?{_N} (week|month)s?\b", _weeks_along),
    (rf"\bweek {_N}\b", lambda found, *_: ("weeks", found[1])),
    (
        (
            rf"\b(?:i am|(?:she|{_WOMAN}) is|{_WOMAN}) (?:about |nearly |now )?{_N} weeks?\b"
            r"(?! (?:ago|in|into|out|after|post))"
        ),
        lambda found, *_: ("weeks", found[1]),
    ),
    (rf"\b{_N} weeks?\b(?! ago)", _weeks_if_pregnant),
    (rf"\b{_N} months? old\b", lambda found, *_: ("age", str(int(float(found[1])) // 12))),
    (rf"\b{_N} (?:years?|yrs?)(?: old| of age| young)\b|\b{_N}-year-old\b", _years_old),
    (rf"\b{_N}(?: |-)year(?: |-)old\b", _years_old),
    (rf"\b{_N} (?:or|to|maybe|-|,) ?{_N} {_UNIT}(?: ago| back)?\b", _range_length),
    (rf"\b{_N} {_N} {_UNIT}(?: ago| back)?\b", _range_length),
    (rf"\b(?:an?|1) {_ONE} or 2(?: ago| back)?\b", _length(2)),
    (rf"\b(?:a )?(?:couple|couple of|coupla) {_UNIT}(?: or so)?(?: ago| back)?\b", _length(2)),
    (rf"\b(?:a |the (?:last|past) )?(?:few|several) {_UNIT}(?: ago| back)?\b", _length(3)),
    (r"\b2 fortnights?\b", _always("duration", "P4W")),
    (r"\b(?:a |the last |the past |1 )?fortnight(?: ago)?\b", _always("duration", "P2W")),
    (rf"\b{_N} (?:odd )?{_UNIT}(?: ago| back)?\b", _length(None, 2)),
    (rf"\b(?:the|for|this) (?:last|past|whole|entire) {_ONE}", _length(1)),
    (rf"\b(?:the )?past {_ONE}", _length(1)),
    (rf"\b(?:all|whole) (?:of )?(?:this |the )?{_ONE}(?: long)?\b(?! over)", _length(1)),
    (
        (
            rf"\b(?<!once )(?<!times )(?<!every )(?:an?|for) (?:good |full |whole |solid )?{_ONE}"
            r"(?: or so)?(?: ago| back)?\b(?! old)"
        ),
        _length(1),
    ),
    (r"\bmonths(?: and months)?\b", _always("duration", MONTHS_UNCOUNTED)),
    (r"\bweeks(?: and weeks)?\b(?! pregnant)", _always("duration", "P2W")),
    (
        r"\b(?:for|been|several|in|hurting|sore) (?:many )?years(?: and years)?\b",
        _always("duration", "P2Y"),
    ),
    (r"\b(?:for|been|in|hurting|sore) days(?: and days)?\b|^days\b", _always("duration", "P3D")),
    (r"\b(?:for|been) hours\b", _always("duration", "PT3H")),
    # dates
    (r"\bthe day before yesterday\b", _days_back(2)),
    (rf"\byesterday{_PART_OF_DAY}\b|\blast night\b|\blast evening\b", _days_back(1)),
    (r"\bsince (?:i |he |she |they )?(?:woke up|got up|getting up|waking up)\b", _days_back(0)),
    (
        r"\b(?:today|this morning|this afternoon|this evening|tonight|earlier on|just now)\b",
        _days_back(0),
    ),
    (
        rf"\b(?:(?:since|on|last|from|this|past|by) )+({'|'.join(_DAYS)})s?{_PART_OF_DAY}\b",
        _weekday,
    ),
    (rf"\b({'|'.join(_DAYS)}){_PART_OF_DAY}\b(?! to)", _weekday),
    (r"\b(?:last|the|at the|over the|since the) weekend\b", _weekend),
    (r"\blast week\b", _days_back(7)),
    (r"\blast month\b", _month_back),
    (r"\blast year\b", _year_back),
    *((pattern, _day_of_month) for pattern in _MONTH_DAYS),
    (rf"\b(?:since|in|from|last) (?P<month>{'|'.join(_MONTHS)})\b", _day_of_month),
    (
        r"\b(?:since|at|from|before) christmas\b",
        lambda _f, today, _t: ("date", _last_such(today, 12, 25)),
    ),
    (
        r"\b(?:since|at|from) (?:the )?new year'?s?\b",
        lambda _f, today, _t: ("date", _last_such(today, 1, 1)),
    ),
    (r"\b(?:since|in) ((?:19|20)\d\d)\b", _in_year),
    # times of day
    (rf"\b(?P<half>half|quarter|\d{{1,2}}) (?:past|after) (?P<hour>\d{{1,2}}){_AM_PM}?", _clock),
    (rf"\b(?P<half>quarter|\d{{1,2}}) (?P<before>to) (?P<hour>\d{{1,2}}){_AM_PM}", _clock),
    (rf"\b(?P<half>quarter) (?P<before>to) (?P<hour>\d{{1,2}}){_AM_PM}?", _clock),
    (rf"\b(?P<hour>\d{{1,2}}) : (?P<minute>\d{{2}}){_AM_PM}?", _clock),
    (rf"\b(?P<hour>\d{{1,2}}) (?P<minute>[1-5]\d){_AM_PM}", _clock),
    (rf"(?<!\ba )\b(?P<hour>\d{{1,2}})(?: o'?clock)?{_AM_PM}", _clock),
    (rf"\b(?P<hour>\d{{1,2}}) o'?clock{_AM_PM}?", _clock),
    (r"\bat (?P<hour>\d{1,2}) (?P<minute>[1-5]\d)\b", _clock),
    (r"\b(?:at )?(?:noon|midday|lunchtime)\b", _always("time", "12:00")),
    (r"\bat midnight\b", _always("time", "00:00")),
    # ages
    (rf"\b(?:aged?|turned|turning|age of|age is|years old is) {_N}\b", _age),
    (
        rf"\b{_RELATIVE}(?: is)? (?:only |just |nearly |about )?{_N}\b(?! out|{_NO_AGE})",
        _age,
    ),
    (
        (
            r"\b(?:i am|he is|she is|they are|who is|am|i|she|he|nearly|almost) "
            rf"(?:just |only |nearly |almost |about |over |gone |now )?{_N}\b"
            r"(?! out| weeks| months| days| hours| minutes)"
        ),
        _age_if_old,
    ),
    (
        (
            r"^(?:(?:and|but|well|so|,) )*(?!(?:it|that|this|there|pain|temperature|mine) )\w+ is "
            rf"(?:only |just |nearly |about )?{_N}(?= $| (?:,|and |but |now ))"  # "Tom is seventy"
        ),
        _age_if_old,
    ),
    (rf"\bthey are (?:both |only |just )?{_N}\b(?! out|{_NO_AGE})", _age),
    (
        (
            rf"\b(?:he|she|who) is (?:only |just |nearly |about )?{_N}\b"
            r"(?! out| weeks| months| days| hours| minutes)"
        ),
        _childs_age,
    ),
    # what is left are plain numbers
    (
        r"\b(\d+(?:\.\d+)?) out of (?:10|ten)\b",
        lambda found, *_: ("number", str(math.ceil(float(found[1])))),
    ),
    (
        (
            rf"\b(?:between )?{_N} ?,? ?(?:or|to|maybe|and|-|,|possibly) ?"
            rf"(?:(?:even|maybe|perhaps|a|an|about) )*{_N}(?: out of 10)?\b(?! (?:legs|tablets))"
        ),
        _number,
    ),
    (rf"\b(?<!\.){_N}\b", _number),
)
