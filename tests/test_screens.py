"""What a screen shows and what a touch means, through the door; no device is needed here."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import door
import pytest
from door import Conversation, envelope, touch

from skill import interaction_model
from skill.alexa import answer
from skill.content.exercises import exercises
from skill.content.reading import read
from skill.content.triage import VALUES
from skill.content.words import care_numbers, words
from skill.screen import layout, scene
from skill.screen.buttons import BY_CHOICE, KEYPADS, SAID
from skill.screen.parts import ACCENT, BUTTON, GROUND, INK, LEVELS, QUIET
from skill.screen.scene import Scene
from skill.screen.viewport import SHARES, Viewport, fitting, taken, viewport
from skill.speaker.sound import plain_text

APL, APLA = "Alexa.Presentation.APL", "Alexa.Presentation.APLA"
MOST_BYTES = 120_000  # of a response: alexa-rules 1

# Every size of alexa-rules 9.4, in dp.
SCREENS = {
    "round": Viewport(480, 480, round=True),
    "small": Viewport(960, 480),
    "medium": Viewport(1280, 800),
    "large": Viewport(1920, 1080),
    "portrait": Viewport(1080, 1920),
    "tv": Viewport(960, 540),
}


def device(*interfaces: str, screen: Viewport = SCREENS["medium"]) -> dict[str, Any]:
    """What a device with a screen reports of itself."""
    return {
        "device": {"supportedInterfaces": {name: {} for name in interfaces or (APL,)}},
        "Viewport": {
            "shape": "ROUND" if screen.round else "RECTANGLE",
            "mode": "HUB",
            "dpi": 320,
            "currentPixelWidth": int(screen.width * 2),
            "currentPixelHeight": int(screen.height * 2),
            "pixelWidth": int(screen.width * 2),
            "pixelHeight": int(screen.height * 2),
        },
    }


def with_screen(**how: Any) -> Conversation:
    return Conversation(context=device(**how))


def shown(talk: Conversation) -> dict[str, Any]:
    """What the screen has, as the document's data."""
    (directive,) = [d for d in talk.response["directives"] if d["type"].startswith(f"{APL}.")]
    return directive["datasources"]["scene"]


def labels(talk: Conversation) -> list[str]:
    return [button["label"] for button in shown(talk)["buttons"]]


def ready(talk: Conversation, exercise: str = "knee_rolls") -> Conversation:
    """In a stretch, before the count, as somebody of forty with mild old pain."""
    talk.say("GuideStretchIntent", Exercise=exercise)
    for _ in range(6):
        asking = talk.attributes["asking"]
        if asking["form"] == "choice":
            break
        if asking["form"] == "yes_no":
            talk.say("AMAZON.NoIntent")
        else:
            talk.say("AnswerIntent", Severity=2, Duration="P3W", Age=40)
    return talk


# --- Who gets a screen --------------------------------------------------------------------------


def test_a_speaker_without_a_screen_gets_no_directive():
    talk = Conversation().launch()
    assert "directives" not in talk.response


def test_what_is_said_is_the_same_with_a_screen_and_without():
    for one, other in zip(walk(Conversation()), walk(with_screen()), strict=True):
        assert one.ssml == other.ssml
        assert one.attributes == other.attributes


def walk(talk: Conversation) -> Iterator[Conversation]:
    yield talk.launch()
    yield talk.say("BackPainIntent")
    yield talk.say("AMAZON.NoIntent")
    yield ready(talk)
    yield talk.say("ReadyIntent")
    yield talk.say("AMAZON.PauseIntent", after=20)


def test_a_screen_that_fails_costs_nobody_the_answer(monkeypatch):
    monkeypatch.setattr(layout, "document", lambda *_: 1 / 0)
    talk = with_screen().launch()
    assert "directives" not in talk.response
    assert "Back Coach" in talk.ssml


@pytest.mark.parametrize(
    "reported",
    [None, {}, [], {"dpi": 0}, {"dpi": "high", "currentPixelWidth": None}, {"shape": "STAR"}],
    ids=str,
)
def test_a_screen_that_reports_nonsense_is_taken_for_a_usual_one(reported):
    assert viewport(reported) == Viewport()


def test_a_screen_is_measured_in_dp():
    assert viewport(device(screen=Viewport(960, 540))["Viewport"]) == Viewport(960, 540)
    assert viewport(device(screen=SCREENS["round"])["Viewport"]) == SCREENS["round"]


