"""The second opinion: what no rule hears may still be a danger, and is asked about."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from test_understanding import CASES, UNDERSTANDING, cases, hear, ids, situation

from skill.content.reading import read
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.second_opinion import ANY, SecondOpinion, learnt

NOT_LEARNT_FROM = [case for which in ("seen", "kept_aside", "fresh") for case in cases(which)]
BY_ITS_WORDS = "by its words perhaps"


def stated(case):
    return {name for name, there in case["findings"].items() if there is True} & EMERGENCIES


def told(case):
    """What may be asked about without being in vain."""
    may = {*case["findings"], *case.get("allowed", ())}
    return may.union(*case.get("any_of", ()))


def of_danger(case):
    """The dangers that are heard in a sentence, and those that are to be asked about."""
    found = UNDERSTANDING.understand(**situation(case)).findings
    dangers = {name: found[name] for name in EMERGENCIES & found.keys()}
    return (
        {name for name, verdict in dangers.items() if verdict is True},
        {name for name, verdict in dangers.items() if verdict == "unknown"},
    )


def test_of_dangers_put_in_any_words_few_go_by_unheard_and_unasked():
    """A fifth of what people wrote of each danger, a quarter of it without its word; not learnt.

    First measured with the rules alone: 22 % of them went by.
    """
    danger = [case for case in cases("dangers") if stated(case)]
    assert len(danger) > 700
    gone_by = [case["text"] for case in danger if not any(of_danger(case))]
    assert len(gone_by) / len(danger) <= 0.08, gone_by


def test_what_only_sounds_like_a_danger_is_mostly_left_alone():
    """Half of these use the words of a danger: past, feared, asked about, somebody else's."""
    harmless = [case for case in cases("dangers") if not stated(case)]
    assert len(harmless) > 350
    heard, asked = zip(*map(of_danger, harmless), strict=True)
    assert sum(map(bool, heard)) / len(harmless) <= 0.11
    assert sum(map(bool, asked)) / len(harmless) <= 0.14


def test_in_everyday_talk_it_asks_in_vain_of_one_sentence_in_a_hundred_at_most():
    vain = []
    for case in NOT_LEARNT_FROM:
        understood = UNDERSTANDING.understand(**situation(case))
        asked = {name for name, verdict in understood.findings.items() if verdict == "unknown"}
        if BY_ITS_WORDS in understood.why[0] and not asked & told(case):
            vain.append(case["text"])
    assert len(vain) / len(NOT_LEARNT_FROM) <= 0.01, vain


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("the box had sixteen in it last night and it's empty and it was me", "medicine_overdose"),
        ("our lad said he doesn't see a reason to carry on living", "self_harm"),
    ],
)
def test_what_no_rule_hears_is_asked_about_and_never_taken_for_said(text, danger):
    understood = hear(text)
    assert BY_ITS_WORDS in understood.why[0]
    assert understood.findings[danger] == "unknown"
    assert danger in ids(understood, "Unsure")


def test_all_it_ever_does_is_ask():
    for file in sorted(CASES.glob("utterances_*.jsonl")):
        for case in map(json.loads, file.read_text("utf-8").splitlines()):
            if BY_ITS_WORDS in UNDERSTANDING.understand(**situation(case)).why[0]:
                assert of_danger(case)[0] == set(), case["text"]


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


def test_it_has_learnt_of_every_danger_and_of_nothing_else():
    data = json.loads(learnt("en-US").read_text("utf-8"))
    assert data["bias"].keys() == EMERGENCIES | {ANY}
    assert {name for told in data["weights"].values() for name in told} == EMERGENCIES | {ANY}


def test_there_are_sentences_of_every_danger_to_learn_from_and_none_of_the_test_is_among_them():
    sentences = read("words/en-US.dangers.toml")
    assert sentences.keys() == EMERGENCIES | {"none"}
    assert min(map(len, sentences.values())) >= 100
    every = list(chain.from_iterable(sentences.values()))
    assert len(set(every)) == len(every)
    assert not set(every) & {case["text"] for case in cases("dangers")}


def test_where_nothing_was_learnt_nothing_is_suspected():
    roots = ["i", "want", "to", "end", "my", "life"]
    assert SecondOpinion("en-US").suspected(roots)
    assert SecondOpinion("xx-XX").suspected(roots) == {}
