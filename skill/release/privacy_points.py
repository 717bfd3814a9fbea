"""The certification list on what is kept: nobody else hears of it, and it really goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from skill import alexa, memory
from skill.release.evidence import Evidence
from skill.release.surroundings import surroundings
from skill.release.walk import Answer, Caller, Saying, said_at
from skill.speaker.understanding import Value

VOICE = "amzn1.ask.person.WHO-TELLS"
LISTENERS: Mapping[str, Mapping[str, Any]] = {
    "another voice in the house": {"voice": "amzn1.ask.person.WHO-LISTENS"},
    "a voice that is not recognised": {"voice": None},
    "another household": {"user": "amzn1.ask.account.NEXT-DOOR"},
}
PAIN = Saying("BackPainIntent", {"Severity": (Value("4", None),)})


def others(evidence: Evidence) -> Iterator[str]:
    """Whoever else asks anything is answered as if nobody had ever told anything."""
    locale = evidence.locale
    with _memory():
        nothing_told = _answers(locale, voice=VOICE)
    with _memory():
        _tell(locale)
        if _answers(locale, voice=VOICE) == nothing_told:
            raise LookupError("nothing was told that anybody could hear")
    for name, listener in LISTENERS.items():
        with _memory():
            nothing_told = _answers(locale, **listener)
        with _memory():
            _tell(locale)
            for intent, answer in _answers(locale, **listener).items():
                if answer != nothing_told[intent]:
                    yield f"{intent}: {name} hears what somebody else told"


def _tell(locale: str) -> None:
    """Somebody with a voice that is recognised keeps a diary, and goes through all there is."""
    caller = _caller(locale, voice=VOICE)
    here = caller.launch()
    for saying in (Saying("StartDiaryIntent"), Saying("AMAZON.YesIntent"), PAIN):
        here = caller.say(saying, here)
    for opening in ("BackPainIntent", "GuideStretchIntent"):
        list(caller.way(opening))


def _answers(locale: str, **listener: Any) -> dict[str, Any]:
    """What is answered to each intent, session attributes included, visit after visit."""
    caller = _caller(locale, **listener)
    found = {}
    for intent in caller.intents:
        welcome = caller.launch()
        answer = caller.say(Saying(intent), welcome)
        found[intent] = (welcome.response, answer.response, answer.attributes)
    return found


def _caller(locale: str, **listener: Any) -> Caller:
    caller = Caller(locale)
    caller.device = replace(caller.device, **listener)
    return caller


def forgetting(evidence: Evidence) -> Iterator[str]:
    """On request and when the skill is switched off, nothing stays: in the session or the store."""
    with _something_kept(evidence.locale) as told:
        asked = evidence.caller.say(Saying("ForgetMeIntent"), told)
        done = evidence.caller.say(Saying("AMAZON.YesIntent"), asked)
        if done.attributes["verdict"] or done.attributes["memo"]["people"]:
            yield "after forget me, what was said is still in the session"
        if left := _kept():
            yield f"after forget me, the store still has {left} items"
    with _something_kept(evidence.locale) as told:
        evidence.caller.send(said_at(told.at, type=alexa.SKILL_DISABLED), {}, told.at)
        if left := _kept():
            yield f"after the skill is switched off, the store still has {left} items"


@contextmanager
def _something_kept(locale: str) -> Iterator[Answer]:
    """In the middle of a conversation, with a store of its own that something is in."""
    with _memory():
        caller = Caller(locale)
        told = caller.say(PAIN, caller.launch())
        if not (_kept() and told.attributes["memo"]["people"]):
            raise LookupError("nothing was kept that could be forgotten")
        yield told


@contextmanager
def _memory() -> Iterator[None]:
    """With a store of its own, empty at first, and a diary on offer."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite:///{folder}/memory.sqlite3"
        with surroundings(
            BACK_COACH_MEMORY=file,
            BACK_COACH_DIARY="opt-in",
            BACK_COACH_SECRET="the same",  # noqa: S106 (of stores that nobody else sees)
        ):
            yield


def _kept() -> int:
    """How many items the store in use has."""
    kept = memory.in_use()
    return len(list(kept.store.everything())) if kept else 0


POINTS = (
    ("nobody hears what another person told", others),
    ("forget me and switching the skill off delete everything", forgetting),
)
