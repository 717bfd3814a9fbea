"""Everyday speech, understood offline: the rules of hearing, and how well test sets go."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill import interaction_model
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.understanding import FALLBACK, Understanding

CASES = Path(__file__).parent / "cases"
SUNDAY = date(2026, 11, 22)
BUNDLE = ["bladder_or_bowel", "saddle_numbness", "leg_weakness", "both_legs"]
UNDERSTANDING = Understanding()


def hear(text, context="any", form=None, about=()):
    asking = {"form": form, "about": list(about)} if form else None
    return UNDERSTANDING.understand(text, context=context, asking=asking, today=SUNDAY)


def findings(text, **situation):
    return dict(hear(text, **situation).findings)


def ids(understood, slot):
    return [value.id for value in understood.slots.get(slot, ())]


def answered(text, about=BUNDLE):
    return hear(text, "triage_question", "yes_no", about)


# --- findings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "no fever, no numbness, but my leg keeps giving way",
            {"fever": False, "limb_numbness": False, "leg_weakness": True},
        ),
        (
            "no fever no numbness but my leg keeps giving way",
            {"fever": False, "limb_numbness": False, "leg_weakness": True},
        ),
        (
            "I don't have chest pain or a fever and my groin has gone numb",
            {"chest_pain": False, "fever": False, "saddle_numbness": True},
        ),
        ("no fever my foot is dragging", {"fever": False, "leg_weakness": True}),
        ("my foot is not dragging", {"leg_weakness": False}),
        ("fever no", {"fever": False}),
        ("I can't feel my leg", {"limb_feeling_lost": True}),
        ("I'm not having any problems with peeing", {"bladder_or_bowel": False}),
        ("my bladder and bowels are fine", {"bladder_or_bowel": False}),
        ("not only is my leg numb, my foot drags", {"limb_numbness": True, "leg_weakness": True}),
    ],
)
def test_a_denial_reaches_as_far_as_its_own_thought(text, expected):
    assert findings(text) == expected


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("pins and needles in my leg", "limb_numbness"),
        ("pins and needles in my groin", "saddle_numbness"),
        ("pins and needles in both legs", "both_legs"),
        ("my leg is numb", "limb_numbness"),
        ("my legs are numb", "both_legs"),
        ("my leg keeps giving way", "leg_weakness"),
        ("my leg is a bit weaker than the other", "limb_weakness"),
        ("my left arm and leg have gone weak", "one_sided_numbness"),
        ("the pain shoots down my leg", "leg_pain"),
    ],
)
def test_where_it_is_and_what_it_is_make_the_finding(text, finding):
    assert findings(text) == {finding: True}


@pytest.mark.parametrize(
    "text",
    [
        "my leg went numb last year but it's fine now",
        "my foot was numb but it's back to normal",
        "I used to have sciatica but it cleared up",
        "I had a fever as a child",
    ],
)
def test_what_is_long_over_is_no_finding(text):
    assert findings(text) == {}


def test_a_danger_that_passed_off_today_is_asked_about_again():
    assert findings("I couldn't feel my leg this morning but it's fine now") == {
        "limb_feeling_lost": "unknown"
    }


def test_what_has_been_still_counts_where_it_is_the_history_that_matters():
    assert findings("I had cancer ten years ago") == {"cancer_history": True}


def test_long_standing_and_checked_is_already_assessed():
    heard = findings("I've had a numb foot for years and the doctor knows all about it")
    assert heard == {"limb_numbness": True, "already_assessed": True}


def test_long_standing_and_unchanged_is_not_a_new_weakness():
    assert findings("my leg has always been weak from polio, nothing new") == {}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I'm not sure if I have a fever", "unknown"),
        ("I don't know whether my foot is weak", "unknown"),
        ("I might have a fever", "unknown"),
        ("I think my foot is dragging", True),
        ("maybe a bit numb down below", True),
    ],
)
def test_doubt_is_not_sure_and_a_hedge_is_a_yes(text, verdict):
    assert list(findings(text).values()) == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "it's killing me",
        "I nearly wet myself laughing",
        "it cost me an arm and a leg",
        "he's a pain in the neck to work with",
        "I feel like I've been hit by a bus",
        "I'm worried about getting cancer",
        "what are the signs of a stroke",
        "could I have cancer",
        "the tap is leaking",
        "my dog has a fever",
    ],
)
def test_figures_of_speech_fears_and_questions_are_no_findings(text):
    assert findings(text) == {}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("sigh attica", "leg_pain"),
        ("I'm having trubble peeing", "bladder_or_bowel"),
        ("there is numbnes in my groin", "saddle_numbness"),
        ("my bladdr isnt working", "bladder_or_bowel"),
        ("canny feel ma leg", "limb_feeling_lost"),
        ("chess pain", "chest_pain"),
    ],
)
def test_a_near_match_to_a_finding_counts_as_heard(text, finding):
    assert findings(text)[finding] is True


@pytest.mark.parametrize("finding", sorted(EMERGENCIES))
def test_every_phrase_of_an_emergency_is_heard_as_one(finding):
    """In whatever company: many phrases name a second finding as well."""
    missed = [
        phrase
        for phrase in interaction_model.phrases("en-US")["SYMPTOM"][finding][::7]
        if not any(findings(phrase).get(name) is True for name in EMERGENCIES)
    ]
    assert missed == []


@settings(max_examples=150, deadline=None)
@given(
    before=st.sampled_from(
        ["", "well ", "um so ", "okay thanks but ", "no wait ", "my back hurts and ", "stop "]
    ),
    said=st.sampled_from(
        [
            "I can't feel my bottom",
            "I've wet myself",
            "my foot is dragging",
            "both my legs are numb",
            "my chest hurts",
            "my face is drooping",
            "I want to die",
        ]
    ),
    after=st.sampled_from(["", " please", " today", " and it hurts", ", what should I do", " now"]),
    context=st.sampled_from(["launch", "triage_question", "exercise", "any"]),
    form=st.sampled_from([None, "yes_no", "which", "value", "choice"]),
)
def test_a_danger_is_never_lost_whatever_is_asked_or_said_around_it(
    before, said, after, context, form
):
    understood = hear(before + said + after, context, form, BUNDLE if form else ())
    dangers = {name for name, verdict in understood.findings.items() if verdict is True}
    assert dangers & EMERGENCIES
    assert dangers & EMERGENCIES <= set(ids(understood, "Symptom"))


@given(text=st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_answered_with_an_intent_of_the_model(text):
    understood = hear(text)
    assert understood.intent in UNDERSTANDING.intents
    assert 0 <= understood.confidence <= 1
    assert set(understood.slots) <= set(UNDERSTANDING.intents[understood.intent])


# --- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yeah", "AMAZON.YesIntent"),
        ("I suppose", "AMAZON.YesIntent"),
        ("a wee bit", "AMAZON.YesIntent"),
        ("nope", "AMAZON.NoIntent"),
        ("thank God no", "AMAZON.NoIntent"),
        ("not that I know of", "AMAZON.NoIntent"),
        ("can't say I do", "AMAZON.NoIntent"),
        ("no nothing like that", "AMAZON.NoIntent"),
        ("dunno", "NotSureIntent"),
        ("none of those", "NoneOfThoseIntent"),
        ("what do you mean", "WhatDoYouMeanIntent"),
        ("why do you ask", "WhyIntent"),
        ("skip that", "SkipIntent"),
        ("stop", "AMAZON.StopIntent"),
    ],
)
def test_while_a_question_is_open_an_answer_is_an_answer(text, intent):
    assert answered(text).intent == intent


def test_contradictory_news_wins_over_a_no():
    understood = answered("no but my foot drags")
    assert understood.intent == "SymptomIntent"
    assert ids(understood, "Answer") == ["no"]
    assert ids(understood, "Symptom") == ["leg_weakness"]


def test_a_bare_numbness_is_the_one_that_was_asked_about():
    assert answered("yes, the numbness").findings == {"saddle_numbness": True}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("the second one", ["saddle_numbness"]),
        ("the first and the last", ["bladder_or_bowel", "both_legs"]),
        ("weak leg", ["leg_weakness"]),
        ("the bladder one", ["bladder_or_bowel"]),
        ("all of them", BUNDLE),
    ],
)
def test_asked_which_a_number_or_a_part_points_at_one(text, picked):
    understood = hear(text, "triage_question", "which", BUNDLE)
    assert understood.intent == "SymptomIntent"
    assert ids(understood, "Symptom") == picked


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("wait", "AMAZON.PauseIntent"),
        ("okay carry on", "AMAZON.ResumeIntent"),
        ("again", "AMAZON.RepeatIntent"),
        ("too fast", "PaceIntent"),
        ("stop", "AMAZON.StopIntent"),
        ("ow", "TooPainfulIntent"),
        ("stop that hurts", "TooPainfulIntent"),
        ("how many left", "HowMuchLeftIntent"),
    ],
)
def test_during_an_exercise_the_controls_are_heard(text, intent):
    assert hear(text, "exercise").intent == intent


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("seven or eight", "Severity", "8"),
        ("on a scale of one to ten it's a six", "Severity", "6"),
        ("six and a half", "Severity", "7"),
        ("a couple of days", "Duration", "P2D"),
        ("a few days", "Duration", "P3D"),
        ("about a week", "Duration", "P1W"),
        ("all week", "Duration", "P1W"),
        ("a fortnight", "Duration", "P2W"),
        ("for months", "Duration", "P90D"),
        ("half an hour", "Duration", "PT30M"),
        ("three or four days", "Duration", "P4D"),
        ("since Tuesday", "Since", "2026-11-17"),
        ("since Sunday", "Since", "2026-11-15"),
        ("since last night", "Since", "2026-11-21"),
        ("yesterday", "Since", "2026-11-21"),
        ("since Christmas", "Since", "2025-12-25"),
        ("I'm seventy", "Age", "70"),
        ("over fifty five", "AgeBand", "over_fifty_five"),
        ("twenty weeks pregnant", "Weeks", "20"),
        ("only the left one", "Side", "left"),
    ],
)
def test_numbers_lengths_and_dates_are_read_from_words(text, slot, value):
    understood = hear(text, "triage_question", "value", ["severity", "days"])
    assert ids(understood, slot) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "I've been on steroid tablets for months",
        "I had cancer ten years ago",
        "I had surgery last month",
    ],
)
def test_how_long_ago_an_illness_was_is_not_how_long_the_back_hurts(text):
    assert not {"Duration", "Since"} & set(hear(text).slots)


@pytest.mark.parametrize(
    "text",
    [
        "no, but sneezing makes it far worse",
        "I have not fallen",
        "I keep tripping over my own foot",
    ],
)
def test_a_sign_or_a_denial_is_not_taken_for_what_it_began_with(text):
    assert "Trigger" not in hear(text).slots


def test_an_age_beside_a_finding_is_kept():
    understood = hear("I am under sixteen and I've been on steroid tablets for months")
    assert ids(understood, "AgeBand") == ["under_sixteen"]
    assert ids(understood, "Symptom") == ["bone_risk"]


def test_a_bare_number_goes_to_severity_unless_the_words_say_age_or_weeks():
    assert ids(hear("sixty three", "triage_question", "value", ["age"]), "Severity") == ["63"]


def test_one_sentence_may_hold_trigger_date_and_score():
    understood = hear("I put my back out lifting a box yesterday, about a five")
    assert understood.intent == "BackPainIntent"
    assert ids(understood, "Trigger") == ["lifting"]
    assert ids(understood, "Since") == ["2026-11-21"]
    assert ids(understood, "Severity") == ["5"]


# --- who, and what is none of our business ------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my mum's back hurts, I'm fine", ["mother"]),
        ("it's for my husband", ["husband"]),
        ("my wife says my foot is dragging", []),
        ("I was lifting my son and my back went", []),
        ("my dad's had a bad back and now he says he can't feel his bottom", ["father"]),
    ],
)
def test_who_is_meant(text, person):
    assert ids(hear(text), "Person") == person


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("my knee hurts", "OtherProblemIntent"),
        ("my dog hurt his back", "OtherProblemIntent"),
        ("what's the weather", FALLBACK),
        ("is the chemist open", FALLBACK),
        ("tell me a joke", FALLBACK),
        ("", FALLBACK),
        ("...", FALLBACK),
    ],
)
def test_what_is_out_of_scope_stays_out_of_it(text, intent):
    understood = hear(text)
    assert understood.intent == intent
    assert understood.findings == {}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("when I wipe there's something not as it should be", "saddle_numbness"),
        ("something is up with my toilet business", "bladder_or_bowel"),
        ("my leg has gone a bit mad", "leg_weakness"),
        ("I'm worried it's a stroke", "one_sided_numbness"),
    ],
)
def test_what_is_not_understood_of_a_place_where_dangers_show_is_asked_about(text, asked):
    understood = hear(text)
    assert understood.findings == {asked: "unknown"}
    assert ids(understood, "Unsure") == [asked]


@pytest.mark.parametrize(
    "text",
    [
        "my brother in law lost the use of his legs but my own back is just stiff",
        "my grandson fell off the roof but it's me with the bad back",
    ],
)
def test_a_danger_told_of_somebody_else_beside_ones_own_back_is_only_asked_about(text):
    understood = hear(text)
    assert truly(understood) == []
    assert ids(understood, "Person") == ["self"]


def test_a_cold_of_the_carers_is_no_reason_for_the_others_fever():
    understood = hear("my husband's back hurts and I have a cold")
    assert ids(understood, "Person") == ["husband"]
    assert understood.findings == {}


def test_weeks_of_pregnancy_and_pain_in_waves_are_a_warning():
    understood = hear("my wife is thirty weeks and her back pain comes in waves")
    assert truly(understood) == ["pregnancy_warning", "pregnant"]
    assert truly(hear("three weeks now and it comes in waves")) == []


@pytest.mark.parametrize(
    "text",
    [
        "my left leg has been weak since my stroke ten years ago",
        "my bum goes numb when I sit on the toilet too long but it's always done that",
        "I leak a bit when I sneeze since I had my kids",
        "diabetes with numb feet for years, the doctor knows",
    ],
)
def test_what_has_been_so_for_years_is_no_danger_that_is_new(text):
    assert not set(truly(hear(text))) & EMERGENCIES


def test_a_part_the_question_named_need_not_be_named_again():
    heard = hear("it's a bit tingly", "triage_question", "yes_no", ["saddle_numbness"])
    assert heard.findings == {"saddle_numbness": True}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("there's no way I can pee", "bladder_or_bowel"),
        ("no chance I can feel my legs", "both_legs"),
    ],
)
def test_what_there_is_no_way_to_do_cannot_be_done(text, finding):
    assert findings(text) == {finding: True}


def test_every_decision_says_why():
    why = hear("no fever but my leg gives way").why
    assert why[0].startswith("SymptomIntent")
    assert any("leg_weakness" in reason for reason in why)


# --- the test sets ------------------------------------------------------------------------------


def test_the_cases_are_six_hundred_or_more_and_none_is_in_both_sets():
    seen, kept = cases("seen"), cases("kept_aside")
    assert len(seen) + len(kept) >= 600
    assert not {json.dumps(case) for case in seen} & {json.dumps(case) for case in kept}


# Each set was measured once before anybody looked at what it missed; that first figure is the
# honest one for speech not heard before. What was missed was mended since, so from then on a set
# only guards against going back. `since` collects what trials and mending brought up.
#
#   first measured   intents  precision  recall  dangers heard  false alarms
#   kept_aside         92.0       91.5    96.1           96.6           0.9
#   fresh              88.5       92.7    88.8           89.4           1.4   %
#   blind_1            77.8          -       -           81.4           6.7   odd wordings sought
#   blind_2            85.9       85.5    82.4           88.8           7.4   odd wordings sought
#   blind_3            95.3       90.6    92.9           98.0           5.4   as people mostly talk
#   blind_4            90.7       94.8    91.2           93.9           3.5   as people mostly talk
#   blind_5            95.6       89.2    99.1           98.5           1.9   as people mostly talk
#   blind_6            82.9       90.9    88.2           93.8           6.2   many near dangers
#   blind_7            85.2       81.7    87.9           91.3           1.5   as people mostly talk
#   blind_8            89.4       89.4    90.4           96.9           3.3   as people mostly talk
#
# From blind_7 on there is a second opinion. Of the sentences with a danger in them, 5 of 89 were
# neither heard nor asked about in blind_7, and none of 93 in blind_8 (after learning from blind_7).
@pytest.mark.parametrize(
    ("which", "least", "most_alarms"),
    [
        ("seen", (0.98, 0.96, 0.98, 1.0), 0.01),
        ("kept_aside", (0.98, 0.96, 0.98, 1.0), 0.01),
        ("fresh", (0.98, 0.96, 0.97, 1.0), 0.01),
        ("since", (0.97, 0.96, 0.98, 0.98), 0.01),
        ("blind_1", (0.95, 0.93, 0.94, 0.98), 0.04),
        ("blind_2", (0.93, 0.89, 0.92, 0.97), 0.03),
        ("blind_3", (0.97, 0.91, 0.96, 0.98), 0.03),
        ("blind_4", (0.92, 0.91, 0.94, 0.97), 0.03),
        ("blind_5", (0.95, 0.87, 0.98, 0.99), 0.02),
        ("blind_6", (0.97, 0.93, 0.98, 1.0), 0.01),
        ("blind_7", (0.88, 0.75, 0.87, 0.90), 0.02),
        ("blind_8", (0.88, 0.86, 0.88, 0.95), 0.04),
    ],
)
def test_a_set_of_everyday_sentences_goes_as_well_as_it_did(which, least, most_alarms):
    result = measure(cases(which), lambda case: UNDERSTANDING.understand(**situation(case)))
    reached = (result.intents, result.precision, result.recall, result.dangers_heard)
    names = ("intents", "precision", "recall", "dangers heard")
    short = [
        name for name, share, wanted in zip(names, reached, least, strict=True) if share < wanted
    ]
    assert short == []
    assert result.false_alarms <= most_alarms


_OF_HEALTH = ("{Symptom", "{Denied", "{Unsure", "{Condition", "{OtherArea", "{Part", "{Sign")
_SAID_OF_HEALTH = {"SymptomIntent", "SeeDoctorIntent", "TooPainfulIntent"}


def test_no_sample_that_is_not_about_health_sounds_an_alarm():
    """Every sample of the model with the first value of each slot, and every control."""
    model = interaction_model.load("en-US")["interactionModel"]["languageModel"]
    values = {kind["name"]: kind["values"][0]["name"]["value"] for kind in model["types"]} | {
        "AMAZON.NUMBER": "six",
        "AMAZON.DURATION": "ten minutes",
        "AMAZON.DATE": "yesterday",
        "AMAZON.TIME": "eight",
        "AMAZON.FirstName": "anna",
    }
    sentences = [
        sample.format(**{slot["name"]: values[slot["type"]] for slot in intent.get("slots", ())})
        for intent in model["intents"]
        if intent["name"] not in _SAID_OF_HEALTH
        for sample in intent["samples"]
        if not any(slot in sample for slot in _OF_HEALTH)
    ]
    sentences += [
        text for texts in interaction_model.heard("en-US")["controls"].values() for text in texts
    ]
    alarms = [text for text in sentences if set(truly(hear(text))) & EMERGENCIES]
    assert alarms == []


def truly(understood):
    return [name for name, verdict in understood.findings.items() if verdict is True]


def cases(which):
    lines = (CASES / f"utterances_{which}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def situation(case):
    return {
        "text": case["text"],
        "context": case.get("context", "any"),
        "asking": case.get("asking"),
        "today": SUNDAY,
    }


def measure(chosen, understand):
    """Shares from 0 to 1 over `chosen`; what `allowed` lists may be so or so and counts for none.

    A false alarm is an emergency heard where the sentence carries no finding that is there.
    """
    right = asked = hits = heard = stated = dangers = dangers_heard = alarms = harmless = 0
    for case in chosen:
        understood = understand(case)
        if wanted := case.get("intent"):
            asked += 1
            right += understood.intent in (wanted if isinstance(wanted, list) else [wanted])
        free = set(case.get("allowed", ())) | {n for names in case.get("any_of", ()) for n in names}
        got = {k: v for k, v in understood.findings.items() if k not in free}
        hits += sum(got.get(name) == verdict for name, verdict in case["findings"].items())
        heard += len(got)
        stated += len(case["findings"])
        for names in case.get("any_of", ()):
            dangers += 1
            dangers_heard += any(understood.findings.get(name) is True for name in names)
        grave = [k for k, v in case["findings"].items() if v is True and k in EMERGENCIES]
        dangers += len(grave)
        dangers_heard += sum(got.get(name) is True for name in grave)
        if True not in case["findings"].values() and not free:
            harmless += 1
            alarms += any(v is True and k in EMERGENCIES for k, v in got.items())
    return SimpleNamespace(
        intents=right / asked,
        precision=hits / heard if heard else 0.0,
        recall=hits / stated,
        dangers_heard=dangers_heard / dangers,
        false_alarms=alarms / harmless,
    )
