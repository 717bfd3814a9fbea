"""Requests drawn from what the SDK declares of its own classes: every type and every field.

Strategies are made once each: for Hypothesis, making one takes longer than drawing from it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

from ask_sdk_model import Request
from hypothesis import strategies as st

from skill.serializer import _class

REQUESTS = sorted(Request.discriminator_value_class_map)
ENVELOPE = "ask_sdk_model.request_envelope.RequestEnvelope"
RESPONSE = "ask_sdk_model.response_envelope.ResponseEnvelope"
DEEPEST = 7  # levels drawn in full; below, only what is not an object
WRONG: dict[str, list[Any]] = {
    "str": [7, [], {}, True, 1.5],
    "int": ["x", 1.5, True, {}],
    "float": ["x", [], False],
    "bool": ["true", 1, {}],
    "datetime": ["yesterday", 1772614800000, {}, "", "2026-13-45T00:00:00Z"],
    "list": [7, "abc", {"0": 1}, True],
    "dict": [7, "abc", [1], True],
    "enum": ["BRAND_NEW", 7, {}, []],
    "model": [7, "abc", [1], True],
}


def kind_of(declared: str) -> str:
    if declared in WRONG or declared == "object":
        return declared
    for start in ("list", "dict"):
        if declared.startswith(start):
            return start
    return "enum" if issubclass(_class(declared), Enum) else "model"


def inner(declared: str) -> str:
    """What a list or a dict holds."""
    return declared.partition("[")[2][:-1] or declared.partition(", ")[2][:-1]


@cache
def right(declared: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """JSON of a declared type."""
    kind = kind_of(declared)
    if kind == "list":
        return st.lists(right(inner(declared), depth + 1), max_size=2)
    if kind == "dict":
        return st.dictionaries(st.sampled_from("abc"), right(inner(declared), depth + 1))
    if kind == "enum":
        return st.sampled_from([member.value for member in _class(declared)])
    if kind == "model":
        return model(declared, depth)
    return {
        "str": st.text(max_size=5),
        "int": st.integers(-9, 9),
        "float": st.floats(-9, 9) | st.integers(-9, 9),
        "bool": st.booleans(),
        "object": st.none() | st.integers() | st.lists(st.text(max_size=3), max_size=2),
        "datetime": st.integers(0, 4_000_000_000_000).map(moment),
    }[kind]


def moment(milliseconds: int) -> str:
    """A time as Alexa writes it."""
    at_ = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return at_.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def model(declared: str, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """JSON of a class, or of one of the classes that are a kind of it; any part may be missing."""
    if depth > DEEPEST:
        return st.just({})
    children = getattr(_class(declared), "discriminator_value_class_map", {})
    if not children:
        return fields(declared, {}, depth)
    key = _class(declared).json_discriminator_key
    kinds = {value: fields(children[value], {key: value}, depth) for value in sorted(children)}
    return st.sampled_from(sorted(kinds)).flatmap(kinds.__getitem__)


def fields(declared: str, always: dict[str, Any], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    kind = _class(declared)
    optional = {
        kind.attribute_map[name]: st.none() | st.deferred(lambda of=of: right(of, depth + 1))
        for name, of in kind.deserialized_types.items()
        if kind.attribute_map[name] not in always
    }
    required = {key: st.just(value) for key, value in always.items()}
    return st.fixed_dictionaries(required, optional=optional)


@cache
def envelopes(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Whole envelopes around a request of one type."""
    request = fields(Request.discriminator_value_class_map[kind], {"type": kind}, 0)
    system = {"application": {"applicationId": "amzn1.ask.skill.test"}}
    return st.builds(
        lambda whole, request: {
            **whole,
            "context": {
                **(whole.get("context") or {}),
                "System": {**((whole.get("context") or {}).get("System") or {}), **system},
            },
            "request": request,
        },
        fields(ENVELOPE, {}, 0),
        request,
    )
