"""The speaker in a terminal: the reply is printed as fast as it is spoken, and can be heard too.

`Terminal.talk` is for a person, at a keyboard or at a microphone; `talk_json` for a program: one
JSON object a turn, and no waiting.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TextIO

from skill.speaker.alarm_clock import read_out
from skill.speaker.cloud import LISTENING_SECONDS, Cloud, now
from skill.speaker.exchange import Exchange, Utterance
from skill.speaker.sound import Piece
from skill.speaker.transcript import Transcript, typing_unseen, words

_GOODBYE = "Goodbye."
_NOT_FOR_US = "(Not taken: it is closed.)"
_PROMPT = "\nyou    "
_RING = "rings  "
_INSTANT = 0.001  # seconds; less is nothing to wait for
_STEP = 0.25  # seconds between two looks at the bar of a long reply


def talk_json(utterances: Iterable[Utterance], cloud: Cloud, output: TextIO) -> None:
    """Prints and flushes one JSON object for every utterance as it comes."""
    for utterance in utterances:
        exchange = cloud.hear(utterance)
        print(json.dumps(exchange.to_json(), ensure_ascii=False), file=output, flush=True)


@dataclass(frozen=True)
class Line:
    """What a person said; no words are silence. `clear` is whether they were made out.

    `others` is what else it may have been, the likeliest first.
    """

    words: str
    clear: bool = True
    others: tuple[str, ...] = ()


class Person(Protocol):
    """The person's side of a conversation, and its time."""

    welcome: str
    closed: str
    must_call: bool
    """Whether they open the coach by its name only, once it has closed."""

    def now(self) -> float:
        """Seconds, from any fixed point."""

    def wait(self, seconds: float, *, quiet: bool) -> bool:
        """Whether they begin to say something, within so many seconds.

        `quiet` is whether the coach makes a pause meanwhile.
        """

    def line(self, patience: float | None) -> Line | None:
        """The next thing they say, silence after so many seconds; None if it was only noise.

        Raises EOFError when there is nothing to come.
        """


class Loudspeaker(Protocol):
    """Plays one reply at a time."""

    def play(self, pieces: Sequence[Piece]) -> None:
        """Begins to play a reply; is back when its first sound is on its way."""

    def finish(self) -> None:
        """Waits until all of the reply was played."""

    def stop(self) -> None:
        """Falls silent at once."""


class Keyboard:
    """Somebody at a keyboard. Where it is no terminal, lines wait for the reply."""

    welcome = """\
Type what you would say, then Enter. "open back coach" opens it, or just say
what hurts. Enter alone is silence. Enter or Ctrl-C while it speaks interrupts
it. Ctrl-D leaves."""
    closed = '(Back Coach has closed. "open back coach" opens it again, Ctrl-D leaves.)'
    must_call = False

    def __init__(self) -> None:
        """Takes standard input, whatever it is."""
        # Windows cannot wait for a keyboard; Ctrl-C interrupts there all the same.
        self._can_interrupt = sys.stdin.isatty() and os.name == "posix"
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401, PLC0415  its import gives `input` a history

    def now(self) -> float:
        """Seconds, from any fixed point."""
        return time.monotonic()

    def wait(self, seconds: float, *, quiet: bool = False) -> bool:  # noqa: ARG002  types any time
        """Whether a line was typed; waits for one so many seconds at most."""
        if not self._can_interrupt:
            time.sleep(seconds)
            return False
        typed, _, _ = select.select([sys.stdin], [], [], seconds)
        return bool(typed)

    def line(self, patience: float | None = None) -> Line:  # noqa: ARG002  typing takes its time
        """The next line. Raises EOFError when there is none to come."""
        typed = self.typed()  # before `input` asks the terminal for keys, which loses a Ctrl-D
        if typed is None:
            line = input(_PROMPT)
            if not sys.stdin.isatty():
                sys.stdout.write(f"{line}\n")  # a transcript shows both sides
            return Line(line)
        if typed:
            sys.stdout.write(f"{_PROMPT}{typed}\n")
        return Line(typed)

    def typed(self) -> str | None:
        """A line that was typed meanwhile, without waiting. Raises EOFError after Ctrl-D."""
        line = b""
        while not line.endswith(b"\n") and self._can_interrupt and self.wait(0):
            key = os.read(sys.stdin.fileno(), 1)  # one at a time: what follows stays for `input`
            if not (key or line):
                raise EOFError
            line += key or b"\n"
        return line.decode(errors="replace").strip() if line else None


