"""Dangers as people put them, too much medicine and wishes to be dead first; and what is none."""

import pytest
from test_understanding import findings

OVERDOSES = """
the doctor said two a day and i've had six
i'm only meant to have one and i've had three
the pharmacy said no more than four and he had ten before i could stop him
i had four instead of two
i took ibuprofen on top of naproxen
i keep popping painkillers i've had about fifteen
i've taken twelve paracetamol today
i misread the label and took four spoons instead of one
"""
NO_OVERDOSES = """
the box says eight a day and i've had four
it says no more than eight and i've only had six
i had three biscuits instead of one
you said ten and i did twelve
i take eight tablets a day for my heart
i take my tablets twice a day with food
i have ten tablets left
i've been on naproxen for twelve weeks
can you remind me to take my tablets at nine
i forgot to take my tablets
"""
SELF_HARM = """
i feel like hurting myself
i can't keep myself safe tonight
she's lost all will to live
my kids would be better off with me dead
i want to go to sleep and not wake up
she said she doesn't care if she lives or dies
i'm not going on with life
please i am thinking to end my life the pain is too much
i feel there's no hope and no reason to be alive
"""
FIGURES = """
i'd rather die than miss the bingo
i don't want to wake up stiff tomorrow
i might hurt myself if i do it wrong
am i better off without painkillers
i can't go on my knees
i can't lead a normal life with this back
i want to say goodbye now
"""


def lines(text):
    return text.strip().splitlines()


@pytest.mark.parametrize("text", lines(OVERDOSES))
def test_more_than_was_allowed_is_an_overdose(text):
    assert findings(text).get("medicine_overdose") is True


@pytest.mark.parametrize("text", lines(NO_OVERDOSES))
def test_medicine_as_it_is_taken_and_counts_of_much_else_are_none(text):
    assert findings(text).get("medicine_overdose") is not True


def test_an_overdose_that_is_denied_is_denied():
    assert findings("i haven't taken ibuprofen on top of naproxen")["medicine_overdose"] is False


@pytest.mark.parametrize("text", lines(SELF_HARM))
def test_a_wish_to_be_dead_is_heard_as_people_put_it(text):
    assert findings(text).get("self_harm") is True


@pytest.mark.parametrize("text", lines(FIGURES))
def test_a_figure_of_speech_is_no_wish_to_be_dead(text):
    assert findings(text).get("self_harm") is not True


def test_what_lies_years_back_is_asked_about_rather_than_taken_for_now():
    assert findings("i had dark thoughts years ago")["self_harm"] == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "does a heart attack ever feel like back ache",
        "the ladder was unsteady so I didn't go up it",
        "I was incontinent for a week after giving birth ten years ago and never again since",
        "both my feet lift up fine",
        "we passed out flyers all morning",
    ],
)
def test_questions_in_general_things_and_what_is_over_raise_no_alarm(text):
    assert True not in findings(text).values()
