"""The speaker's page: what it answers, to whom, and how many conversations it keeps."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from skill.speaker import web
from skill.speaker.cloud import Cloud
from skill.speaker.exchange import Utterance

PAGE = Path(web.__file__).parent / "page"


@pytest.fixture
def new_cloud():
    return lambda: Cloud(clock=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def browser(new_cloud):
    app = Flask(__name__, static_folder=None)
    app.extensions[web.CONVERSATIONS] = web.Conversations(new_cloud)
    app.register_blueprint(web.speaker)
    return app.test_client()


def get(browser, address, **request):
    return browser.get(address, buffered=True, **request)  # read to its end, so that files close


def say(browser, words, conversation=None, **more):
    return browser.post("/speaker/turn", json={"say": words, "conversation": conversation, **more})


def test_the_page_and_all_it_needs_come_from_this_machine(browser):
    page = get(browser, "/").text

    linked = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert linked
    for address in linked:
        assert get(browser, address).status_code == 200
    for file in PAGE.iterdir():
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text("utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, file.name


def test_the_browser_is_told_to_fetch_and_run_nothing_from_elsewhere(browser):
    policy = get(browser, "/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_danger_sign_that_the_microphone_may_have_misheard_is_asked_about(browser):
    turn = say(browser, "I'm sticking up blood", others=["I'm sicking up blood"]).json

    assert turn["state"]["asking"]["about"] == ["bleeding_sign"]


@pytest.mark.parametrize("others", ["yes", [3], ["a"] * 11, ["a" * 1001], None])
def test_other_readings_are_a_few_short_texts(browser, others):
    turn = say(browser, "yes", others=others)

    assert turn.status_code == 400
    assert "others" in turn.json["error"]


def test_a_turn_says_what_to_play_and_shows_what_alexa_would_have_sent(browser):
    turn = say(browser, "open back coach").json

    assert turn["session_open"]
    assert "".join(piece["text"] for piece in turn["timeline"])
    assert sum(piece["seconds"] for piece in turn["timeline"]) == pytest.approx(
        turn["lasts"], abs=0.1
    )
    assert turn["request"]["request"]["type"] == "LaunchRequest"
    assert turn["response"]["response"]["outputSpeech"]["ssml"] == turn["ssml"]


def test_a_conversation_goes_on_under_its_id(browser):
    first = say(browser, "open back coach").json

    second = say(browser, "my back hurts", first["conversation"], after=2.5).json

    assert second["conversation"] == first["conversation"]
    assert second["request"]["session"]["new"] is False
    assert second["request"]["request"]["timestamp"] == "2026-03-02T09:30:02.500Z"


def test_a_touch_goes_the_way_of_words(browser):
    first = say(browser, "my back hurts").json
    asked = {"touch": ["AMAZON.YesIntent"], "conversation": first["conversation"], "after": 3}

    touched = browser.post("/speaker/turn", json=asked).json

    assert touched["request"]["request"]["type"] == "Alexa.Presentation.APL.UserEvent"
    assert touched["state"]["verdict"]["level"] == "emergency"


def test_a_touch_with_no_session_open_gets_no_answer(browser):
    asked = {"touch": ["AMAZON.YesIntent"], "conversation": None}

    touched = browser.post("/speaker/turn", json=asked).json

    assert touched["request"] is None
    assert not touched["session_open"]


def test_two_pages_do_not_hear_each_other(browser):
    mine = say(browser, "my foot is dragging").json
    yours = say(browser, "open back coach").json

    assert mine["conversation"] != yours["conversation"]
    assert mine["state"]["verdict"]["level"] == "emergency"
    assert yours["state"]["verdict"] is None


def test_words_for_a_forgotten_conversation_are_still_answered(browser):
    turn = say(browser, "my foot is dragging", "forgotten").json

    assert turn["conversation"] != "forgotten"
    assert turn["state"]["verdict"]["level"] == "emergency"


def test_only_so_many_conversations_are_kept_and_the_idlest_goes_first(new_cloud):
    conversations = web.Conversations(new_cloud, most=2)
    first, _ = conversations.take(None)
    second, _ = conversations.take(None)
    conversations.take(first)

    third, _ = conversations.take(None)

    assert conversations.take(first)[0] == first
    assert conversations.take(third)[0] == third
    assert conversations.take(second)[0] != second


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:8080", "[::1]:5000"])
def test_every_name_of_this_machine_is_answered(browser, host):
    assert get(browser, "/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost.example.com", "127.0.0.1.example.com", "192.168.1.7", "[::", "a@b"],
)
def test_another_name_is_refused(browser, host):
    assert get(browser, "/", headers={"Host": host}).status_code == 403
    refused = browser.post("/speaker/turn", json={"say": "stop"}, headers={"Host": host})
    assert refused.status_code == 403


def test_another_machine_is_refused_whatever_it_calls_us(browser):
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

    assert get(browser, "/", environ_overrides=elsewhere).status_code == 403


def test_a_name_that_was_switched_on_is_answered_for_other_machines_too(browser, monkeypatch):
    monkeypatch.setenv("BACK_COACH_SPEAKER_HOSTS", "kitchen.local, 192.168.1.20")
    other = {"REMOTE_ADDR": "192.168.1.7"}
    for host in ("kitchen.local", "192.168.1.20:5000"):
        page = get(browser, "/", headers={"Host": host}, environ_overrides=other)
        assert page.status_code == 200
    refused = get(browser, "/", headers={"Host": "evil.example"}, environ_overrides=other)
    assert refused.status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Host"])
def test_a_proxy_is_refused(browser, header):
    assert get(browser, "/", headers={header: "192.0.2.7"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
    ],
)
def test_another_sites_page_is_refused(browser, headers):
    refused = browser.post(
        "/speaker/turn", json={"say": "stop", "conversation": None}, headers=headers
    )
    assert refused.status_code == 403


def test_our_own_page_is_not(browser):
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}

    answered = browser.post(
        "/speaker/turn", json={"say": "stop", "conversation": None}, headers=headers
    )
    assert answered.status_code == 200


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_form_of_another_page_could_not_ask_either(browser, type_):
    refused = browser.post("/speaker/turn", data='{"say": "stop"}', content_type=type_)

    assert refused.status_code == 415


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "conversation"),
        ("[]", "conversation"),
        ('{"say": "stop"}', "conversation"),
        ('{"conversation": 7, "say": "stop"}', "conversation"),
        ('{"conversation": null}', "say"),
        ('{"conversation": null, "say": 7}', "say"),
        ('{"conversation": null, "say": "stop", "after": -1}', "after"),
        ('{"conversation": null, "say": "stop", "after": NaN}', "after"),
        ('{"conversation": null, "say": "stop", "when": 1}', "when"),
        ('{"conversation": null, "touch": []}', "touch"),
        ('{"conversation": null, "touch": [7]}', "touch"),
        ('{"conversation": null, "touch": ["AMAZON.YesIntent"], "after": -1}', "after"),
        ('{"conversation": null, "say": "' + "a" * 1001 + '"}', "1000"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(browser, body, reason):
    refused = browser.post("/speaker/turn", data=body, content_type="application/json")

    assert refused.status_code == 400
    assert reason in refused.json["error"]


def test_an_answer_is_never_kept_by_a_browser(browser):
    assert say(browser, "open back coach").headers["Cache-Control"] == "no-store"


def test_a_conversation_is_the_same_as_at_the_terminal(browser, new_cloud):
    cloud, conversation = new_cloud(), None
    for words in ("open back coach", "guide me through a stretch", "", ""):
        turn = say(browser, words, conversation).json
        conversation = turn["conversation"]
        exchange = cloud.hear(Utterance(words)).to_json()
        assert {key: turn[key] for key in ("heard", "say", "state", "session_open")} == {
            key: exchange[key] for key in ("heard", "say", "state", "session_open")
        }
