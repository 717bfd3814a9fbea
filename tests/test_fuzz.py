"""The one door under whatever may come: never an exception, always an answer within Alexa's limits.

Most requests are real ones from all over the conversation, with anything in them broken; the others
are drawn from what the SDK declares, every request type of it.

    make fuzz        20,000 of them, other ones each time; `.ci/run` has a seed for as many
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

from door import START, envelope, touch
from drawn import REQUESTS, envelopes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.alexa import answer
from skill.handlers import ANYTIME
from skill.release.replies import faults
from skill.release.walk import APLA, Answer, Caller, Failures
from skill.response import SCREEN
from skill.serializer import at

EXAMPLES = int(os.environ.get("BACK_COACH_FUZZ", "0"))  # none: the same few every time
FEW, STATES, REAL = 1500, 15, 1000
INTERFACES = ((), (APLA,), (SCREEN,), (SCREEN, APLA))


def fuzzed(share: float) -> settings:
    """So many of all requests that are tried."""
    many = round(share * (EXAMPLES or FEW))
    return settings(max_examples=many, derandomize=not EXAMPLES, print_blob=True)


# --- What is sent -------------------------------------------------------------------------------

OTHERS: tuple[dict[str, Any], ...] = (
    {"type": "LaunchRequest", "task": {"name": "x.StartStretch", "input": {"routine": "morning"}}},
    {"type": "SessionEndedRequest", "reason": "A_NEW_REASON", "error": {"type": "NEW"}},
    {"type": "SessionResumedRequest", "cause": {"type": "ConnectionCompleted", "token": "t"}},
    {"type": "Connections.Response", "name": "AskFor", "status": {"code": "200"}, "token": "t",
     "payload": {"status": "ACCEPTED", "permissionScopes": []}},
    {"type": "Connections.Response", "name": "Buy", "status": {"code": "500"}},
    {"type": "Alexa.Presentation.APL.RuntimeError", "errors": [{"type": "NEW"}]},
    {"type": "Alexa.Presentation.APLA.RuntimeError", "errors": [{"reason": "NEW"}]},
    {"type": "AlexaSkillEvent.SkillDisabled"},
    {"type": "AlexaSkillEvent.SkillPermissionAccepted", "body": {"acceptedPermissions": []}},
    {"type": "CanFulfillIntentRequest", "intent": {"name": "BackPainIntent"}},
    {"type": "Brand.NewRequest"},
    touch(["AnswerIntent", "Severity", "3"]),
    touch(["GuideStretchIntent", "Exercise"]),
    touch([]),
)  # fmt: skip


class Recorder(Caller):
    """Keeps what it sends, whole."""

    def __init__(self) -> None:
        super().__init__(interfaces=INTERFACES[-1])
        self.sent: list[dict[str, Any]] = []

    def event(self, request, attributes):
        event = super().event(request, attributes)
        self.sent.append(event)
        return event


@cache
def recorder() -> Recorder:
    """It answers for Alexa's own services as long as it lives."""
    return Recorder()


@cache
def real() -> list[dict[str, Any]]:
    """Requests from all over the conversation, from all kinds of devices, and of other types."""
    chance = random.Random(7)
    states = recorder().states(STATES, lambda *_: None)
    found = chance.sample(recorder().sent, REAL)
    found += [envelope(other, chance.choice(states).attributes) for other in OTHERS]
    for event in found:
        device = event["context"]["System"]["device"]
        device["supportedInterfaces"] = {name: {} for name in chance.choice(INTERFACES)}
    return found


WORDS = (
    "", " ", "?", "no", "-1", "9" * 5000, "²", "٣", "NaN", "null", "self", "__class__", "\x00\x1b",
    "\ud800", "\u202eabc", "🫠" * 300, "<speak><audio src='x'/></speak>", "]]>&amp;&<>\"'",
    "{person}", "{0.__class__}", "%s%n", "…" * 50, "../../etc/passwd", "' OR 1=1 --", "A" * 20_000,
    "P99999999Y", "PT999999999S", "P1W1D", "P-3D", "0000-00-00", "9999-12-31", "0001-01-01",
    "9999-W53-WE", "2026-W00", "2026-13", "25:61", "23:59:60", "MO", "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00+23:59", "2026-03-04T09:00:00", "2026-03-04T09:00:00+99:99",
)  # fmt: skip
NUMBERS = (0, 1, -1, 7, 10**400, 1e308, -0.0, True, False, None)


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    return [nested(depth - 1)] if depth else []


anything = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(NUMBERS),
    st.text(max_size=20),
    st.sampled_from([[], {}, [None], {"": None}, [{}], {"name": 7}, ["x"] * 500]),
    st.integers(1, 100).map(nested),
).map(copy.deepcopy)


