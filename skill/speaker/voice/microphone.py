"""Where sound comes from: a microphone, or a recording that stands in for one.

Sound comes in frames of `FRAME_SAMPLES` samples, 16 bits, one channel, `RATE` samples a second.
"""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any, Protocol

from skill.speaker.voice.parts import MissingPartError, part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RATE = 16_000  # what speech recognition takes
FRAME_SAMPLES = 512  # what the detector of speech takes
FRAME_BYTES = 2 * FRAME_SAMPLES
FRAME_SECONDS = FRAME_SAMPLES / RATE
_SILENCE_AFTER = 1.0  # seconds: the last sentence of a recording has an end
_LONGEST_GAP = 5.0  # seconds without a frame: the device is gone


class Microphone(Protocol):
    """A source of frames, with a clock of its own: a recording need not be waited for."""

    def now(self) -> float:
        """Seconds, from any fixed point."""

    def frame(self) -> bytes:
        """The next frame. Raises EOFError when there is none to come."""

    def pass_by(self, seconds: float) -> None:
        """Lets so much time go by without listening."""


class Device:
    """The microphone of this machine. Raises `MissingPartError` when it has none."""

    def __init__(self) -> None:
        """Listens from now on; frames wait until they are asked for."""
        sounddevice = part("sounddevice")
        self._frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        try:
            self._stream = sounddevice.RawInputStream(
                samplerate=RATE,
                blocksize=FRAME_SAMPLES,
                channels=1,
                dtype="int16",
                callback=self._keep,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise MissingPartError(
                f"no microphone can be opened ({error}); plug one in, or try a recording: "
                "back-coach talk --voice --from FILE"
            ) from error

    def _keep(self, sound: Any, _frames: int, _time: Any, _status: Any) -> None:
        self._frames.put(bytes(sound))

    def now(self) -> float:
        """Seconds, from any fixed point."""
        return time.monotonic()

    def frame(self) -> bytes:
        """The next frame. Raises `MissingPartError` when the device is gone."""
        try:
            return self._frames.get(timeout=_LONGEST_GAP)
        except queue.Empty as error:
            raise MissingPartError("the microphone has gone silent; is it still there?") from error

    def pass_by(self, seconds: float) -> None:
        """Lets so much time go by, and forgets what was heard in it."""
        time.sleep(seconds)
        while not self._frames.empty():
            self._frames.get()


class Recording:
    """A recording in place of a microphone. Its time goes by as fast as it is listened to."""

    def __init__(self, samples: bytes) -> None:
        """Takes 16 bit samples, one channel, `RATE` a second."""
        self._frames = _frames(samples + bytes(2 * round(RATE * _SILENCE_AFTER)))
        self._now = 0.0

    @classmethod
    def of(cls, path: Path) -> Recording:
        """The recording in a file of any common format.

        Raises OSError when there is no such file, ValueError when it holds no sound, and
        `MissingPartError` without the `voice` extra.
        """
        path.open("rb").close()  # Python's own error says more than the decoder's
        av, audio = part("av"), part("faster_whisper.audio")
        try:
            samples = audio.decode_audio(str(path), sampling_rate=RATE)
        except (av.FFmpegError, IndexError) as error:  # the latter where it is all pictures
            raise ValueError("there is no sound in it") from error
        return cls((samples * 32_767).astype("int16").tobytes())

    def now(self) -> float:
        """Seconds of the recording, and those that were let go by."""
        return self._now

    def frame(self) -> bytes:
        """The next frame; after the last one, EOFError."""
        frame = next(self._frames, None)
        if frame is None:
            raise EOFError
        self._now += FRAME_SECONDS
        return frame

    def pass_by(self, seconds: float) -> None:
        """Lets so much time go by; nothing of the recording is lost in it."""
        self._now += seconds


def _frames(samples: bytes) -> Iterator[bytes]:
    for at in range(0, len(samples), FRAME_BYTES):
        yield samples[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
