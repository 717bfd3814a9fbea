"""The one door: raw Alexa JSON in, a valid answer out, whatever comes."""

from __future__ import annotations

import copy
import json
import logging

import pytest
from ask_sdk_core.exceptions import AskSdkException
from door import START, Conversation, envelope, intent

from skill import alexa, handlers
from skill.alexa import answer

CONTRACT = ("doing", "asking", "person", "verdict", "routine")


def test_every_reply_carries_the_session_attributes_of_the_contract():
    talk = Conversation().launch()
    assert set(CONTRACT) <= set(talk.attributes)
    talk.say("BackPainIntent")
    assert talk.attributes["doing"] == "checkup"
    assert talk.attributes["asking"]["form"] == "yes_no"
    assert talk.attributes["asking"]["about"][0] == "bladder_or_bowel"
    assert talk.attributes["person"] == "self"
    assert talk.attributes["verdict"] is None
    assert talk.attributes["routine"] is None


def test_a_question_leaves_the_session_open_with_a_reprompt():
    talk = Conversation().say("BackPainIntent")
    assert talk.response["shouldEndSession"] is False
    assert talk.response["reprompt"]["outputSpeech"]["ssml"]


def test_a_reply_without_a_question_ends_the_session():
    talk = Conversation().launch().say("AMAZON.StopIntent")
    assert talk.response["shouldEndSession"] is True
    assert "reprompt" not in talk.response


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "Brand.NewRequest", "surprise": {"deep": [1, 2]}},
        {"type": "SessionEndedRequest", "reason": "A_NEW_REASON"},
        {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "NEW_ERROR"}},
        {"type": "SessionResumedRequest", "cause": {"type": "ConnectionCompleted"}},
        {"type": "Connections.Response", "name": "Buy", "payload": {}, "token": "t"},
        {"type": "AlexaSkillEvent.SkillPermissionAccepted"},
        {"type": "Alexa.Presentation.APL.UserEvent", "token": "t", "arguments": []},
        {"type": "Alexa.Presentation.APL.RuntimeError", "errors": [{"type": "NEW"}]},
        {"type": "AlexaSkillEvent.SkillDisabled"},
        {"type": "AudioPlayer.PlaybackStarted", "token": "t"},
        {"type": "CanFulfillIntentRequest", "intent": {"name": "BackPainIntent"}},
        {"type": "IntentRequest"},
        {"type": 7},
        {},
    ],
    ids=lambda request: str(request.get("type", "none")),
)
def test_a_request_that_wants_no_speech_gets_a_valid_empty_answer(request_):
    before = Conversation().say("BackPainIntent").attributes
    event = envelope(request_, before)
    event["request"] = {**request_, "requestId": "r", "timestamp": START.isoformat()}
    reply = answer(event)
    assert reply["version"] == "1.0"
    assert reply["response"] == {}
    assert reply["sessionAttributes"] == before, "the conversation is not lost over it"


def test_new_enum_values_and_unknown_fields_do_not_cost_the_person_the_answer():
    event = envelope(intent("BackPainIntent", Symptom=["leg_weakness"]))
    event["context"]["Viewport"] = {"mode": "HOLOGRAM", "shape": "SPHERE"}
    event["context"]["Viewports"] = [{"type": "NEW", "id": "main"}]
    event["context"]["System"]["device"] = {"supportedInterfaces": {"Alexa.New": {"x": 1}}}
    event["request"]["dialogState"] = "DREAMING"
    event["request"]["intent"]["confirmationStatus"] = "PERHAPS"
    slot = event["request"]["intent"]["slots"]["Symptom"]
    slot["confirmationStatus"] = "PERHAPS"
    slot["source"] = "TELEPATHY"
    authority = slot["slotValue"]["values"][0]["resolutions"]["resolutionsPerAuthority"][0]
    authority["status"]["code"] = "ER_NEW_CODE"
    event["session"]["mood"] = "calm"
    assert answer(event)["sessionAttributes"]["verdict"]["level"] == "emergency"


