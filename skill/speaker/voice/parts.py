"""What hearing and speaking need beyond the standard library, and what to do without it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

EXTRA = "pip install 'back-coach[voice]'"
_PORTAUDIO = (
    "there is no PortAudio library, which microphones and loudspeakers are reached by; "
    "try: apt-get install libportaudio2"
)


class MissingPartError(Exception):
    """Something to hear or to speak with is not there; the message says what, and the remedy."""


def part(module: str) -> Any:
    """A module that the `voice` extra brings. Raises `MissingPartError` without it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingPartError(f"{error.name} is not installed; try: {EXTRA}") from error
    except OSError as error:  # what sounddevice says where its library is not found
        raise MissingPartError(_PORTAUDIO) from error


def is_there(module: str) -> bool:
    """Whether a module could be imported; looks without importing it."""
    return find_spec(module) is not None
