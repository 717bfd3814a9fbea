"""The conversation's state <-> the session attributes that travel with every request and reply.

Five attributes are a contract that other programs read: `doing`, `asking`, `person`, `verdict` and
`routine`. What else has to be remembered until the next turn is ours, under `memo`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, get_args

from skill import routine
from skill.alarms import from_data, to_data
from skill.content.exercises import exercises
from skill.content.reading import read
from skill.routine import Done, Item, Past, Place, Plan
from skill.speech import MOST_CHARACTERS
from skill.triage import UNKNOWN, Answer, Known, Verdict
from skill.turn import SELF, Advised, Asking, Form, State, Topic, Wish

TOPICS, FORMS, ANSWERS = get_args(Topic), get_args(Form), frozenset({True, False, UNKNOWN})
NOT_OURS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading JSON data that was not written here may raise."""


def to_attributes(state: State, verdict: Verdict | None) -> dict[str, Any]:
    """The session attributes, plain JSON data, for a state and the verdict that stands."""
    return {
        "doing": state.doing,
        "asking": _asking(state.asking),
        "person": state.person,
        "verdict": verdict and {"level": verdict.level, "because": list(verdict.because)},
        "routine": _routine(state.place),
        "memo": {
            "people": {person: known_data(known) for person, known in state.people.items()},
            "inverted": state.asking is not None and state.asking.inverted,
            **_changed(vars(state)),
        },
    }


def from_attributes(attributes: Mapping[str, Any]) -> State:
    """The state kept in session attributes; a fresh one when there is none, or it is not ours."""
    memo = attributes.get("memo")
    if not isinstance(memo, Mapping):
        return State()
    try:
        return State(
            doing=attributes["doing"] and _one_of(TOPICS, attributes["doing"]),
            asking=_asked(attributes["asking"], inverted=bool(memo["inverted"])),
            person=_text(attributes["person"] or SELF),
            people={person: to_known(known) for person, known in memo["people"].items()},
            **{name: _READ[name](value) for name, value in memo.items() if name in _READ},
        )
    except NOT_OURS:
        return State()


