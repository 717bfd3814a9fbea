"""Where sound goes: this machine's loudspeaker, playing while the conversation looks on."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from skill.speaker import wav
from skill.speaker.voice.parts import MissingPartError, part

if TYPE_CHECKING:
    from skill.speaker.sound import Piece
    from skill.speaker.voice.synthesis import Samples, Voice

_SAMPLE_BYTES = 2
_LONGEST_GAP = 5.0  # seconds in which a device asks for no sound: it is gone


class Device:
    """The loudspeaker of this machine, which plays one reply at a time."""

    def __init__(self, voice: Voice) -> None:
        """Speaks with `voice`. Raises `MissingPartError` when there is no loudspeaker."""
        sounddevice = part("sounddevice")
        self._voice = voice
        self._waiting = bytearray()  # sound that the device has not asked for yet
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._speaking: Future[None] | None = None
        self._stopped = threading.Event()
        try:
            self._stream = sounddevice.RawOutputStream(
                samplerate=voice.rate, channels=1, dtype="int16", callback=self._fill
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise MissingPartError(
                f"no loudspeaker can be opened ({error}); plug one in, or try a recording: "
                "back-coach talk --voice --from FILE --wav FILE"
            ) from error

    def play(self, pieces: Sequence[Piece]) -> None:
        """Begins to play a reply; is back when its first sound is on its way."""
        self.stop()
        self._stopped.clear()
        begun = threading.Event()
        self._speaking = self._thread.submit(self._speak, wav.blocks(pieces, self._voice), begun)
        begun.wait()

    def finish(self) -> None:
        """Waits until all of the reply was played. Raises whatever went wrong in speaking it."""
        if self._speaking:
            self._speaking.result()
        while self._waiting:
            self._asked.clear()
            if not self._asked.wait(_LONGEST_GAP):
                raise MissingPartError("the loudspeaker has gone silent; is it still there?")

    def stop(self) -> None:
        """Falls silent at once."""
        self._stopped.set()
        if self._speaking:
            self._speaking.result()
        with self._lock:
            self._waiting.clear()

    def _speak(self, sound: Iterable[Samples], begun: threading.Event) -> None:
        """Runs ahead of the device, which is far slower than the voice."""
        try:
            for block in sound:
                if self._stopped.is_set():
                    return
                with self._lock:
                    self._waiting.extend(block.tobytes())
                begun.set()
        finally:
            begun.set()

    def _fill(self, out: Any, samples: int, _time: Any, _status: Any) -> None:
        """What the device asks for, in a thread of its own; it is silent when there is nothing."""
        wanted = samples * _SAMPLE_BYTES
        with self._lock:
            sound = bytes(self._waiting[:wanted])
            del self._waiting[:wanted]
        out[:] = sound.ljust(wanted, b"\0")
        self._asked.set()