def places(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in some JSON, the whole left out."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from places(value, (*way, key))


def anywhere(draw: Callable[..., Any], event: Any) -> tuple[Any, ...]:
    """A place in the event, as likely as any other."""
    ways = list(places(event))
    return ways[draw(PLACE) % len(ways)]


def holder(event: Any, way: tuple[Any, ...]) -> Any:
    """What holds the thing at a place."""
    for key in way[:-1]:
        event = event[key]
    return event


def replaced(draw: Callable[..., Any], event: Any, way: tuple[Any, ...]) -> None:
    holder(event, way)[way[-1]] = draw(anything)


def removed(draw: Callable[..., Any], event: Any, way: tuple[Any, ...]) -> None:
    del holder(event, way)[way[-1]]


def moved(draw: Callable[..., Any], event: Any, way: tuple[Any, ...]) -> None:
    """Something else of the same request stands there."""
    other = anywhere(draw, event)
    holder(event, way)[way[-1]] = copy.deepcopy(holder(event, other)[other[-1]])


def added(draw: Callable[..., Any], event: Any, way: tuple[Any, ...]) -> None:
    found = holder(event, way)
    new = draw(anything)
    if isinstance(found, list):
        found.insert(way[-1], new)
    else:
        found[draw(NAME)] = new


# Made once: for Hypothesis, making a strategy takes as long as drawing from it.
PLACE = st.integers(0, 2**16 - 1)  # far more than there are, so that each is as likely
NAME = st.text(max_size=5)
MANY = st.integers(0, 5)
CHANGE = st.sampled_from([replaced, replaced, removed, moved, added])


@st.composite
def broken(draw: Callable[..., Any]) -> tuple[dict[str, Any], bool]:
    """A real request with up to five things wrong, and whether our own attributes are of them."""
    found = draw(st.sampled_from(real()))
    event = copy.deepcopy(found)
    for _ in range(draw(MANY)):
        change = draw(CHANGE)
        if event:
            change(draw, event, anywhere(draw, event))
    ours, theirs = (at(one, "session", "attributes") for one in (found, event))
    return event, isinstance(theirs, dict) and theirs != ours


# --- What must come back ------------------------------------------------------------------------

DONE = count(1)
OURS = ("it apologised", "it takes")  # faults by our own rules


def wrong(event: dict[str, Any], *, tampered: bool = False) -> list[str]:
    """Whatever is wrong with the answer to a request. Raises what the skill raises.

    An apology is wrong too, and so is going on for long. But nobody except ourselves writes the
    session attributes: where those are `tampered` with, Alexa's limits are enough.
    """
    with Failures() as failures:
        whole = answer(copy.deepcopy(event))
    if EXAMPLES and (done := next(DONE)) % 1000 == 0:
        print(f"{done:,} requests answered", flush=True)
    reply = json.loads(json.dumps(whole, allow_nan=False))
    if not reply["response"] and not wants_words(event.get("request")):
        return []
    listed = at(event, "context", "System", "device", "supportedInterfaces")
    interfaces = tuple(listed) if isinstance(listed, dict) else ()
    attributes = reply.get("sessionAttributes", {})
    if not isinstance(event.get("session"), dict):  # it cannot tell what it asks
        attributes = {"asking": reply["response"].get("reprompt")}
    found = faults(Answer(reply["response"], attributes, START, interfaces, failures.first))
    return [fault for fault in found if not (tampered and fault.startswith(OURS))]


def wants_words(request: Any) -> bool:
    """Whether somebody waits for an answer."""
    kind = at(request, "type")
    if kind == "IntentRequest":
        return isinstance(at(request, "intent", "name"), str)
    if kind == "Alexa.Presentation.APL.UserEvent":
        means = at(request, "arguments")
        return bool(means) and all(isinstance(part, str) for part in means) and means[0] in ANYTIME
    return kind == "LaunchRequest"


def test_there_is_every_intent_among_the_real_requests():
    names = {at(event, "request", "intent", "name") for event in real()}
    assert set(ANYTIME) - {"LaunchRequest", "Connections.Response"} <= names


@fuzzed(0.5)
@given(broken())
def test_a_broken_request_is_answered_within_the_limits(sent):
    event, tampered = sent
    assert wrong(event, tampered=tampered) == []


@settings(fuzzed(0.2), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(broken())
def test_a_broken_request_is_answered_where_something_is_kept(in_file, sent):
    """One memory for all of them: what an earlier one left there is part of what may come."""
    event, tampered = sent
    assert wrong(event, tampered=tampered) == []


@fuzzed(0.3)
@given(st.sampled_from(REQUESTS).flatmap(envelopes))
def test_every_type_of_request_is_answered_within_the_limits(event):
    assert wrong(event) == []
