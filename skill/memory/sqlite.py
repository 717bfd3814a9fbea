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
from contextlib import closing, contextmanager
from pathlib import Path

from skill.memory import CALL_SECONDS, Item

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
_COLUMNS = "who, what, value, expires, version"


class Table:
    """A table of items in an SQLite file, made when it is first written to."""

    def __init__(self, file: Path) -> None:
        """A table in `file`, whose folder is made too."""
        self._file = file

    def read(self, who: str) -> list[Item]:
        """All items of one person, in the order of what they are."""
        if not self._file.exists():
            return []
        with self._open() as table:
            found = table.execute(
                f"SELECT {_COLUMNS} FROM kept WHERE who = ? ORDER BY what",  # noqa: S608 - ours
                (who,),
            )
            return [_item(row) for row in found]

    def put(self, items: Iterable[Item]) -> None:
        """Write items over what stood there, all or none of them."""
        with self._open() as table:
            table.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", _rows(items))

    def swap(self, item: Item) -> bool:
        """Write an item if the one that stands there is a version older. Whether it was."""
        with self._open() as table:
            where = {"who": item.who, "what": item.what}
            found = table.execute(
                "SELECT version FROM kept WHERE who = :who AND what = :what", where
            ).fetchone()
            if (found[0] if found else 0) != item.version - 1:
                return False
            table.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", _rows([item]))
        return True

    def remove(self, who: str, whats: Iterable[str]) -> None:
        """Wipe items of one person; their bytes are overwritten in the file."""
        with self._open() as table:
            pairs = [(who, what) for what in whats]
            table.executemany("DELETE FROM kept WHERE who = ? AND what = ?", pairs)

    def everything(self) -> Iterator[Item]:
        """All items of everybody."""
        if not self._file.exists():
            return
        with self._open() as table:
            found = table.execute(f"SELECT {_COLUMNS} FROM kept ORDER BY who, what")  # noqa: S608
            yield from [_item(row) for row in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file in one transaction, which takes its turn with other writers from the start."""
        try:
            _make(self._file)
            with closing(
                sqlite3.connect(self._file, timeout=CALL_SECONDS, isolation_level=None)
            ) as table:
                table.execute("PRAGMA secure_delete = ON")
                table.execute("BEGIN IMMEDIATE")
                table.execute(_TABLE)
                yield table
                table.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(str(error)) from error


def secret_beside(file: Path) -> bytes:
    """The key kept beside a file, made when there is none. Raises OSError."""
    place = file.with_name("secret")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    if not place.exists():
        draft.touch(mode=OWNER_ONLY)
        draft.write_bytes(secrets.token_bytes(SECRET_BYTES))
        try:
            os.link(draft, place)  # whole or not at all, and never over another process's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_bytes()


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=OWNER_ONLY)


def _rows(items: Iterable[Item]) -> Iterator[tuple[object, ...]]:
    for item in items:
        yield item.who, item.what, json.dumps(item.value), item.expires, item.version


def _item(row: tuple[str, str, str, int | None, int]) -> Item:
    who, what, value, expires, version = row
    return Item(who, what, json.loads(value), expires, version)
