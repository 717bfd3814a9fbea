"""Amazon's Reminders, Timers and Settings APIs, standing in: the same JSON, on this machine alone.

The skill is given this address and a token with each request, as an Echo would give it Amazon's, so
that it needs no special case for the local speaker. One server serves every speaker of a process;
the token says whose reminders are meant.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote
from weakref import WeakValueDictionary

from skill.alarms import Api
from skill.speaker.alarm_clock import AlarmClock, BadRequestError
from skill.speaker.envelope import NOWHERE
from skill.speaker.envelope import Api as Where

_MOST_BYTES = 64 * 1024  # of a request
_SERVED: WeakValueDictionary[str, AlarmClock] = WeakValueDictionary()

Reply = tuple[HTTPStatus, Any]


def serve(clock: AlarmClock) -> Where:
    """Where the APIs answer for this device; nowhere, if this machine lets nobody listen."""
    _SERVED[clock.token] = clock
    address = _address()
    return Where(address, clock.token) if address else NOWHERE


@cache
def _address() -> str | None:
    try:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    except OSError:
        return None
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True, name="alerts-api").start()
    return f"http://127.0.0.1:{server.server_port}"


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # seconds for a request to arrive
    wbufsize = -1  # an answer goes out in one piece

    def do_GET(self) -> None:
        self._answer(_get)

    def do_POST(self) -> None:
        self._answer(_post)

    def do_PUT(self) -> None:
        self._answer(_put)

    def do_DELETE(self) -> None:
        self._answer(_delete)

    def _answer(self, ask: Callable[[AlarmClock, list[str], Any], Reply]) -> None:
        clock = _SERVED.get((self.headers["Authorization"] or "").removeprefix("Bearer "))
        path = [unquote(part) for part in self.path.split("/")[1:]]
        if clock is None:
            status, content = _error(HTTPStatus.UNAUTHORIZED, "INVALID_BEARER_TOKEN")
        else:
            status, content = _allowed(clock, path) or self._asked(clock, path, ask)
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _asked(
        self, clock: AlarmClock, path: list[str], ask: Callable[[AlarmClock, list[str], Any], Reply]
    ) -> Reply:
        try:
            size = int(self.headers["Content-Length"] or 0)
            body = json.loads(self.rfile.read(size)) if 0 < size <= _MOST_BYTES else None
            return ask(clock, path, body)
        except BadRequestError as error:
            return _error(HTTPStatus.BAD_REQUEST, str(error))
        except KeyError:
            return _error(HTTPStatus.NOT_FOUND, "ALERT_NOT_FOUND")
        except ValueError:
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_JSON")

    def log_message(self, *_: Any) -> None:
        """Nothing: the skill's own log says how it went."""


def _error(status: HTTPStatus, code: str) -> Reply:
    return status, {"code": code, "message": code.replace("_", " ").capitalize()}


def _allowed(clock: AlarmClock, path: list[str]) -> Reply | None:
    """What is answered to somebody who may not, or on a device that cannot; None: go on."""
    match path:
        case ["v1", "alerts", "reminders" | "timers" as api, *_]:
            if api not in clock.allowed:
                return _error(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED")
            if api not in clock.can:
                return _error(HTTPStatus.FORBIDDEN, "DEVICE_NOT_SUPPORTED")
    return None


def _get(clock: AlarmClock, path: list[str], _body: Any) -> Reply:
    match path:
        case ["v1", "alerts", "reminders"]:
            found = clock.reminders()
            return HTTPStatus.OK, {"totalCount": str(len(found)), "alerts": found, "links": None}
        case ["v1", "alerts", "timers"]:
            timers = clock.timers()
            return HTTPStatus.OK, {
                "totalCount": len(timers),
                "timers": timers,
                "nextToken": None,
            }
        case ["v2", "devices", _, "settings", "System.timeZone"]:
            return HTTPStatus.OK, clock.zone.key
    raise KeyError(path[-1])


def _post(clock: AlarmClock, path: list[str], body: Any) -> Reply:
    match path:
        case ["v1", "alerts", "reminders"]:
            return HTTPStatus.OK, _in_short(clock, clock.set_reminder(body))
        case ["v1", "alerts", "timers"]:
            return HTTPStatus.OK, clock.start_timer(body)
    raise KeyError(path[-1])


def _put(clock: AlarmClock, path: list[str], body: Any) -> Reply:
    match path:
        case ["v1", "alerts", "reminders", token]:
            return HTTPStatus.OK, _in_short(clock, clock.set_reminder(body, token))
    raise KeyError(path[-1])


def _delete(clock: AlarmClock, path: list[str], _body: Any) -> Reply:
    match path:
        case ["v1", "alerts", "reminders" | "timers" as api, token]:
            clock.delete(_api(api), token)
            return HTTPStatus.OK, None
    raise KeyError(path[-1])


def _api(name: str) -> Api:
    return "reminders" if name == "reminders" else "timers"


def _in_short(clock: AlarmClock, reminder: dict[str, Any]) -> dict[str, Any]:
    """What the API says of a reminder that was just made or changed.

    Amazon's are never `fleeting`: a device of ours may forget it when it is switched off.
    """
    short = ("alertToken", "createdTime", "updatedTime", "status", "version")
    href = f"/v1/alerts/reminders/{reminder['alertToken']}"
    fleeting = {"fleeting": True} if clock.fleeting else {}
    return {**{key: reminder[key] for key in short}, "href": href, **fleeting}