def test_words_are_as_large_as_fits_and_never_too_small_to_read():
    chance = random.Random(7)
    for _ in range(500):
        lengths = [chance.randint(0, 200) for _ in range(chance.randint(0, 12))]
        width, height, size = (
            chance.uniform(1, 2000),
            chance.uniform(1, 1000),
            chance.uniform(9, 99),
        )
        size_found, largest = fitting(lengths, width, height, size), 1.0
        while largest > max(0.62, 20 / size) and taken(lengths, width, size * largest) > height:
            largest = SHARES[SHARES.index(largest) + 1]
        assert size_found == size * largest


# --- What is shown when -------------------------------------------------------------------------


def test_home_offers_what_the_welcome_says():
    talk = with_screen().launch()
    assert shown(talk)["kind"] == "home"
    assert labels(talk) == ["My back hurts", "A stretch", "See a doctor?", "What helps?"]
    assert "not a diagnosis" in shown(talk)["foot"]


def test_a_question_about_several_signs_lists_them_with_yes_no_and_not_sure():
    talk = with_screen().say("BackPainIntent")
    assert shown(talk)["kind"] == "question"
    assert len(shown(talk)["lines"]) > 2
    assert all(line.startswith("• ") for line in shown(talk)["lines"])
    assert labels(talk) == ["Yes", "No", "Not sure"]


def test_how_bad_it_is_can_be_touched_from_zero_to_ten():
    talk = with_screen().say("BackPainIntent")
    while talk.attributes["asking"]["form"] == "yes_no":
        talk.say("AMAZON.NoIntent")
    assert talk.attributes["asking"]["about"][0] == "severity"
    assert labels(talk) == [str(number) for number in range(11)]
    assert shown(talk.touch(["PainScoreIntent", "Severity", "6"]))["kind"] == "question"
    assert talk.attributes["memo"]["people"]["self"]["severity"] == 6


def test_a_yes_to_several_signs_lists_them_to_choose_from():
    talk = with_screen().say("BackPainIntent").say("AMAZON.YesIntent")
    assert labels(talk)[-1] == "None of those"
    talk.touch(shown(talk)["buttons"][0]["means"])
    assert talk.verdict == "emergency"


def test_an_emergency_shows_the_number_large_and_it_stays_up():
    talk = with_screen().say("SymptomIntent", Symptom=["saddle_numbness"])
    number = care_numbers("US").emergency
    assert (shown(talk)["level"], shown(talk)["large"]) == ("emergency", number)
    for intent in ("AMAZON.HelpIntent", "AMAZON.NoIntent"):
        assert shown(talk.say(intent))["large"] == number
    document = talk.response["directives"][0]["document"]
    assert document["settings"]["idleTimeout"] >= 10 * 60 * 1000


def test_thoughts_of_ending_it_show_the_crisis_line():
    talk = with_screen().say("SymptomIntent", Symptom=["self_harm"])
    assert shown(talk)["large"] == care_numbers("US").crisis


def test_a_verdict_is_shown_with_how_soon_and_in_its_colour():
    talk = verdict(with_screen())
    assert (shown(talk)["kind"], shown(talk)["level"]) == ("verdict", "urgent")
    assert shown(talk)["large"] == words("en-US").entry("card.level_urgent")


def test_before_the_count_the_picture_shows_how_it_goes_over_and_over():
    talk = ready(with_screen())
    scene = shown(talk)
    assert (scene["kind"], scene["loops"]) == ("exercise", True)
    assert labels(talk) == ["Ready", "How does it go?", "Stop"]
    assert {beat[7] for beat in scene["beats"]} == {"Right", "Left"}


def test_while_it_counts_every_cue_is_shown_when_it_is_said():
    """The beats are those of the speech: the same words, after the same pauses."""
    talk = ready(with_screen()).say("ReadyIntent")
    scene, beats = shown(talk), shown(talk)["beats"]
    assert labels(talk) == ["Pause", "Slower", "That hurts"]
    assert [button["label"] for button in scene["after"]] == ["Yes", "No"]
    for one, other in pairwise(beats):
        assert one[0] + one[1] == pytest.approx(other[0], abs=0.02)
    timed = [act for act in re.findall(r"<break[^>]*/>", talk.ssml) if "ms" in act]
    assert len(timed) > len(beats) / 2
    said = plain_text(talk.ssml)
    assert all(beat[4] in said for beat in beats)


