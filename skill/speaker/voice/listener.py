"""The person's side of a conversation by voice: what they say, and when they begin to.

While the coach speaks through a loudspeaker, the microphone hears it as well, and nothing here
takes it out again. So without headphones it listens only in the pauses of a reply, as between the
words of a count, and when the reply is over.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TextIO

from skill.speaker.terminal import Line
from skill.speaker.voice.microphone import FRAME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from skill.speaker.terminal import Keyboard
    from skill.speaker.voice.endpoint import Endpoint, Phase
    from skill.speaker.voice.microphone import Microphone
    from skill.speaker.voice.recognition import Recognised

_PROMPT = "\nyou    "
_SILENCE = "(silence)"
_UNCLEAR = "(not clear) {}"
_ECHO_SECONDS = 0.3  # the room still sounds of what the loudspeaker said


class Listener:
    """Somebody at a microphone, who may type as well."""

    welcome = """\
Say "open back coach", or just what hurts. While it speaks, say "stop" or "wait"
in one of its pauses (with --headphones: any time), or press Enter. You can type,
too. Ctrl-C leaves."""
    closed = '(Back Coach has closed. Say "open back coach" to go on; Ctrl-C leaves.)'
    must_call = True  # a room is full of talk that is not for the coach

    def __init__(
        self,
        microphone: Microphone,
        sentence: Sentence,
        output: TextIO,
        *,
        keyboard: Keyboard | None = None,
        headphones: bool = False,
    ) -> None:
        """With `headphones` the coach can be interrupted in the middle of a word."""
        self._microphone = microphone
        self._sentence = sentence
        self._output = output
        self._keyboard = keyboard
        self._headphones = headphones
        self._deaf_until = self.now()
        self._typed: str | None = None

    def now(self) -> float:
        """Seconds, from any fixed point."""
        return self._microphone.now()

    def wait(self, seconds: float, *, quiet: bool) -> bool:
        """Whether they begin to speak, or have typed a line, within so many seconds.

        `quiet` is whether the coach makes a pause meanwhile.
        """
        until = self.now() + seconds
        if not (quiet or self._headphones):
            self._deaf_until = until + _ECHO_SECONDS
        while self.now() < until:
            if self._has_typed() or self._hear() != "silence":
                return True
        return False

    def line(self, patience: float | None) -> Line | None:
        """What they say next, typed or spoken; None if what they began to say was only noise.

        Raises EOFError when a recording is over.
        """
        print(_PROMPT, end="", file=self._output, flush=True)
        until = None if patience is None else self.now() + patience
        interrupting = self._sentence.begun
        while True:
            if self._has_typed() and (typed := self._take_typed()):
                return Line(typed)
            phase = self._hear()
            if phase == "end":
                heard = self._sentence.words()
                if heard.words or interrupting:
                    return self._told(heard)
            elif phase == "silence" and until is not None and self.now() >= until:
                self._print(_SILENCE)
                return Line("")

    def _hear(self) -> Phase:
        """Where things stand with the next frame; silence while the coach can be heard."""
        if self.now() >= self._deaf_until:
            return self._sentence.hear(self._microphone.frame())
        self._sentence.restart()
        self._microphone.pass_by(FRAME_SECONDS)
        return "silence"

    def _told(self, heard: Recognised) -> Line | None:
        if not heard.words:
            return None
        self._print(heard.words if heard.clear else _UNCLEAR.format(heard.words))
        return Line(heard.words, heard.clear, heard.others)

    def _has_typed(self) -> bool:
        if self._keyboard and self._typed is None:
            self._typed = self._keyboard.typed()
        return self._typed is not None

    def _take_typed(self) -> str:
        """The line that was typed; empty where Enter only stopped the coach."""
        typed, self._typed = self._typed or "", None
        if typed:
            self._sentence.restart()
        return typed

    def _print(self, text: str) -> None:
        print(text, file=self._output, flush=True)


class Sentence:
    """The sentence being spoken, thought about while it is still open whether it goes on."""

    def __init__(self, endpoint: Endpoint, recognise: Callable[[bytes], Recognised]) -> None:
        """Finds its end by `endpoint`, its words by `recognise`."""
        self._endpoint = endpoint
        self._recognise = recognise
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._guess: Future[Recognised] | None = None

    @property
    def begun(self) -> bool:
        """Whether somebody is speaking."""
        return self._endpoint.begun

    def restart(self) -> None:
        """Forgets what was heard, and waits for the next sentence."""
        self._endpoint.restart()
        self._guess = None

    def hear(self, frame: bytes) -> Phase:
        """Where things stand with this frame."""
        phase = self._endpoint.hear(frame)
        if phase == "speech":
            self._guess = None  # they went on after all
        elif phase != "silence" and self._guess is None:
            self._guess = self._thread.submit(self._recognise, self._endpoint.sound())
        return phase

    def words(self) -> Recognised:
        """What was said, once it has ended; and on to the next one."""
        assert self._guess is not None, "the sentence has ended"
        guess = self._guess
        self.restart()
        return guess.result()
