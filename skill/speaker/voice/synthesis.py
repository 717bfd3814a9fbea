"""Words to sound: hibari where the `voice` extra is installed, espeak-ng elsewhere."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from abc import ABC, abstractmethod
from array import array
from typing import TYPE_CHECKING

from skill.speaker.voice.parts import EXTRA, MissingPartError, is_there, part

if TYPE_CHECKING:
    Samples = array[int]  # no such thing as `array[int]` at run time before Python 3.12

ESPEAK = "espeak-ng"  # Debian, Fedora and Homebrew have it
QUIET = 300  # of 32,767; softer samples are silence
_HASTE = 0.07  # a little faster than it would take to fit, as no voice keeps a speed exactly


class Voice(ABC):
    """The speech of one voice: 16 bit samples, one channel, `rate` of them a second."""

    rate: int
    fastest: float
    """How many times its usual speed it can speak at most."""

    def __init__(self) -> None:
        """Nothing has been said yet; what has is kept, as a count says the same words often."""
        self._spoken: dict[tuple[str, float], Samples] = {}

    def say(self, text: str, room: float) -> Samples:
        """The text without silence around it; faster, if need be, to fit into `room` seconds."""
        usual = self._say(text, 1.0)
        times_too_long = len(usual) / (room * self.rate)
        if times_too_long <= 1:
            return usual
        return self._say(text, min(self.fastest, round(times_too_long + _HASTE, 2)))

    def _say(self, text: str, speed: float) -> Samples:
        if (text, speed) not in self._spoken:
            self._spoken[text, speed] = _trimmed(self._synthesise(text, speed))
        return self._spoken[text, speed]

    @abstractmethod
    def _synthesise(self, text: str, speed: float) -> Samples:
        """The text at so many times the usual speed."""


class Espeak(Voice):
    """A voice of espeak-ng, in any locale."""

    rate = 22_050
    fastest = 3.0
    _WORDS_A_MINUTE = 150  # as `skill.tempo` counts

    def __init__(self, locale: str = "en-US") -> None:
        """Raises `MissingPartError` when the program is not there."""
        super().__init__()
        if shutil.which(ESPEAK) is None:
            raise MissingPartError(
                f"there is no voice to speak with; try: apt-get install {ESPEAK}, or {EXTRA}"
            )
        self._voice = locale.lower()

    def _synthesise(self, text: str, speed: float) -> Samples:
        words_a_minute = str(round(self._WORDS_A_MINUTE * speed))
        command = [ESPEAK, "-v", self._voice, "-s", words_a_minute, "--stdout", "--stdin"]
        done = subprocess.run(  # noqa: S603 - a fixed program; the text is not on its command
            command, input=text.encode(), capture_output=True, check=True
        )
        with wave.open(io.BytesIO(done.stdout)) as file:
            return array("h", file.readframes(file.getnframes()))


class Hibari(Voice):
    """The voice that comes inside the hibari package: a woman's, American English."""

    rate = 24_000
    fastest = 2.0
    _LOUDER = 2.0  # it leaves most of the range unused

    def __init__(self) -> None:
        """Raises `MissingPartError` without the `voice` extra. Takes a second to load."""
        super().__init__()
        self._hibari = part("hibari").Hibari()
        self.say("Hello.", room=1.0)  # it learns how words are spelt when it first speaks

    def _synthesise(self, text: str, speed: float) -> Samples:
        sound = self._hibari(text, speed=speed, seed=0)
        louder = (sound * (32_767 * self._LOUDER)).clip(-32_767, 32_767)
        return array("h", louder.astype("int16").tobytes())


def best_voice(locale: str = "en-US") -> Voice:
    """The best voice of a locale on this machine. Raises `MissingPartError` when it has none."""
    if locale.startswith("en") and is_there("hibari"):
        return Hibari()
    return Espeak(locale)


def _trimmed(samples: Samples) -> Samples:
    loud = [number for number, sample in enumerate(samples) if abs(sample) > QUIET]
    return samples[loud[0] : loud[-1] + 1] if loud else array("h")
