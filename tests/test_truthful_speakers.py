"""The proof of triage by voice: people who tell the truth, in their own words, to the speaker.

`make evaluate` prints the figures that are held here.
"""

from __future__ import annotations

import random

import pytest
from evaluate import START, coded, figures, questions, spoken
from hypothesis import given, settings
from hypothesis import strategies as st
from truthful import (
    FOLLOWS,
    INTERRUPTIONS,
    PHRASES,
    SILENCE,
    Said,
    Speaker,
    Talk,
    Truth,
    people,
    wander,
)

from skill import triage
from skill.content.triage import LEVELS
from skill.content.triage import triage as knowledge
from skill.speaker.cloud import Cloud
from skill.turn import SELF

ORDER = ("none", *LEVELS)


# --- The people written down ---------------------------------------------------------------------


def test_the_people_are_balanced_over_the_levels_with_near_misses_among_them():
    cases = people()
    assert len(cases) >= 120
    assert all(28 <= sum(case.level == level for case in cases) <= 38 for level in LEVELS)
    assert sum(case.near_miss for case in cases) >= 20
    assert len({case.name for case in cases}) == len(cases)
    assert len({case.opening for case in cases}) == len(cases)
    assert all(case.source for case in cases)


@pytest.mark.parametrize("case", people(), ids=lambda case: case.name)
def test_what_an_opening_tells_is_true(case):
    assert all(case.truth.has(name) for name in case.says)


def test_coded_everybody_gets_the_level_of_the_clinical_basis():
    assert [result.case.name for result in coded() if result.step] == []


def test_spoken_no_emergency_is_missed():
    missed = [r for r in spoken() if r.case.level == "emergency" and r.step < 0]
    assert not missed, _report(missed)


def test_spoken_under_triage_is_below_two_percent():
    under = [result for result in spoken() if result.step < 0]
    assert figures(spoken()).under < 0.02, _report(under)


def test_spoken_at_least_ninety_percent_get_exactly_their_level():
    wrong = [result for result in spoken() if result.step]
    assert figures(spoken()).right >= 0.9, _report(wrong)


def test_spoken_at_least_85_percent_of_plain_strains_end_in_self_care():
    wrong = [result for result in spoken() if result.case.plain and result.step]
    assert figures(spoken()).plain >= 0.85, _report(wrong)


def test_spoken_an_emergency_takes_no_more_than_two_questions_on_average():
    assert questions(spoken(), "emergency")[0] <= 2


def test_spoken_a_plain_strain_takes_six_questions_at_most():
    """Over fifty-five the age is asked besides, and after a heavy lift about blood thinners."""
    plain = [r for r in spoken() if r.case.plain and r.case.truth.age <= 55 and r.talk]
    long = [r for r in plain if len([q for q in r.talk.asked if q != ("blood_thinner",)]) > 6]
    assert not long, _report(long)


def _report(results):
    shown = (f"{r.case.name}: {r.level}\n{r.talk.transcript()}" for r in results[:3])
    return f"{len(results)}\n" + "\n".join(shown)


# --- People nobody wrote down --------------------------------------------------------------------

ONLY_TOLD = frozenset(
    {name for name, finding in knowledge().findings.items() if finding.volunteered}
    | {"balance_loss", "severe_headache", "blood_thinner", "minor_trauma"}
)
"""No question finds these out, or not always: whoever has them says so."""

TELLABLE = sorted(set(knowledge().findings) & set(PHRASES) - FOLLOWS)
MEN = frozenset(knowledge().ruled_out)
ALONE = frozenset(
    name
    for rule in knowledge().rules.values()
    if rule.level == "emergency" and rule.unless is None
    for case in rule.when
    if len(case.all) == 1 and not (case.none or case.bounds)
    for name in case.all
)


