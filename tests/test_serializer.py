"""The lazy serializer against the SDK's own: the same objects for what is right, None for the rest.

Requests and responses are drawn from what the SDK declares of its own classes, so that every
request type and every field it knows is compared, with values of the declared types.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, Request, RequestEnvelope, Response, Session
from ask_sdk_model.response_envelope import ResponseEnvelope
from door import START, envelope, intent
from drawn import ENVELOPE, REQUESTS, RESPONSE, WRONG, envelopes, inner, kind_of, right
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa import answer
from skill.serializer import LazySerializer, PlainJson, _class, at, raw

SDK, OURS = DefaultSerializer(), LazySerializer()


def assert_same(theirs: Any, ours: Any) -> None:
    """Two objects with the same attributes, all the way down; ours is of the SDK's class too."""
    if isinstance(theirs, list) and theirs != ours:
        found = [one for one in theirs if one is not None]
        for one, other in zip(found, ours, strict=True):
            assert_same(one, other)
    elif isinstance(theirs, dict) and theirs != ours:
        found = {key: one for key, one in theirs.items() if one is not None}
        assert found.keys() == ours.keys()
        for key in found:
            assert_same(theirs[key], ours[key])
    elif hasattr(theirs, "deserialized_types"):
        assert isinstance(ours, type(theirs))
        assert ours.__class__.__name__ == theirs.__class__.__name__
        for name in vars(theirs):
            if not name.startswith("_"):
                assert_same(getattr(theirs, name), getattr(ours, name))
    else:
        assert theirs == ours


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_kind_of_request_is_read_as_the_sdk_reads_it(kind):
    @settings(max_examples=20)
    @given(envelopes(kind))
    def same(event):
        theirs = SDK.deserialize(json.dumps(event), RequestEnvelope)
        for ours in (event, json.dumps(event)):
            assert_same(theirs, OURS.deserialize(ours, RequestEnvelope))

    same()


@given(st.sampled_from(REQUESTS).flatmap(envelopes), st.data())
def test_what_the_sdk_does_not_know_is_there_under_its_own_name(event, data):
    path = data.draw(st.sampled_from([path for path, kind in spots(event) if kind == "model"]))
    at(event, *path)["aBrandNewKey"] = {"deep": [1, None]}
    theirs = SDK.deserialize(json.dumps(event), RequestEnvelope)
    assert_same(theirs, OURS.deserialize(event, RequestEnvelope))


@given(st.sampled_from(REQUESTS).flatmap(envelopes), st.data())
def test_what_is_of_the_wrong_type_is_not_there_and_the_rest_is_as_the_sdk_reads_it(event, data):
    path, kind = data.draw(st.sampled_from(spots(event)))
    wrong = data.draw(st.sampled_from(WRONG[kind]))
    broken, without = copy.deepcopy(event), copy.deepcopy(event)
    holder = at(broken, *path[:-1])
    holder[path[-1]] = wrong
    at(without, *path[:-1])[path[-1]] = None
    theirs = SDK.deserialize(json.dumps(without), RequestEnvelope)
    assert_same(theirs, OURS.deserialize(broken, RequestEnvelope))


