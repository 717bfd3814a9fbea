"""Alexa JSON <-> the SDK's objects, each attribute converted when somebody first looks at it.

The SDK's own serializer turns a whole request into objects, by reflection, before a skill sees
any of it: nine tenths of a turn, mostly for what nobody reads. It also raises on whatever it does
not know, before any handler could answer. Ours stands behind the SDK's own extension point
(`skill.serializer`). It hands over the same classes with the same attributes, and knows no wrong:

- an attribute of the wrong type, or of an enum value that is not known, is None; in a list or a
  dict it is left out;
- a request, slot value or the like of a kind that is not known is of the class it is a kind of
  (`ask_sdk_model.Request`), with all its JSON;
- a time is ISO 8601, as Alexa writes it.

The SDK itself looks at the session and the skill's id; a handler, interceptor or adapter made for
the SDK may look at anything. Ours read the JSON behind it (`raw`, `at`), as much has no class.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, cast

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope

_ENVELOPE = "ask_sdk_model.request_envelope.RequestEnvelope"

Convert = Callable[[Any], Any]
"""JSON to a value. Raises when it cannot be one."""


class PlainJson(dict[str, Any]):
    """JSON data that can go out as it stands.

    The SDK copies the session attributes of a request in case a handler changes them, and
    converts those of a response in case they hold objects, node by node. Ours are never changed
    in place, and hold none.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> PlainJson:
        """The same: nobody changes it."""
        return self


class LazySerializer(DefaultSerializer):
    """The SDK's serializer for everything but requests, which are read lazily."""

    def deserialize(self, payload: Any, obj_type: Any) -> Any:
        """The object for a payload.

        A `RequestEnvelope` may come as JSON text or as what `json.loads` makes of it, and never
        raises for well-formed JSON. Anything else is read by the SDK.
        """
        if obj_type is not RequestEnvelope:
            return super().deserialize(payload, obj_type)
        event = json.loads(payload) if isinstance(payload, str | bytes) else payload
        return _lazy(_ENVELOPE)(_whole(table(event)))

    def serialize(self, obj: Any) -> Any:
        """The JSON data for an object, the same as the SDK makes of it."""
        kind: Any = type(obj)
        if kind in _AS_IT_IS:
            return obj
        if kind is dict:
            return {key: self.serialize(value) for key, value in obj.items()}
        if kind is list:
            return [self.serialize(value) for value in obj]
        if hasattr(kind, "deserialized_types"):
            return {
                key: self.serialize(value)
                for name, key in _keys(kind)
                if (value := getattr(obj, name)) is not None
            }
        return super().serialize(obj)


_AS_IT_IS = frozenset({str, int, float, bool, type(None), PlainJson})


def raw(part: Any) -> Any:
    """The JSON behind an object of `LazySerializer`."""
    return part._json  # noqa: SLF001 - this module's own


def at(data: Any, *path: str) -> Any:
    """What is at a path of keys in JSON data: `at(event, "context", "Viewport")`.

    None where there is nothing, or something else than an object on the way.
    """
    try:
        for key in path:
            data = data.get(key)
    except AttributeError:  # of all JSON only an object has something at a key
        return None
    return data


def text_at(data: Any, *path: str) -> str | None:
    """The text at a path of keys in JSON data, or None where there is none."""
    found = at(data, *path)
    return found if isinstance(found, str) else None


def table(value: Any) -> dict[str, Any]:
    """The value, which is taken for an object with nothing in it where it is none."""
    return value if isinstance(value, dict) else {}


def _whole(event: dict[str, Any]) -> dict[str, Any]:
    """The event with an application in it: the SDK reads its id without looking."""
    context = table(event.get("context"))
    system = table(context.get("System"))
    if isinstance(system.get("application"), dict):
        return event
    return {**event, "context": {**context, "System": {**system, "application": {}}}}


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """The attributes of an SDK class that are written out, and what they are called in JSON."""
    names = getattr(kind, "attribute_map", {})
    return tuple((name, names.get(name, name)) for name in kind.deserialized_types)


