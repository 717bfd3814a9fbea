"""The certification list on requests: what must be refused, survived and answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ask_sdk_runtime.exceptions import AskSdkException

from skill import alexa, memory
from skill.release.certificates import DAY, NOW, Amazon, rsa_key
from skill.release.evidence import Evidence
from skill.release.surroundings import surroundings
from skill.release.walk import Saying, said_at
from skill.speaker import envelope

if TYPE_CHECKING:
    from skill.signature import Fetch

Post = Callable[[bytes, Mapping[str, str]], int]

OURS, THEIRS = "amzn1.ask.skill.ours", "amzn1.ask.skill.theirs"

ELSEWHERE = (
    "http://s3.amazonaws.com/echo.api/cert.pem",
    "https://example.org/echo.api/cert.pem",
    "https://s3.amazonaws.com:563/echo.api/cert.pem",
    "https://s3.amazonaws.com:port/echo.api/cert.pem",
    "https://s3.amazonaws.com/elsewhere/cert.pem",
    "https://s3.amazonaws.com/echo.api/../elsewhere/cert.pem",
    "https://s3.amazonaws.com/echo.api/%2e%2e/elsewhere/cert.pem",
)
TOO_OLD, TOO_NEW = NOW - timedelta(seconds=151), NOW + timedelta(seconds=151)

WITHOUT_SPEECH: tuple[Mapping[str, Any], ...] = (
    {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
    {"type": "SessionEndedRequest", "reason": "A_NEW_REASON"},
    {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "A_NEW_TYPE"}},
    {"type": "AlexaSkillEvent.SkillDisabled"},
    {"type": "AlexaSkillEvent.SkillEnabled"},
    {"type": "AlexaSkillEvent.SkillPermissionChanged", "body": {}},
    {"type": "AudioPlayer.PlaybackStarted", "token": "t"},
    {"type": "PlaybackController.NextCommandIssued"},
    {"type": "System.ExceptionEncountered", "error": {"type": "INVALID_RESPONSE"}},
    {"type": "Alexa.Novelty.NeverHeardOf", "deep": [{"er": None}]},
)

MAY_SPEAK: tuple[Mapping[str, Any], ...] = (
    {"type": "SessionResumedRequest", "cause": {"type": "ConnectionCompleted"}},
    {"type": "Connections.Response", "name": "AskFor", "payload": {}, "token": "t"},
    {"type": "Alexa.Presentation.APL.UserEvent", "token": "t", "arguments": []},
    {"type": "Alexa.Presentation.APL.RuntimeError", "errors": [{"type": "A_NEW_ERROR"}]},
    {"type": "Alexa.Presentation.APLA.RuntimeError", "errors": [{"type": "AUDIO_SOURCE_ERROR"}]},
    {"type": "LaunchRequest", "task": {"name": f"{OURS}.StartStretch", "version": "1"}},
    {"type": "CanFulfillIntentRequest", "intent": {"name": "BackPainIntent"}},
)


def refusals(_: Evidence) -> Iterator[str]:
    """What Amazon did not sign just now is answered 400; what it did 200, whatever is in it."""
    for name, status in (*_wrong_requests(), *_wrong_certificates()):
        if status != HTTPStatus.BAD_REQUEST:
            yield f"{name}: it is answered {status}"
    amazon = Amazon()
    body = _launch(novelty={"deep": [1, None]})
    if (status := _host(amazon)(body, amazon.headers(body))) != HTTPStatus.OK:
        yield f"a good request with an unknown field: it is answered {status}"


def _wrong_requests() -> Iterator[tuple[str, int]]:
    """What is answered when a request is not as it was signed, or its signature is not whole."""
    amazon, body = Amazon(), _launch()
    post, headers = _host(amazon), amazon.headers(body)
    for name in ("Signature-256", "SignatureCertChainUrl"):
        yield f"no {name}", post(body, {k: v for k, v in headers.items() if k != name})
    yield "a signature that is not base64", post(body, headers | {"Signature-256": "%"})
    yield "another signature", post(body, headers | {"Signature-256": "QQ=="})
    yield "a body that was changed", post(body + b" ", headers)
    signed = {
        "no body": b"",
        "no JSON": b"{",
        "no JSON object": b"[]",
        "a stale request": _launch(at=TOO_OLD),
        "a request from the future": _launch(at=TOO_NEW),
        "a request without a time": _launch().replace(b'"timestamp"', b'"another name"'),
    }
    for name, sent in signed.items():
        yield name, post(sent, amazon.headers(sent))
    for address in ELSEWHERE:
        yield f"certificates at {address}", post(body, amazon.headers(body, address))


def _wrong_certificates() -> Iterator[tuple[str, int]]:
    """What is answered when the signature holds, but not the certificates, or there are none."""
    body, amazon, stranger = _launch(), Amazon(), Amazon()
    signers = {
        "an expired certificate": Amazon(ends=NOW - DAY),
        "a certificate that is not valid yet": Amazon(begins=NOW + DAY),
        "a certificate for another name": Amazon("example.org"),
        "a weak key": Amazon(key=rsa_key(1024)),
    }
    for name, signer in signers.items():
        yield name, _host(signer)(body, signer.headers(body))
    chains = {
        "certificates of an unknown authority": stranger.served,
        "certificates out of order": amazon.middle.pem + amazon.leaf.pem,
        "a certificate missing": amazon.leaf.pem,
        "no certificates": b"",
    }
    for name, chain in chains.items():
        yield name, _host(amazon, partial(_give, chain))(body, amazon.headers(body))
    for error in (OSError("unreachable"), TimeoutError("too slow"), ValueError("too big")):
        name = f"certificates that cannot be had ({error})"
        yield name, _host(amazon, partial(_raise, error))(body, amazon.headers(body))


def other_skills(_: Evidence) -> Iterator[str]:
    """A request for another skill is refused on a server of one's own, and on Lambda."""
    amazon, theirs = Amazon(), _launch(skill_id=THEIRS)
    if _host(amazon)(theirs, amazon.headers(theirs)) != HTTPStatus.BAD_REQUEST:
        yield "another skill's request is let in on a server"
    with surroundings(BACK_COACH_SKILL_ID=OURS):
        try:
            alexa.answer(json.loads(theirs))
        except AskSdkException:
            return
        yield "another skill's request is let in on Lambda"


