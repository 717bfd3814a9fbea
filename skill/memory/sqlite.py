"""The table in one file, for one host: the default for Flask and the local speaker.

The file is readable by its owner only. Every call opens it anew: it costs a fraction of a
millisecond, and leaves nothing behind that a thread or a killed process could spoil.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from skill.memory import CALL_SECONDS, ConfigurationError, Item, parsed

OWNER_ONLY = 0o600
SECRET_BYTES = 32

_TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (who, what)
) WITHOUT ROWID
"""
_SELECT = "SELECT who, what, value, expires, version FROM kept"
_SELECT_ONE = f"{_SELECT} WHERE who = ? ORDER BY what"
_WRITE = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)"
_PURGE = "DELETE FROM kept WHERE expires <= ?"


class Table:
    """A table of items in an SQLite file, made when it is first written to."""

    def __init__(self, file: Path) -> None:
        """A table in `file`, whose folder is made too."""
        self._file = file

    def read(self, who: str) -> list[Item]:
        """All items of one person, in the order of what they are."""
        if not _is_there(self._file):
            return []
        with self._open() as table:
            return [_item(row) for row in table.execute(_SELECT_ONE, (who,))]

    def put(self, items: Iterable[Item], at: float) -> None:
        """Write items over what stood there, all or none of them, and wipe what has expired."""
        with self._open() as table:
            table.executemany(_WRITE, map(_row, items))
            table.execute(_PURGE, (at,))

    def swap(self, item: Item) -> bool:
        """Write an item if the one that stands there is a version older. Whether it was."""
        with self._open() as table:
            standing = table.execute(
                "SELECT version FROM kept WHERE who = ? AND what = ?", (item.who, item.what)
            ).fetchone()
            if (standing[0] if standing else 0) != item.version - 1:
                return False
            table.execute(_WRITE, _row(item))
        return True

    def remove(self, who: str, whats: Iterable[str]) -> None:
        """Wipe items of one person, and every copy of them that the file holds."""
        if not _is_there(self._file):
            return
        with self._open() as table:
            pairs = [(who, what) for what in whats]
            table.executemany("DELETE FROM kept WHERE who = ? AND what = ?", pairs)
        self._rewrite()

    def purge(self, at: float) -> int:
        """Wipe what has expired. How many items went."""
        if not _is_there(self._file):
            return 0
        with self._open() as table:
            count = table.execute(_PURGE, (at,)).rowcount
        self._rewrite()
        return count

    def everything(self) -> Iterator[Item]:
        """All items of everybody."""
        if not _is_there(self._file):
            return
        with self._open() as table:
            found = table.execute(_SELECT).fetchall()
        yield from map(_item, found)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file in one transaction, which takes its turn with other writers from the start."""
        with self._connected() as table:
            table.execute("BEGIN IMMEDIATE")
            table.execute(_TABLE)
            yield table
            table.execute("COMMIT")

    def _rewrite(self) -> None:
        """The file without the places where something wiped once stood.

        What is deleted is overwritten, but copies stay behind where a full page was divided.
        """
        with self._connected() as table:
            table.execute("VACUUM")

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            _make(self._file)
            with closing(
                sqlite3.connect(self._file, timeout=CALL_SECONDS, isolation_level=None)
            ) as table:
                table.execute("PRAGMA secure_delete = ON")
                table.execute("PRAGMA temp_store = MEMORY")
                yield table
        except sqlite3.Error as error:
            raise OSError(str(error)) from error


def secret_beside(file: Path) -> bytes:
    """The key kept beside a file, made when there is none.

    Raises OSError when it cannot be, `ConfigurationError` when what is there is no key.
    """
    place = file.with_suffix(".secret")
    if not _is_there(place):
        _make_secret(place)
    secret = place.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise ConfigurationError(
            f"{place} is no key; put it back from a copy, or remove it with the memory beside it"
        )
    return secret


def _make_secret(place: Path) -> None:
    """A new key, on the disk whole or not at all, and never over another process's key."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    try:
        draft.touch(mode=OWNER_ONLY, exist_ok=False)
        with draft.open("wb") as new:
            new.write(secrets.token_bytes(SECRET_BYTES))
            new.flush()
            os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(draft, place)
    finally:
        draft.unlink(missing_ok=True)


def _is_there(file: Path) -> bool:
    """Whether there is a file. Raises OSError when that cannot be seen."""
    try:
        file.stat()
    except FileNotFoundError:
        return False
    return True


def _make(file: Path) -> None:
    if not _is_there(file):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=OWNER_ONLY)


def _row(item: Item) -> tuple[object, ...]:
    return item.who, item.what, json.dumps(item.value), item.expires, item.version


def _item(row: tuple[str, str, str, int | None, int]) -> Item:
    who, what, value, expires, version = row
    return Item(who, what, parsed(value), expires, version)