@st.composite
def truths(draw):
    """Somebody with up to four findings that can go together."""
    who = draw(st.sampled_from([SELF, SELF, SELF, "mother", "father", "partner", "son"]))
    findings = set(draw(st.lists(st.sampled_from(TELLABLE), max_size=4)))
    age = draw(st.sampled_from([8, 14, 24, 40, 52, 61, 74, 82]))
    days = draw(st.sampled_from([0, 1, 2, 5, 9, 14, 21, 90, 365]))
    if findings & {"pregnant", "pregnancy_warning"}:
        findings |= {"pregnant"}
        who = SELF if who in MEN else who
        age = 30
    if "fever" not in findings:
        findings.discard("fever_explained")
    if not (days >= 90 and age < 45):
        findings.discard("inflammatory")
    weeks = draw(st.sampled_from([8, 20, 33])) if "pregnant" in findings else None
    severity = draw(st.integers(1, 10))
    return Truth(frozenset(findings), who, frozenset(), age, severity, days, weeks)


@st.composite
def conversations(draw):
    """A truth, what of it is told at once, what is told late, and where it is interrupted."""
    truth = draw(truths())
    speaker = Speaker(truth, random.Random(draw(st.integers(0, 10_000))))
    told = draw(st.permutations(sorted(truth.findings)))
    at_once = told[: draw(st.integers(0, 2))]
    late = [name for name in told if name in ONLY_TOLD and name not in at_once]
    interrupts = draw(
        st.dictionaries(st.integers(1, 8), st.sampled_from(INTERRUPTIONS), max_size=2).filter(
            lambda some: list(some.values()).count(SILENCE) < 2
        )
    )
    return truth, speaker, at_once, late, interrupts


def opening(speaker, at_once) -> Said:
    """The back hurts, and what else is told at once."""
    whose = "my" if speaker.truth.who == SELF else f"my {speaker.truth.who}'s"
    told = f" and {speaker.telling(at_once)}" if at_once else ""
    return Said(f"{whose} back hurts{told}", frozenset(at_once))


def talk_with(conversation) -> tuple[Truth, Talk]:
    """The whole conversation, played."""
    truth, speaker, at_once, late, interrupts = conversation
    cloud = Cloud(clock=lambda: START)
    return truth, wander(cloud, speaker, opening(speaker, at_once), list(late), interrupts)


def asked_in_code(truth: Truth, told: list[str], late: list[str]) -> str:
    """The level when `told` is said first, all questions are answered, and then `late` is said."""
    known = triage.Known(dict.fromkeys(told, True))
    for more in (told, late):
        known = known.with_answers(dict.fromkeys(more, True))
        while question := triage.next_question(known):
            known = answered(truth, known, question.about)
    return triage.assess(known).level


def answered(truth: Truth, known: triage.Known, about: tuple[str, ...]) -> triage.Known:
    """What is known after a true answer to everything that a question is about."""
    everything = truth.known()
    values = {name: getattr(everything, name) for name in about if name in triage.VALUES}
    findings = {n: everything.answers.get(n, False) for n in about if n not in triage.VALUES}
    return known.with_answers(findings)._replace(**values)


@settings(max_examples=500)
@given(conversations())
def test_the_spoken_verdict_is_never_below_the_coded_one(conversation):
    """Coded: the same questions in the same order, with every answer understood."""
    truth, talk = talk_with(conversation)
    _, _, at_once, late, _ = conversation
    level = min(
        asked_in_code(truth, [*at_once, *late], []),
        asked_in_code(truth, at_once, late),
        key=ORDER.index,
    )
    assert ORDER.index(talk.level) >= ORDER.index(level), f"{level}\n{talk.transcript()}"


@settings(max_examples=500)
@given(conversations())
def test_an_emergency_sign_is_answered_in_the_turn_it_is_said(conversation):
    truth, talk = talk_with(conversation)
    for said, exchange in talk.turns:
        signs = (said.tells | said.admits) & ALONE
        if signs and "fever_explained" not in truth.findings:
            verdict = exchange.state["verdict"]
            assert verdict, talk.transcript()
            assert verdict["level"] == "emergency", talk.transcript()
