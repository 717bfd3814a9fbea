"""The SDK's packages, importing each of their classes when it is first asked for.

Importing the skill builder loads 229 modules of `ask_sdk_model`, and with them libraries nobody
uses in a turn: two thirds of a cold start on Lambda. Its packages hold nothing but imports of
classes, one class a module, the module named after the class; so a package can find any class of
its own when somebody asks for it. Whoever imports something gets the same class from the same
module as without this.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # itself a fifth of what is saved here

PACKAGE = "ask_sdk_model"
LATE = ("pprint", "decimal")
"""Of the standard library: imported by each of the SDK's modules, used to print and to round."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def install() -> None:
    """From now on, import what is not imported yet of the SDK and of `LATE` on demand."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for name in LATE:
        sys.modules.setdefault(name, _Late(name))


class _Late(ModuleType):
    """Stands in for a module until somebody wants something of it."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _Finder:
    """Finds the SDK's packages where they are, and has them loaded by `_OnDemand`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path, target)
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

        vars(module)["__getattr__"] = find


def _class(package: str, name: str) -> Any:
    """The class `name` of a package. Raises `AttributeError` when it has none."""
    if (package, name) == (ServiceClientFactory.__module__, ServiceClientFactory.__name__):
        return ServiceClientFactory
    module = f"{package}.{_WORDS.sub('_', name).lower()}"
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}") from None


class ServiceClientFactory:
    """Stands in for the SDK's factory of service clients, which imports all of them.

    The skill makes one for every turn once it has an API client; most turns call no service.
    """

    __module__ = f"{PACKAGE}.services"

    def __init__(self, api_configuration: Any) -> None:
        """Keep what the SDK's own needs."""
        self._configuration = api_configuration

    def __getattr__(self, name: str) -> Any:
        real = import_module("ask_sdk_model.services.service_client_factory").ServiceClientFactory
        return getattr(real(self._configuration), name)