@pytest.mark.parametrize("part", ["session", "context", "version"])
def test_a_request_without_this_part_is_answered(part):
    event = envelope({"type": "LaunchRequest"})
    del event[part]
    assert answer(event)["response"]["outputSpeech"]["ssml"].startswith("<speak>")


def test_attributes_that_are_not_ours_start_a_fresh_conversation():
    good = Conversation().say("BackPainIntent").attributes
    person = {"answers": {"fever": "perhaps"}}
    for attributes in (
        {"memo": 7},
        {"memo": {"people": []}},
        {"doing": "checkup"},
        {"memo": {}},
        {**good, "doing": ["checkup"]},
        {**good, "asking": {"form": "yes_no", "about": []}},
        {**good, "asking": {"form": "yes_no", "about": [{}]}},
        {**good, "asking": {"form": "riddle", "about": ["fever"]}},
        {**good, "memo": {**good["memo"], "people": {"self": person}}},
        {**good, "memo": {**good["memo"], "explained": [["cat_camel"]]}},
    ):
        reply = answer(envelope(intent("BackPainIntent"), attributes))
        assert reply["sessionAttributes"]["asking"]["form"] == "yes_no"


@pytest.mark.parametrize(
    "timestamp",
    [
        *("yesterday", 1772614800000, None, "2026-03-04T09:00:00Z", "2026-03-04T09:00:00"),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_a_timestamp_that_cannot_be_read_does_not_cost_the_answer(timestamp):
    event = envelope(intent("BackPainIntent"))
    event["request"]["timestamp"] = timestamp
    assert "Sorry, something went wrong" not in answer(event)["response"]["outputSpeech"]["ssml"]


def test_another_skills_request_is_refused_when_the_skill_id_is_set(monkeypatch):
    monkeypatch.setenv("BACK_COACH_SKILL_ID", "amzn1.ask.skill.ours")
    alexa.build_skill.cache_clear()
    try:
        with pytest.raises(AskSdkException):
            answer(envelope({"type": "LaunchRequest"}))
        ours = envelope({"type": "LaunchRequest"})
        ours["context"]["System"]["application"]["applicationId"] = "amzn1.ask.skill.ours"
        assert answer(ours)["response"]["outputSpeech"]
    finally:
        alexa.build_skill.cache_clear()


def test_a_fault_of_ours_is_apologised_for_and_the_conversation_goes_on(monkeypatch, caplog):
    talk = Conversation().say("BackPainIntent")
    before = copy.deepcopy(talk.attributes)

    def broken(turn):
        raise RuntimeError("her leg is weak")

    with monkeypatch.context() as patched, caplog.at_level(logging.DEBUG):
        patched.setattr(handlers, "answer", broken)
        talk.say("AMAZON.NoIntent")
    assert "9 1 1" in talk.ssml
    assert "new trouble peeing" in talk.ssml, "the open question is asked again"
    assert talk.ended is False
    assert talk.attributes == before
    assert "RuntimeError" in caplog.text
    assert "leg" not in caplog.text, "logs hold nothing that was said"
    assert talk.say("AMAZON.NoIntent").attributes["asking"]["about"][0] == "chest_pain"


def test_an_apology_needs_nothing_of_a_conversation_that_is_broken_itself():
    talk = Conversation().say("BackPainIntent")
    talk.attributes["person"] = "a relation of another version"
    talk.say("AMAZON.NoIntent")
    assert "9 1 1" in talk.ssml
    assert "new trouble peeing" in talk.ssml, "the open question is asked again"
    assert talk.ended is False


def test_an_apology_before_anything_was_asked_says_that_it_asks(monkeypatch):
    def broken(turn):
        raise RuntimeError

    monkeypatch.setattr(handlers, "answer", broken)
    talk = Conversation().launch()
    assert talk.attributes["asking"] == {"form": "choice", "about": ["what_next"]}
    assert talk.ended is False


@pytest.mark.parametrize("request_", [None, "", 7, [], True], ids=repr)
def test_what_is_no_request_at_all_gets_a_valid_empty_answer(request_):
    event = envelope({"type": "LaunchRequest"})
    event["request"] = request_
    assert answer(event)["response"] == {}


def test_a_multiple_value_slot_carries_several_findings_and_denials():
    talk = Conversation().say(
        "SymptomIntent", Denied=["fever", "saddle_numbness"], Symptom=["leg_pain", "sleep_loss"]
    )
    answers = talk.attributes["memo"]["people"]["self"]["answers"]
    assert answers == {
        "fever": False,
        "saddle_numbness": False,
        "leg_pain": True,
        "sleep_loss": True,
    }


def of_a_part(talk, part, sign=None):
    """Something said of a part, by slots; Alexa brings a sign that no value has without an id."""
    request = intent("SymptomIntent", Part=part)
    if sign is not None:
        request["intent"]["slots"]["Sign"] = {"name": "Sign", "value": sign}
    return talk.send(request)


def test_a_sign_that_is_not_known_of_a_part_where_dangers_show_is_asked_about():
    talk = of_a_part(Conversation(), "wiping", "like a wet fish")
    assert talk.attributes["asking"] == {"form": "yes_no", "about": ["saddle_numbness"]}


def test_a_part_alone_picks_out_of_several_that_were_asked_about():
    talk = of_a_part(Conversation().say("BackPainIntent").say("AMAZON.YesIntent"), "bladder")
    answers = talk.attributes["memo"]["people"]["self"]["answers"]
    assert answers["bladder_or_bowel"] is True


def test_a_country_that_alexa_resolves_to_none_of_ours_has_another_number():
    talk = Conversation().say("EmergencyNumberIntent", Country="GB")
    assert "In the UK, the emergency number is 9 9 9." in talk.ssml
    request = intent("EmergencyNumberIntent")
    request["intent"]["slots"] = {"Country": {"name": "Country", "value": "peru"}}
    assert "I don't know the number there for sure" in talk.send(request).ssml


def test_of_two_answers_for_one_finding_in_one_breath_the_more_urgent_stands():
    talk = Conversation().say("SymptomIntent", Denied=["fever"], Symptom=["fever"])
    assert talk.verdict == "emergency"


@pytest.mark.parametrize(
    ("slots", "days"),
    [
        ({"Duration": "P2D"}, 2),
        ({"Duration": "P2W"}, 14),
        ({"Duration": "P1M"}, 30),
        ({"Duration": "PT5H"}, 0),
        ({"Duration": "P1DT12H"}, 1),
        ({"Since": "2026-03-03"}, 1),
        ({"Since": "2026-W09"}, 9),
        ({"Since": "2026-02"}, 31),
        ({"Since": "2026-03-10"}, 1),
        ({"Since": "XXXX-03"}, None),
        ({"Duration": "P"}, None),
        ({"Duration": "?"}, None),
    ],
    ids=str,
)
def test_how_long_ago_it_began_is_counted_in_days(slots, days):
    talk = Conversation().say("BackPainIntent", **slots)
    assert talk.attributes["memo"]["people"].get("self", {}).get("days") == days


def test_a_bare_number_is_read_by_what_was_asked():
    talk = Conversation().say("BackPainIntent", Severity="3", Duration="P3D")
    talk.say("AMAZON.NoIntent").say("AMAZON.NoIntent").say(
        "AnswerIntent", AgeBand="over_fifty_five"
    )
    assert talk.attributes["asking"] == {"form": "value", "about": ["age"]}
    talk.say("AnswerIntent", Severity="72")
    known = talk.attributes["memo"]["people"]["self"]
    assert known["age"] == [72, 72]
    assert known["severity"] == 3


def test_an_age_alone_says_nothing_of_what_was_asked_about_in_the_same_breath():
    talk = Conversation().say("BackPainIntent", Severity="3", Duration="P3D")
    talk.say("AMAZON.NoIntent").say("AMAZON.NoIntent").say("AnswerIntent", Age="70")
    assert "cancer_history" in talk.attributes["asking"]["about"]
    assert "age" not in talk.attributes["asking"]["about"]


def test_an_ordinary_age_does_not_answer_the_rest_of_its_question():
    talk = Conversation().say("BackPainIntent", Severity="3", Duration="P3D")
    talk.say("AMAZON.NoIntent").say("AMAZON.NoIntent").say("AnswerIntent", Age="45")
    known = talk.attributes["memo"]["people"]["self"]
    assert known["age"] == [45, 45]
    assert "cancer_history" not in known["answers"]
    assert talk.attributes["asking"]["about"] == [
        "pregnant",
        "cancer_history",
        "bone_risk",
        "infection_risk",
    ]


def test_the_verdict_comes_with_a_card_for_a_clinician():
    talk = Conversation().say("BackPainIntent", Symptom=["saddle_numbness"], Severity="6")
    card = talk.response["card"]
    assert card["type"] == "Simple"
    for part in (
        "How soon: now",
        "Pain: 6 out of 10",
        "Yes: numbness around the bottom",
        "Not asked:",
    ):
        assert part in card["content"]


def test_answers_are_plain_json():
    json.dumps(answer(envelope({"type": "LaunchRequest"})), allow_nan=False)


def test_weeks_in_answer_to_how_many_weeks_pregnant_are_not_the_age_of_the_pain():
    talk = Conversation().say("BackPainIntent", Symptom=["pregnant"], Severity="3", Duration="P1D")
    for _ in range(4):
        talk.say("AMAZON.NoIntent")
    assert talk.attributes["asking"] == {"form": "value", "about": ["weeks"]}
    talk.say("AnswerIntent", Duration="P20W")
    known = talk.attributes["memo"]["people"]["self"]
    assert (known["weeks"], known["days"]) == (20, 1)
    assert talk.verdict == "urgent"


# A routine of the house, or a Quick Link


def launched(task):
    return Conversation().send({"type": "LaunchRequest", "task": task}, 0)


def named(name):
    return f"amzn1.ask.skill.00000000-0000-4000-8000-000000000000.{name}"


def test_a_routine_of_the_house_starts_a_stretch():
    talk = launched({"name": named("StartStretch"), "version": "1", "input": {}})
    assert talk.attributes["doing"] == "stretch"
    assert talk.attributes["asking"]["form"] == "yes_no", "the safety check comes first"


def test_a_quick_link_may_say_which_routine():
    talk = launched(
        {"name": named("StartStretch"), "version": "1", "input": {"routine": "chair_only"}}
    )
    assert talk.attributes["memo"]["wish"]["goal"] == "chair_only"


@pytest.mark.parametrize(
    "task",
    [
        {"name": named("BakeBread"), "version": "1", "input": {"loaves": 2}},
        {"name": None},
        {"name": ["StartStretch"]},
        {},
        "StartStretch",
    ],
    ids=str,
)
def test_a_task_that_is_not_ours_opens_the_skill(task):
    assert "Back Coach" in launched(task).ssml


@pytest.mark.parametrize("given", [{"routine": "headstand"}, {"routine": {}}, [], None, "x"])
def test_a_routine_nobody_knows_is_a_stretch_all_the_same(given):
    talk = launched({"name": named("StartStretch"), "version": "1", "input": given})
    assert talk.attributes["doing"] == "stretch"


def test_what_a_routine_of_the_house_started_shows_nothing_before_it_is_answered():
    """Amazon takes no screen from such an answer; from the next one on it does."""
    task = {"name": named("StartStretch"), "version": "1", "input": {}}
    event = envelope({"type": "LaunchRequest", "task": task})
    screen = {"supportedInterfaces": {"Alexa.Presentation.APL": {}}}
    event["context"]["System"]["device"] = screen
    first = answer(event)
    assert "directives" not in first["response"]
    event = envelope(intent("AMAZON.NoIntent"), first["sessionAttributes"])
    event["context"]["System"]["device"] = screen
    assert answer(event)["response"]["directives"]


@pytest.mark.parametrize(
    ("said", "days"),
    [("2026-03-03", 1), ("2026-03-04", 0), ("2026-03-05", 6), ("2026-03-10", 1), ("2027-01", 62)],
)
def test_a_day_to_come_was_meant_as_the_last_one(said, days):
    """ "Since Tuesday" and "since January" may arrive as the next ones; it is 4 March 2026."""
    talk = Conversation().say("BackPainIntent", Since=said)
    assert talk.attributes["memo"]["people"]["self"]["days"] == days
