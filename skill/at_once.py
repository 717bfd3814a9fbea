"""The modules that a start imports, from one file.

A cold start on Lambda imports a hundred small modules: to look for each in its folder, and to open
and read it, takes as long as half of them take to run. A package for Lambda therefore holds the
byte code of all of them in one file (`release/byte_code.py` writes it). Where that file is missing,
or is for another Python, they are imported as ever: their sources are there as well.

The file also holds what `collections.namedtuple` compiles for each of sixty records: the line of
text that is its constructor. That was a tenth of a start.
"""

import collections
import json
import marshal
import sys
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from os.path import dirname
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader

HERE = dirname(__file__)  # noqa: PTH120 - pathlib is a library more to import
FILE = f"at_once.{sys.implementation.cache_tag}"
"""Its name says for which Python it is, as with byte code (PEP 3147). First a line of JSON: of the
`modules`, by name, the source's path, whether it is a package, and where in the rest its code is;
and where the code of `constructors` is, by their texts."""


def install() -> None:
    """From now on, import from the file what is in it; without such a file, change nothing."""
    try:
        with open(f"{HERE}/{FILE}", "rb") as file:  # noqa: PTH123 - as above
            head, code = json.loads(file.readline()), file.read()
    except FileNotFoundError:
        return
    sys.meta_path.insert(0, _Finder(head["modules"], code))
    begin, end = head["constructors"]
    _have_compiled(marshal.loads(code[begin:end]))  # noqa: S302 - our own


def _have_compiled(constructors: Mapping[str, CodeType]) -> None:
    """Let `namedtuple`, which looks for `eval` in its module first, find constructors here."""

    def evaluated(text: str, names: dict[str, Any]) -> Any:
        return eval(constructors.get(text, text), names)  # noqa: S307 - as there

    vars(collections)["eval"] = evaluated


class _Finder:
    """Finds the modules in the file, and loads them."""

    def __init__(self, index: Mapping[str, tuple[str, bool, int, int]], code: bytes) -> None:
        self._index, self._code = index, code

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name not in self._index:
            return None
        source, is_package = self._index[name][:2]
        origin = f"{dirname(HERE)}/{source}"  # noqa: PTH120
        spec = ModuleSpec(name, cast("Loader", self), origin=origin, is_package=is_package)
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(dirname(origin))  # noqa: PTH120
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """None: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module."""
        source, _, begin, end = self._index[module.__name__]
        module.__file__ = f"{dirname(HERE)}/{source}"  # noqa: PTH120
        exec(marshal.loads(self._code[begin:end]), vars(module))  # noqa: S102, S302 - our own
