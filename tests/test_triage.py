"""What holds for everybody, whatever they say: urgency, not being sure, and what is asked next.

The cases one can read are in cases/; here are the promises that no list of cases can keep.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_triage_cases import CASES, FOLDER, known

from skill.content.triage import LEVELS, VALUES, triage
from skill.handlers import checkup, listening
from skill.handlers.verdict import verdict_text
from skill.speech import speak
from skill.triage import (
    UNKNOWN,
    Known,
    Question,
    Verdict,
    assess,
    core,
    folded,
    is_open,
    known_from_json,
    new_person,
    next_question,
    so_far,
)
from skill.turn import Asking, Heard, Reply, State, Turn, act

ALONE = tomllib.loads((FOLDER / "alone.toml").read_text("utf-8"))
FINDINGS = tuple(name for names in ALONE.values() for name in names)
RELAXING = ("fever_explained", "clear_trigger", "already_assessed")
CORE = (
    "bladder_or_bowel",
    "saddle_numbness",
    "leg_weakness",
    "both_legs",
    "chest_pain",
    "abdominal_tearing",
    "fever",
    "major_trauma",
    "one_sided_numbness",
)
ALL_CLEAR = dict.fromkeys(CORE, False)
BUNDLES = {step.id: step.about for step in triage().steps if step.id in ("T1", "T2")}

# One of each kind of person whom some bound of some rule treats differently from the next.
EDGES = {
    "age": (0, 9, 10, 15, 16, 44, 45, 55, 56, 64, 65, 69, 70, 74, 75, 130),
    "severity": (0, 3, 6, 7, 8, 10),
    "days": (0, 2, 3, 13, 14, 89, 90, 40_000),
    "weeks": (0, 12, 13, 16, 45),
}
BANDS = tuple(triage().age_bands.values())
PEOPLE = (
    Known(ALL_CLEAR),
    Known(ALL_CLEAR, age=(9, 9)),
    Known(ALL_CLEAR, age=(30, 30), severity=7, days=1, weeks=20),
    Known(ALL_CLEAR, age=(70, 70), severity=8, days=1),
    Known(ALL_CLEAR, age=(60, 60), severity=4, days=100),
)


def rank(verdict: Verdict) -> int:
    return LEVELS.index(verdict.level)


def told(person: Known, **answers: Any) -> Known:
    return person.with_answers(answers)


def an_age() -> st.SearchStrategy[tuple[int, int] | None]:
    exact = st.sampled_from(EDGES["age"]).map(lambda years: (years, years))
    return st.one_of(st.none(), exact, st.sampled_from(BANDS))


def a_value(name: str) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.sampled_from(EDGES[name]))


ANSWERS = st.dictionaries(
    st.sampled_from(FINDINGS), st.sampled_from([True, False, UNKNOWN]), max_size=10
)


@st.composite
def somebody(draw: st.DrawFn) -> Known:
    """Anybody: any answers, any values, the core signs asked or not."""
    answers = {**(ALL_CLEAR if draw(st.booleans()) else {}), **draw(ANSWERS)}
    for name in draw(st.sets(st.sampled_from(VALUES), max_size=1)):
        answers[name] = UNKNOWN
    numbers = {name: draw(a_value(name)) for name in ("severity", "days", "weeks")}
    return Known(answers, age=draw(an_age()), **numbers)


# --- Levels -------------------------------------------------------------------------------------


def test_the_vocabulary_is_the_one_of_the_clinical_basis():
    assert len(FINDINGS) == 47
    assert set(triage().findings) == set(FINDINGS)
    assert set(core()) == set(CORE)


@pytest.mark.parametrize(
    ("finding", "level"), [(name, level) for level, names in ALONE.items() for name in names]
)
def test_a_finding_alone_gets_its_own_level(finding, level):
    assert assess(Known({**ALL_CLEAR, finding: True})).level == level


def test_nothing_at_all_is_self_care():
    assert assess(Known(ALL_CLEAR)) == Verdict("self_care", ())


@pytest.mark.parametrize("person", PEOPLE)
def test_of_two_findings_the_second_never_makes_the_first_less_urgent(person):
    for first, second in permutations(FINDINGS, 2):
        if second not in RELAXING:
            both = assess(told(person, **{first: True, second: True}))
            assert rank(both) >= rank(assess(told(person, **{first: True}))), (first, second)


@given(somebody(), st.sampled_from([name for name in FINDINGS if name not in RELAXING]))
@settings(max_examples=400)
def test_adding_a_true_finding_never_lowers_the_level(person, finding):
    for verdict in (assess, so_far):
        assert rank(verdict(told(person, **{finding: True}))) >= rank(verdict(person))


RELAXED = {
    "fever_explained": {("emergency", "urgent"): {"E-fever"}},
    "clear_trigger": {
        ("emergency", "urgent"): {"X6"},
        ("urgent", "routine"): {"U-upper_back", "U-cough_worse"},
    },
    "already_assessed": {
        ("routine", "self_care"): {
            "R-over_two_weeks",
            "R-recurrent",
            "R-leg_pain",
            "R-limb_numbness",
            "R-sleep_loss",
            "R-bone_risk",
            "R-inflammatory",
            "R-age_extreme",
        }
    },
}


@given(somebody(), st.sampled_from(RELAXING))
@settings(max_examples=400)
def test_what_relaxes_lowers_only_the_rules_that_name_it(person, finding):
    without = told(person, **{finding: False})
    _lowers_only_what_it_may(so_far(without), so_far(told(without, **{finding: True})), finding)


@pytest.mark.parametrize("finding", RELAXING)
def test_what_relaxes_lowers_only_the_rules_that_name_it_for_every_pair(finding):
    for person, pair in product(PEOPLE, combinations(FINDINGS, 2)):
        without = told(person, **{**dict.fromkeys(pair, True), finding: False})
        _lowers_only_what_it_may(assess(without), assess(told(without, **{finding: True})), finding)


def _lowers_only_what_it_may(before: Verdict, after: Verdict, finding: str) -> None:
    if before.level == after.level:
        return
    lowered = RELAXED[finding].get((before.level, after.level))
    assert lowered is not None, (before, after)
    assert set(before.because) <= lowered


@pytest.mark.parametrize("relaxing", RELAXING)
def test_what_relaxes_has_to_be_sure(relaxing):
    for person, pair in product(PEOPLE, combinations(FINDINGS, 2)):
        stated = told(person, **dict.fromkeys(pair, True))
        not_sure = assess(told(stated, **{relaxing: UNKNOWN}))
        assert not_sure == assess(told(stated, **{relaxing: False}))


@pytest.mark.parametrize("sign", ALONE["emergency"])
def test_an_emergency_with_anything_stays_an_emergency(sign):
    for person, other in product(PEOPLE, FINDINGS):
        verdict = assess(told(person, **{sign: True, other: True}))
        explained = (sign, other) == ("fever", "fever_explained")
        assert verdict.level == "emergency" or (explained and verdict.level == "urgent")


def test_only_fever_and_sudden_pain_at_an_age_can_be_explained_away():
    """E-fever and X6 are the only emergencies that a relaxing modifier can drop."""
    dropped = set()
    for person, pair, relaxing in product(PEOPLE, combinations(FINDINGS, 2), RELAXING):
        before = assess(told(person, **{**dict.fromkeys(pair, True), relaxing: False}))
        after = assess(told(person, **{**dict.fromkeys(pair, True), relaxing: True}))
        if before.level == "emergency" != after.level:
            dropped.add((relaxing, *before.because))
    assert dropped == {("fever_explained", "E-fever"), ("clear_trigger", "X6")}


# What keeps a fever an emergency even with a cold to explain it.
NOT_EXPLAINED_BY_A_COLD = [
    "severe_pain",
    "infection_risk",
    "pregnant",
    "urinary_symptoms",
    "upper_belly_pain",
    "night_pain",
    "weight_loss",
    "spine_shape_change",
    "cancer_history",
    "limb_numbness",
    "limb_weakness",
    "severe_headache",
]
A_COLD = Known({**ALL_CLEAR, "fever": True, "fever_explained": True})


@pytest.mark.parametrize("answer", [True, UNKNOWN])
@pytest.mark.parametrize("sign", NOT_EXPLAINED_BY_A_COLD)
def test_a_cold_explains_no_fever_beside_another_warning_sign(sign, answer):
    verdict = assess(told(A_COLD, **{sign: answer}))
    assert verdict.level == "emergency"
    assert "E-fever" in verdict.because


@pytest.mark.parametrize("age", [(0, 15), (15, 15), (65, 65), (56, 130)])
def test_a_cold_explains_no_fever_in_children_and_older_people(age):
    assert assess(A_COLD._replace(age=age)).level == "emergency"


@pytest.mark.parametrize("age", [None, (16, 55), (16, 16), (64, 64)])
def test_a_cold_explains_a_fever_in_other_adults(age):
    assert assess(A_COLD._replace(age=age)).level == "urgent"


@pytest.mark.parametrize("rule", sorted(RELAXED["already_assessed"]["routine", "self_care"]))
def test_known_to_a_doctor_lets_off_only_adults_who_are_surely_no_worse(rule):
    finding = rule.removeprefix("R-")
    assessed = Known({**ALL_CLEAR, finding: True, "already_assessed": True})
    assert assess(assessed) == Verdict("self_care", (f"S-{finding}",))
    for worse in (True, UNKNOWN):
        assert _still_stands(rule, told(assessed, worse=worse))
    for age in ((15, 15), (0, 15)):
        assert _still_stands(rule, assessed._replace(age=age))


def _still_stands(rule: str, person: Known) -> bool:
    """Whether the rule is among the reasons, or something more urgent is."""
    verdict = assess(person)
    return rule in verdict.because or rank(verdict) > LEVELS.index("routine")


# --- Not being sure -----------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE)
def test_unknown_never_ranks_below_no_beside_any_other_finding(person):
    for finding, other in permutations(FINDINGS, 2):
        beside = told(person, **{other: True})
        unsure = assess(told(beside, **{finding: UNKNOWN}))
        assert rank(unsure) >= rank(assess(told(beside, **{finding: False}))), (finding, other)


@given(somebody(), st.sampled_from(FINDINGS))
@settings(max_examples=400)
def test_unknown_never_ranks_below_no(person, finding):
    for verdict in (assess, so_far):
        unsure = verdict(told(person, **{finding: UNKNOWN}))
        assert rank(unsure) >= rank(verdict(told(person, **{finding: False})))


@given(somebody())
@settings(max_examples=150)
def test_not_knowing_how_strong_it_is_never_ranks_below_no_pain(person):
    unsure = told(person, severity=UNKNOWN)._replace(severity=None)
    assert rank(assess(unsure)) >= rank(assess(person._replace(severity=0)))


@given(somebody(), st.sampled_from(CORE), st.booleans())
@settings(max_examples=250)
def test_nobody_is_reassured_while_a_core_sign_is_open(person, sign, asked):
    answers = {name: answer for name, answer in person.answers.items() if name != sign}
    left_open = person._replace(answers={**answers, sign: UNKNOWN} if asked else answers)
    assert rank(assess(left_open)) >= LEVELS.index("urgent")


@given(somebody())
@settings(max_examples=150)
def test_what_is_said_so_far_is_never_more_urgent_than_leaving_it_at_that(person):
    assert rank(so_far(person)) <= rank(assess(person))


# --- Values at their edges ----------------------------------------------------------------------


@pytest.mark.parametrize("severity", range(11))
def test_eight_of_ten_is_urgent_and_seven_is_not(severity):
    expected = "urgent" if severity >= 8 else "self_care"
    assert assess(Known(ALL_CLEAR, severity=severity)).level == expected


@pytest.mark.parametrize("days", [*range(30), 89, 90, 365, 9_999, 10_000, 10_001, 40_000])
def test_two_weeks_and_everything_after_them_is_worth_an_appointment(days):
    expected = "routine" if days >= 14 else "self_care"
    assert assess(Known(ALL_CLEAR, days=days)).level == expected


@pytest.mark.parametrize("age", range(131))
def test_age_alone_matters_only_in_children(age):
    expected = "urgent" if age < 10 else "routine" if age < 16 else "self_care"
    assert assess(Known(ALL_CLEAR, age=(age, age))).level == expected


def test_no_age_counts_as_an_adult():
    assert assess(Known(ALL_CLEAR)) == assess(Known(ALL_CLEAR, age=(16, 55)))


@given(somebody(), st.sampled_from(BANDS), st.data())
@settings(max_examples=250)
def test_an_age_band_never_ranks_below_any_age_in_it(person, band, data):
    years = data.draw(st.integers(*band))
    exact = assess(person._replace(age=(years, years)))
    assert rank(assess(person._replace(age=band))) >= rank(exact)


# --- Order --------------------------------------------------------------------------------------


@given(somebody(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_of_what_is_said_does_not_matter(person, random):
    said = [Heard(findings={name: answer}) for name, answer in person.answers.items()]
    said += [Heard(**{name: value}) for name in VALUES if (value := getattr(person, name))]
    verdicts = set()
    for _ in range(3):
        random.shuffle(said)
        state = State()
        for heard in said:
            listening.note(state, heard)
        verdicts.add((assess(state.known).level, frozenset(assess(state.known).because)))
    assert len(verdicts) == 1


@given(somebody())
@settings(max_examples=100)
def test_the_order_of_the_answers_does_not_matter(person):
    backwards = person._replace(answers=dict(reversed(person.answers.items())))
    assert assess(backwards) == assess(person)
    assert next_question(backwards) == next_question(person)


# --- What is asked next -------------------------------------------------------------------------

MOST_QUESTIONS = 60


class Interview:
    """A check-up of a person who has an answer to each question, through the real bookkeeping."""

    def __init__(self, opening: Heard, before: Known | None = None) -> None:
        self.state = State(people={"self": before} if before else {})
        self.questions: list[Question] = []
        listening.note(self.state, opening)

    @property
    def known(self) -> Known:
        return self.state.known

    def ask(self) -> Iterator[Question]:
        """Question after question, until nothing is left to ask. Answer each with `hear`."""
        while question := next_question(self.known):
            assert len(self.questions) < MOST_QUESTIONS, "it never ends"
            self.questions.append(question)
            self.state.asking = Asking(question.form, question.about)
            yield question

    def hear(self, heard: Heard) -> None:
        listening.note(self.state, heard)


def the_truth(person: Known, question: Question) -> Heard:
    """What somebody answers who knows all that is in `person`, and for whom the rest is a no."""
    there = [name for name in question.about if _is_there(person, name)]
    if question.form == "value":
        values = {name: getattr(person, name) for name in question.about}
        known_values = {name: value for name, value in values.items() if value is not None}
        return Heard(**known_values) if known_values else Heard(answer="unknown")
    if question.form == "which":
        age = person.age if "age" in there else None
        return Heard(findings=dict.fromkeys([n for n in there if n != "age"], True), age=age)
    if there:
        return Heard(answer="yes")
    unsure = any(person.answers.get(name) == UNKNOWN for name in question.about)
    return Heard(answer="unknown" if unsure else "no")


def _is_there(person: Known, name: str) -> bool:
    if name == "age":
        return person.age is not None and (person.age[0] < 16 or person.age[1] > 55)
    return person.answers.get(name) is True


def interviewed(person: Known, opening: Heard | None = None) -> Interview:
    interview = Interview(opening or Heard())
    for question in interview.ask():
        interview.hear(the_truth(person, question))
    return interview


def all_no(opening: Heard) -> Interview:
    return interviewed(Known(severity=4, days=3), opening)


def volunteered(case: dict[str, Any]) -> Heard:
    """What somebody brings up unasked: what no question asks for, and what the case says."""
    findings = case.get("findings", {})
    said = [name for name in findings if triage().findings[name].volunteered]
    return Heard(findings={name: findings[name] for name in {*said, *case.get("says", ())}})


@pytest.mark.parametrize("case", [case for case in CASES if not case.values[0].get("not_asked")])
def test_the_questions_find_out_what_the_verdict_needs(case):
    person = known({"severity": 4, "days": 3, **case})
    if "severe_pain" in case.get("findings", {}):
        person = person._replace(severity=case.get("severity"))
    interview = interviewed(person, volunteered(case))
    assert assess(interview.known).level == case["level"]


def test_all_is_clear_after_six_questions():
    interview = all_no(Heard())
    assert [question.step for question in interview.questions] == [
        "T1",
        "T2",
        "T3",
        "T4",
        "T5",
        "T6",
    ]
    assert assess(interview.known) == Verdict("self_care", ())


def test_all_is_clear_after_five_questions_when_severity_and_days_were_given():
    interview = all_no(Heard(severity=5, days=1))
    assert [question.step for question in interview.questions] == ["T1", "T2", "T4", "T5", "T6"]


@pytest.mark.parametrize("given_", [Heard(severity=5), Heard(days=1)])
def test_only_the_value_that_is_missing_is_asked(given_):
    assert len(all_no(given_).questions) == 6
    missing = [question.about for question in all_no(given_).questions if question.step == "T3"]
    assert missing in ([("days",)], [("severity",)])


def test_no_bundle_names_more_than_five_things():
    for step in triage().steps:
        assert len(folded(step.about)) <= 5


@pytest.mark.parametrize("sign", ALONE["emergency"])
def test_an_emergency_at_the_first_word_asks_only_what_could_change_it(sign):
    interview = Interview(Heard(findings={sign: True}))
    question = next_question(interview.known)
    assert question == (
        Question("fever_explained", "yes_no", ("fever_explained",)) if sign == "fever" else None
    )


@pytest.mark.parametrize("step", BUNDLES)
def test_a_yes_to_a_bundle_of_emergency_signs_is_an_emergency(step):
    for pair in combinations(FINDINGS, 2):
        person = Known(dict.fromkeys(pair, True))
        about = tuple(name for name in BUNDLES[step] if is_open(person, name))
        state = State(people={"self": person}, asking=Asking("yes_no", about))
        listening.note(state, Heard(answer="yes"))
        assert so_far(state.known).level == "emergency", pair


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_sign_that_could_lift_an_urgent_verdict_is_asked_about(finding):
    _asks_all_that_could_lift(all_no(Heard(findings={finding: True})))


def test_every_sign_that_could_lift_an_urgent_verdict_is_asked_about_after_every_pair():
    for pair in combinations(FINDINGS, 2):
        _asks_all_that_could_lift(all_no(Heard(findings=dict.fromkeys(pair, True))))


def _asks_all_that_could_lift(interview: Interview) -> None:
    person = interview.known
    if so_far(person).level != "urgent":
        return
    for name in (*FINDINGS, *VALUES):
        if is_open(person, name) and name not in NOT_ASKED_FOR:
            lifted = [so_far(one).level for one in _if_answered(person, name)]
            assert "emergency" not in lifted, (name, so_far(person))


NOT_ASKED_FOR = {
    *(finding.id for finding in triage().findings.values() if finding.volunteered),
    *triage().derived,  # what they follow from is asked
    "pregnancy_warning",  # asked of those who are pregnant
    "severe_headache",  # asked when the neck hurts
}


def _if_answered(person: Known, name: str) -> list[Known]:
    if name == "age":
        return [person._replace(age=(years, years)) for years in EDGES["age"]]
    if name in VALUES:
        return [person._replace(**{name: value}) for value in EDGES[name]]
    return [told(person, **{name: True})]


@given(st.data())
@settings(max_examples=120)
def test_whatever_is_answered_the_questions_are_sound(data):
    """They end, ask nothing that is known, and from urgent on only what could change the level."""
    interview = Interview(Heard(), before=data.draw(somebody()))
    for question in interview.ask():
        person, level = interview.known, so_far(interview.known).level
        assert question.about
        assert all(is_open(person, name) for name in question.about)
        if question.form != "which" and LEVELS.index(level) >= LEVELS.index("urgent"):
            assert all(_could_change(person, name, level) for name in question.about)
        interview.hear(_any_answer(data.draw, question))
    end = interview.known
    _asks_all_that_could_lift(interview)
    if LEVELS.index(so_far(end).level) < LEVELS.index("urgent"):
        assert all(end.answers.get(name) is False for name in CORE)
    assert assess(end).level == so_far(end).level


def _could_change(person: Known, name: str, level: str) -> bool:
    return any(so_far(one).level != level for one in _if_answered(person, name))


def _any_answer(draw: Any, question: Question) -> Heard:
    if question.form == "value":
        values = {
            name: draw(an_age() if name == "age" else a_value(name)) for name in question.about
        }
        answered = any(value is not None for value in values.values())
        return Heard(**values) if answered else Heard(answer="unknown")
    if question.form == "which":
        named = draw(st.sets(st.sampled_from(question.about), min_size=1))
        age = draw(st.sampled_from(BANDS)) if "age" in named else None
        return Heard(findings=dict.fromkeys(sorted(named - {"age"}), True), age=age)
    return Heard(answer=draw(st.sampled_from(["yes", "no", "no", "unknown"])))


@pytest.mark.parametrize("person", ["father", "husband", "son", "brother", "grandfather"])
def test_nobody_asks_a_man_whether_he_is_pregnant(person):
    asked = {
        name for step in triage().steps for name in step.about if is_open(new_person(person), name)
    }
    assert "pregnant" not in asked


# --- From the command line ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "expected a JSON object"),
        ({"finding": {}}, "'finding' is not known"),
        ({"findings": []}, "`findings` should be an object"),
        ({"findings": {"feverish": True}}, "finding 'feverish' is not known"),
        ({"findings": {"fever": "yes"}}, 'should be true, false or "unknown"'),
        ({"findings": {"fever": 1}}, 'should be true, false or "unknown"'),
        ({"severity": 11}, "`severity` should be a whole number from 0 to 10"),
        ({"severity": "five"}, "`severity` should be a whole number"),
        ({"severity": True}, "`severity` should be a whole number"),
        ({"days": -1}, "`days` should be a whole number"),
        ({"age": 12.5}, "`age` should be a whole number"),
        ({"person": 3}, "`person` should be a name"),
    ],
)
def test_what_cannot_be_known_is_refused_with_the_reason(data, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        known_from_json(data)


# --- What is done about it ----------------------------------------------------------------------


def turn(state: State, intent: str = "SkipIntent") -> Turn:
    return Turn(intent, Heard(), state, datetime(2026, 3, 4, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize("step", BUNDLES)
def test_leaving_open_which_one_it_is_does_not_lose_the_yes(step):
    about = BUNDLES[step]
    state = State(people={"self": Known(yes_to=about)}, asking=Asking("which", about))
    checkup.skip(turn(state))
    assert so_far(state.known).level == "emergency"


# What must be said whatever else is an emergency too: to keep still, to call a crisis line, ...
NEVER_LEFT_OUT = {"major_trauma": "injury", "self_harm": "crisis", "medicine_overdose": "poison"}


@pytest.mark.parametrize("sign", NEVER_LEFT_OUT)
def test_of_two_emergencies_the_one_that_needs_something_of_its_own_is_advised_on(sign):
    advice = speak(Reply((act(f"advice.{NEVER_LEFT_OUT[sign]}.do"),)), locale="en-US").said
    for other in sorted(set(ALONE["emergency"]) - set(NEVER_LEFT_OUT)):
        person = Known({sign: True, other: True})
        assert advice in verdict_text(person, assess(person)), other
