"""The conversation's state <-> the session attributes that travel with every request and reply.

Five attributes are a contract that other programs read: `doing`, `asking`, `person`, `verdict` and
`routine`. What else has to be remembered until the next turn is ours, under `memo`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from skill import routine
from skill.alarms import from_data, to_data
from skill.routine import Done, Item, Past, Place, Plan
from skill.triage import Known, Verdict
from skill.turn import SELF, Advised, Asking, State, Wish


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
            "before": None if state.before is None else known_data(state.before),
            "place": state.place and asdict(state.place),
            "told": state.told,
            "plan": state.plan and asdict(state.plan),
            "wish": asdict(state.wish),
            "done": state.done,
            "sore": state.sore,
            "explained": state.explained,
            "cautioned": state.cautioned,
            "cheered": state.cheered,
            "pace": state.pace,
            "past": asdict(state.past),
            "carried": state.carried,
            "welcomed": state.welcomed,
            "zone": state.zone,
            "subject": state.subject,
            "advised": {name: asdict(advised) for name, advised in state.advised.items()},
            "ask_first": state.ask_first,
            "errand": state.errand and to_data(state.errand),
            "said": state.said,
            "asked": state.asked,
            "step": state.step,
            "inverted": state.asking is not None and state.asking.inverted,
            "turns": state.turns,
            "missed": state.missed,
        },
    }


def from_attributes(attributes: Mapping[str, Any]) -> State:
    """The state kept in session attributes; a fresh one when there is none, or it is not ours."""
    memo = attributes.get("memo")
    if not isinstance(memo, Mapping):
        return State()
    try:
        return State(
            doing=attributes["doing"],
            asking=_asked(attributes["asking"], inverted=bool(memo["inverted"])),
            person=str(attributes["person"] or SELF),
            people={person: to_known(known) for person, known in memo["people"].items()},
            before=None if memo["before"] is None else to_known(memo["before"]),
            place=_place(memo["place"]) if memo["place"] else None,
            told=list(memo["told"]),
            plan=_plan(memo["plan"]) if memo["plan"] else None,
            wish=Wish(**memo["wish"]),
            done=list(memo["done"]),
            sore={person: list(names) for person, names in memo["sore"].items()},
            explained=list(memo["explained"]),
            cautioned=list(memo["cautioned"]),
            cheered=int(memo["cheered"]),
            pace=str(memo["pace"]),
            past=_past(memo["past"]),
            carried=bool(memo["carried"]),
            welcomed=bool(memo["welcomed"]),
            zone=memo["zone"],
            subject=memo["subject"],
            advised={name: Advised(**advised) for name, advised in memo["advised"].items()},
            ask_first=dict(memo["ask_first"]),
            errand=from_data(memo["errand"]) if memo["errand"] else None,
            said=str(memo["said"]),
            asked=str(memo["asked"]),
            step=str(memo["step"]),
            turns=int(memo["turns"]),
            missed=int(memo["missed"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return State()


def _asking(asking: Asking | None) -> dict[str, Any] | None:
    return None if asking is None else {"form": asking.form, "about": list(asking.about)}


def _asked(asking: Mapping[str, Any] | None, *, inverted: bool) -> Asking | None:
    return None if asking is None else Asking(asking["form"], tuple(asking["about"]), inverted)


def known_data(known: Known) -> dict[str, Any]:
    """What is known of a person, as plain JSON data."""
    return {key: value for key, value in asdict(known).items() if value not in (None, {}, ())}


def to_known(data: Mapping[str, Any]) -> Known:
    """What is known of a person, from JSON data. Raises TypeError where it is not that."""
    known = Known(**data)
    return replace(
        known,
        answers=dict(known.answers),
        age=known.age and (int(known.age[0]), int(known.age[1])),
        unsure=tuple(known.unsure),
        yes_to=tuple(known.yes_to),
    )


def as_left(place: Place, plan: Plan | None, at: float) -> dict[str, Any]:
    """The place in an exercise, the plan it belongs to, and when that was, as plain JSON data."""
    return {"place": asdict(place), "plan": plan and asdict(plan), "at": at}


def left(data: Mapping[str, Any]) -> tuple[Place, Plan | None, float] | None:
    """The place, plan and time in JSON data; None when they are no longer what they were."""
    try:
        place = _place(data["place"])
        plan = _plan(data["plan"]) if data["plan"] else None
        routine.timeline(place)
        return place, plan, float(data["at"])
    except (KeyError, TypeError, ValueError):
        return None


def _place(data: Mapping[str, Any]) -> Place:
    return replace(Place(**data), versions=tuple(data["versions"]))


def _plan(data: Mapping[str, Any]) -> Plan:
    return replace(Plan(**data), items=tuple(Item(**item) for item in data["items"]))


def _past(data: Mapping[str, Any]) -> Past:
    return replace(Past(**data), done=tuple(Done(**done) for done in data["done"]))


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