def spots(event: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Where in the objects of an envelope something of a declared type is, and of which kind."""
    found: list[tuple[tuple[str, ...], str]] = []
    _spots(event, ENVELOPE, (), found)
    to_application = ("context", "System", "application")  # put back when wrong: see below
    return [(path, kind) for path, kind in found if path != to_application[: len(path)]]


def _spots(value: Any, declared: str, path: tuple[str, ...], found: list[Any]) -> None:
    kind = kind_of(declared)
    if value is None or kind == "object":
        return
    found.append((path, kind))
    if kind == "dict" and declared != "dict(str, object)":
        for key, one in value.items():
            _spots(one, inner(declared), (*path, key), found)
    if kind == "model":
        cls = _class(declared)
        children = getattr(cls, "discriminator_value_class_map", {})
        type_ = value.get(getattr(cls, "json_discriminator_key", None))
        cls = _class(children[type_]) if type_ in children else cls
        for name, of in cls.deserialized_types.items():
            key = cls.attribute_map[name]
            if key in value and not (children and key == cls.json_discriminator_key):
                _spots(value[key], of, (*path, key), found)


@pytest.mark.parametrize(
    "event",
    [None, 7, "x", [], {}, {"context": 7}, {"context": {"System": []}}, {"context": {}}, True],
    ids=str,
)
def test_an_envelope_with_nothing_in_it_still_has_an_application_to_check(event):
    payload = json.dumps(event) if isinstance(event, str) else event
    found = OURS.deserialize(payload, RequestEnvelope)
    assert isinstance(found, RequestEnvelope)
    assert found.context.system.application.application_id is None
    assert found.request is None
    assert found.session is None


def test_a_request_of_a_new_kind_is_a_request_with_all_its_json():
    event = envelope({"type": "Brand.New", "payload": {"deep": [1]}})
    with pytest.raises(SerializationException):
        SDK.deserialize(json.dumps(event), RequestEnvelope)
    request = OURS.deserialize(event, RequestEnvelope).request
    assert isinstance(request, Request)
    assert request.object_type == "Brand.New"
    assert request.timestamp == START
    assert request.payload == {"deep": [1]}
    assert at(raw(request), "payload", "deep") == [1]
    assert at(raw(request), "payload", "shallow", "x") is None


def test_a_new_value_among_many_costs_no_more_than_itself():
    event = envelope(intent("SymptomIntent", Symptom=["fever"]))
    event["context"]["System"]["user"]["permissions"] = {
        "scopes": {"a": {"status": "GRANTED"}, "b": {"status": "MAYBE"}, "c": 7}
    }
    scopes = OURS.deserialize(event, RequestEnvelope).context.system.user.permissions.scopes
    assert scopes["a"].status.value == "GRANTED"
    assert scopes["b"].status is None
    assert set(scopes) == {"a", "b"}


def test_a_hostile_key_changes_no_method_and_no_class():
    event = envelope(intent("BackPainIntent"))
    event["request"] |= {"to_dict": 1, "__class__": "x", "__deepcopy__": 1, "_json": {}, "name": 1}
    request = OURS.deserialize(event, RequestEnvelope).request
    assert isinstance(request, IntentRequest)
    assert request.to_dict()["object_type"] == "IntentRequest"
    assert copy.deepcopy(request).intent.name == "BackPainIntent"
    assert repr(request)


def test_what_came_is_not_changed():
    event = envelope(intent("BackPainIntent"), {"memo": {"people": {}}})
    before = copy.deepcopy(event)
    answer(event)
    assert event == before


def test_the_session_attributes_are_passed_on_as_they_are():
    event = envelope({"type": "Brand.New"}, {"a": {"b": [1, None]}})
    attributes = OURS.deserialize(event, RequestEnvelope).session.attributes
    assert isinstance(attributes, PlainJson)
    assert copy.deepcopy(attributes) is attributes
    assert OURS.serialize(attributes) == {"a": {"b": [1, None]}}


def test_other_classes_are_read_by_the_sdk():
    found = OURS.deserialize('{"new": true, "sessionId": 7}', Session)
    assert type(found) is Session
    assert found.session_id == "7"
    with pytest.raises(SerializationException):
        OURS.deserialize("no JSON", Session)


@given(right(RESPONSE))
def test_a_response_is_written_as_the_sdk_writes_it(data):
    response = SDK.deserialize(json.dumps(data), ResponseEnvelope)
    assert OURS.serialize(response) == SDK.serialize(response)


@pytest.mark.parametrize(
    "value",
    [None, 1, 1.5, "a", b"a", True, [1, (2, "b")], START, START.date(), {"a": {"b": [None]}}],
    ids=str,
)
def test_plain_values_are_written_as_the_sdk_writes_them(value):
    response = Response(api_response=value)
    assert OURS.serialize(response) == SDK.serialize(response)