def _changed(now: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a state, without what is as it was at the beginning: that is most of it."""
    return {name: write(now[name]) for name, write, at_first in _WRITTEN if now[name] != at_first}


def _asking(asking: Asking | None) -> dict[str, Any] | None:
    return None if asking is None else {"form": asking.form, "about": list(asking.about)}


def _asked(asking: Mapping[str, Any] | None, *, inverted: bool) -> Asking | None:
    if asking is None:
        return None
    form, about = _one_of(FORMS, asking["form"]), tuple(_names(asking["about"]))
    if not about:
        raise ValueError("nothing is asked about")
    return Asking(form, about, inverted)


def known_data(known: Known) -> dict[str, Any]:
    """What is known of a person, as plain JSON data."""
    kept: dict[str, Any] = {"answers": dict(known.answers)}
    for name in ("severity", "days", "weeks"):
        if (number := getattr(known, name)) is not None:
            kept[name] = number
    for name in ("age", "unsure", "yes_to", "scored"):
        if several := getattr(known, name):
            kept[name] = list(several)
    return kept


def to_known(data: Mapping[str, Any]) -> Known:
    """What is known of a person, from JSON data. Raises TypeError or the like where it is not."""
    return Known(
        **{name: _OF_A_PERSON[name](value) for name, value in data.items() if name in _OF_A_PERSON}
    )


def _one_of(known: Container[str], value: Any) -> Any:
    """The value, which must be known. Raises ValueError."""
    if not isinstance(value, str) or value not in known:
        raise ValueError("it is none of them")
    return value


def _text(value: Any) -> str:
    """Something of our own that was said. Raises ValueError for what cannot be."""
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise ValueError("it was never said")
    return value


def _names(data: Any) -> list[str]:
    """A list of names. Raises TypeError."""
    if not isinstance(data, list) or not {str}.issuperset(map(type, data)):
        raise TypeError("they are no names")
    return [*data]


def _answers(data: Mapping[str, Any]) -> dict[str, Answer]:
    """Findings with their answers. Raises ValueError, or TypeError."""
    answers = data.values()
    if not ANSWERS.issuperset(answers) or not {bool, str}.issuperset(map(type, answers)):
        raise ValueError("there is another answer")
    return dict(data)


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _ages(value: Any) -> tuple[int, int] | None:
    return None if value is None else (int(value[0]), int(value[1]))


def _tuple(data: Any) -> tuple[str, ...]:
    return tuple(_names(data))


_OF_A_PERSON: Mapping[str, Callable[[Any], Any]] = {
    "answers": _answers,
    "severity": _number,
    "days": _number,
    "age": _ages,
    "weeks": _number,
    "unsure": _tuple,
    "yes_to": _tuple,
    "scored": _tuple,
}
"""By the name in `Known`: how it is read from JSON data."""


def as_left(place: Place, plan: Plan | None, at: float) -> dict[str, Any]:
    """The place in an exercise, the plan it belongs to, and when that was, as plain JSON data."""
    return {"place": _plain(place), "plan": plan and _plan(plan), "at": at}


def left(data: Mapping[str, Any]) -> tuple[Place, Plan | None, float] | None:
    """The place, plan and time in JSON data; None when they are no longer what they were."""
    try:
        place = _place(data["place"])
        plan = _to_plan(data["plan"]) if data["plan"] else None
        routine.timeline(place)
        return place, plan, float(data["at"])
    except NOT_OURS:
        return None


def _routine(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "exercise": place.exercise,
        "repetition": place.repetition,
        "of": routine.repetitions(place),
        "side": place.side,
        "paused": place.paused,
    }


# --- What is kept under `memo` ------------------------------------------------------------------


def _plain(record: Any) -> dict[str, Any]:
    """A record as JSON data: its fields by name, of which none holds another record."""
    fields = record._asdict().items()
    return {name: list(value) if type(value) is tuple else value for name, value in fields}


def _place(data: Any) -> Place:
    """A place. Raises ValueError for more than anybody is given: to count it would take ages."""
    place = Place(**{**data, "versions": tuple(data["versions"])})
    exercise = exercises().exercises[place.exercise]
    if not (0 < place.reps <= exercise.most and 0 <= place.hold <= exercise.longest):
        raise ValueError("nobody is given so much of it")
    return place


def _plan(plan: Plan) -> dict[str, Any]:
    return {**_plain(plan), "items": [_plain(item) for item in plan.items]}


def _to_plan(data: Any) -> Plan:
    return Plan(**{**data, "items": tuple(Item(**item) for item in data["items"])})


def _past(past: Past) -> dict[str, Any]:
    return {**_plain(past), "done": [_plain(done) for done in past.done]}


def _to_past(data: Any) -> Past:
    return Past(**{**data, "done": tuple(Done(**done) for done in data["done"])})


def _to_wish(data: Any) -> Wish:
    return Wish(**data)


def _country(data: Any) -> str:
    return str(_one_of(read("care_numbers.toml"), data))


def _by_person(data: Any) -> dict[str, list[str]]:
    return {person: _names(names) for person, names in data.items()}


def _quotes(data: Any) -> dict[str, dict[str, str]]:
    return {person: {name: _text(words) for name, words in q.items()} for person, q in data.items()}


def _advised(advised: Mapping[str, Advised]) -> dict[str, Any]:
    return {name: _plain(one) for name, one in advised.items()}


def _to_advised(data: Any) -> dict[str, Advised]:
    return {name: Advised(**one) for name, one in data.items()}


_Convert = Callable[[Any], Any]

_KEPT: Mapping[str, tuple[_Convert, _Convert]] = {
    "quotes": (_quotes, _quotes),
    "before": (known_data, to_known),
    "told": (list, _names),
    "place": (_plain, _place),
    "plan": (_plan, _to_plan),
    "wish": (_plain, _to_wish),
    "done_by": (_by_person, _by_person),
    "sore": (_by_person, _by_person),
    "explained": (list, _names),
    "cautioned": (list, _names),
    "cheered": (int, int),
    "pace": (str, _text),
    "past": (_past, _to_past),
    "recalled": (bool, bool),
    "carried": (bool, bool),
    "welcomed": (bool, bool),
    "zone": (str, _text),
    "country": (str, _country),
    "subject": (str, _text),
    "advised": (_advised, _to_advised),
    "ask_first": (dict, dict),
    "errand": (to_data, from_data),
    "said": (str, _text),
    "asked": (str, _text),
    "step": (str, _text),
    "began": (float, float),
    "turns": (int, int),
    "missed": (int, int),
}
"""By the name in `State`: how it becomes JSON data, and how it is read again."""

_READ = {name: read_again for name, (_, read_again) in _KEPT.items()}
_BEGINNING = vars(State())
_WRITTEN = [(name, write, _BEGINNING[name]) for name, (write, _) in _KEPT.items()]