def test_the_count_on_the_screen_ends_when_the_count_in_the_speech_does():
    from skill.speaker.sound import timeline

    talk = ready(with_screen()).say("ReadyIntent")
    at, lasts, *_ = shown(talk)["beats"][-1]
    pieces = timeline(talk.ssml)
    done = [piece for piece in pieces if piece.text.startswith("Left, ")][-1]
    assert at == pytest.approx(done.at, abs=0.5)
    assert lasts > 0


def test_paused_it_says_what_is_done_and_how_to_go_on():
    talk = ready(with_screen()).say("ReadyIntent").say("AMAZON.PauseIntent", after=30)
    assert shown(talk)["beats"] == []
    assert labels(talk) == ["Go on", "Again", "That hurts", "Stop"]
    assert "right" in " ".join(shown(talk)["lines"])


def test_a_routine_says_what_comes_next():
    talk = with_screen().say("GuideStretchIntent", Goal="loosen_up")
    for _ in range(6):
        if talk.attributes["asking"]["form"] == "choice":
            break
        if talk.attributes["asking"]["form"] == "yes_no":
            talk.say("AMAZON.NoIntent")
        else:
            talk.say("AnswerIntent", Severity=4, Duration="P3W", Age=40)
    assert shown(talk)["foot"] == "Next: knee rolls"


def test_somebody_elses_screen_is_in_the_third_person():
    talk = with_screen().say("BackPainIntent", Person="mother")
    text = " ".join([shown(talk)["large"], *shown(talk)["lines"]])
    assert "your " not in text.replace("your mother", "")


def test_what_is_shown_next_changes_nothing_of_what_was_shown_before(monkeypatch):
    """Documents are shared between answers, so nobody may change one in place."""
    answers: list[dict[str, Any]] = []
    monkeypatch.setattr(door, "answer", lambda event: answers.append(answer(event)) or answers[-1])
    list(reachable())
    before, as_sent = answers.copy(), json.dumps(answers)
    for screen in SCREENS.values():
        list(reachable(screen=screen))
    answers.clear()
    list(reachable())
    assert json.dumps(before) == json.dumps(answers) == as_sent


def test_labels_read_the_same_for_everybody_in_every_turn():
    """They are read once: nothing may be filled into them, and they may not vary."""
    known, said = words("en-US"), read("words/en-US.toml")
    names = [f"screen.button.{name}" for name in said["screen"]["button"]]
    names += [f"card.level_{level}" for level in LEVELS]
    asked = re.findall(r"\.label\((.*?)\)", Path(scene.__file__).read_text("utf-8"))
    fixed = re.findall(r'"(\w+\.[\w.]+)"', " ".join(asked))
    assert {"screen.any_of", "screen.timer", "card.title"} <= {*fixed}
    names += fixed
    for kind in ("finding", "remedy", "exercise"):
        every = (f"{kind}.{name}.name" for name in said[kind])
        names += [name for name in every if known.has(name)]
    for name in names:
        assert isinstance(known.entry(name), str), name
        assert "{" not in known.entry(name), name


def test_signs_in_a_list_read_the_same_for_everybody_who_is_spoken_of_alike():
    said = read("words/en-US.toml")
    for sign in (*said["finding"].values(), *said["age_band"].values()):
        for listed in filter(None, (sign.get("short"), sign.get("name"))):
            texts = [listed] if isinstance(listed, str) else [listed["you"], listed["them"]]
            assert not any("{" in text for text in texts), listed


# --- Nothing but what is said -------------------------------------------------------------------


def reachable(**how: Any) -> Iterator[tuple[str, Conversation]]:
    """A conversation at every kind of screen, by its name."""

    def fresh() -> Conversation:
        return with_screen(**how)

    yield "home", fresh().launch()
    yield "question", fresh().say("BackPainIntent")
    yield "which", fresh().say("BackPainIntent").say("AMAZON.YesIntent")
    pain = fresh().say("BackPainIntent")
    yield "values", pain.say("AMAZON.NoIntent").say("AMAZON.NoIntent")
    yield "number", weeks(fresh())
    yield "emergency", fresh().say("SymptomIntent", Symptom=["chest_pain"])
    yield "verdict", verdict(fresh())
    yield "advice", fresh().say("ReliefIntent", Remedy="cold")
    yield "topic", fresh().say("LearnIntent")
    yield "list", fresh().say("ListExercisesIntent")
    yield "ready", ready(fresh())
    yield "counting", ready(fresh()).say("ReadyIntent")
    yield "paused", ready(fresh()).say("ReadyIntent").say("AMAZON.PauseIntent", after=30)
    yield "hurts", ready(fresh()).say("ReadyIntent").say("TooPainfulIntent", after=20)
    yield "walking", ready(fresh(), "walking").say("ReadyIntent")
    yield "goodbye", fresh().launch().say("AMAZON.StopIntent")


