"""A second visit rests on the first, and is never less careful than a first one would be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from door import Conversation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_truthful_speakers import MEN, ONLY_TOLD, ORDER, asked_in_code, truths
from truthful import Truth

from skill import memory, triage
from skill.content.triage import triage as knowledge
from skill.turn import SELF

MOST_TURNS = 60
VALUES = {"severity": "Severity", "days": "Duration", "age": "Age", "weeks": "Weeks"}


@pytest.fixture
def diary(tmp_path, monkeypatch):
    """A household that keeps a diary, of which each example takes a fresh file."""
    monkeypatch.setenv("BACK_COACH_DIARY", "opt-in")
    numbers = iter(range(10**6))

    def fresh() -> None:
        kept = tmp_path / f"{next(numbers)}.sqlite3"
        monkeypatch.setenv("BACK_COACH_MEMORY", f"sqlite:///{kept}")
        memory.in_use.cache_clear()

    yield fresh
    memory.in_use.cache_clear()


class Visit:
    """Somebody who tells the truth, by intents and ids, up to the verdict."""

    def __init__(self, truth: Truth, talk: Conversation) -> None:
        self.truth, self.talk = truth, talk
        self.known = truth.known()
        self.told: set[str] = set()
        self.asked: set[str] = set()

    def check(self) -> str:
        """The level at the end of the check-up."""
        who = {} if self.truth.who == SELF else {"Person": self.truth.who}
        self.talk.say("BackPainIntent", **who)
        for _ in range(MOST_TURNS):
            asking = self.talk.attributes["asking"]
            if asking["form"] == "choice" and asking["about"][0] not in ABOUT_VISITS:
                break
            self.asked |= set(asking["about"])
            self._answer(asking["form"], asking["about"])
        late = [name for name in self._there(sorted(ONLY_TOLD)) if name not in self.told]
        if late:
            self.talk.say("SymptomIntent", Symptom=late)
        return self.talk.verdict or "none"

    def _there(self, about: list[str]) -> list[str]:
        return [name for name in about if self.known.answers.get(name) is True]

    def _answer(self, form: str, about: list[str]) -> None:
        if form == "value":
            slots = {VALUES[name]: self._value(name) for name in about if self._value(name)}
            self.talk.say("AnswerIntent" if slots else "NotSureIntent", **slots)
        elif form == "choice":
            self._choose(about[0])
        elif there := self._there(about):
            self.told |= set(there)
            self.talk.say("SymptomIntent", Symptom=there)
        elif "age" in about and not triage.ADULT[0] <= self.truth.age <= triage.ADULT[1]:
            self.talk.say("AnswerIntent", Age=str(self.truth.age))
        else:
            plain_no = not self.talk.attributes["memo"]["inverted"]
            self.talk.say("AMAZON.NoIntent" if plain_no else "AMAZON.YesIntent")

    def _choose(self, about: str) -> None:
        new = [name for name in self._there(sorted(self.known.answers)) if name not in self.told]
        if about == "what_else" or (about == "anything_new" and new):
            self.told |= set(new)
            self.talk.say("SymptomIntent", Symptom=new)
        else:
            self.talk.say("AMAZON.NoIntent" if about == "anything_new" else "AMAZON.YesIntent")

    def _value(self, name: str) -> str | None:
        value: Any = getattr(self.truth, name)
        if value is None:
            return None
        return f"P{value}D" if name == "days" else str(value)


DANGER = {name for step in knowledge().steps if step.id in ("T1", "T2") for name in step.about}
ABOUT_VISITS = ("same_trouble", "anything_new", "what_else")


def later(talk: Conversation, days: int) -> Conversation:
    """A new session, so many days after the last one."""
    fresh = Conversation()
    fresh.at = talk.at + timedelta(days=days)
    return fresh


@st.composite
def two_visits(draw):
    """The same person twice: what was there may be gone, and more may have come."""
    first = draw(truths())
    second = draw(truths())
    days = draw(st.integers(1, 40))
    findings = set(second.findings) | (set(first.findings) if draw(st.booleans()) else set())
    if first.who in MEN:
        findings -= {"pregnant", "pregnancy_warning"}
    weeks = None
    if "pregnant" in findings | set(first.findings):
        findings |= {"pregnant"}
        first = Truth(first.findings | {"pregnant"}, first.who, frozenset(), 30, first.severity,
                      first.days, 20)  # fmt: skip
        weeks = 20 + days // 7
    if not (first.days + days >= 90 and first.age < 45):
        findings -= {"inflammatory"}
    again = Truth(frozenset(findings), first.who, frozenset(), first.age, second.severity,
                  first.days + days, weeks)  # fmt: skip
    return first, again, days


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(two_visits())
def test_a_second_visit_is_never_less_urgent_than_a_first_one_would_be(diary, visits):
    first, again, days = visits
    diary()
    talk = Conversation().say("StartDiaryIntent").say("AMAZON.YesIntent")
    Visit(first, talk).check()
    second = later(talk, days)
    visit = Visit(again, second)
    level = visit.check()
    if level != "emergency":
        assert visit.asked >= DANGER, "the danger signs are asked outright at every visit"
    alone = asked_in_code(again, [], sorted(again.findings & ONLY_TOLD))
    told = json.dumps([sorted(first.findings), sorted(again.findings), days])
    assert ORDER.index(level) >= ORDER.index(alone), f"{level} below {alone}: {told}"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(truths(), st.integers(0, 2), st.integers(0, 6))
def test_after_an_urgent_verdict_no_exercise_begins_before_somebody_was_seen(
    diary, truth, days, turns
):
    diary()
    talk = Conversation().say("StartDiaryIntent").say("AMAZON.YesIntent")
    level = Visit(Truth(truth.findings, SELF, frozenset(), truth.age, truth.severity, truth.days,
                        truth.weeks), talk).check()  # fmt: skip
    here = later(talk, days).say("GuideStretchIntent", Exercise="knee_rolls")
    if level in ("urgent", "emergency"):
        for _ in range(turns):
            assert here.attributes["asking"]["about"] in (["seen"], ["more"])
            here.say("AMAZON.FallbackIntent").say("GuideStretchIntent")
        assert here.attributes["routine"] is None
