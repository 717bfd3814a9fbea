"""A conversation as a sound file, spoken by espeak-ng (Debian, Fedora and Homebrew have it).

Pieces of speech begin when the plan of the reply says, so a count keeps its time whatever the
voice; a piece too long for its room is spoken faster, and what still runs over delays the rest.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from array import array
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from skill.speaker.cloud import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from skill.speaker.exchange import Exchange, Utterance
    from skill.speaker.sound import Piece

    Samples = array[int]  # no such thing as `array[int]` at run time before Python 3.12

PROGRAM = "espeak-ng"
RATE = 22_050  # samples a second, one channel, 16 bits
SPEED = 150  # words a minute, as `skill.tempo` counts
FASTEST = 450  # espeak-ng speaks no faster
QUIET = 300  # of 32,767; softer samples are silence
GAP_SECONDS = 2.0  # between a reply and the next one: nobody wants to hear the waiting


class NoVoiceError(Exception):
    """There is nothing to speak with; the message says what to install."""


@dataclass
class Voice:
    """Speech of one locale. Raises `NoVoiceError` when espeak-ng is not there."""

    locale: str = "en-US"
    _spoken: dict[tuple[str, int], Samples] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look for the program once."""
        if shutil.which(PROGRAM) is None:
            raise NoVoiceError(f"{PROGRAM} is not installed; try: apt-get install {PROGRAM}")

    def say(self, text: str, room: float) -> Samples:
        """The text as samples without silence around it; faster, if need be, to fit into `room`."""
        usual = self._say(text, SPEED)
        if len(usual) <= room * RATE:
            return usual
        return self._say(text, min(FASTEST, round(SPEED * len(usual) / (room * RATE)) + 10))

    def _say(self, text: str, speed: int) -> Samples:
        if (text, speed) not in self._spoken:
            command = [PROGRAM, "-v", self.locale.lower(), "-s", str(speed), "--stdout", "--stdin"]
            done = subprocess.run(  # noqa: S603 - a fixed program; the text is not on its command
                command, input=text.encode(), capture_output=True, check=True
            )
            self._spoken[text, speed] = _trimmed(_samples(done.stdout))
        return self._spoken[text, speed]


def _samples(sound: bytes) -> Samples:
    with wave.open(io.BytesIO(sound)) as file:
        return array("h", file.readframes(file.getnframes()))


def _trimmed(samples: Samples) -> Samples:
    loud = [number for number, sample in enumerate(samples) if abs(sample) > QUIET]
    return samples[loud[0] : loud[-1] + 1] if loud else array("h")


def reply(pieces: Sequence[Piece], voice: Voice) -> Samples:
    """A reply as samples, from the start of its first piece to the end of its last."""
    sound: Samples = array("h")
    for piece, room in zip(pieces, _rooms(pieces), strict=True):
        _pad(sound, piece.at)
        if piece.text:
            sound.extend(voice.say(piece.text, room))
        _pad(sound, piece.at + piece.seconds)
    return sound


def _rooms(pieces: Sequence[Piece]) -> Iterator[float]:
    """How many seconds each piece may take before the next words begin."""
    for number, piece in enumerate(pieces):
        following = next((p.at for p in pieces[number + 1 :] if p.text), None)
        yield (piece.at + piece.seconds if following is None else following) - piece.at


def _pad(sound: Samples, seconds: float) -> None:
    """Silence up to `seconds` from the start; nothing where the sound is longer already."""
    missing = round(seconds * RATE) - len(sound)
    sound.extend(array("h", bytes(2 * max(0, missing))))


def conversation(exchanges: Iterable[Exchange], voice: Voice) -> Samples:
    """All replies in order, one that was interrupted only as far as it got."""
    every = [exchange for exchange in exchanges if exchange.ssml]
    sound: Samples = array("h")
    for exchange, following in pairwise([*every, None]):
        assert exchange is not None, "only the end is None"
        spoken = reply(exchange.timeline, voice)
        if following is not None:
            heard = (following.began - exchange.began).total_seconds()
            spoken = spoken[: max(0, round(heard * RATE))]
            _pad(spoken, min(heard, len(spoken) / RATE + GAP_SECONDS))
        sound.extend(spoken)
    return sound


def write(path: Path, samples: Samples) -> None:
    """A WAV file of the samples. Raises OSError when it cannot be written."""
    with path.open("wb") as opened, wave.open(opened, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def read(path: Path) -> Samples:
    """The samples of a WAV file that `write` made. Raises OSError when it cannot be read."""
    return _samples(path.read_bytes())


class Recorder(Cloud):
    """A speaker that keeps what it played."""

    played: tuple[Exchange, ...] = ()

    def hear(self, said: Utterance) -> Exchange:
        """The exchange that follows from what was said, which is kept."""
        exchange = super().hear(said)
        self.played = (*self.played, exchange)
        return exchange