def weeks(talk: Conversation) -> Conversation:
    """Where somebody who is pregnant is asked how many weeks."""
    talk.say("BackPainIntent", Duration="P1D", Severity=5).say(
        "SymptomIntent", Symptom=["pregnant"]
    )
    for _ in range(4):
        talk.say("AMAZON.NoIntent")
    assert talk.attributes["asking"]["about"] == ["weeks"]
    return talk


def verdict(talk: Conversation) -> Conversation:
    """At the end of a check-up, with a verdict that is no emergency."""
    talk.say("SymptomIntent", Symptom=["hot_swollen_leg"])
    while talk.attributes["asking"]["form"] != "choice":
        if talk.attributes["asking"]["form"] == "yes_no":
            talk.say("AMAZON.NoIntent")
        else:
            talk.say("AnswerIntent", Severity=4, Duration="P3D", Age=40)
    return talk


REACHABLE = list(reachable())
each_screen = pytest.mark.parametrize(
    "talk", [talk for _, talk in REACHABLE], ids=[name for name, _ in REACHABLE]
)


@each_screen
def test_nothing_about_health_is_shown_that_is_not_said(talk):
    said = plain_text(talk.ssml).replace("9 1 1", "911")
    scene = shown(talk)
    written = {"title", "foot", "level"}
    for line in (scene["large"], *scene["lines"]):
        text = line.removeprefix("• ").rstrip(".")
        labels_of_ours = {"Any of these?", words("en-US").entry("card.level_urgent")}
        allowed = scene["kind"] == "exercise" or text in labels_of_ours
        assert allowed or text.lower() in said.lower(), (line, said)
    assert written <= set(scene)


@each_screen
def test_a_response_with_a_screen_stays_far_below_the_limit(talk):
    assert len(json.dumps({"response": talk.response, "a": talk.attributes})) < MOST_BYTES / 2


