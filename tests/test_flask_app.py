"""The web host: 400 for everything that Alexa did not send to this skill, 200 for what it did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.skill_builder import SkillBuilder
from certificates import NOW, URL, Amazon, encoded, launch, root
from hypothesis import given
from hypothesis import strategies as st

from skill.flask_app import MOST_REQUEST_BYTES, create_app
from skill.signature import Verifier

OURS = "amzn1.ask.skill.ours"
SECRET = "my foot drags"  # what someone said, which no log may hold


class Echo(AbstractRequestHandler):
    """A skill that greets, or says or fails with what its session tells it to."""

    def can_handle(self, handler_input):
        return True

    def handle(self, handler_input):
        session = handler_input.request_envelope.session
        told = (session and session.attributes) or {}
        if "fail" in told:
            raise KeyError(told["fail"])
        return handler_input.response_builder.speak(told.get("say", "Hello")).response


def hello_world():
    builder = SkillBuilder()
    builder.add_request_handler(Echo())
    return builder.create()


@pytest.fixture(scope="module")
def amazon():
    return Amazon()


def client_for(amazon, *, skill_id=OURS, **options):
    options = {"fetch": amazon.fetch, "clock": lambda: NOW} | options
    verify = Verifier(roots=[amazon.root.certificate], **options).envelope
    app = create_app(skill=hello_world(), skill_id=skill_id, verify=verify, speaker=False)
    return app.test_client()


@pytest.fixture(scope="module")
def client(amazon):
    return client_for(amazon)


@pytest.fixture
def post(amazon, client):
    """Send a request, signed unless other headers are given."""

    def send(envelope, headers=None):
        body = envelope if isinstance(envelope, bytes) else encoded(envelope)
        return client.post("/alexa", data=body, headers=headers or amazon.headers(body))

    return send


# What is let in


def test_a_request_that_alexa_signed_is_answered_by_the_skill(post):
    answer = post(launch())
    assert answer.status_code == 200
    assert answer.json["response"]["outputSpeech"]["ssml"] == "<speak>Hello</speak>"
    assert answer.content_type == "application/json"


def test_flask_ask_sdk_is_what_passes_requests_to_the_skill(client):
    adapter = client.application.extensions["ASK_SDK_SKILL_ADAPTER"][OURS]
    assert type(adapter).__module__ == "flask_ask_sdk.skill_adapter"


def test_unknown_fields_are_no_reason_to_refuse(post):
    envelope = launch(novelty={"deep": [1, {"deeper": None}]})
    envelope |= {"novelty": "é😀", "context": envelope["context"] | {"Novel.Interface": {}}}
    assert post(envelope).status_code == 200


def test_an_emoji_cut_in_half_is_heard_and_answered(post):
    envelope = launch()
    envelope["session"]["attributes"] = {"say": "Hello \ud83d"}
    answer = post(envelope)
    assert answer.status_code == 200
    assert answer.json["response"]["outputSpeech"]["ssml"] == "<speak>Hello \ud83d</speak>"


def test_a_request_without_a_session_is_let_in(post):
    envelope = launch()
    del envelope["session"]
    assert post(envelope).status_code == 200


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_the_body_counts_whatever_its_type_is_said_to_be(amazon, post, content_type):
    headers = amazon.headers(encoded(launch())) | {"Content-Type": content_type}
    assert post(launch(), headers).status_code == 200


def test_header_names_may_be_in_any_case(amazon, post):
    headers = {name.upper(): value for name, value in amazon.headers(encoded(launch())).items()}
    assert post(launch(), headers).status_code == 200


def test_an_event_repeated_within_the_hour_is_let_in(post):
    late = launch(type="AlexaSkillEvent.SkillDisabled", sent=NOW - timedelta(minutes=59))
    assert post(late).status_code == 200


# Back Coach itself, behind the host


@pytest.fixture
def back_coach(amazon, monkeypatch):
    """Send a request to Back Coach rather than to the skill that greets."""
    monkeypatch.delenv("BACK_COACH_SKILL_ID", raising=False)
    verify = Verifier(roots=[amazon.root.certificate], fetch=amazon.fetch, clock=lambda: NOW)
    client = create_app(skill_id=OURS, verify=verify.envelope, speaker=False).test_client()

    def send(envelope):
        body = encoded(envelope)
        return client.post("/alexa", data=body, headers=amazon.headers(body))

    return send


def test_left_to_itself_the_host_serves_back_coach(back_coach):
    answer = back_coach(launch()).json
    assert "Back Coach" in answer["response"]["outputSpeech"]["ssml"]
    assert answer["sessionAttributes"]["asking"]


@pytest.mark.parametrize(
    "kind",
    [
        "SessionEndedRequest",
        "SessionResumedRequest",
        "Connections.Response",
        "Alexa.Presentation.APL.UserEvent",
        "AlexaSkillEvent.SkillDisabled",
        "Alexa.Novelty.NeverHeardOf",
    ],
)
def test_every_type_of_request_is_answered_200_even_an_unknown_one(back_coach, kind):
    answer = back_coach(launch(type=kind, reason="NOVEL", token=[{}]))
    assert (answer.status_code, answer.json["response"]) == (200, {})


def test_of_many_requests_at_once_each_has_its_own_answer(back_coach):
    def ask(kind):
        return kind == "LaunchRequest", "outputSpeech" in back_coach(launch(type=kind)).json[
            "response"
        ]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, ["LaunchRequest", "SessionEndedRequest"] * 32))
    assert all(asked == spoken for asked, spoken in answers)


# What is refused


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000])
def test_a_body_that_is_no_json_object_is_answered_400(post, body):
    answer = post(body)
    assert (answer.status_code, answer.json) == (400, {"error": "refused"})


def test_a_request_nobody_signed_is_answered_400(client):
    assert client.post("/alexa", json=launch()).status_code == 400
    assert client.post("/alexa").status_code == 400


@pytest.mark.parametrize("missing", ["SignatureCertChainUrl", "Signature-256"])
def test_a_missing_header_is_answered_400(amazon, post, missing):
    headers = amazon.headers(encoded(launch()))
    del headers[missing]
    assert post(launch(), headers).status_code == 400


@pytest.mark.parametrize("signature", ["%%%", "QQ==", "é"])
def test_a_bad_signature_is_answered_400(amazon, post, signature):
    headers = amazon.headers(encoded(launch())) | {"Signature-256": signature}
    assert post(launch(), headers).status_code == 400


def test_a_tampered_body_is_answered_400(amazon, post):
    assert post(launch(locale="en-GB"), amazon.headers(encoded(launch()))).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/cert.pem",
        "https://notamazon.com/echo.api/cert.pem",
        "https://s3.amazonaws.com:563/echo.api/cert.pem",
        "https://s3.amazonaws.com:port/echo.api/cert.pem",
        "https://s3.amazonaws.com/elsewhere/cert.pem",
        "https://s3.amazonaws.com/echo.api/../elsewhere/cert.pem",
        "https://s3.amazonaws.com/echo.api/%2e%2e/elsewhere/cert.pem",
        "nonsense",
    ],
)
def test_a_certificate_address_elsewhere_is_answered_400(amazon, post, url):
    assert post(launch(), amazon.headers(encoded(launch()), url)).status_code == 400


@pytest.mark.parametrize("seconds", [-151, 151, 86_400])
def test_a_stale_or_future_request_is_answered_400(post, seconds):
    assert post(launch(sent=NOW - timedelta(seconds=seconds))).status_code == 400


@pytest.mark.parametrize("stamp", [None, "", "yesterday", 0, {}])
def test_a_request_without_a_timestamp_is_answered_400(post, stamp):
    assert post(launch(timestamp=stamp)).status_code == 400


@pytest.mark.parametrize(
    "leaf",
    [
        {"name": "example.com"},
        {"ends": NOW - timedelta(days=1)},
        {"begins": NOW + timedelta(days=1)},
    ],
)
def test_a_wrong_certificate_is_answered_400(leaf):
    amazon = Amazon(**leaf)
    body = encoded(launch())
    answer = client_for(amazon).post("/alexa", data=body, headers=amazon.headers(body))
    assert answer.status_code == 400


def test_an_untrusted_reordered_or_missing_chain_is_answered_400(amazon):
    body = encoded(launch())
    stranger = Amazon()
    chains = [
        stranger.served,
        amazon.middle.pem + amazon.leaf.pem,
        amazon.leaf.pem,
        amazon.leaf.pem + root("Elsewhere").pem + amazon.middle.pem,
        b"",
    ]
    for chain in chains:
        client = client_for(amazon, fetch=lambda _, chain=chain: chain)
        answer = client.post("/alexa", data=body, headers=amazon.headers(body))
        assert answer.status_code == 400


@pytest.mark.parametrize("error", [OSError("unreachable"), TimeoutError(), ValueError("too big")])
def test_certificates_that_cannot_be_had_are_answered_400(amazon, error):
    def fetch(_):
        raise error

    body = encoded(launch())
    answer = client_for(amazon, fetch=fetch).post("/alexa", data=body, headers=amazon.headers(body))
    assert answer.status_code == 400


def test_certificates_that_take_too_long_are_answered_400(amazon):
    let_go = threading.Event()
    client = client_for(amazon, fetch=lambda _: let_go.wait(10) and b"", fetch_seconds=0.05)
    body = encoded(launch())
    answer = client.post("/alexa", data=body, headers=amazon.headers(body))
    let_go.set()
    assert answer.status_code == 400


def test_a_request_too_big_is_answered_400(post):
    envelope = launch(padding="x" * MOST_REQUEST_BYTES)
    assert post(envelope).status_code == 400


def test_the_biggest_session_that_alexa_can_carry_is_let_in(post):
    envelope = launch()
    envelope["session"]["attributes"] = {"long": "x" * 120_000}
    assert post(envelope).status_code == 200


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(["a", URL]), st.text()))
def test_no_unsigned_request_gets_past_400(client, body, extra):
    headers = {"SignatureCertChainUrl": URL, "Signature-256": "QQ=="}
    answer = client.post("/alexa", data=body, headers=headers, query_string=extra)
    assert answer.status_code == 400


def test_only_post_is_offered(client):
    assert client.get("/alexa").status_code == 405


# Whose skill


def another(part):
    envelope = launch()
    theirs = {"application": {"applicationId": "amzn1.ask.skill.theirs"}}
    if part == "context":
        envelope["context"]["System"] |= theirs
    else:
        envelope["session"] |= theirs
    return envelope


@pytest.mark.parametrize("part", ["context", "session"])
def test_a_request_to_another_skill_is_answered_400(post, part):
    assert post(another(part)).status_code == 400


def test_a_request_that_does_not_say_to_which_skill_is_answered_400(post):
    envelope = launch()
    del envelope["context"]
    assert post(envelope).status_code == 400


def test_the_skill_id_is_taken_from_the_environment(amazon, monkeypatch):
    monkeypatch.setenv("BACK_COACH_SKILL_ID", "amzn1.ask.skill.theirs")
    client = client_for(amazon, skill_id=None)
    for envelope, status in ((launch(), 400), (launch(skill_id="amzn1.ask.skill.theirs"), 200)):
        body = encoded(envelope)
        answer = client.post("/alexa", data=body, headers=amazon.headers(body))
        assert answer.status_code == status


def test_without_a_skill_id_any_skill_is_let_in_and_the_log_warns(amazon, monkeypatch, capsys):
    monkeypatch.delenv("BACK_COACH_SKILL_ID", raising=False)
    client = client_for(amazon, skill_id=None)
    (line,) = lines(capsys)
    assert line["level"] == "warning"
    assert "BACK_COACH_SKILL_ID" in line["event"]
    body = encoded(launch(skill_id="amzn1.ask.skill.theirs"))
    assert client.post("/alexa", data=body, headers=amazon.headers(body)).status_code == 200


# The log


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_answered_request_is_one_line_with_type_times_and_shortened_ids(post, capsys):
    capsys.readouterr()
    post(launch())
    (line,) = lines(capsys)
    assert set(line) == {
        *("time", "level", "event", "path", "status", "outcome"),
        *("type", "request", "session", "verify_ms", "ms"),
    }
    assert (line["status"], line["outcome"], line["type"]) == (200, "answered", "LaunchRequest")
    assert 0 < line["verify_ms"] <= line["ms"]
    assert len(line["request"]) == len(line["session"]) == 12
    assert line["request"] != line["session"]


def test_two_requests_of_one_session_can_be_told_to_belong_together(post, capsys):
    capsys.readouterr()
    post(launch(requestId="first"))
    post(launch(requestId="second"))
    first, second = lines(capsys)
    assert first["session"] == second["session"]
    assert first["request"] != second["request"]


def test_a_refused_request_is_one_line_that_says_why(client, capsys):
    capsys.readouterr()
    client.post("/alexa", json=launch())
    (line,) = lines(capsys)
    assert (line["status"], line["outcome"]) == (400, "refused")
    assert line["why"] == "no SignatureCertChainUrl header"
    assert "request" not in line


def test_the_log_holds_no_words_slots_findings_or_whole_ids(post, capsys):
    slots = {"Symptom": {"name": "Symptom", "value": SECRET}}
    envelope = launch(type="IntentRequest", intent={"name": "SymptomIntent", "slots": slots})
    envelope["session"]["attributes"] = {"findings": {"leg_weakness": True}}
    capsys.readouterr()
    assert post(envelope).status_code == 200
    post(another("session"))
    log = capsys.readouterr().err
    for private in (SECRET, "Symptom", "leg_weakness", "amzn1"):
        assert private not in log


@pytest.mark.parametrize("attributes", [{"fail": SECRET}])
def test_a_skill_that_fails_is_answered_500_and_logged_without_its_words(post, capsys, attributes):
    envelope = launch()
    envelope["session"]["attributes"] = attributes
    capsys.readouterr()
    assert post(envelope).status_code == 500
    log = capsys.readouterr().err
    failure, request = (json.loads(line) for line in log.splitlines())
    assert failure["error"] == "KeyError"
    assert any(place.startswith("test_flask_app.py:") for place in failure["at"])
    assert (request["status"], request["outcome"]) == (500, "failed")
    assert SECRET not in log


def test_a_request_the_sdk_cannot_read_is_logged_without_its_words(post, capsys):
    unreadable = launch(type="IntentRequest", intent={"name": SECRET, "confirmationStatus": SECRET})
    capsys.readouterr()
    post(unreadable)  # whether it is answered is for the skill's own serializer to say
    assert SECRET not in capsys.readouterr().err


def test_an_id_that_is_no_valid_text_does_not_stop_the_log(post, capsys):
    capsys.readouterr()
    assert post(launch(requestId="\ud800")).status_code == 200
    assert len(lines(capsys)) == 1


def test_a_type_that_is_no_valid_text_does_not_stop_the_log(back_coach, capsys):
    capsys.readouterr()
    assert back_coach(launch(type="\ud800")).status_code == 200
    (line,) = lines(capsys)
    assert line["type"] == "\ud800"


def test_an_address_nobody_offers_is_logged_without_its_words(client, capsys):
    capsys.readouterr()
    client.get("/my-foot-drags?q=numb")
    (line,) = lines(capsys)
    assert (line["status"], line["path"]) == (404, None)


# The host


def test_healthz_says_ok(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_several_hosts_in_one_process_log_each_request_once(amazon, capsys):
    client_for(amazon)
    client = client_for(amazon)
    capsys.readouterr()
    client.get("/healthz")
    assert len(lines(capsys)) == 1


def test_many_requests_at_once_are_all_answered_and_fetch_the_chain_once():
    amazon = Amazon()
    app = client_for(amazon).application
    body = encoded(launch())
    headers = amazon.headers(body)

    def ask(_):
        return app.test_client().post("/alexa", data=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(64))) == {200}
    assert amazon.fetched == [URL]


def test_the_speakers_page_is_at_the_root_unless_it_is_switched_off():
    host = create_app(skill=hello_world()).test_client()
    with host.get("/", base_url="http://127.0.0.1:5000") as page:
        assert (page.status_code, page.mimetype) == (200, "text/html")
    without = create_app(skill=hello_world(), speaker=False).test_client()
    assert without.get("/").status_code == 404


def test_the_skill_without_the_host_loads_neither_flask_nor_the_signature_check():
    code = "import skill.alexa, sys; print({'cryptography', 'flask'} & {*sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "set()"
