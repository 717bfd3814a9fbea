"""The local speaker: what it plays, what it sends to the skill, and how it keeps a session."""

import io
import json
import runpy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, LaunchRequest, ListSlotValue, RequestEnvelope
from hypothesis import given
from hypothesis import strategies as st

from skill import alexa, interaction_model
from skill.speaker.cloud import Cloud, ears
from skill.speaker.envelope import Device, intent_request
from skill.speaker.exchange import Utterance
from skill.speaker.model import Model
from skill.speaker.sound import plain_text, timeline, total_seconds
from skill.speaker.terminal import Keyboard, Line, Terminal
from skill.speaker.understanding import Value
from skill.speech import to_ssml
from skill.tempo import spoken_seconds

MORNING = datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def model():
    return Model(interaction_model.load("en-US"))


class Door:
    """A skill that answers from a script, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, event):
        self.asked.append(event)
        return self.answers.pop(0) if self.answers else answer("All right.", reprompt="And now?")

    @property
    def requests(self):
        return [event["request"] for event in self.asked]


def answer(text, *, reprompt=None, attributes=None, **response):
    response.setdefault("shouldEndSession", False)
    response["outputSpeech"] = {"type": "SSML", "ssml": f"<speak>{text}</speak>"}
    if reprompt:
        response["reprompt"] = {"outputSpeech": {"type": "PlainText", "text": reprompt}}
    return {"version": "1.0", "sessionAttributes": attributes or {}, "response": response}


@pytest.fixture
def at_home():
    """A cloud over a door: `at_home(door)`, at a fixed moment to begin with."""

    def build(door, **device):
        return Cloud(Device(**device), door=door, clock=lambda: MORNING)

    return build


def say(cloud, words, after=None):
    return cloud.hear(Utterance(words, after))


def moment(request):
    return datetime.fromisoformat(request["timestamp"])


# --- Sound --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "seconds"),
    [
        ('<break time="1500ms"/>', 1.5),
        ('<break time="2s"/>', 2.0),
        ('<break strength="none"/>', 0.0),
        ('<audio src="soundbank://soundlibrary/gong"/>', 0.0),
        ("Hold.", spoken_seconds("Hold.")),
        ('<prosody rate="50%">Hold.</prosody>', 2 * spoken_seconds("Hold.")),
        ('<prosody rate="fast">Hold.</prosody>', spoken_seconds("Hold.") / 1.25),
        ('<say-as interpret-as="digits">911</say-as>', spoken_seconds("9 1 1")),
        ('<sub alias="non-steroidals">NSAIDs</sub>', spoken_seconds("non-steroidals")),
        ("", 0.0),
    ],
)
def test_each_kind_of_markup_lasts_as_long_as_it_is_heard(markup, seconds):
    assert total_seconds(f"<speak>{markup}</speak>") == pytest.approx(seconds)


def test_sentences_and_pauses_are_played_one_after_the_other():
    pieces = timeline('<speak>Knees up. Hold.<break time="2s"/>And down.</speak>')

    assert [piece.text for piece in pieces] == ["Knees up.", "Hold.", "", "And down."]
    assert pieces[0].at == 0
    assert all(b.at == pytest.approx(a.at + a.seconds, abs=0.002) for a, b in pairwise(pieces))


def test_a_tag_in_the_middle_of_a_sentence_is_not_a_pause():
    ssml = "<speak>Call <say-as interpret-as='digits'>911</say-as>, <w>now</w>.</speak>"

    assert [piece.text for piece in timeline(ssml)] == ["Call 9 1 1, now."]


def test_a_change_of_pace_in_a_sentence_keeps_its_words_together():
    ssml = '<speak>Go <prosody rate="slow">slowly</prosody>.</speak>'

    assert plain_text(ssml) == "Go slowly."


def test_plain_text_reads_what_was_escaped_and_nothing_of_the_markup():
    ssml = (
        '<speak>Ice &amp; rest,<break time="400ms"/><amazon:effect name="whispered">or'
        " heat</amazon:effect>.</speak>"
    )

    assert plain_text(ssml) == "Ice & rest, or heat."


def test_malformed_ssml_is_refused_as_a_speaker_would_stay_silent():
    with pytest.raises(ValueError, match="not well-formed"):
        timeline("<speak>Ice & rest</speak>")


@given(
    st.lists(
        st.tuples(
            st.text("abc XYZ0123,.?!'&<>", min_size=1).filter(str.strip),
            st.floats(min_value=0.2, max_value=9.9),
        ),
        max_size=6,
    )
)
def test_what_was_planned_to_be_spoken_takes_as_long_to_play(plan):
    ssml = to_ssml([piece for pair in plan for piece in pair])
    planned = sum(spoken_seconds(text) + pause for text, pause in plan)

    assert total_seconds(ssml) == pytest.approx(planned, abs=0.001 * (len(plan) + 1))


# --- What the skill is asked --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "open back coach",
        "Alexa, open Back Coach.",
        "start back coach",
        "launch back coach please",
        "launch",
        "ask back coach",
        "back coach",
    ],
)
def test_the_name_alone_opens_the_skill(at_home, words):
    door = Door()

    exchange = say(at_home(door), words)

    assert door.requests[0]["type"] == "LaunchRequest"
    assert exchange.to_json()["heard"] == {"intent": "LaunchRequest", "slots": {}, "findings": {}}


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "alexa, stop",
        "ask back coach to stop",
        "Alexa, tell Back Coach stop!",
        "open back coach and stop",
    ],
)
def test_with_no_session_open_words_are_a_request_to_the_skill(at_home, words):
    door = Door()

    say(at_home(door), words)

    assert door.requests[0]["intent"]["name"] == "AMAZON.StopIntent"
    assert door.asked[0]["session"]["new"] is True


def test_every_request_is_one_that_amazons_own_classes_can_read(at_home):
    door = Door()
    cloud = at_home(door, screen=True)
    for words in ("open back coach", "my back hurts", "no", "", ""):
        say(cloud, words)

    read = [
        DefaultSerializer().deserialize(json.dumps(event), RequestEnvelope) for event in door.asked
    ]

    assert [envelope.request.object_type for envelope in read] == [
        "LaunchRequest",
        "IntentRequest",
        "IntentRequest",
        "SessionEndedRequest",
    ]
    assert isinstance(read[0].request, LaunchRequest)
    assert isinstance(read[1].request, IntentRequest)
    for envelope in read:
        system = envelope.context.system
        assert system.application.application_id == envelope.session.application.application_id
        assert system.device.device_id
        assert system.user.user_id == envelope.session.user.user_id
        assert envelope.request.locale == "en-US"


def test_a_slot_with_several_values_is_a_list_that_amazons_own_classes_can_read(model):
    slots = {"Symptom": (Value("fever", "fever"), Value("my foot drags", "leg_weakness"))}

    slot = _read_slots("SymptomIntent", slots, model)["Symptom"]

    assert isinstance(slot.slot_value, ListSlotValue)
    assert [_resolved(value) for value in slot.slot_value.values] == ["fever", "leg_weakness"]


def test_a_slot_with_one_value_says_what_was_said_and_the_id_it_stands_for(model):
    slot = _read_slots(
        "SymptomIntent", {"Symptom": (Value("my foot drags", "leg_weakness"),)}, model
    )

    assert slot["Symptom"].value == "my foot drags"
    assert _resolved(slot["Symptom"]) == "leg_weakness"


def test_amazons_own_types_come_as_plain_values_without_an_id(model):
    slot = _read_slots("BackPainIntent", {"Duration": (Value("two days", "P2D"),)}, model)

    assert (slot["Duration"].value, slot["Duration"].resolutions) == ("P2D", None)


def test_an_unknown_value_is_no_match(model):
    slot = _read_slots("GuideStretchIntent", {"Exercise": (Value("the splits", None),)}, model)

    resolution = slot["Exercise"].resolutions.resolutions_per_authority[0]
    assert resolution.status.code.value == "ER_SUCCESS_NO_MATCH"


def test_every_slot_the_intent_declares_is_there_and_no_other(model):
    slots = _read_slots("PaceIntent", {"Person": (Value("my mum", "mother"),)}, model)

    assert list(slots) == ["Pace"]
    assert slots["Pace"].value is None


def _read_slots(intent, slots, model):
    request = intent_request(MORNING, intent, slots, model, "amzn1.ask.skill.mine")
    return DefaultSerializer().deserialize(json.dumps(request), IntentRequest).intent.slots


def _resolved(slot):
    return slot.resolutions.resolutions_per_authority[0].values[0].value.id


class Misrouting:
    """Hears every finding, but takes them for something that has no room for findings."""

    def understand(self, text, **moment):
        return replace(ears("en-US").understand(text, **moment), intent="PaceIntent", slots={})


def test_a_finding_whose_intent_has_no_slot_for_it_reaches_the_skill_all_the_same():
    door = Door()
    cloud = Cloud(door=door, understanding=Misrouting())

    say(cloud, "my foot is dragging")

    intent = door.requests[0]["intent"]
    assert intent["name"] == "SymptomIntent"
    assert "leg_weakness" in json.dumps(intent["slots"]["Symptom"])


class Attentive:
    """Understands, and remembers what it was told of the moment."""

    def __init__(self):
        self.moments = []

    def understand(self, text, **moment):
        self.moments.append(moment)
        return ears("en-US").understand(text, **moment)


@pytest.mark.parametrize(
    ("attributes", "context"),
    [
        ({}, "launch"),
        ({"asking": {"form": "choice", "about": ["stretch"]}}, "launch"),
        ({"asking": {"form": "yes_no", "about": ["fever"]}}, "triage_question"),
        ({"asking": {"form": "value", "about": ["age"]}}, "triage_question"),
        ({"asking": {"form": "which", "about": ["fever"]}}, "triage_question"),
        ({"routine": {"exercise": "knee_rolls", "paused": True}}, "exercise"),
    ],
)
def test_words_are_understood_in_their_place_in_the_conversation(attributes, context):
    attentive = Attentive()
    door = Door(answer("Hello.", attributes=attributes))
    cloud = Cloud(door=door, understanding=attentive, clock=lambda: MORNING)

    say(cloud, "open back coach")
    say(cloud, "no")
    say(cloud, "no")

    assert attentive.moments[0]["context"] == context
    assert attentive.moments[0]["asking"] == attributes.get("asking")
    assert attentive.moments[1]["context"] == "any"


def test_a_screen_is_announced_only_when_there_is_one(at_home):
    with_screen, without = Door(), Door()

    say(at_home(with_screen, screen=True), "open back coach")
    say(at_home(without), "open back coach")

    device = with_screen.asked[0]["context"]["System"]["device"]
    assert "Alexa.Presentation.APL" in device["supportedInterfaces"]
    assert "Viewport" in with_screen.asked[0]["context"]
    assert without.asked[0]["context"]["System"]["device"]["supportedInterfaces"] == {}
    assert "Viewport" not in without.asked[0]["context"]


def test_what_is_no_json_does_not_pass_the_door(at_home):
    with pytest.raises(TypeError):
        say(at_home(Door(answer("Hello.", attributes={"seen": {1, 2}}))), "open back coach")


# --- Sessions -----------------------------------------------------------------------------------


def test_a_session_keeps_its_id_and_attributes_from_turn_to_turn(at_home):
    door = Door(answer("Hello.", attributes={"doing": "checkup"}))
    cloud = at_home(door)

    opened = say(cloud, "open back coach")
    say(cloud, "no")

    first, second = (event["session"] for event in door.asked)
    assert (first["new"], first["attributes"]) == (True, {})
    assert (second["new"], second["attributes"]) == (False, {"doing": "checkup"})
    assert first["sessionId"] == second["sessionId"]
    assert opened.to_json()["state"] == {"doing": "checkup"}


def test_a_session_that_the_skill_ended_is_followed_by_another(at_home):
    door = Door(answer("Goodbye.", attributes={"doing": None}, shouldEndSession=True))
    cloud = at_home(door)

    ended = say(cloud, "stop")
    say(cloud, "my back hurts")

    assert not ended.session_open
    assert door.asked[1]["session"]["new"] is True
    assert door.asked[1]["session"]["attributes"] == {}
    assert door.asked[0]["session"]["sessionId"] != door.asked[1]["session"]["sessionId"]


@pytest.mark.parametrize(("screen", "stays_open"), [(False, False), (True, True)])
def test_left_undecided_a_session_ends_unless_there_is_a_screen(at_home, screen, stays_open):
    silent = answer("Done.")
    del silent["response"]["shouldEndSession"]

    assert say(at_home(Door(silent), screen=screen), "stop").session_open is stays_open


def test_silence_brings_the_reprompt_and_then_the_end(at_home):
    door = Door(answer("How bad is it?", reprompt="A rough answer is fine.", attributes={"a": 1}))
    cloud = at_home(door)
    say(cloud, "open back coach")

    again, over = say(cloud, ""), say(cloud, "  ")

    assert again.to_json()["say"] == "A rough answer is fine."
    assert (again.session_open, again.state, again.request) == (True, {"a": 1}, None)
    assert (over.to_json()["say"], over.session_open) == ("", False)
    assert door.requests[-1]["reason"] == "EXCEEDED_MAX_REPROMPTS"


def test_an_answer_to_the_reprompt_goes_on_with_the_session(at_home):
    door = Door()
    cloud = at_home(door)
    for words in ("open back coach", "", "yes", ""):
        last = say(cloud, words)

    assert last.to_json()["say"] == "And now?"
    assert len({event["session"]["sessionId"] for event in door.asked}) == 1


def test_silence_without_a_reprompt_ends_the_session_at_once(at_home):
    cloud = at_home(Door(answer("Done.")))
    say(cloud, "open back coach")

    assert not say(cloud, "").session_open


def test_the_wake_word_alone_is_silence(at_home):
    cloud = at_home(Door())
    say(cloud, "open back coach")

    assert say(cloud, "Alexa ...").to_json()["say"] == "And now?"


def test_silence_with_no_session_open_asks_the_skill_nothing(at_home):
    door = Door()

    exchange = say(at_home(door), "")

    assert (door.asked, exchange.session_open, exchange.state) == ([], False, {})


def test_leaving_ends_the_session_as_the_persons_wish(at_home):
    door = Door()
    cloud = at_home(door)
    say(cloud, "open back coach")

    cloud.leave()
    cloud.leave()

    assert [request.get("reason") for request in door.requests] == [None, "USER_INITIATED"]


# --- Time ---------------------------------------------------------------------------------------


def test_a_turn_carries_the_moment_it_was_said_in_fractions_of_a_second(at_home):
    door = Door(answer('Hold.<break time="9s"/>'))
    cloud = at_home(door)

    say(cloud, "open back coach")
    say(cloud, "wait", after=4.125)

    assert door.requests[0]["timestamp"] == "2026-03-02T09:30:00.250Z"
    assert door.requests[1]["timestamp"] == "2026-03-02T09:30:04.375Z"


def test_unless_said_otherwise_a_reply_was_heard_to_its_end(at_home):
    door = Door(answer('Hold.<break time="9s"/>'))
    cloud = at_home(door)

    lasts = say(cloud, "open back coach").lasts
    say(cloud, "no")

    passed = moment(door.requests[1]) - moment(door.requests[0])
    assert passed == timedelta(milliseconds=round((lasts + 1) * 1000))


def test_time_never_runs_backwards_between_sessions(at_home):
    door = Door(answer('<break time="9s"/>', shouldEndSession=True))
    cloud = at_home(door)

    say(cloud, "stop")
    say(cloud, "stop")

    assert moment(door.requests[1]) > moment(door.requests[0])


# --- The terminal -------------------------------------------------------------------------------


class Typist:
    """A person at the keyboard, with a time of their own: each turn is (seconds, words).

    Words typed while the reply is still being played interrupt it. `None` for words is Ctrl-C.
    """

    welcome = Keyboard.welcome
    closed = Keyboard.closed
    must_call = False

    def __init__(self, *turns):
        self.turns = list(turns)
        self.time = 0.0
        self.turn_began = 0.0

    def now(self):
        return self.time

    def wait(self, seconds, *, quiet):
        due = self.turn_began + self.turns[0][0] if self.turns else float("inf")
        if due > self.time + seconds:
            self.time += seconds
            return False
        self.time = max(self.time, due)
        if self.turns[0][1] is None:
            self.turns.pop(0)
            raise KeyboardInterrupt
        return True

    def line(self, patience):
        if not self.turns:
            raise EOFError
        delay, words = self.turns.pop(0)
        self.time = max(self.time, self.turn_began + delay)
        self.turn_began = self.time
        if words is None:
            raise KeyboardInterrupt
        return Line(words)


def talk(cloud, *turns, fast=False):
    output, typist = io.StringIO(), Typist(*turns)
    Terminal(cloud, typist, output, fast=fast).talk()
    return output.getvalue(), typist


COUNT = 'One.<break time="2s"/>Two.<break time="2s"/>Three.'


def test_a_reply_is_printed_as_fast_as_it_is_spoken(at_home):
    printed, typist = talk(at_home(Door(answer(COUNT))), (0, "open back coach"))

    assert "One. … Two. … Three." in printed
    assert typist.time == pytest.approx(total_seconds(COUNT))


def test_a_line_typed_into_a_reply_stops_it_and_says_when(at_home):
    door = Door(answer(COUNT))

    printed, _ = talk(at_home(door), (0, "open back coach"), (3, "stop"))

    assert "Two." in printed
    assert "Three." not in printed
    assert moment(door.requests[1]) - moment(door.requests[0]) == timedelta(seconds=3)


def test_control_c_stops_a_reply_and_keeps_the_place_however_long_it_takes_to_go_on(at_home):
    door = Door(answer(COUNT))

    talk(at_home(door), (0, "open back coach"), (3, None), (60, "go on"))

    assert moment(door.requests[1]) - moment(door.requests[0]) == timedelta(seconds=3)


def test_control_c_at_the_prompt_leaves_politely(at_home):
    door = Door()

    printed, _ = talk(at_home(door), (0, "open back coach"), (99, None))

    assert printed.rstrip().endswith("Goodbye.")
    assert door.requests[-1]["reason"] == "USER_INITIATED"


def test_enter_into_a_reply_interrupts_and_is_not_taken_for_silence(at_home):
    door = Door(answer(COUNT, reprompt="And now?"))

    printed, _ = talk(at_home(door), (0, "open back coach"), (3, ""), (9, "no"))

    assert "And now?" not in printed.partition("Two.")[2].partition("All right.")[0]
    assert [request["type"] for request in door.requests[:2]] == ["LaunchRequest", "IntentRequest"]


def test_enter_after_a_reply_is_silence(at_home):
    printed, _ = talk(at_home(Door()), (0, "open back coach"), (30, ""), (60, ""))

    assert printed.index("All right.") < printed.index("And now?") < printed.index("has closed")


def test_after_a_reply_time_goes_on_while_the_person_thinks(at_home):
    door = Door(answer(COUNT))

    talk(at_home(door), (0, "open back coach"), (45, "no"))

    assert moment(door.requests[1]) - moment(door.requests[0]) == timedelta(seconds=45)


def test_fast_prints_everything_without_waiting(at_home):
    door = Door(answer(COUNT))

    printed, typist = talk(at_home(door), (0, "open back coach"), (0, "no"), fast=True)

    assert "Three." in printed
    assert typist.time == 0
    assert moment(door.requests[1]) - moment(door.requests[0]) > timedelta(seconds=5)


# --- With the skill itself ----------------------------------------------------------------------


def test_an_emergency_sign_in_the_first_breath_gets_the_emergency_verdict(at_home):
    exchange = say(at_home(alexa.answer), "alexa, tell back coach my foot is dragging")

    assert exchange.understood.findings == {"leg_weakness": True}
    assert exchange.state["verdict"]["level"] == "emergency"


def test_a_turn_reports_all_that_the_contract_names(at_home):
    turn = say(at_home(alexa.answer), "open back coach").to_json()

    assert list(turn) == [
        "heard",
        "say",
        "ssml",
        "lasts",
        "reprompt",
        "card",
        "session_open",
        "state",
        "took_ms",
    ]
    assert set(turn["heard"]) == {"intent", "slots", "findings"}
    assert set(turn["state"]) >= {"doing", "asking", "person", "verdict", "routine"}
    assert turn["lasts"] > 1


def test_lambda_answers_as_the_door_does(at_home):
    path = Path(__file__).parent.parent / "lambda" / "lambda_function.py"
    lambda_handler = runpy.run_path(str(path))["lambda_handler"]

    exchange = say(at_home(lambda event: lambda_handler(event, None)), "open back coach")

    assert exchange.ssml == say(at_home(alexa.answer), "open back coach").ssml