@pytest.mark.parametrize("exercise", exercises().exercises)
def test_the_longest_count_with_its_picture_fits_into_a_response(exercise):
    from skill.routine import Place
    from skill.screen.scene import _demonstrated, _Words  # the beats of a whole exercise

    known = exercises().exercises[exercise]
    side = "right" if known.sides else None
    place = Place(exercise, known.most, known.longest, side=side)
    beats = tuple(_demonstrated(_Words("en-US", "self", 1), place))
    many = max(1, known.most) * (2 if known.sides else 1)
    scene = Scene("exercise", "x", figure=exercise, beats=beats * min(many, 240 // 10))
    size = len(json.dumps(layout.directive(scene, SCREENS["medium"])))
    assert size < MOST_BYTES * 0.6


@each_screen
def test_no_document_speaks_or_fetches_anything(talk):
    text = json.dumps(talk.response["directives"][0])
    for word in ("SpeakItem", "SpeakList", "http", "import", "OpenURL", "Video", "Image"):
        assert word not in text


@each_screen
def test_words_stand_in_the_data_and_never_in_the_document(talk):
    directive = talk.response["directives"][0]
    document, scene = json.dumps(directive["document"]), directive["datasources"]["scene"]
    for line in (scene["large"], *scene["lines"]):
        assert len(line) < 4 or line not in document


def test_what_somebody_said_is_never_evaluated():
    talk = with_screen().launch()
    scene = copy.deepcopy(shown(talk))
    assert "${" not in json.dumps(scene)


# --- With APL for Audio -------------------------------------------------------------------------


def test_a_count_for_screen_and_ears_is_said_once():
    talk = ready(Conversation(context=device(APL, APLA))).say("ReadyIntent")
    kinds = [directive["type"] for directive in talk.response["directives"]]
    assert kinds == [f"{APL}.RenderDocument", f"{APLA}.RenderDocument"]
    assert "outputSpeech" not in talk.response


# --- Touch does what voice does -----------------------------------------------------------------


@each_screen
def test_every_touch_does_exactly_what_saying_it_does(talk):
    scene = shown(talk)
    for button in scene["buttons"] + scene["after"]:
        touched, spoken = (copy.copy(talk) for _ in range(2))
        intent, *slots = button["means"]
        lists = {"Symptom"}
        values = {
            name: [value] if name in lists else value
            for name, value in zip(slots[::2], slots[1::2], strict=True)
        }
        assert touched.touch(button["means"]).ssml == spoken.say(intent, **values).ssml
        assert touched.attributes == spoken.attributes


@pytest.mark.parametrize("name", KEYPADS)
def test_a_keypad_sends_what_can_be_said(name):
    _can_be_said((*KEYPADS[name].means, str(KEYPADS[name].most)))


def test_a_number_that_was_touched_is_the_one_that_is_said():
    touched, spoken = (weeks(with_screen()) for _ in range(2))
    keypad = shown(touched)["keypad"]

    assert (
        touched.touch([*keypad["means"], "20"]).ssml == spoken.say("AnswerIntent", Severity=20).ssml
    )
    assert touched.attributes == spoken.attributes


def test_every_number_that_is_asked_for_can_be_touched():
    assert {*KEYPADS, "severity", "days"} == set(VALUES)


MODEL = interaction_model.load("en-US")["interactionModel"]["languageModel"]
INTENTS = {intent["name"]: intent for intent in MODEL["intents"]}
TYPES = {one["name"]: {value["id"] for value in one["values"]} for one in MODEL["types"]}


@each_screen
def test_every_touch_means_something_that_can_be_said(talk):
    for button in shown(talk)["buttons"] + shown(talk)["after"]:
        _can_be_said(button["means"])


@pytest.mark.parametrize("means", SAID.values(), ids=SAID)
def test_every_named_button_means_something_that_can_be_said(means):
    _can_be_said(means)


def _can_be_said(means) -> None:
    intent, *slots = means
    declared = {slot["name"]: slot["type"] for slot in INTENTS[intent].get("slots", [])}
    for name, value in zip(slots[::2], slots[1::2], strict=True):
        kind = declared[name]
        assert kind.startswith("AMAZON.") or value in TYPES[kind]


def test_every_choice_has_only_buttons_that_are_there():
    assert {name for names in BY_CHOICE.values() for name in names} <= set(SAID)


@pytest.mark.parametrize(
    "means",
    [[], ["Rubbish"], [None], [["AMAZON.YesIntent"]], {}, "AMAZON.YesIntent", None],
    ids=str,
)
def test_a_touch_that_means_nothing_gets_no_answer(means):
    reply = answer(envelope(touch(means), with_screen().launch().attributes))
    assert reply["response"] == {}


def test_a_touch_with_half_a_slot_is_heard_without_it():
    talk = with_screen().launch().touch(["GuideStretchIntent", "Exercise"])
    assert talk.attributes["doing"] == "stretch"


def test_an_emergency_interrupts_a_count_by_touch_as_it_does_by_voice():
    talk = ready(with_screen()).say("ReadyIntent").touch(["TooPainfulIntent"], after=12)
    assert talk.attributes["routine"]["paused"] is True


def test_a_touch_after_the_session_is_over_does_no_harm():
    event = envelope(touch(["AMAZON.YesIntent"]))
    del event["session"]
    assert "outputSpeech" in answer(event)["response"]


# --- To be seen from across a kitchen -----------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [(INK, GROUND), (INK, BUTTON), (QUIET, GROUND), (ACCENT, GROUND)]
    + [(INK, level) for level in LEVELS.values()],
)
def test_text_stands_out_from_its_ground(ink, ground):
    assert contrast(ink, ground) >= 7  # WCAG 1.4.6, enhanced


def sizes(part: Any) -> Iterator[float]:
    if isinstance(part, dict):
        if part.get("type") == "Text":
            yield float(part["fontSize"].removesuffix("dp"))
        for value in part.values():
            yield from sizes(value)
    elif isinstance(part, list):
        for value in part:
            yield from sizes(value)


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
@each_screen
def test_no_text_is_too_small(talk, screen):
    turn = Conversation(talk.attributes, device(screen=screen))
    turn.say("AMAZON.RepeatIntent")
    document = turn.response["directives"][0]["document"]
    assert min(sizes(document)) >= 15  # the foot; all else is larger
