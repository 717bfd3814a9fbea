"""What outlives a session: one small interface, with SQLite, DynamoDB or nothing behind it.

A store is a table of items, each under who it is about and what it is; `sqlite` and `dynamodb`
hold such a table, `keeping` gives it the meaning that `skill.diary` describes. Which one is used,
and whether a diary may be kept, is configuration:

    BACK_COACH_MEMORY   sqlite:///path, dynamodb:table or none; left out: a file of this user's
                        for Flask and the local speaker, and none on Lambda
    BACK_COACH_DIARY    off (left out) or opt-in
    BACK_COACH_SECRET   the key that user ids are hashed with; left out: made beside the file

User ids are only ever stored as keyed hashes.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

CALL_SECONDS = 2.0
"""How long all the memory of one turn may take: an answer is due within eight seconds."""


class ConfigurationError(ValueError):
    """What is wrong with the configuration of the memory, and the remedy."""


class Item(NamedTuple):
    """One thing kept: under `who` (a keyed hash) and `what`, JSON data, and when it expires.

    `version` counts how often it was written; `expires` is in seconds since the epoch.
    """

    who: str
    what: str
    value: Mapping[str, Any]
    expires: int | None = None
    version: int = 1


class Store(Protocol):
    """A table of items. Every method raises OSError when the table cannot be used now.

    Times are in seconds since the epoch.
    """

    def read(self, who: str) -> list[Item]:
        """All items of one person, in the order of what they are; also expired ones."""

    def put(self, items: Iterable[Item], at: float) -> None:
        """Write different items, each whole or not at all, over what stood there.

        What has expired at that time is wiped, unless the table does so by itself.
        """

    def swap(self, item: Item) -> bool:
        """Write an item if the one that stands there is a version older. Whether it was."""

    def remove(self, who: str, whats: Iterable[str]) -> None:
        """Wipe items of one person, so that nothing readable of them is left."""

    def purge(self, at: float) -> int:
        """Wipe what has expired at that time. How many items went."""

    def everything(self) -> Iterator[Item]:
        """All items of everybody."""


def parsed(text: Any) -> Mapping[str, Any]:
    """The value that a store keeps as text; nothing in it when it is spoilt.

    One spoilt item must not hide the others, and has to be there to be wiped.
    """
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class Configuration(NamedTuple):
    """Where things are kept, the key for user ids, and whether a diary may be kept.

    `patience` is how long, in seconds, all the memory of one turn may take.
    """

    store: Store
    secret: bytes
    offers_diary: bool
    patience: float = CALL_SECONDS


def configured(
    environment: Mapping[str, str] = os.environ, *, must_exist: bool = False
) -> Configuration | None:
    """The memory that the environment asks for; None: nothing is kept.

    Raises `ConfigurationError` when the environment makes no sense, or names a file that is not
    there and `must_exist`; OSError when the key beside the file can be neither read nor made.
    """
    diary = environment.get("BACK_COACH_DIARY") or "off"
    if diary not in ("off", "opt-in"):
        raise ConfigurationError(f"BACK_COACH_DIARY is {diary!r}; use off or opt-in")
    offers_diary = diary == "opt-in"
    wanted = environment.get("BACK_COACH_MEMORY") or "none"
    if wanted == "none":
        return None
    kind, _, where = wanted.partition(":")
    secret = os.fsencode(environment.get("BACK_COACH_SECRET") or "")
    if kind == "sqlite" and where.startswith("///") and len(where) > len("///"):
        path = where.removeprefix("///")
        return _in_a_file(path, secret, offers_diary=offers_diary, must_exist=must_exist)
    if kind == "dynamodb" and where:
        return _in_dynamodb(where, secret, offers_diary=offers_diary)
    raise ConfigurationError(
        f"BACK_COACH_MEMORY is {wanted!r}; use sqlite:///path, dynamodb:table or none"
    )


def _in_a_file(path: str, secret: bytes, *, offers_diary: bool, must_exist: bool) -> Configuration:
    # Only who keeps something pays for these.
    from pathlib import Path  # noqa: PLC0415

    from skill.memory import sqlite  # noqa: PLC0415

    try:
        file = Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(f"BACK_COACH_MEMORY names a home that is not known: {path}") from (
            error
        )
    if must_exist and not file.exists():
        raise ConfigurationError(f"{file} is not there; check BACK_COACH_MEMORY")
    return Configuration(sqlite.Table(file), secret or sqlite.secret_beside(file), offers_diary)


def _in_dynamodb(table: str, secret: bytes, *, offers_diary: bool) -> Configuration:
    if not secret:
        raise ConfigurationError("BACK_COACH_MEMORY=dynamodb:... needs BACK_COACH_SECRET too")
    try:
        from skill.memory import dynamodb  # noqa: PLC0415 - boto3 takes a third of a second
    except ImportError as error:
        remedy = "pip install 'back-coach[dynamodb]'"
        raise ConfigurationError(f"BACK_COACH_MEMORY=dynamodb:... needs boto3: {remedy}") from error
    return Configuration(dynamodb.Table(table), secret, offers_diary)


def in_a_file_of_this_user() -> None:
    """Where the environment names no place, keep things in a file in the user's data folder.

    The default of hosts that have such a folder: Flask and the local speaker.
    """
    from platformdirs import user_data_path  # noqa: PLC0415 - not on Lambda

    file = user_data_path("back-coach") / "memory.sqlite3"
    os.environ.setdefault("BACK_COACH_MEMORY", f"sqlite:///{file}")


@cache
def in_use() -> Configuration | None:
    """The memory of this process. Where it is not to be had, nothing is kept, and the log says so.

    A wrong configuration must not cost anybody an answer; `back-coach check` finds it too.
    """
    try:
        return configured()
    except (ConfigurationError, OSError) as error:
        import logging  # noqa: PLC0415 - a quick start need not pay for it

        log = logging.getLogger("back_coach")
        log.error("memory: nothing is kept: %s", error)  # noqa: TRY400
        return None