@dataclass(frozen=True)
class _Played:
    """How far a reply got: `position` in its seconds when playing stopped, at `stopped`."""

    exchange: Exchange
    position: float
    stopped: float
    interrupted: bool

    @property
    def patience(self) -> float | None:
        """How many seconds to wait for an answer; None without end."""
        return LISTENING_SECONDS if self.exchange.session_open else None


class Terminal:
    """A conversation between a person and the skill."""

    def __init__(
        self,
        cloud: Cloud,
        person: Person,
        output: TextIO,
        *,
        loudspeaker: Loudspeaker | None = None,
        fast: bool = False,
    ) -> None:
        """`fast` prints replies without waiting, as if each was heard to its end."""
        self._cloud = cloud
        self._person = person
        self._output = output
        self._loudspeaker = loudspeaker
        self._fast = fast
        self._listening = False

    def talk(self) -> None:
        """Goes on until the person leaves; what was set rings meanwhile."""
        self._print(self._person.welcome)
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
                line = self._next_line(played)
                if line is None and played:
                    played = self._play(played.exchange, played.position)
                elif line and self._is_for_us(line, played):
                    played = self._answer(line, played)
        except (EOFError, KeyboardInterrupt):
            self._cloud.leave(self._seconds_into_reply(played))
            self._print(f"\n{_GOODBYE}")

    def _answer(self, line: Line, played: _Played | None) -> _Played:
        after = self._seconds_into_reply(played)
        exchange = self._cloud.hear(Utterance(line.words, after, line.clear, line.others))
        answered = self._play(exchange)
        if exchange.request and not exchange.session_open:
            self._print(f"\n{self._person.closed}")
        return answered

    def _next_line(self, played: _Played | None) -> Line | None:
        patience = played.patience if played else None
        self._listening = True
        line = self._person.line(patience)
        if line and not line.words.strip() and played and played.interrupted:
            line = self._person.line(patience)  # Enter stopped the reply; it was no answer
        self._listening = False
        return line

    def _is_for_us(self, line: Line, played: _Played | None) -> bool:
        if played is None or played.exchange.session_open or not self._person.must_call:
            return True
        if self._cloud.is_called(line.words):
            return True
        self._print(_NOT_FOR_US)
        return False

    def _seconds_into_reply(self, played: _Played | None) -> float | None:
        if played is None or self._fast:
            return None
        if played.interrupted:
            return played.position  # the place is kept, however long the next words take
        return played.position + self._person.now() - played.stopped

    def _play(self, exchange: Exchange, position: float = 0.0) -> _Played:
        """Plays a reply, or what is left of it from the sentence at `position` on."""
        since = max((piece.at for piece in exchange.timeline if piece.at <= position), default=0.0)
        left = [piece for piece in exchange.timeline if piece.at >= since]
        if self._loudspeaker:
            self._loudspeaker.play([replace(piece, at=piece.at - since) for piece in left])
        began = self._person.now() - since
        transcript = Transcript(self._output, exchange.lasts)
        with typing_unseen():
            interrupted = self._speak(left, began, transcript)
            if self._loudspeaker and not interrupted:
                self._loudspeaker.finish()
            stopped = self._person.now()
            transcript.end()
            self._print()
        reached = min(stopped - began, exchange.lasts) if interrupted else exchange.lasts
        return _Played(exchange, reached, stopped, interrupted)

    def _speak(self, pieces: Iterable[Piece], began: float, transcript: Transcript) -> bool:
        """Prints word by word; whether the person interrupted, who is not spoken over then."""
        try:
            interrupted = self._print_words(pieces, began, transcript)
        except KeyboardInterrupt:
            interrupted = True
        if interrupted and self._loudspeaker:
            self._loudspeaker.stop()
        return interrupted

    def _print_words(self, pieces: Iterable[Piece], began: float, transcript: Transcript) -> bool:
        for word, ends, quiet in words(pieces):
            transcript.write(word)
            if not self._fast and self._wait(began, ends, transcript, quiet=quiet):
                return True
        return False

    def _wait(self, began: float, ends: float, transcript: Transcript, *, quiet: bool) -> bool:
        """Waits until the reply has got to `ends`; whether the person interrupted before."""
        while True:
            at = self._person.now() - began
            transcript.show_place(at)
            if self._person.wait(min(_STEP, max(0.0, ends - at)), quiet=quiet):
                return True
            if self._person.now() - began > ends - _INSTANT:
                return False

    def _print(self, text: str = "") -> None:
        print(text, file=self._output, flush=True)
