"""What else may have been said: a danger sign in it is asked about, neither dropped nor assumed."""

import pytest

from skill.speaker.cloud import Cloud
from skill.speaker.exchange import Utterance


def talk(*said):
    """The last exchange; what was said is text, or a tuple of readings with the likeliest first."""
    cloud = Cloud()
    for one in said:
        first, *others = [one] if isinstance(one, str) else one
        exchange = cloud.hear(Utterance(first, others=tuple(others)))
    return exchange


def asked(exchange):
    return exchange.state["asking"]["about"]


def test_a_danger_sign_that_may_have_been_said_is_asked_about():
    exchange = talk(("I'm sticking up blood", "I'm sucking up blood", "I'm sicking up blood"))

    assert asked(exchange) == ["bleeding_sign"]
    assert exchange.state["verdict"] is None


def test_the_answer_decides():
    doubtful = ("I'm sticking up blood", "I'm sicking up blood")

    assert talk(doubtful, "yes").state["verdict"]["level"] == "emergency"
    assert (talk(doubtful, "no").state["verdict"] or {}).get("level") != "emergency"


def test_what_was_heard_outright_needs_no_question():
    exchange = talk(("my left foot drags", "my left foot rags"))

    assert exchange.state["verdict"]["level"] == "emergency"


def test_a_denial_that_may_have_been_the_contrary_is_asked_about():
    exchange = talk("my back hurts", ("no chest pain", "now chest pain"))

    assert asked(exchange) == ["chest_pain"]


def test_other_readings_of_what_is_no_danger_change_nothing():
    exchange = talk(("should I use ice or heat", "should I use nice or heat"))

    assert exchange.understood.intent == "ReliefIntent"


def test_an_exercise_is_found_among_the_readings():
    exchange = talk(("guide me through new roles", "guide me through knee rolls"))

    assert exchange.to_json()["heard"]["slots"]["Exercise"] == "knee_rolls"


def test_what_makes_no_sense_is_read_otherwise():
    exchange = talk("my back hurts", ("flumble wumble", "how long does it last"))

    assert exchange.understood.intent == "LearnIntent"


@pytest.mark.parametrize("readings", [("wait", "my foot drags"), ("ready", "my foot drags")])
def test_no_count_goes_on_over_a_danger_sign_in_doubt(readings):
    exchange = talk("guide me through knee rolls", "no", "no", "ready", readings)

    assert exchange.state["routine"] is None
    assert exchange.state["asking"]["form"] == "yes_no"


def test_words_that_were_not_made_out_are_not_read_in_another_way():
    exchange = Cloud().hear(Utterance("mumble", clear=False, others=("my foot drags",)))

    assert exchange.understood.intent == "AMAZON.FallbackIntent"
    assert exchange.understood.findings == {}