def request_types(evidence: Evidence) -> Iterator[str]:
    """Every type of request there is, in the middle of a conversation."""
    session = evidence.caller.say(Saying("BackPainIntent"))
    for request in (*WITHOUT_SPEECH, *MAY_SPEAK):
        answer = evidence.caller.send(
            said_at(session.at, **request), session.attributes, session.at
        )
        if answer.failed:
            yield f"{request['type']}: {answer.failed}"
        silent = not {"outputSpeech", "reprompt", "card"} & set(answer.response)
        if request in WITHOUT_SPEECH and not (silent and not answer.is_open):
            yield f"{request['type']}: it is answered with speech"


def limits(evidence: Evidence) -> Iterator[str]:
    """Every reply in every state is well-formed and within Alexa's limits."""
    known = ("question", "seconds to say", "without")  # points of their own
    yield from (f for f in evidence.faulty_replies if not any(part in f for part in known))


def interfaces(evidence: Evidence) -> Iterator[str]:
    """No directive for an interface that the device lacks."""
    yield from (fault for fault in evidence.faulty_replies if "device without" in fault)


def settings(_: Evidence) -> Iterator[str]:
    """The settings in the environment make sense."""
    try:
        memory.configured()
    except (memory.ConfigurationError, OSError, ImportError) as error:
        yield str(error)


def _launch(skill_id: str = OURS, at: datetime = NOW, **unknown: Any) -> bytes:
    """The body of a request that opens a skill, with properties that nobody knows."""
    session = {"new": True, "sessionId": "check", "attributes": {}}
    device = envelope.Device(application=skill_id)
    return json.dumps(device.ask(envelope.launch_request(at), session) | unknown).encode()


def _host(amazon: Amazon, fetch: Fetch | None = None) -> Post:
    """A server for our skill that trusts this authority: what it answers to body and headers."""
    from skill.flask_app import create_app  # noqa: PLC0415  (the web host is loaded by need)
    from skill.signature import Verifier  # noqa: PLC0415

    roots = [amazon.root.certificate]
    verifier = Verifier(roots=roots, fetch=fetch or amazon.fetch, clock=lambda: NOW)
    app = create_app(skill_id=OURS, verify=verifier.envelope, speaker=False)
    client = app.test_client()
    return lambda body, headers: client.post("/alexa", data=body, headers=headers).status_code


def _give(chain: bytes, _: str) -> bytes:
    return chain


def _raise(error: Exception, _: str) -> bytes:
    raise error


POINTS = (
    ("what Amazon did not sign just now is answered 400, what it signed 200", refusals),
    ("another skill's requests are refused, on Lambda and on a server", other_skills),
    ("every type of request is answered, known or not", request_types),
    ("every reply in every state is well-formed and within the limits", limits),
    ("no directive is sent to a device that lacks its interface", interfaces),
    ("the settings in the environment make sense", settings),
    ("the certificate chain that Amazon signs with today is accepted", "send a real request"),
)
