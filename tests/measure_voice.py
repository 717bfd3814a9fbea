"""How well the voice extra hears, and how soon it answers: `make measure-voice`.

Every sentence of cases/spoken.txt is spoken by several synthetic voices into the microphone of a
conversation of its own, and goes the whole way: the end of the sentence is found, its words are
recognised and understood, the skill answers, and the first sound of the answer is made. What that
leaves out is the sound card. Typed, the same sentence says what should have been understood.

It takes five minutes. Nothing is left to chance, but times depend on the machine. People in pain,
with accents, in a kitchen, are harder to hear than any of these voices.
"""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

os.environ["BACK_COACH_MEMORY"] = "none"

from skill.speaker import wav
from skill.speaker.cloud import Cloud
from skill.speaker.exchange import Exchange, Utterance
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.terminal import Terminal
from skill.speaker.voice.endpoint import Endpoint, Silero
from skill.speaker.voice.listener import Listener, Sentence
from skill.speaker.voice.microphone import FRAME_SECONDS, RATE, Recording
from skill.speaker.voice.parts import MissingPartError
from skill.speaker.voice.recognition import Recognised, Recogniser
from skill.speaker.voice.synthesis import Espeak, Hibari, Voice

SENTENCES = Path(__file__).parent / "cases" / "spoken.txt"
LEAD_SECONDS = 0.6  # of the room before somebody speaks
NOISE_DECIBELS = 10.0  # the speech is so much louder


class Flite(Voice):
    """A voice of flite (Debian has it), to be heard by and not to speak with."""

    rate = 16_000
    fastest = 1.0

    def __init__(self, name: str) -> None:
        super().__init__()
        if shutil.which("flite") is None:
            raise MissingPartError("flite is not installed; try: apt-get install flite")
        self._name = name

    def _synthesise(self, text: str, speed: float) -> array[int]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "said.wav"
            subprocess.run(["flite", "-voice", self._name, "-t", text, "-o", file], check=True)
            return wav.read(file)[0]


VOICES: dict[str, Any] = {
    "hibari, a woman": Hibari,
    "flite slt, a woman": lambda: Flite("slt"),
    "flite rms, a man": lambda: Flite("rms"),
    "espeak, a robot": Espeak,
    "hibari in a noisy room": Hibari,
}


@dataclass(frozen=True)
class Heard:
    """What came of one sentence. `seconds`: from the end of speech to the first sound."""

    text: str
    words: str
    clear: bool
    typed: Exchange
    spoken: Exchange
    seconds: float

    @property
    def errors(self) -> int:
        """Words that are wrong, missing or too many."""
        return distance(plain(self.text), plain(self.words))

    @property
    def states_emergency(self) -> bool:
        """Whether the words, when typed, are answered as an emergency at once."""
        return _level(self.typed) == "emergency"

    @property
    def same(self) -> bool:
        """Whether it was understood as if typed."""
        typed, spoken = self.typed.understood, self.spoken.understood
        if typed is None or spoken is None:  # opened by name
            return typed is spoken
        return (typed.intent, typed.findings) == (spoken.intent, spoken.findings)

    @property
    def outcome(self) -> str:
        """What became of an emergency: heard, asked about, asked again, or lost."""
        if _level(self.spoken) == "emergency":
            return "heard"
        asked = (self.spoken.state.get("asking") or {}).get("about", ())
        if EMERGENCIES & set(asked) and _doubted(self.spoken):
            return "asked about"
        return "lost" if self.clear else "asked again"


def _level(exchange: Exchange) -> str | None:
    return (exchange.state.get("verdict") or {}).get("level")


def _doubted(exchange: Exchange) -> bool:
    return exchange.understood is not None and "unknown" in exchange.understood.findings.values()


