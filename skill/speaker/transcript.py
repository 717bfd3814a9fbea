"""What is said, as lines of a terminal: word by word, with a bar for how far a long reply is."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from skill.speaker.sound import Piece
from skill.tempo import spoken_seconds

_NAME = "coach  "
_LONG_PAUSE = 1.5  # seconds; from here on a pause is shown
_ROOM_TO_SPEAK = 0.8  # seconds: most of a pause in a count, none of one within a question
_LONG_REPLY = 15.0  # seconds; from here on a bar shows how far it is
_WIDEST = 88  # columns; longer lines are hard to read
_BAR = 24  # columns
_CLEAR_LINE, _UP = "\x1b[2K", "\x1b[1A"


@contextlib.contextmanager
def typing_unseen() -> Iterator[None]:
    """What is typed meanwhile is not shown in the middle of the words; it is read all the same."""
    if not (sys.stdin.isatty() and os.name == "posix"):
        yield
        return
    import termios  # noqa: PLC0415  Windows has none

    usual = termios.tcgetattr(sys.stdin)
    unseen = [*usual[:3], usual[3] & ~termios.ECHO, *usual[4:]]
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, unseen)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, usual)


def words(pieces: Iterable[Piece]) -> Iterator[tuple[str, float, bool]]:
    """Each word, the second at which it has been said, and whether it is quiet until then.

    A pause is an empty word, or a dotted one; it is quiet if there is room in it to say something.
    """
    for piece in pieces:
        if not piece.text:
            word = "…" if piece.seconds >= _LONG_PAUSE else ""
            yield word, piece.at + piece.seconds, piece.seconds >= _ROOM_TO_SPEAK
        at = piece.at
        for word in piece.text.split():
            at += spoken_seconds(word) / piece.rate
            yield word, at, False


class Transcript:
    """One reply, in lines no wider than the terminal, indented under the speaker's name."""

    def __init__(self, output: TextIO, seconds: float) -> None:
        """A reply of so many seconds; a long one gets a bar where lines can be drawn anew."""
        self._output = output
        self._seconds = seconds
        self._width = min(shutil.get_terminal_size().columns, _WIDEST)
        self._column = 0
        self._shown = ""  # the bar as it stands below the words
        self._has_bar = seconds >= _LONG_REPLY and _can_draw(output)

    def write(self, word: str) -> None:
        """Adds a word; nothing for an empty one."""
        if not word:
            return
        if self._column == 0:
            self._begin(f"\n{_NAME}", word)
        elif self._column + 1 + len(word) > self._width:
            self._begin("\n" + " " * len(_NAME), word)
        else:
            self._begin(" ", word)

    def show_place(self, at: float) -> None:
        """Draws the bar for so many seconds into the reply."""
        done = round(_BAR * min(1.0, at / self._seconds)) if self._has_bar else 0
        bar = f"{'━' * done}{'─' * (_BAR - done)}  {_clock(at)} of {_clock(self._seconds)}"
        if self._has_bar and self._column and bar != self._shown:
            self._below(f"{' ' * len(_NAME)}{bar}")
            self._shown = bar

    def end(self) -> None:
        """Takes the bar away, and leaves the cursor after the words."""
        if self._shown:
            self._below("")
            self._shown = ""

    def _begin(self, before: str, word: str) -> None:
        if before != " ":
            self.end()  # the line below is about to be written on
        print(before, word, sep="", end="", file=self._output, flush=True)
        self._column = (self._column if before == " " else 0) + len(before.lstrip("\n")) + len(word)

    def _below(self, line: str) -> None:
        """Replaces the line below the one being written, and comes back."""
        back = f"\r\x1b[{self._column}C"
        print(f"\n{_CLEAR_LINE}{line}{_UP}{back}", end="", file=self._output, flush=True)


def _can_draw(output: TextIO) -> bool:
    return output.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
