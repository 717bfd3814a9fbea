"""The second opinion: what no rule hears may still be a danger, and is asked about."""

from __future__ import annotations

import json

import pytest
from test_understanding import CASES, UNDERSTANDING, cases, hear, ids, situation

from skill.speaker.knowledge import Knowledge
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.second_opinion import LEAST_WORDS, SecondOpinion, learnt

KNOWS = Knowledge("en-US")
NOT_LEARNT_FROM = [case for which in ("seen", "kept_aside", "fresh") for case in cases(which)]
BY_ITS_WORDS = "by its words perhaps"


def suspected(text):
    return KNOWS.second_opinion.suspected(KNOWS.wording.sentence(text).words)


def stated(case):
    return {name for name, there in case["findings"].items() if there is True} & EMERGENCIES


def told(case):
    """What may be asked about without being in vain."""
    may = {*case["findings"], *case.get("allowed", ())}
    return may.union(*case.get("any_of", ()))


def test_alone_it_suspects_most_dangers_in_sentences_it_has_not_learnt_from():
    """By itself, with no rule: measured at 87 % of those of six words and more."""
    long = [
        case
        for case in NOT_LEARNT_FROM
        if stated(case) and len(KNOWS.wording.sentence(case["text"]).words) >= LEAST_WORDS
    ]
    assert len(long) > 100
    found = [case for case in long if stated(case) & suspected(case["text"]).keys()]
    assert len(found) / len(long) >= 0.8


def test_beside_the_rules_it_asks_in_vain_of_less_than_one_sentence_in_a_hundred():
    vain = []
    for case in NOT_LEARNT_FROM:
        understood = UNDERSTANDING.understand(**situation(case))
        asked = {name for name, verdict in understood.findings.items() if verdict == "unknown"}
        if BY_ITS_WORDS in understood.why[0] and not asked & told(case):
            vain.append(case["text"])
    assert len(vain) / len(NOT_LEARNT_FROM) < 0.01, vain


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("i can go but it takes an age to get started which it never used to", "bladder_or_bowel"),
        ("my husband's been so low with his back he said he wants to end it", "self_harm"),
    ],
)
def test_what_no_rule_hears_is_asked_about_and_never_taken_for_said(text, danger):
    understood = hear(text)
    assert BY_ITS_WORDS in understood.why[0]
    assert understood.findings[danger] == "unknown"
    assert ids(understood, "Unsure") == [danger]


def test_all_it_ever_does_is_ask():
    for file in sorted(CASES.glob("utterances_*.jsonl")):
        for case in map(json.loads, file.read_text("utf-8").splitlines()):
            understood = UNDERSTANDING.understand(**situation(case))
            if BY_ITS_WORDS in understood.why[0]:
                dangers = {
                    understood.findings[name] for name in EMERGENCIES & understood.findings.keys()
                }
                assert True not in dangers, case["text"]


@pytest.mark.parametrize(
    "text",
    [
        "none of them, I said yes by mistake there",  # an answer
        "do three more of the knee rolls with me",  # a wish that is clear
        "my neighbour fell off a ladder last year and broke his spine",  # heard, and a story
        "there's blood in my pee since this morning",  # heard, for what it is
    ],
)
def test_what_is_understood_is_left_as_it_is(text):
    assert BY_ITS_WORDS not in hear(text, "triage_question", "which", ["fever"]).why[0]


def test_it_looks_at_dangers_alone_and_all_of_them():
    data = json.loads(learnt("en-US").read_text("utf-8"))
    assert data["bias"].keys() == EMERGENCIES
    assert {name for told in data["weights"].values() for name in told} == EMERGENCIES


def test_where_nothing_was_learnt_nothing_is_suspected():
    words = ["the", "whole", "lot", "just", "came", "out", "of", "me", "on", "the", "bus"]
    assert SecondOpinion("xx-XX").suspected(words) == {}
