"""Cases that a clinician can read and extend (cases/), and that each rule has the two it needs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from skill.content.triage import LEVELS, VALUES, Rule, UnknownRule, triage
from skill.triage import Known, assess, core, holds

FOLDER = Path(__file__).parent / "cases"
FILES = (*sorted(FOLDER.glob("rules_*.toml")), FOLDER / "anchors.toml", FOLDER / "vignettes.toml")
FIELDS = {
    "rule",
    "name",
    "why",
    "findings",
    *VALUES,
    "not_asked",
    "says",
    "level",
    "because",
    "miss",
}


def _missing(case: dict[str, Any]) -> dict[str, Any]:
    """The case as it is where it just misses: everything the same but what `miss` says."""
    miss = case["miss"]
    findings = {**case.get("findings", {}), **miss.get("findings", {})}
    return {**case, "because": None, "misses": True, **miss, "findings": findings}


def _all_cases() -> list[Any]:
    found = []
    for file in FILES:
        for case in tomllib.loads(file.read_text("utf-8"))["case"]:
            label = " ".join(filter(None, (file.stem, case.get("rule"), "-", case["name"])))
            found.append(pytest.param(case, id=label))
            if "miss" in case:
                missing = _missing(case)
                found.append(pytest.param(missing, id=f"{label} - but {missing['name']}"))
    return found


CASES = _all_cases()
MISSES = [param for param in CASES if "misses" in param.values[0]]
FIRES = [param for param in CASES if "rule" in param.values[0] and param not in MISSES]


def _rules() -> dict[str, Rule | UnknownRule]:
    return {**triage().rules, **{rule.id: rule for rule in triage().unknowns}}


def known(case: dict[str, Any]) -> Known:
    """What is known of the person in a case: core signs that are not named were answered no."""
    asked = [sign for sign in core() if sign not in case.get("not_asked", ())]
    return Known(
        answers={**dict.fromkeys(asked, False), **case.get("findings", {})},
        severity=case.get("severity"),
        days=case.get("days"),
        age=(case["age"], case["age"]) if "age" in case else None,
        weeks=case.get("weeks"),
    )


@pytest.mark.parametrize("case", CASES)
def test_a_case_gets_its_level_and_its_reasons(case):
    verdict = assess(known(case))
    assert verdict.level == case["level"]
    if case.get("because") is not None:
        assert sorted(verdict.because) == sorted(case["because"])


@pytest.mark.parametrize("case", FIRES)
def test_a_rule_speaks_in_its_case(case):
    assert case["rule"] in assess(known(case)).because


@pytest.mark.parametrize("case", MISSES)
def test_a_rule_is_quiet_where_it_just_misses(case):
    assert case["rule"] not in assess(known(case)).because


@pytest.mark.parametrize("case", MISSES)
def test_where_a_rule_just_misses_it_is_not_hidden_by_a_higher_one(case):
    """Lower, or as high for another reason; only where nobody is let off the level goes up."""
    rule = _rules()[case["rule"]]
    lets_off = rule.id in {other.unless for other in triage().rules.values()}
    step = LEVELS.index(case["level"]) - LEVELS.index(rule.level)
    assert step > 0 if lets_off else step <= 0


def test_every_rule_has_a_case_that_fires_it_and_one_that_just_misses():
    every = set(_rules())
    assert {param.values[0]["rule"] for param in FIRES} == every
    assert {param.values[0]["rule"] for param in MISSES} == every


def test_every_case_of_every_rule_is_met_by_some_case_here():
    """A rule may hold in several ways ("and any of"): each of them is shown."""
    shown = [known(param.values[0]) for param in FIRES]
    for rule in triage().rules.values():
        for case in rule.when:
            met = [one for one in shown if holds(case, one) and rule.id in assess(one).because]
            assert met, (rule.id, case.all)


@pytest.mark.parametrize("case", CASES)
def test_a_case_says_nothing_that_nobody_reads(case):
    assert set(case) - {"misses"} <= FIELDS
    assert set(case.get("miss", {})) <= FIELDS - {"rule", "miss"}
    names = {*case.get("findings", {}), *case.get("not_asked", ()), *case.get("says", ())}
    assert names <= triage().names
    assert all(value in (True, False, "unknown") for value in case.get("findings", {}).values())
