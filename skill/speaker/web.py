"""The speaker as a web page: `GET /` and what the page asks of `POST /speaker/turn`.

It is a speaker with a screen: what is on it comes with the reply, as on an Echo Show, and a touch
goes the same way as words.

It is for this machine alone, unless BACK_COACH_SPEAKER_HOSTS names what else it is called: then
whoever reaches it by one of those names may use it. Requests that came by any other name, from
another machine, by a proxy or from another site's page are refused.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState

from skill.speaker.alarm_clock import AlarmClock, Ring, read_out
from skill.speaker.cloud import Cloud, now
from skill.speaker.envelope import Device
from skill.speaker.exchange import Exchange, Utterance
from skill.speaker.household_clock import alarm_clock

CONVERSATIONS = "back_coach_conversations"
"""Where an app keeps its `Conversations`, among its extensions."""

MOST_CONVERSATIONS = 64  # the least recently used is forgotten first
MOST_CHARACTERS = 1000  # of one utterance, and of all its other readings
MOST_READINGS = 10
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

speaker = Blueprint("speaker", __name__, static_folder="page", static_url_path="/speaker/page")


@dataclass
class Conversation:
    """One page's conversation; a page that asks twice at once is answered one after the other."""

    cloud: Cloud
    lock: Lock = field(default_factory=Lock)


class Conversations:
    """The conversations of all open pages, by an id that cannot be guessed. In memory only."""

    def __init__(
        self,
        new_cloud: Callable[[], Cloud],
        most: int = MOST_CONVERSATIONS,
        alarms: AlarmClock | None = None,
    ) -> None:
        """`new_cloud` makes the speaker of a new conversation; `most` are kept.

        `alarms` are the device's, which all of them share: what was set on one page rings on every
        page that is open.
        """
        self.alarms = alarms or AlarmClock()
        self.told_missed = False  # what was missed while it was off, to the first page that asks
        self._new_cloud = new_cloud
        self._most = most
        self._by_id: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = Lock()

    def take(self, wanted: str | None) -> tuple[str, Conversation]:
        """The conversation of that id, or a new one under a new id when it is not known."""
        with self._lock:
            if wanted is not None and wanted in self._by_id:
                self._by_id.move_to_end(wanted)
                return wanted, self._by_id[wanted]
            fresh, conversation = (
                secrets.token_urlsafe(16),
                Conversation(self._new_cloud()),
            )
            self._by_id[fresh] = conversation
            if len(self._by_id) > self._most:
                self._by_id.popitem(last=False)
            return fresh, conversation


@speaker.record_once
def _remember(state: BlueprintSetupState) -> None:
    alarms = alarm_clock("page")
    conversations = Conversations(lambda: with_screen(alarms), alarms=alarms)
    state.app.extensions.setdefault(CONVERSATIONS, conversations)


def with_screen(alarms: AlarmClock) -> Cloud:
    """A speaker with a screen."""
    return Cloud(Device(screen=True), alarms=alarms)


def other_names() -> frozenset[str]:
    """The names by which other machines may ask (BACK_COACH_SPEAKER_HOSTS, with commas)."""
    named = os.environ.get("BACK_COACH_SPEAKER_HOSTS", "").lower().split(",")
    return frozenset(name.strip() for name in named if name.strip())


@speaker.before_request
def _refuse_outsiders() -> Response | None:
    here = _is_here(request.remote_addr) and _is_here(_host_name())
    if not here and _host_name() not in other_names():
        return _refuse(HTTPStatus.FORBIDDEN, "The speaker answers on this machine only.")
    if any(header in request.headers for header in _PROXY_HEADERS):
        return _refuse(HTTPStatus.FORBIDDEN, "The speaker does not answer through a proxy.")
    if request.method == "POST" and not _is_our_page():
        return _refuse(HTTPStatus.FORBIDDEN, "Only the speaker's own page may ask this.")
    return None


