"""The certification list on requests: what must be refused, survived, answered and forgotten."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ask_sdk_runtime.exceptions import AskSdkException

from skill import alexa, memory
from skill.release.evidence import Evidence
from skill.release.surroundings import surroundings
from skill.release.walk import Answer, Caller, Saying
from skill.speaker import envelope
from skill.speaker.understanding import Value

OURS, THEIRS = "amzn1.ask.skill.ours", "amzn1.ask.skill.theirs"
_NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

UNSIGNED: Mapping[str, tuple[bytes, Mapping[str, str]]] = {
    "no signature": (b'{"version": "1.0"}', {}),
    "no body": (b"", {"Signature-256": "QQ=="}),
    "no JSON": (b"{", {"Signature-256": "QQ=="}),
    "a certificate from elsewhere": (
        b'{"version": "1.0"}',
        {"Signature-256": "QQ==", "SignatureCertChainUrl": "https://example.org/echo.api/c.pem"},
    ),
    "a signature that is none": (
        b'{"version": "1.0"}',
        {"Signature-256": "%", "SignatureCertChainUrl": "http://s3.amazonaws.com/echo.api/c.pem"},
    ),
}

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
    """What Amazon did not sign is answered 400; what it signed 200, whatever else is in it."""
    with _quiet():
        host = _host(verify=None)
        for name, (body, headers) in UNSIGNED.items():
            if (status := host.post("/alexa", data=body, headers=headers).status_code) != 400:  # noqa: PLR2004
                yield f"{name} is answered {status}"
        good = {**_event({"type": "LaunchRequest"}, OURS), "novelty": {"deep": [1, None]}}
        status = _host(verify=_believe).post("/alexa", json=good).status_code
        if status != 200:  # noqa: PLR2004
            yield f"a good request with an unknown field is answered {status}"


def other_skills(_: Evidence) -> Iterator[str]:
    """A request for another skill is refused on a server of one's own, and on Lambda."""
    theirs = _event({"type": "LaunchRequest"}, THEIRS)
    with _quiet():
        if _host(verify=_believe).post("/alexa", json=theirs).status_code != 400:  # noqa: PLR2004
            yield "another skill's request is let in on a server"
        with surroundings(BACK_COACH_SKILL_ID=OURS):
            try:
                alexa.answer(theirs)
            except AskSdkException:
                return
            yield "another skill's request is let in on Lambda"


def request_types(evidence: Evidence) -> Iterator[str]:
    """Every type of request there is, in the middle of a conversation."""
    session = evidence.caller.say(Saying("BackPainIntent"))
    for request in (*WITHOUT_SPEECH, *MAY_SPEAK):
        stamped = {**request, "requestId": "check", "timestamp": _NOW.isoformat()}
        answer = evidence.caller.send(stamped, session.attributes, session.at)
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


def forgetting(evidence: Evidence) -> Iterator[str]:
    """On request and when the skill is switched off, nothing stays: in the session or the store."""
    with _something_kept(evidence.locale) as told:
        asked = evidence.caller.say(Saying("ForgetMeIntent"), told)
        done = evidence.caller.say(Saying("AMAZON.YesIntent"), asked)
        if done.attributes["verdict"] or done.attributes["memo"]["people"]:
            yield "after forget me, what was said is still in the session"
        if left := _kept():
            yield f"after forget me, the store still has {left} items"
    with _something_kept(evidence.locale) as told:
        gone = {"type": alexa.SKILL_DISABLED, "timestamp": _NOW.isoformat(), "requestId": "check"}
        evidence.caller.send(gone, {}, told.at)
        if left := _kept():
            yield f"after the skill is switched off, the store still has {left} items"


@contextmanager
def _something_kept(locale: str) -> Iterator[Answer]:
    """In the middle of a conversation, with a store of its own that something is in."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite:///{folder}/memory.sqlite3"
        with surroundings(BACK_COACH_MEMORY=file, BACK_COACH_DIARY="opt-in"):
            caller = Caller(locale)
            pain = Saying("BackPainIntent", {"Severity": (Value("4", None),)})
            told = caller.say(pain, caller.launch())
            if not (_kept() and told.attributes["memo"]["people"]):
                raise LookupError("nothing was kept that could be forgotten")
            yield told


def _kept() -> int:
    """How many items the store in use has."""
    kept = memory.in_use()
    return len(list(kept.store.everything())) if kept else 0


def settings(_: Evidence) -> Iterator[str]:
    """The settings in the environment make sense."""
    try:
        memory.configured()
    except (memory.ConfigurationError, OSError, ImportError) as error:
        yield str(error)


def _event(request: Mapping[str, Any], skill_id: str) -> dict[str, Any]:
    stamped = {**request, "requestId": "check", "timestamp": _NOW.isoformat()}
    session = {"new": True, "sessionId": "check", "attributes": {}}
    return envelope.Device(application=skill_id).ask(stamped, session)


def _host(verify: Any) -> Any:
    from skill.flask_app import create_app  # noqa: PLC0415  (the web host is loaded by need)

    return create_app(skill_id=OURS, verify=verify, speaker=False).test_client()


def _believe(_: Any, body: bytes) -> dict[str, Any]:
    """What a request says, its signature taken for granted: that is looked at by itself."""
    return dict(json.loads(body))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the lines that a host logs of its refusals."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


POINTS = (
    ("what Amazon did not sign is answered 400, what it signed 200", refusals),
    ("another skill's requests are refused, on Lambda and on a server", other_skills),
    ("every type of request is answered, known or not", request_types),
    ("every reply in every state is well-formed and within the limits", limits),
    ("no directive is sent to a device that lacks its interface", interfaces),
    ("forget me and switching the skill off delete everything", forgetting),
    ("the settings in the environment make sense", settings),
    ("the certificate chain that Amazon signs with today is accepted", "send a real request"),
)