# --- From JSON ----------------------------------------------------------------------------------


class _Attribute:
    """An attribute of a lazy object: converted on first touch, then kept in the object's dict.

    Python looks there before it comes here, as with `functools.cached_property`.
    """

    def __init__(self, name: str, key: str, convert: Convert, otherwise: Any) -> None:
        self._name, self._key, self._convert, self._otherwise = name, key, convert, otherwise

    def __get__(self, model: Any, owner: type[Any] | None = None) -> Any:
        if model is None:
            return self
        data = model.__dict__["_json"]
        value = self._otherwise
        if self._key in data:
            value = _converted(self._convert, data[self._key])
        model.__dict__[self._name] = value
        return value


class _Lazy:
    """What a lazy object has beside its attributes. Mixed into a class of the SDK."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._json = data

    def __getattr__(self, name: str) -> Any:
        """What the SDK does not know is there as it came, under its own name."""
        data = self.__dict__.get("_json", {})
        if name in data and not name.startswith("__"):
            return data[name]
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._json == raw(other)

    __hash__ = None  # type: ignore[assignment]  # as in the SDK: they can be changed


def _converted(convert: Convert, value: Any) -> Any:
    if value is None:
        return None
    try:
        return convert(value)
    except Exception:  # noqa: BLE001 - whatever a stranger sent: it is not there
        return None


@cache
def _converter(declared: str) -> Convert:
    """How to convert what the SDK declares: `str`, `list[...]`, `dict(str, ...)`, a class."""
    if declared in _SIMPLE:
        return _SIMPLE[declared]
    if declared.startswith("list["):
        return _list(_converter(declared[5:-1]))
    if declared.startswith("dict(str, "):
        return _dict(_converter(declared[10:-1]))
    return lambda value: _of_class(declared)(value)  # noqa: PLW0108 - imports it when one is there


@cache
def _of_class(name: str) -> Convert:
    """How to make an enum value, or a lazy object of the class that the JSON says is meant."""
    kind = _class(name)
    if issubclass(kind, Enum):
        return cast("Convert", kind)
    which = getattr(kind, "get_real_child_model", None)

    def of(data: Any) -> Any:
        found = _converted(which, _only(dict)(data)) if which else None
        return _lazy(found or name)(_only(dict)(data))

    return of


@cache
def _lazy(name: str) -> type[Any]:
    """The lazy class for a class of the SDK. What is missing is as its constructor leaves it."""
    kind: Any = _class(name)
    otherwise, keys = vars(kind()), dict(_keys(kind))
    attributes = {
        name: _Attribute(name, keys[name], _converter(declared), otherwise.get(name))
        for name, declared in kind.deserialized_types.items()
    }
    return type(kind.__name__, (_Lazy, kind), {"__module__": kind.__module__, **attributes})


@cache
def _class(name: str) -> Any:
    """The class of a dotted name."""
    module, _, kind = name.rpartition(".")
    return getattr(import_module(module), kind)


def _list(one: Convert) -> Convert:
    def every(values: Any) -> list[Any]:
        found = (_converted(one, value) for value in _only(list)(values))
        return [value for value in found if value is not None]

    return every


def _dict(one: Convert) -> Convert:
    def every(values: Any) -> dict[str, Any]:
        found = ((key, _converted(one, value)) for key, value in _only(dict)(values).items())
        return {key: value for key, value in found if value is not None}

    return every


@cache
def _only(kind: Any) -> Convert:
    """The value as it is, which must be of this kind; true is no number."""

    def check(value: Any) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"no {kind.__name__}")
        return value

    return check


def _float(value: Any) -> float:
    return float(_only(int if isinstance(value, int) else float)(value))


_SIMPLE: Mapping[str, Convert] = {
    "str": _only(str),
    "int": _only(int),
    "float": _float,
    "bool": _only(bool),
    "object": lambda value: value,
    "list[object]": _only(list),
    "dict(str, object)": lambda value: PlainJson(_only(dict)(value)),
    "datetime": datetime.fromisoformat,
}