@speaker.after_request
def _lock_down(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


@speaker.get("/")
def page() -> Response:
    """The page itself."""
    return speaker.send_static_file("index.html")


@speaker.post("/speaker/turn")
def turn() -> Response:
    """One turn: `{"say", "after", "conversation"}` in; the exchange, to play and to show, out.

    `say` empty is silence; `after` is in seconds since the last reply began, as in `talk --json`;
    `conversation` is the id of the last answer, null at first. `others` may hold what else may
    have been said, likeliest first. `touch`, what a button means, may stand in for `say`.
    """
    if not request.is_json:
        return _refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON.")
    asked = request.get_json(silent=True)
    try:
        wanted, said = _asked(asked)
    except ValueError as error:
        return _refuse(HTTPStatus.BAD_REQUEST, str(error))
    conversations = cast("Conversations", current_app.extensions[CONVERSATIONS])
    name, conversation = conversations.take(wanted)
    with conversation.lock:
        cloud = conversation.cloud
        exchange = cloud.hear(said) if isinstance(said, Utterance) else cloud.touch(*said)
    rings_in = _rings_in(conversations.alarms)
    return jsonify({"conversation": name, "rings_in": rings_in, **_to_show(exchange)})


@speaker.get("/speaker/rings")
def rings() -> Response:
    """What has rung: `{"rings": [text], "last": number, "rings_in": seconds or null}`.

    `?after=` the `last` of before; without it there is only the number to begin from, and for the
    first page what went by while the speaker was off.
    """
    conversations = cast("Conversations", current_app.extensions[CONVERSATIONS])
    alarms, after = conversations.alarms, request.args.get("after", type=int)
    alarms.ring(now())
    rang = list(alarms.rang)
    new = [read_out(ring, "en-US") for ring in rang if _is_new(ring, after, conversations)]
    conversations.told_missed = True
    last = rang[-1].number if rang else 0
    return jsonify({"rings": new, "last": last, "rings_in": _rings_in(alarms)})


def _is_new(ring: Ring, after: int | None, conversations: Conversations) -> bool:
    if after is None:
        return ring.missed is not None and not conversations.told_missed
    return ring.number > after


def _rings_in(alarms: AlarmClock) -> float | None:
    """The seconds until the next ring; None when nothing is set."""
    due = alarms.next_ring()
    return None if due is None else max(0.0, (due - now()).total_seconds())


def _to_show(exchange: Exchange) -> dict[str, Any]:
    understood = exchange.understood
    return {
        **exchange.to_json(),
        "timeline": [asdict(piece) for piece in exchange.timeline],
        "request": exchange.request,
        "response": exchange.response,
        "confidence": understood and understood.confidence,
        "why": understood and list(understood.why),
    }


def _host_name() -> str | None:
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:
        return None


def _is_here(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _is_our_page() -> bool:
    """Whether the browser says so; a client that is no browser sends neither header."""
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


Touch = tuple[list[str], float | None]
"""What a button means, and how many seconds after the last reply began it was touched."""


def _asked(content: Any) -> tuple[str | None, Utterance | Touch]:
    """Which conversation, and what was said or touched. Raises ValueError with the reason."""
    match content:
        case {"conversation": None | str() as conversation, "touch": list(means), **rest}:
            after = Utterance.from_json({"say": "", **rest}).after
            if not means or not all(isinstance(part, str) for part in means):
                raise ValueError('"touch" should be a list of what the button means')
            return conversation, (means, after)
        case {"conversation": None | str() as conversation, **said}:
            others = _others(said.pop("others", []))
            utterance = replace(Utterance.from_json(said), others=others)
        case _:
            raise ValueError('"conversation" should be there, as an id or null')
    if len(utterance.say) > MOST_CHARACTERS:
        raise ValueError(f'"say" should have {MOST_CHARACTERS} characters at most')
    return conversation, utterance


def _others(content: Any) -> tuple[str, ...]:
    """What else may have been said. Raises ValueError where that is no list of short texts."""
    texts = isinstance(content, list) and all(isinstance(text, str) for text in content)
    if not texts or len(content) > MOST_READINGS or len("".join(content)) > MOST_CHARACTERS:
        raise ValueError(f'"others" should be a list of {MOST_READINGS} texts at most')
    return tuple(content)


def _refuse(status: HTTPStatus, reason: str) -> Response:
    response = jsonify({"error": reason})
    response.status_code = status
    return response
