"""Replies in words: markup that a device can always play, pauses, plurals and persons."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skill import speech, turn
from skill.content.reading import ContentError, read
from skill.content.words import words
from skill.screen import layout, scene
from skill.screen.viewport import Viewport
from skill.speech import LONGEST_BREAK_SECONDS, PAUSE_SECONDS, Spoken, reader, speak, to_ssml
from skill.tempo import spoken_seconds
from skill.turn import Act, OneOf, Reply, State, act

LOCALE = "en-US"
PEOPLE = sorted(read("words/en-US.toml")["person"])
FORMS = ("they", "them", "their")

# Whatever XML can hold; the rest has a test of its own. Words come without blanks at their ends.
letters = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
anything = st.text(letters, max_size=60).map(str.strip)
seconds = st.floats(0, 60, allow_nan=False)
pieces = st.lists(st.one_of(anything, seconds), max_size=12)


def said(*acts: Act, person: str = "self", turn: int = 0) -> Spoken:
    return speak(Reply(acts), locale=LOCALE, person=person, turn=turn)


def words_of(ssml: str) -> str:
    return "".join(ET.fromstring(ssml).itertext())


def breaks(ssml: str) -> list[float]:
    """The breaks of some SSML in seconds, in order; no two of them without words between."""
    root = ET.fromstring(ssml)
    assert root.tag == "speak"
    for one in root[:-1]:
        assert (one.tail or "").strip(), "two breaks with nothing between them"
    assert {one.tag for one in root} <= {"break"}
    return [int(one.attrib["time"].removesuffix("ms")) / 1000 for one in root]


# --- Markup -------------------------------------------------------------------------------------


@given(pieces)
@example(["", 5.0, "", 7.0, "<break/>"])
@example(["a", 0.0, "", 0.2, "b", 99.0])
@settings(max_examples=300)
def test_whatever_is_said_is_well_formed_and_no_pause_is_too_long(some):
    ssml = to_ssml(some)
    assert all(0 < pause <= LONGEST_BREAK_SECONDS for pause in breaks(ssml))


@given(st.text(alphabet="<>&\"'{}]!-/ax \t…", max_size=40))
@example("<speak>")
@example("]]>&amp;<!-- x -->")
@example("{count} {0} {")
def test_hostile_words_are_spoken_and_never_taken_for_markup(text):
    ssml = said(act("verbatim", text=text)).ssml
    breaks(ssml)
    heard = re.sub(r"\s", "", words_of(ssml)).lower()
    assert heard == re.sub(r"[\s…]", "", text).lower()


def test_a_value_is_not_filled_in_twice():
    assert said(act("verbatim", text="{emergency}")).said == "{emergency}"


@pytest.mark.parametrize("control", ["\x00", "\x08", "\x1b", "\ufffe"])
def test_what_xml_cannot_hold_does_not_break_the_answer(control):
    ssml = said(act("verbatim", text=f"so{control}far")).ssml
    assert words_of(ssml).lower().startswith("so")


def test_words_without_markup_become_a_speak_element():
    assert to_ssml(["Hello."]) == "<speak>Hello.</speak>"
    assert to_ssml([]) == "<speak></speak>"


def test_two_sentences_are_kept_apart():
    assert to_ssml(["One.", "Two."]) == "<speak>One. Two.</speak>"


# --- Pauses -------------------------------------------------------------------------------------


def test_an_ellipsis_becomes_a_pause():
    assert breaks(said(act("verbatim", text="One, … two?")).ssml) == [PAUSE_SECONDS]
    assert "…" not in said(act("verbatim", text="One, … two?")).ssml


def test_pauses_next_to_each_other_become_one():
    assert breaks(to_ssml(["a", 2.0, "", 3.0, "b"])) == [5.0]
    assert breaks(to_ssml(["a", 8.0, 9.0, "b"])) == [LONGEST_BREAK_SECONDS]


def test_a_pause_before_anything_is_said_is_left_out():
    assert to_ssml([3.0, "a"]) == "<speak>a</speak>"


@pytest.mark.parametrize("lasts", [1.0, 2.5, 4.0, 6.0])
def test_an_act_takes_the_time_it_is_given(lasts):
    spoken = said(Act("verbatim", {"text": "And back."}, lasts))
    taken = spoken_seconds("And back.") + sum(breaks(spoken.ssml))
    assert taken == pytest.approx(lasts, abs=0.01)


def test_an_act_that_needs_longer_than_it_is_given_is_not_cut_short():
    long = "It is a long sentence, and there is no time for it."
    assert words_of(said(Act("verbatim", {"text": long}, 0.5)).ssml) == long


# --- Numbers, lists and plurals -----------------------------------------------------------------


def test_numbers_are_spoken_as_words_and_the_emergency_number_digit_by_digit():
    assert said(act("pain_noted", severity=7)).said.startswith("Seven")
    assert "9 1 1" in said(act("went_wrong")).said


@pytest.mark.parametrize(("count", "number"), [(0, "zero"), (1, "one"), (2, "two"), (40, "40")])
def test_plurals_follow_the_count(count, number):
    form = words(LOCALE).entry("numbers.minutes")["one" if count == 1 else "other"]
    spoken = said(act("numbers.minutes", count=count)).said
    assert spoken.lower() == form.format(count=number)


def findings(*names: str, joined: str) -> OneOf:
    return OneOf(tuple(act(f"finding.{name}.name") for name in names), joined)


def test_a_list_has_its_last_item_joined():
    one = findings("fever", joined="and")
    two = findings("fever", "pregnant", joined="and")
    three = findings("fever", "pregnant", "bone_risk", joined="and")
    assert said(act("heard", findings=one)).said == "You said fever."
    assert said(act("heard", findings=two)).said == "You said fever and pregnancy."
    assert said(act("heard", findings=three)).said == "You said fever, pregnancy and weak bones."


def test_the_signs_of_a_bundle_are_set_apart_by_pauses():
    asked = speak(
        Reply(ask=act("ask.T1", items=findings("fever", "pregnant", "bone_risk", joined="or"))),
        locale=LOCALE,
    )
    assert asked.asked.endswith(" fever, … pregnancy, … or weak bones?")
    assert breaks(asked.ssml) == [PAUSE_SECONDS] * 2


def test_a_sentence_begins_with_a_capital_letter():
    assert said(act("finding.fever.name")).said == "Fever"


# --- Who is meant -------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE)
def test_somebody_else_is_named_and_has_the_right_pronouns(person):
    spoken = said(act("finding.bladder_or_bowel.said"), person=person).said
    pronouns = words(LOCALE).entry(f"pronoun.{words(LOCALE).entry(f'person.{person}.pronoun')}")
    name = words(LOCALE).entry(f"person.{person}.name")
    assert (
        spoken
        == f"{name[0].upper()}{name[1:]} has new trouble with {pronouns['their']} bladder or bowels"
    )
    assert set(pronouns) == set(FORMS)


def test_the_listener_is_spoken_to():
    assert said(act("finding.bladder_or_bowel.said")).said.startswith("You have")


@pytest.mark.parametrize("person", PEOPLE)
def test_a_sentence_that_begins_with_a_pronoun_begins_with_a_capital(person):
    spoken = said(act("advice.chest.dont"), person=person).said
    assert spoken.split()[0] in ("She", "He", "They")


def test_the_same_act_is_varied_from_turn_to_turn():
    assert len({said(act("not_understood"), turn=turn).said for turn in range(3)}) == 3


def test_the_reprompt_and_the_card_are_put_into_words_too():
    reply = Reply(
        say=(act("goodbye"),),
        ask=act("ask.what_next"),
        reprompt=act("reprompt.yes_no"),
        card=(act("verbatim", text="a & b, … c"), act("advice.today_unsure.dont")),
    )
    spoken = speak(reply, locale=LOCALE)
    assert breaks(spoken.reprompt or "") == []
    assert spoken.card == "A & b, c"


def test_nothing_that_somebody_said_is_kept_with_the_sentences():
    def answer(own_words: str, name: str) -> str:
        reply = Reply(
            say=(act("about_whom"), act("verbatim", text=own_words)),
            ask=act("alarm.confirm", when=own_words, task=act("task.other.to")),
            reprompt=act("verbatim", text=own_words),
            card=(act("card.quotes", quotes=own_words), act("forgotten_scores_of", whom=name)),
        )
        spoken = speak(reply, locale=LOCALE, person=name)
        seen = map(reader(locale=LOCALE, person=name), (*reply.say, *reply.card))
        state = State(person=name, said=own_words)
        shown = layout.directive(scene.scene(reply, state, LOCALE), Viewport())
        return f"{spoken} {list(seen)} {shown}"

    def kept() -> list[int]:
        in_speech = (speech._whole, speech._forms, speech._break, turn._bare, words)
        on_screens = (scene._label, scene._labelled, scene._signs)
        caches = (*in_speech, *on_screens)
        tables = (words(LOCALE).said[False], words(LOCALE)._found)
        return [*(cache.cache_info().currsize for cache in caches), *map(len, tables)]

    answer("a stab in the loin", "Anna")
    before = kept()
    second = answer("like a hot wire", "Bertha")
    assert "hot wire" in second
    assert "Bertha" in second
    assert kept() == before


def test_an_act_without_words_is_refused_with_its_name():
    with pytest.raises(ContentError, match=r"words/en-US.toml: say.unheard_of: there are no words"):
        said(act("say.unheard_of"))
