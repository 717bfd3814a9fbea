"""The skill as it is with other settings: what is read once per process is read again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from skill import alexa, memory


@contextmanager
def surroundings(**environment: str) -> Iterator[None]:
    """With these environment variables; as it was again afterwards."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    _read_again()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        _read_again()


def _read_again() -> None:
    alexa.build_skill.cache_clear()
    memory.in_use.cache_clear()
