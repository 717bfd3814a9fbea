"""The speaker in a terminal: typed words go in, the reply is printed as fast as it is spoken.

`Terminal.talk` is for a person, `talk_json` for a program: one JSON object a turn, and no waiting.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from skill.speaker.alarm_clock import read_out
from skill.speaker.cloud import Cloud, now
from skill.speaker.exchange import Exchange, Utterance
from skill.speaker.sound import Piece
from skill.tempo import spoken_seconds

_WELCOME = """\
Type what you would say, then Enter. "open back coach" opens it, or just say
what hurts. Enter alone is silence. Enter or Ctrl-C while it speaks interrupts
it. Ctrl-D leaves."""
_CLOSED = '(Back Coach has closed. "open back coach" opens it again, Ctrl-D leaves.)'
_GOODBYE = "Goodbye."
_PROMPT = "\nyou    "
_NAME = "coach  "
_RING = "rings  "
_LONG_PAUSE = 1.5  # seconds; from here on a pause is shown
_WIDEST = 88  # columns; longer lines are hard to read


def talk_json(utterances: Iterable[Utterance], cloud: Cloud, output: TextIO) -> None:
    """Prints and flushes one JSON object for every utterance as it comes."""
    for utterance in utterances:
        exchange = cloud.hear(utterance)
        print(json.dumps(exchange.to_json(), ensure_ascii=False), file=output, flush=True)


class Keyboard:
    """The person's side of the terminal, and its time. Not a terminal: lines wait for the reply."""

    def __init__(self) -> None:
        """Takes standard input, whatever it is."""
        # Windows cannot wait for a keyboard; Ctrl-C interrupts there all the same.
        self._can_interrupt = sys.stdin.isatty() and os.name == "posix"
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401, PLC0415  its import gives `input` a history

    def now(self) -> float:
        """Seconds, from any fixed point."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Whether a line was typed; waits for one so many seconds at most."""
        if not self._can_interrupt:
            time.sleep(seconds)
            return False
        typed, _, _ = select.select([sys.stdin], [], [], seconds)
        return bool(typed)

    def line(self) -> str:
        """The next line. Raises EOFError when there is none to come."""
        line = input(_PROMPT)
        if not sys.stdin.isatty():
            sys.stdout.write(f"{line}\n")  # a transcript shows both sides
        return line


@dataclass(frozen=True)
class _Played:
    """How far a reply got: `position` in its seconds when playing stopped, at `stopped`."""

    position: float
    stopped: float
    interrupted: bool


class Terminal:
    """A conversation between a person at a keyboard and the skill."""

    def __init__(
        self, cloud: Cloud, keyboard: Keyboard, output: TextIO, *, fast: bool = False
    ) -> None:
        """`fast` plays replies without waiting, as if each was heard to its end."""
        self._cloud = cloud
        self._keyboard = keyboard
        self._output = output
        self._fast = fast
        self._listening = False

    def talk(self) -> None:
        """Goes on until the person leaves; what was set rings meanwhile."""
        self._print(_WELCOME)
        ringing = threading.Thread(target=self._ring, daemon=True, name="rings")
        if not self._fast:
            ringing.start()
        try:
            self._converse()
        finally:
            self._cloud.alarms.switch_off()

    def _ring(self) -> None:
        while rings := self._cloud.alarms.wait_for_rings(now):
            for ring in rings:
                text = read_out(ring, self._cloud.locale)
                self._print(f"\a\n{_RING}{text}")
                if self._listening:
                    print(_PROMPT, end="", file=self._output, flush=True)

    def _converse(self) -> None:
        played: _Played | None = None
        try:
            while True:
                said = self._next_line(played)
                exchange = self._cloud.hear(Utterance(said, self._seconds_into_reply(played)))
                played = self._play(exchange)
                if exchange.request and not exchange.session_open:
                    self._print(f"\n{_CLOSED}")
        except (EOFError, KeyboardInterrupt):
            self._cloud.leave(self._seconds_into_reply(played))
            self._print(f"\n{_GOODBYE}")

    def _next_line(self, played: _Played | None) -> str:
        self._listening = True
        line = self._keyboard.line()
        if played and played.interrupted and not line.strip():
            line = self._keyboard.line()  # Enter stopped the reply; it was no answer
        self._listening = False
        return line

    def _seconds_into_reply(self, played: _Played | None) -> float | None:
        if played is None or self._fast:
            return None
        if played.interrupted:
            return played.position  # the place is kept, however long the next words take
        return played.position + self._keyboard.now() - played.stopped

    def _play(self, exchange: Exchange) -> _Played:
        began = self._keyboard.now()
        interrupted = False
        try:
            interrupted = self._speak(exchange, began)
        except KeyboardInterrupt:
            interrupted = True
        stopped = self._keyboard.now()
        self._print()
        position = min(stopped - began, exchange.lasts) if interrupted else exchange.lasts
        return _Played(position, stopped, interrupted)

    def _speak(self, exchange: Exchange, began: float) -> bool:
        """Prints word by word; whether the person interrupted."""
        page = _Page(self._output)
        for word, ends in _words(exchange.timeline):
            page.write(word)
            if not self._fast and self._keyboard.wait(max(0, began + ends - self._keyboard.now())):
                return True
        return False

    def _print(self, text: str = "") -> None:
        print(text, file=self._output, flush=True)


def _words(timeline: Iterable[Piece]) -> Iterator[tuple[str, float]]:
    """Each word and the second at which it has been said; a pause is an empty or dotted word."""
    for piece in timeline:
        if not piece.text:
            yield "…" if piece.seconds >= _LONG_PAUSE else "", piece.at + piece.seconds
        at = piece.at
        for word in piece.text.split():
            at += spoken_seconds(word) / piece.rate
            yield word, at


class _Page:
    """Words in lines no wider than the terminal, indented under the speaker's name."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._width = min(shutil.get_terminal_size().columns, _WIDEST)
        self._column = 0

    def write(self, word: str) -> None:
        if not word:
            return
        if self._column == 0:
            self._begin(f"\n{_NAME}", word)
        elif self._column + 1 + len(word) > self._width:
            self._begin("\n" + " " * len(_NAME), word)
        else:
            self._begin(" ", word)

    def _begin(self, before: str, word: str) -> None:
        print(before, word, sep="", end="", file=self._output, flush=True)
        self._column = (self._column if before == " " else 0) + len(before.lstrip("\n")) + len(word)
