"""A conversation as a sound file.

Pieces of speech begin when the plan of the reply says, so a count keeps its time whatever the
voice; a piece too long for its room is spoken faster, and what still runs over delays the rest.
"""

from __future__ import annotations

import wave
from array import array
from itertools import pairwise
from typing import TYPE_CHECKING

from skill.speaker.cloud import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from skill.speaker.exchange import Exchange, Utterance
    from skill.speaker.sound import Piece
    from skill.speaker.voice.synthesis import Samples, Voice

GAP_SECONDS = 2.0  # between a reply and the next one: nobody wants to hear the waiting


def blocks(pieces: Sequence[Piece], voice: Voice) -> Iterator[Samples]:
    """A reply as samples, piece by piece, each spoken only when it is asked for."""
    so_far = 0
    for piece, room in zip(pieces, _rooms(pieces), strict=True):
        block = _silence(round(piece.at * voice.rate) - so_far)
        if piece.text:
            block.extend(voice.say(piece.text, room))
        ends = round((piece.at + piece.seconds) * voice.rate) - so_far
        block.extend(_silence(ends - len(block)))
        so_far += len(block)
        yield block


def reply(pieces: Sequence[Piece], voice: Voice) -> Samples:
    """A reply as samples, from the start of its first piece to the end of its last."""
    sound: Samples = array("h")
    for block in blocks(pieces, voice):
        sound.extend(block)
    return sound


def _rooms(pieces: Sequence[Piece]) -> Iterator[float]:
    """How many seconds each piece may take before the next words begin."""
    for number, piece in enumerate(pieces):
        following = next((p.at for p in pieces[number + 1 :] if p.text), None)
        yield (piece.at + piece.seconds if following is None else following) - piece.at


def _silence(samples: int) -> Samples:
    return array("h", bytes(2 * max(0, samples)))


def conversation(exchanges: Iterable[Exchange], voice: Voice) -> Samples:
    """All replies in order, one that was interrupted only as far as it got."""
    every = [exchange for exchange in exchanges if exchange.ssml]
    sound: Samples = array("h")
    for exchange, following in pairwise([*every, None]):
        assert exchange is not None, "only the end is None"
        spoken = reply(exchange.timeline, voice)
        if following is not None:
            heard = (following.began - exchange.began).total_seconds()
            spoken = spoken[: max(0, round(heard * voice.rate))]
            gap = min(heard - len(spoken) / voice.rate, GAP_SECONDS)
            spoken.extend(_silence(round(gap * voice.rate)))
        sound.extend(spoken)
    return sound


def write(path: Path, samples: Samples, rate: int) -> None:
    """A WAV file of samples, `rate` of them a second. Raises OSError when it cannot be written."""
    with path.open("wb") as opened, wave.open(opened, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def read(path: Path) -> tuple[Samples, int]:
    """The samples of a WAV file that `write` made, and their rate. Raises OSError without it."""
    with path.open("rb") as opened, wave.open(opened) as file:
        return array("h", file.readframes(file.getnframes())), file.getframerate()


class Recorder(Cloud):
    """A speaker that keeps what it played."""

    played: tuple[Exchange, ...] = ()

    def hear(self, said: Utterance) -> Exchange:
        """The exchange that follows from what was said, which is kept."""
        exchange = super().hear(said)
        self.played = (*self.played, exchange)
        return exchange
