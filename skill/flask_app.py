"""The web host: refuse what Alexa did not sign, pass the rest on, say how it went in a log line.

    gunicorn --config python:skill.serving

`POST /alexa` is the skill's endpoint, `GET /healthz` tells that the host is up, and the local
speaker's page is at `/`. flask-ask-sdk passes requests to the skill; the order here matters: the
signature is checked on the raw bytes first, because the SDK itself would parse and convert a
request before it asks who sent it.

A request is parsed once, by `verify`; the SDK is given what came of it. orjson does that and writes
the answers, for with the standard library JSON was a quarter of what a request took.

The log is for whoever runs the host. It never holds what was said or found: ids are hashed, and
of an exception only its kind and place are kept, since its text may quote a person.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from time import perf_counter, time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson
from ask_sdk_model import RequestEnvelope
from flask import Flask, Response, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from skill import memory
from skill.serializer import LazySerializer, text_at
from skill.signature import Headers, RefusedError, Verifier

if TYPE_CHECKING:
    from skill.alexa import CustomSkill

MOST_REQUEST_BYTES = 256 * 1024  # Alexa's own limit on what comes back to us is 120 kB

Verify = Callable[[Headers, bytes], dict[str, Any]]


def _replace_certvalidator() -> None:
    """Let flask-ask-sdk be imported, without the dead library beneath its own verifier.

    `certvalidator` stands on `oscrypto`, which no longer imports beside a current OpenSSL. The
    SDK wants three names of it; ours fail loudly if its verifier is ever switched on again.
    """

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("certvalidator is not in use: skill.signature checks certificates")

    package, errors = ModuleType("certvalidator"), ModuleType("certvalidator.errors")
    vars(package).update(CertificateValidator=refuse, errors=errors)
    vars(errors).update(PathError=ValueError, ValidationError=ValueError)
    sys.modules.update({"certvalidator": package, "certvalidator.errors": errors})


_replace_certvalidator()

from flask_ask_sdk.skill_adapter import (  # noqa: E402  (needs the stand-in above)
    VERIFY_SIGNATURE_APP_CONFIG,
    VERIFY_TIMESTAMP_APP_CONFIG,
    SkillAdapter,
)


def create_app(
    *,
    skill: CustomSkill | None = None,
    skill_id: str | None = None,
    verify: Verify | None = None,
    speaker: bool = True,
) -> Flask:
    """The host as a WSGI application.

    `skill` is Back Coach when left out; `skill_id`, whose requests alone are let in, is
    BACK_COACH_SKILL_ID (unset: any skill's); `verify`, which turns headers and body into the
    request's JSON or raises `RefusedError`, is Amazon's way. Without `speaker` there is no page.
    """
    memory.in_a_file_of_this_user()
    app = Flask(__name__, static_folder=None)
    app.json = QuickJson(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_REQUEST_BYTES
    app.config[VERIFY_SIGNATURE_APP_CONFIG] = False  # done by `verify`, before the SDK parses
    app.config[VERIFY_TIMESTAMP_APP_CONFIG] = False
    _log_as_json(app)
    _look_at_the_memory(app)

    skill_id = skill_id or os.environ.get("BACK_COACH_SKILL_ID")
    if not skill_id:
        app.logger.warning("BACK_COACH_SKILL_ID is not set: /alexa answers for any skill")
    adapter = SkillAdapter(skill=skill or _back_coach(), skill_id=skill_id, app=app)
    verify = verify or Verifier().envelope

    def alexa() -> Response:
        g.envelope = envelope = verify(Sent(request.environ), _body())
        g.facts |= {"verify_ms": _milliseconds(perf_counter() - g.began)} | _about(envelope)
        _check_skill(envelope, skill_id)
        response: Response = adapter.dispatch_request()
        return response

    app.add_url_rule("/alexa", view_func=alexa, methods=["POST"])
    app.add_url_rule("/healthz", view_func=healthz)
    app.register_error_handler(RefusedError, _refuse)
    if speaker:
        from skill.speaker.web import speaker as page  # noqa: PLC0415  (not needed for Alexa)

        app.register_blueprint(page)
    return app


def _look_at_the_memory(app: Flask) -> None:
    """Say at the start that nothing can be kept. No answer depends on it: it would go unnoticed."""
    kept = memory.in_use()
    try:
        if kept:
            kept.store.read("")
            kept.store.put((), time())  # a file may be there to be read, and not to be written
    except OSError as error:
        app.logger.error("memory: cannot be used now: %s", error)  # noqa: TRY400 - where is plain


def _back_coach() -> CustomSkill:
    from skill.alexa import build_skill  # noqa: PLC0415  (tests may bring another skill)

    skill = copy(build_skill())  # the SDK's adapter writes its name on it
    skill.serializer = AlreadyParsed()
    return skill


class Sent:
    """The headers of a request, straight from the server: Werkzeug's table of them costs more."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        """Those in a WSGI environment."""
        self._environ = environ

    def get(self, name: str) -> str | None:
        """The value of a header, or None where it is missing."""
        return self._environ.get(f"HTTP_{name.upper().replace('-', '_')}")


class AlreadyParsed(LazySerializer):
    """For the SDK, which is handed the body as text: the request as `verify` has parsed it."""

    def deserialize(self, payload: Any, obj_type: Any) -> Any:
        """The request of the turn that is being answered; anything else as its text says."""
        return super().deserialize(g.envelope if obj_type is RequestEnvelope else payload, obj_type)


class QuickJson(DefaultJSONProvider):
    """Flask's JSON, written by orjson."""

    def dumps(self, obj: Any, **options: Any) -> str:
        """The data as JSON text."""
        try:
            return orjson.dumps(obj).decode()
        except TypeError:  # half of a surrogate pair, say, which the standard library lets pass
            return super().dumps(obj, **options)


def healthz() -> Response:
    """`{"status": "ok"}`, for whatever watches the host."""
    return jsonify(status="ok")


def _body() -> bytes:
    """The raw bytes of the request, kept by Flask for the SDK to read again.

    Too big, cut off, or in chunks that are none: Amazon wants 400 for every refusal.
    """
    try:
        return request.get_data()
    except HTTPException as error:
        raise RefusedError(error.name) from None
    except Exception as error:  # noqa: BLE001 - every server has errors of its own for these
        raise RefusedError(f"the body cannot be read: {type(error).__name__}") from None


def _check_skill(envelope: Mapping[str, Any], skill_id: str | None) -> None:
    """Raise `RefusedError` for a request to another skill: Amazon's signature is on those too."""
    application = ("application", "applicationId")
    theirs = text_at(envelope, "context", "System", *application)
    in_session = text_at(envelope, "session", *application)  # an event comes without a session
    if skill_id and (theirs != skill_id or in_session not in (skill_id, None)):
        raise RefusedError("the request is for another skill")


def _refuse(error: RefusedError) -> tuple[Response, int]:
    g.facts |= {"outcome": "refused", "why": str(error)}
    return jsonify(error="refused"), HTTPStatus.BAD_REQUEST


# The log: one JSON object a line.


def _about(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What the log may know of a request: its type, and ids that tell two apart, no more."""
    return {
        "type": text_at(envelope, "request", "type"),
        "request": _short(text_at(envelope, "request", "requestId")),
        "session": _short(text_at(envelope, "session", "sessionId")),
    }


def _short(identifier: str | None) -> str | None:
    return identifier and sha256(identifier.encode(errors="replace")).hexdigest()[:12]


def _log_as_json(app: Flask) -> None:
    _handler.setFormatter(JsonLine())
    for name in (app.name, "back_coach"):  # Flask's `app.logger`, and the skill's own
        logger = logging.getLogger(name)
        logger.addHandler(_handler)
        logger.addFilter(drop_words)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # or the server's own handlers would write each line again
    app.app_ctx_globals_class = Noted
    app.after_request(_end)


class Noted(Flask.app_ctx_globals_class):  # type: ignore[misc,valid-type]
    """What `flask.g` is of a request here: when it began, and what the log may say of it."""

    def __init__(self) -> None:
        """Begin."""
        self.began = perf_counter()
        self.facts: dict[str, Any] = {}


def _end(response: Response) -> Response:
    outcome = "failed" if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else "answered"
    facts = {"path": _rule(), "status": response.status_code, "outcome": outcome} | g.facts
    facts["ms"] = _milliseconds(perf_counter() - g.began)
    # Past `logging`, whose way from a call to its handlers takes as long as the signature.
    _write(_line(time(), "info", "request", facts))
    return response


def _rule() -> str | None:
    """The route that was asked for, as it is declared: an address itself could hold anything."""
    return request.url_rule.rule if request.url_rule else None


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)


def drop_words(record: logging.LogRecord) -> bool:
    """Replace an exception by its kind and place. True: the line itself is kept."""
    error = record.exc_info[1] if record.exc_info else None
    if error:
        frames = traceback.extract_tb(error.__traceback__)[-5:]
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        vars(record)["facts"] = {"error": type(error).__name__, "at": places}
        record.exc_info = record.exc_text = None
    return True


class JsonLine(logging.Formatter):
    """A line of the log: time, level, event, and the facts that `extra` brings."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; an exception's own text is never in it."""
        facts = vars(record).get("facts", {})
        return _line(record.created, record.levelname.lower(), record.getMessage(), facts)


def _line(moment: float, level: str, event: str, facts: Mapping[str, Any]) -> str:
    when = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    line = {"time": when, "level": level, "event": event, **facts}
    try:
        return orjson.dumps(line).decode()
    except TypeError:  # as above
        return json.dumps(line)


def _write(line: str) -> None:
    """Write to standard error, which sends each line at once. A log that is gone stops nobody."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")


class _StandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _write(self.format(record))


_handler = _StandardError()