class Speaker:
    """A microphone into which one sentence is spoken. From its end on time is real."""

    def __init__(self, sound: bytes) -> None:
        self._recording = Recording(sound)
        self._left = -(-len(sound) // (2 * round(RATE * FRAME_SECONDS)))
        self.ended = 0.0

    def now(self) -> float:
        return time.monotonic()

    def frame(self) -> bytes:
        self._left -= 1
        if self._left >= 0:
            self.ended = self.now()
            return self._recording.frame()
        time.sleep(max(0.0, self.ended - self._left * FRAME_SECONDS - self.now()))
        return self._recording.frame()

    def pass_by(self, seconds: float) -> None:
        raise EOFError  # the coach is speaking: that is all there is to measure


class Stopwatch:
    """A loudspeaker that notes when its first sound was there."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.began = 0.0

    def play(self, pieces: Sequence[Any]) -> None:
        self._voice._spoken.clear()  # an answer is rarely one that was said before
        next(wav.blocks(pieces, self._voice), None)
        self.began = time.monotonic()

    def finish(self) -> None:
        pass

    def stop(self) -> None:
        pass


class Ears:
    """A recogniser that remembers what it heard last."""

    def __init__(self) -> None:
        self._recognise = Recogniser()
        self.last = Recognised("", clear=True)

    def __call__(self, sound: bytes) -> Recognised:
        self.last = self._recognise(sound)
        return self.last


def hear(text: str, sound: bytes, ears: Ears, coach: Voice) -> Heard:
    """One sentence, all the way."""
    microphone, loudspeaker = Speaker(sound), Stopwatch(coach)
    ears.last = Recognised("", clear=True)
    cloud = wav.Recorder()
    listener = Listener(microphone, Sentence(Endpoint(Silero()), ears), io.StringIO())
    Terminal(cloud, listener, io.StringIO(), loudspeaker=loudspeaker).talk()
    typed = Cloud().hear(Utterance(text))
    spoken = cloud.played[0] if cloud.played else Cloud().hear(Utterance(""))
    seconds = loudspeaker.began - microphone.ended
    return Heard(text, ears.last.words, ears.last.clear, typed, spoken, seconds)


def said(voice: Voice, text: str, noise: float) -> bytes:
    """A sentence as the microphone has it, in a room with so much noise beside the speech."""
    samples = voice.say(text, room=60.0)
    speech = [samples[round(at * voice.rate / RATE)] for at in range(_resampled(samples, voice))]
    room = [0] * round(LEAD_SECONDS * RATE) + speech
    loud = noise * (sum(sample**2 for sample in speech) / len(speech)) ** 0.5
    chance = random.Random(text)
    return array("h", (_clipped(sample + chance.gauss(0, loud)) for sample in room)).tobytes()


def _resampled(samples: Sequence[int], voice: Voice) -> int:
    return int((len(samples) - 1) * RATE / voice.rate)


def _clipped(sample: float) -> int:
    return max(-32_768, min(32_767, round(sample)))


def plain(text: str) -> list[str]:
    """The words alone, to be compared."""
    return re.findall(r"[a-z']+", text.lower())


def distance(one: list[str], other: list[str]) -> int:
    """Fewest words to be changed, added or left out to make one the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, 1):
        diagonal, row[0] = row[0], number
        for at, another in enumerate(other, 1):
            changed = diagonal + (word != another)
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, changed)
    return row[-1]


def sentences() -> list[str]:
    """What is spoken."""
    lines = SENTENCES.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def measured(name: str, ears: Ears, coach: Voice) -> Iterator[Heard]:
    """Every sentence by one voice, with progress on standard error."""
    voice, texts = VOICES[name](), sentences()
    noise = 10 ** (-NOISE_DECIBELS / 20) if "noisy" in name else 0.0
    for number, text in enumerate(texts, 1):
        sys.stderr.write(f"\r{name}: {number} of {len(texts)} ")
        sys.stderr.flush()
        yield hear(text, said(voice, text, noise), ears, coach)
    sys.stderr.write(f"\r{'':60}\r")


COLUMNS = (
    "word errors",
    "understood as typed",
    "emergencies stated",
    "heard",
    "asked about",
    "asked again",
    "lost",
    "asked in vain",
    "first sound, median",
    "worst",
)


def row(results: Sequence[Heard]) -> tuple[str, ...]:
    """What stands in the columns for one voice."""
    words = sum(len(plain(result.text)) for result in results)
    wrong = sum(result.errors for result in results)
    stated = [result for result in results if result.states_emergency]
    counts = Counter(result.outcome for result in stated)
    in_vain = sum(_doubted(result.spoken) > _doubted(result.typed) for result in results)
    seconds = [result.seconds for result in results if result.words]
    return (
        f"{wrong / words:.1%}",
        f"{sum(result.same for result in results) / len(results):.0%}",
        str(len(stated)),
        *(str(counts[outcome]) for outcome in COLUMNS[3:7]),
        str(in_vain - counts["asked about"]),
        f"{median(seconds):.2f} s",
        f"{max(seconds):.2f} s",
    )


def main() -> None:
    """Print the figures, and what was lost."""
    try:
        ears, coach = Ears(), Hibari()
    except MissingPartError as error:
        sys.exit(f"{error} (or: make voice)")
    print(f"{len(sentences())} sentences a voice\n\n{'':24}{' | '.join(COLUMNS)}")
    lost = []
    for name in VOICES:
        try:
            results = list(measured(name, ears, coach))
        except MissingPartError as error:
            print(f"{name:24}not measured: {error}")
            continue
        cells = zip(row(results), COLUMNS, strict=True)
        print(f"{name:24}{' | '.join(cell.rjust(len(column)) for cell, column in cells)}")
        lost += [(name, r) for r in results if r.states_emergency and r.outcome == "lost"]
    print("\nEmergencies lost")
    for name, result in lost:
        print(f"- {name}: {result.text!r} was heard as {result.words!r}")


if __name__ == "__main__":
    main()
