"""What was heard -> what is known: findings, answers, and which of several were meant."""

from __future__ import annotations

from collections.abc import Container, Iterable

from skill import triage
from skill.content.triage import triage as knowledge
from skill.handlers.verdict import deciding
from skill.triage import ADULT, UNKNOWN, Answer, Known
from skill.turn import Asking, Heard, State


def note(state: State, heard: Heard) -> None:
    """Add what was heard to what is known.

    A finding that stands is not dropped by a mishearing: a denial of one that makes an emergency
    waits for a question (`to_confirm`).
    """
    if heard.facts():
        _note_facts(state, heard)
    if heard.answer == "yes" and "age" in _named(state.asking, heard):
        name_which(state, heard)
    elif heard.answer is not None and _asks_about_health(state.asking):
        take_answer(state, heard.answer, but=heard.findings)
    elif state.asking and len(state.asking.about) > 1:
        name_which(state, heard)


def _note_facts(state: State, heard: Heard) -> None:
    known = state.known
    answers: dict[str, Answer] = {}
    for finding, answer in heard.findings.items():
        if answer == UNKNOWN:
            if triage.is_open(known, finding):
                known = known._replace(unsure=_add(known.unsure, finding))
        elif answer is True or finding not in _emergencies(known):
            answers[finding] = answer
    known = Known(
        answers={**known.answers, **answers},
        severity=known.severity if heard.severity is None else heard.severity,
        days=known.days if heard.days is None else heard.days,
        age=_age(heard.age, known.age),
        weeks=known.weeks if heard.weeks is None else heard.weeks,
        unsure=_without(known.unsure, answers),
        yes_to=known.yes_to,
        scored=_without(known.scored, answers),
    )
    if known != state.known:
        state.before, state.known = state.start, known
    if heard.quotes:
        state.quotes[state.person] = {**state.quotes.get(state.person, {}), **heard.quotes}


def to_confirm(state: State, heard: Heard) -> str | None:
    """A finding behind a standing emergency that was just denied: ask before it is dropped."""
    for name, answer in heard.findings.items():
        if answer is False and name in _emergencies(state.known):
            return name
    return None


def take_answer(state: State, answer: Answer | str, but: Iterable[str] = ()) -> None:
    """Apply a yes, no or not sure to what was asked, except to what was named outright."""
    asking = state.asking
    if asking is None:
        return
    if asking.inverted:
        answer = {"yes": "no", "no": "yes"}.get(str(answer), answer)
    about = _without(asking.about, set(but))
    state.before, known = state.start, state.known
    if answer == "no":
        state.known = all_no(known, about)
    elif answer == "yes" and asking.form == "yes_no" and not set(but) & set(asking.about):
        state.known = _yes(known, about)
    elif answer == UNKNOWN:
        state.known = _not_sure(known, about)


def name_which(state: State, heard: Heard) -> None:
    """Some of several signs were named: those are there, and the others of the question are not.

    The nine core signs are never taken to be absent that way; they are asked about again. Nor does
    an age alone, "she's seventy", say anything of a cancer that was asked about in the same breath.
    """
    asked = state.asking.about if state.asking else ()
    named = _named(state.asking, heard)
    if not named or (named == {"age"} and _tells_only_years(state, heard)):
        return
    others = tuple(name for name in asked if name not in named and not _stays_open(name, named))
    state.known = all_no(state.known, others)._replace(yes_to=())


def _named(asking: Asking | None, heard: Heard) -> set[str]:
    """Those of what was asked about that were named outright; an age is one if it is an end."""
    asked = asking.about if asking else ()
    named = {name for name, answer in heard.findings.items() if answer is True} & set(asked)
    if heard.age and "age" in asked and not _ordinary(heard.age):
        named.add("age")
    return named


def _tells_only_years(state: State, heard: Heard) -> bool:
    """Whether it is "seventy" to a question with "over fifty-five" in it, and no yes."""
    years = heard.age is not None and heard.age[0] == heard.age[1]
    return years and heard.answer is None and not is_which(state.asking)


def _age(heard: tuple[int, int] | None, known: tuple[int, int] | None) -> tuple[int, int] | None:
    """The age now known: "over fifty-five" says no more of somebody who is eighty-two."""
    if heard and known and heard[0] <= known[0] and known[1] <= heard[1]:
        return known
    return heard or known


def _ordinary(age: tuple[int, int]) -> bool:
    """Neither of the two age ends that are asked about."""
    return ADULT[0] <= age[0] and age[1] <= ADULT[1]


def _stays_open(name: str, named: set[str]) -> bool:
    """Core, or said in one breath with something that was named ("pain or tingling")."""
    finding = knowledge().findings.get(name)
    if finding is None:
        return False
    parent = finding.folded_into
    return finding.core or parent in named or _core(parent)


def _core(name: str | None) -> bool:
    return name is not None and knowledge().findings[name].core


def _add(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _without(names: tuple[str, ...], gone: Container[str]) -> tuple[str, ...]:
    return tuple([name for name in names if name not in gone]) if names else ()


def all_no(known: Known, about: Iterable[str]) -> Known:
    """What is known after a no to all of `about`; for the age that is neither of the two ends."""
    names = tuple(about)
    if "age" in names and known.age is None:
        known = known._replace(age=ADULT)
    denied = {name: False for name in names if name not in triage.VALUES}
    known = known.with_answers(denied)
    unsure = _without(known.unsure, names)
    return known if unsure == known.unsure else known._replace(unsure=unsure)


def _yes(known: Known, about: tuple[str, ...]) -> Known:
    if len(triage.folded(about)) > 1:
        return known._replace(yes_to=about)
    answered = known.with_answers(dict.fromkeys(about[:1], True))
    return answered._replace(unsure=_without(known.unsure, about))


def _not_sure(known: Known, about: tuple[str, ...]) -> Known:
    """Once: to be asked again, singly (K0). Twice, or a value: not known."""
    again = set(known.unsure)
    spoken = set(triage.folded(about))
    twice = {name for name in about if name in again or name in triage.VALUES}
    quiet = {name for name in about if name not in spoken}
    return known.with_answers(dict.fromkeys(twice | quiet, UNKNOWN))._replace(
        unsure=tuple(name for name in (*known.unsure, *about) if name not in twice | quiet),
        yes_to=(),
    )


def _asks_about_health(asking: Asking | None) -> bool:
    return asking is not None and asking.form in ("yes_no", "value")


def is_which(asking: Asking | None) -> bool:
    """Whether it was asked which of several it is, after a yes to all of them."""
    return asking is not None and asking.form == "which"


def _emergencies(known: Known) -> set[str]:
    """The findings behind an emergency that stands."""
    verdict = triage.so_far(known)
    return set(deciding(known, verdict)) if verdict.level == "emergency" else set()
