"""Reading content files: every mistake is refused with the file, the entry and the reason."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class ContentError(ValueError):
    """A content file says something that cannot be right; the message names where and why."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        """Name the file, the entry in it, and what is wrong with that entry."""
        super().__init__(f"{file}: {entry}: {reason}")


class Entry:
    """One table of a content file, which must hold what is expected and nothing else."""

    def __init__(self, file: str, name: str, table: object) -> None:
        """Take the table called `name` of `file`. Raises `ContentError` if it is no table."""
        self.file, self.name = file, name
        if not isinstance(table, Mapping):
            self.refuse(f"expected a table, found {table!r}")
        self._left: dict[str, Any] = dict(table)

    def refuse(self, reason: str) -> NoReturn:
        """Raise `ContentError` for this entry."""
        raise ContentError(self.file, self.name, reason)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value under `key`, of the kind asked for; `default` where it may be left out."""
        if key not in self._left:
            if default is None:
                self.refuse(f"`{key}` is missing{self._perhaps(key)}")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.refuse(f"`{key}` should be {kind.__name__}, found {value!r}")
        return value

    def _perhaps(self, key: str) -> str:
        """A misspelt key that may be the one that is missing."""
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

        near = get_close_matches(key, self._left, 1)
        return f" (is it written {near[0]!r}?)" if near else ""

    def names(self, key: str, known: Collection[str] | None = None) -> tuple[str, ...]:
        """The list of names under `key` (empty when left out), each one of `known` if given."""
        found = self.take(key, list, [])
        for name in found:
            if not isinstance(name, str):
                self.refuse(f"`{key}` should hold names, found {name!r}")
            if known is not None and name not in known:
                self.refuse(f"`{key}` names {name!r}, which is not known")
        return tuple(found)

    def one_of(self, key: str, known: Iterable[str]) -> str:
        """The name under `key`, which must be one of `known`."""
        name = self.take(key, str)
        if name not in set(known):
            self.refuse(f"`{key}` is {name!r}, which is not known")
        return name

    def source(self) -> tuple[str, ...]:
        """The sources of this entry. Everything that is claimed has one."""
        found = self.names("source")
        if not found:
            self.refuse("`source` is missing: say where this comes from")
        return found

    def done(self) -> None:
        """Refuse what was not expected: a misspelt key must not be passed over in silence."""
        if self._left:
            self.refuse(f"does not know what to do with {', '.join(sorted(self._left))}")


def read(file: str) -> dict[str, Any]:
    """The parsed content file, by its name below this folder. Raises `ContentError`.

    A package for Lambda holds what `compiled` made of it instead: nothing is parsed there.
    """
    try:
        text = _beside(file)
    except FileNotFoundError:
        found: dict[str, Any] = json.loads(_beside(f"{file}.json"))
        return found
    return parse(file, text)


def parse(file: str, text: str) -> dict[str, Any]:
    """What the text of a content file says. Raises `ContentError`."""
    import tomllib  # noqa: PLC0415 - not wanted where content is compiled

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, "the whole file", str(error)) from error


def _beside(file: str) -> str:
    # Without pathlib, which costs a cold start a tenth of its time and is not needed otherwise.
    with open(os.path.join(_FOLDER, file), encoding="utf-8") as text:  # noqa: PTH118, PTH123
        return text.read()


_FOLDER = os.path.dirname(__file__)  # noqa: PTH120
