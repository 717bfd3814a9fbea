"""The SDK's packages, importing each of their classes when it is first asked for.

Importing the skill builder loads 229 modules of `ask_sdk_model`, and with them libraries nobody
uses in a turn: two thirds of a cold start on Lambda. Its packages hold nothing but imports of
classes, one class a module, the module named after the class; so a package can find any class of
its own when somebody asks for it. Whoever imports something gets the same class from the same
module as without this, but for two that the SDK makes for every turn and hardly any turn uses.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # itself a fifth of what is saved here
    from importlib.machinery import ModuleSpec

PACKAGES = ("ask_sdk_model", "ask_sdk_core.view_resolvers", "ask_sdk_runtime.view_resolvers")
LATE: Mapping[str, Mapping[str, Any]] = {
    "pprint": {},
    "decimal": {},
    "six": {
        "__path__": (),
        "iteritems": lambda table: iter(table.items()),
        "text_type": str,
        "integer_types": (int,),
    },
}
"""What each of the SDK's modules imports, and uses to print, to round and for Python 2; with the
names that the SDK takes from it at once, as they are in Python 3."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def install() -> None:
    """From now on, import what is not imported yet of the SDK and of `LATE` on demand."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for name, at_once in LATE.items():
        if name not in sys.modules:
            sys.modules[name] = late = _Late(name)
            vars(late).update(at_once)


class _Late(ModuleType):
    """Stands in for a module until somebody wants something of it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_real(self), name)


def _real(late: _Late) -> ModuleType:
    """The module itself, which from now on is where this one stood."""
    if sys.modules.get(late.__name__) is late:
        del sys.modules[late.__name__]
    return import_module(late.__name__)


class _Finder:
    """Finds the SDK's packages as the other finders do, and has them loaded by `_OnDemand`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "six.moves" and isinstance(late := sys.modules["six"], _Late):
            _real(late)  # which finds what is in it
        if not name.startswith(PACKAGES):
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next(filter(None, found), None)
        if spec and spec.submodule_search_locations is not None:
            spec.loader = cast("Loader", _OnDemand())
        return spec


class _OnDemand:
    """Makes a package that imports its classes on demand instead of running its `__init__`."""

    def create_module(self, spec: ModuleSpec) -> None:
        """None: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the means to find its classes."""

        def find(name: str) -> Any:
            if not name[:1].isupper():  # a module of the package, which Python imports itself
                raise AttributeError(name)
            found = _class(module.__name__, name)
            setattr(module, name, found)
            return found

        vars(module).update(__getattr__=find, __file__=cast("ModuleSpec", module.__spec__).origin)


def _class(package: str, name: str) -> Any:
    """The class `name` of a package. Raises `AttributeError` when it has none."""
    module = f"{package}.{_WORDS.sub('_', name).lower()}"
    if module in _MADE_FOR_EVERY_TURN:
        return _stand_in(module, name)
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}") from None


_MADE_FOR_EVERY_TURN = (
    "ask_sdk_model.services.service_client_factory",  # imports the clients of all services
    "ask_sdk_core.view_resolvers.template_factory",  # for replies in files, with a cache of those
)


@cache
def _stand_in(module: str, name: str) -> type[Any]:
    """A class that makes what the one in the module would, when something is asked of it."""

    class StandIn:
        def __init__(self, *given: Any, **named: Any) -> None:
            self._given, self._named = given, named

        def __getattr__(self, attribute: str) -> Any:
            real = getattr(import_module(module), name)
            return getattr(real(*self._given, **self._named), attribute)

    StandIn.__module__, StandIn.__qualname__ = module.rpartition(".")[0], name
    return StandIn
