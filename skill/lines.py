"""Standard input a line at a time, and blame for the line that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn


class BadLineError(Exception):
    """A line that cannot be used: its number and what is wrong with it, in one line."""


@dataclass(frozen=True)
class Line:
    """One line without its end, counted from 1."""

    number: int
    text: str

    def is_object(self) -> bool:
        """Whether it is meant as a JSON object, well-formed or not."""
        return self.text.startswith("{")

    def json(self) -> Any:
        """The JSON in it. Raises ValueError with a one-line reason when there is none."""
        try:
            content = json.loads(self.text, parse_constant=_refuse)
            json.dumps(content, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half a character") from error
        except json.JSONDecodeError as error:
            raise ValueError(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
        except (ValueError, RecursionError) as error:
            raise ValueError("is not JSON that can be read") from error
        return content


def lines(stream: Iterable[bytes]) -> Iterator[Line]:
    """Each line as it arrives, so that what came before a bad one is done by then.

    Raises `BadLineError` for one that is not UTF-8.
    """
    for number, line in enumerate(stream, 1):
        with blaming(number):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        yield Line(number, text.strip())


@contextmanager
def blaming(number: int) -> Iterator[None]:
    """Turns a ValueError into a `BadLineError` about the line of that number."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise BadLineError(f"line {number}: is not UTF-8 text") from error
    except ValueError as error:
        raise BadLineError(f"line {number}: {error}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
